"""Reading a condition from text, with Python's own parser and a whitelist, checked against the vocabulary."""

import ast
import warnings
from collections.abc import Callable
from typing import TypeVar

from recommender.errors import ConditionError, did_you_mean, quoted
from recommender.language.numbers import DECIMALS, UNIT, decimals, is_number, shown, thousandths
from recommender.language.symbols import ChoiceSymbol, NumberSymbol, ScaleSymbol, Symbol, Symbols, YesNoSymbol
from recommender.language.tree import (
    Always,
    And,
    AtLeast,
    Compare,
    Condition,
    FieldRef,
    Highest,
    IsKnown,
    IsOneOf,
    IsYes,
    Lowest,
    Not,
    Or,
    Sum,
    Term,
    fields_of_term,
)

Found = TypeVar("Found")

_LONGEST = 2000
_OPERATORS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


def parse_condition(text: str, symbols: Symbols) -> Condition:
    """Read a condition such as `lowest_t <= -2.5 or fragility_fracture`.

    Raises:
        ConditionError: with the column, for anything that is not a condition over the vocabulary.

    """
    return _Reader(text, symbols).condition()


def parse_number(text: str, symbols: Symbols) -> NumberSymbol:
    """Read a computed number such as `lowest(t_total_hip, t_femoral_neck)`.

    Raises:
        ConditionError: with the column, for anything that is not a number over the vocabulary.

    """
    return _Reader(text, symbols).whole_number()


class _Reader:
    """Walks Python's syntax tree of one condition; refuses every node that the language does not have."""

    def __init__(self, text: str, symbols: Symbols) -> None:
        self.text = "".join(" " if char.isspace() else char for char in text.lstrip()).rstrip()
        self.indent = len(text) - len(text.lstrip())
        self.symbols = symbols

    def condition(self) -> Condition:
        return self._guarded(lambda: self._condition(self._parse(), negated=False))

    def whole_number(self) -> NumberSymbol:
        return self._guarded(lambda: self._number(self._parse()))

    def _guarded(self, read: Callable[[], Found]) -> Found:
        try:
            return read()
        except (ValueError, RecursionError, MemoryError):
            raise ConditionError(
                "the condition cannot be read: it is nested too deeply or holds a stray byte."
            ) from None

    def _parse(self) -> ast.expr:
        if not self.text:
            raise ConditionError("the condition is empty.", "Write what must hold, or `always`.")
        if len(self.text) > _LONGEST:
            raise ConditionError(
                f"the condition is longer than {_LONGEST} characters.", "Split it into several rules."
            )
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                return ast.parse(self.text, mode="eval").body
        except SyntaxError as error:
            raise ConditionError(
                f"{quoted(self.text)} is not a condition: {error.msg}.",
                "Use names, numbers, < <= > >= == in, and, or, not.",
                self.indent + error.offset - 1 if error.offset else self.indent,
            ) from None

    def _fail(self, node: ast.expr, message: str, hint: str = "") -> ConditionError:
        return ConditionError(message, hint, node.col_offset + self.indent)

    def _source(self, node: ast.expr) -> str:
        # offsets count UTF-8 bytes; the grammar's own words are ASCII, anything else is refused by name
        return " ".join(
            self.text.encode()[node.col_offset : node.end_col_offset].decode(errors="replace").split()
        )

    def _condition(self, node: ast.expr, negated: bool) -> Condition:
        if isinstance(node, ast.BoolOp):
            parts = tuple(self._condition(part, negated) for part in node.values)
            self._refuse_mixed(node)
            return And(parts) if isinstance(node.op, ast.And) else Or(parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return Not(self._condition(node.operand, negated=True))
        if isinstance(node, ast.Compare):
            return self._comparison(node, negated)
        if isinstance(node, ast.Call):
            return self._known(node)
        if isinstance(node, ast.Name):
            return self._named(node)
        raise self._fail(node, f"`{self._source(node)}` is not a condition.", "Compare it with something.")

    def _refuse_mixed(self, node: ast.BoolOp) -> None:
        """`a or b and c` reads differently to different people, so brackets are required."""
        for part in node.values:
            if isinstance(part, ast.BoolOp):
                before = self.text.encode()[: part.col_offset].decode(errors="replace").rstrip()
                after = self.text.encode()[part.end_col_offset :].decode(errors="replace").lstrip()
                if not (before.endswith("(") and after.startswith(")")):
                    raise self._fail(
                        part, "`and` and `or` are mixed without brackets.", "Put ( ) around one of them."
                    )

    def _symbol(self, node: ast.Name) -> Symbol:
        symbol = self.symbols.get(node.id)
        if symbol is None:
            hint = did_you_mean(node.id, self.symbols) or "`recommender fields` lists the names."
            raise self._fail(node, f"`{node.id}` is not a known field, measure or scale.", hint)
        return symbol

    def _named(self, node: ast.Name) -> Condition:
        if node.id == "always":
            return Always()
        symbol = self._symbol(node)
        if isinstance(symbol, YesNoSymbol):
            return symbol.condition
        hints = {
            NumberSymbol: f"{node.id} >= 1",
            ChoiceSymbol: f"{node.id} == …",
            ScaleSymbol: f"{node.id} >= …",
        }
        hint = f"Write a comparison, such as `{hints[type(symbol)]}`."
        raise self._fail(node, f"`{node.id}` is not a yes/no field, so it cannot stand alone.", hint)

    def _known(self, node: ast.Call) -> Condition:
        function = node.func.id if isinstance(node.func, ast.Name) else self._source(node.func)
        if function not in ("known", "unknown"):
            hint = did_you_mean(function, ["known", "unknown", "lowest", "max"])
            raise self._fail(node, f"`{function}(…)` is not a condition.", hint)
        match node:
            case ast.Call(args=[ast.Name() as name], keywords=[]):
                symbol = self._symbol(name)
            case _:
                raise self._fail(node, f"`{function}` takes the name of one field or measure.")
        if isinstance(symbol, NumberSymbol):
            names = tuple(fields_of_term(symbol.term))
        elif isinstance(symbol, ChoiceSymbol):
            names = (symbol.name,)
        elif isinstance(symbol, YesNoSymbol) and isinstance(symbol.condition, IsYes):
            names = (symbol.condition.name,)
        else:
            raise self._fail(name, f"`{function}` takes a field or a number, not `{name.id}`.")
        any_of = isinstance(symbol, NumberSymbol) and isinstance(symbol.term, Lowest)
        known = IsKnown(names, any_of, f"known({name.id})")
        return known if function == "known" else Not(known)

    def _comparison(self, node: ast.Compare, negated: bool) -> Condition:
        try:
            [operator], [right] = node.ops, node.comparators
        except ValueError:
            raise self._fail(
                node, "this compares more than two things at once.", "Write two comparisons joined by `and`."
            ) from None
        if isinstance(node.left, ast.Name):
            symbol = self._symbol(node.left)
            if isinstance(symbol, ChoiceSymbol):
                return self._choice(node, symbol, operator, right)
            if isinstance(symbol, ScaleSymbol):
                return self._scale(node, symbol, operator, right, negated)
            if isinstance(symbol, YesNoSymbol):
                hint = f"Write `{node.left.id}` or `not {node.left.id}`."
                raise self._fail(node, f"`{node.left.id}` is answered yes or no.", hint)
        if type(operator) not in _OPERATORS:
            raise self._fail(
                node, "a number is compared with < <= > or >=.", "Floors join safely, exact values do not."
            )
        if self._literal(node.left) is not None:
            raise self._fail(
                node, "the number stands on the left.", "Write the name first: `lowest_t <= -2.5`."
            )
        number, threshold = self._number(node.left), self._literal(right)
        if threshold is None:
            raise self._fail(
                right,
                f"`{self._source(right)}` is not a number.",
                "Compare with a plain decimal such as -2.5.",
            )
        self._check_threshold(right, number, threshold)
        return Compare(number.term, _OPERATORS[type(operator)], threshold, self._source(node))

    def _check_threshold(self, node: ast.expr, number: NumberSymbol, threshold: int) -> None:
        if not number.low <= threshold <= number.high:
            span = f"{shown(number.low)} to {shown(number.high)}"
            raise self._fail(
                node, f"{self._source(node)} is outside the range {span} of what it is compared with."
            )
        if threshold % number.step:
            step = shown(number.step)
            raise self._fail(
                node, f"{self._source(node)} is finer than the values it is compared with (steps of {step})."
            )

    def _literal(self, node: ast.expr) -> int | None:
        text = self._source(node)
        if not isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant):
            return None
        if not is_number(text):
            raise self._fail(node, f"`{text}` is not a plain decimal number.", "Write it like -2.5.")
        if decimals(text) > DECIMALS:
            raise self._fail(node, f"`{text}` has more than {DECIMALS} decimals.")
        return thousandths(text)

    def _choice(
        self, node: ast.Compare, symbol: ChoiceSymbol, operator: ast.cmpop, right: ast.expr
    ) -> Condition:
        several = isinstance(operator, ast.In | ast.NotIn)
        if several and not isinstance(right, ast.Tuple | ast.List):
            raise self._fail(right, "`in` needs a list in brackets.", f"Write `{symbol.name} in (a, b)`.")
        if not several and not isinstance(operator, ast.Eq | ast.NotEq):
            raise self._fail(node, f"`{symbol.name}` is a choice.", "Compare it with ==, != or in.")
        if not several and isinstance(right, ast.Tuple | ast.List):
            raise self._fail(
                right, "`==` and `!=` take one value.", f"Write `{symbol.name} in (a, b)` for several."
            )
        items = right.elts if isinstance(right, ast.Tuple | ast.List) else [right]
        if not items:
            raise self._fail(right, "the list is empty.", f"It may hold: {', '.join(symbol.choices)}.")
        wanted = frozenset(self._level(item, symbol.name, symbol.choices) for item in items)
        choices = frozenset(symbol.choices)
        if isinstance(operator, ast.NotEq | ast.NotIn):
            wanted = choices - wanted
        return IsOneOf(symbol.name, wanted, choices, symbol.may_not_apply, self._source(node))

    def _scale(
        self, node: ast.Compare, symbol: ScaleSymbol, operator: ast.cmpop, right: ast.expr, negated: bool
    ) -> Condition:
        if negated or not isinstance(operator, ast.GtE):
            hint = f"Write `{symbol.name} >= …`, not negated."
            raise self._fail(node, f"the conclusion `{symbol.name}` may only be used as a floor.", hint)
        level = self._level(right, symbol.name, symbol.levels)
        return AtLeast(symbol.name, symbol.levels.index(level), self._source(node))

    def _level(self, node: ast.expr, name: str, levels: tuple[str, ...]) -> str:
        word = node.id if isinstance(node, ast.Name) else self._source(node)
        if word not in levels:
            hint = did_you_mean(word, levels) or f"It is one of: {', '.join(levels)}."
            raise self._fail(node, f"`{word}` is not a value of `{name}`.", hint)
        return word

    def _number(self, node: ast.expr) -> NumberSymbol:
        number = self._any_number(node)
        names = list(fields_of_term(number.term))
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise self._fail(node, f"`{twice}` stands twice in one comparison, which makes unknowns inexact.")
        return number

    def _any_number(self, node: ast.expr) -> NumberSymbol:
        if isinstance(node, ast.Name):
            symbol = self._symbol(node)
            if isinstance(symbol, NumberSymbol):
                return symbol
            if isinstance(symbol, YesNoSymbol) and isinstance(symbol.condition, IsYes):
                return NumberSymbol(
                    FieldRef(symbol.condition.name, 0, UNIT, symbol.condition.may_not_apply), 0, UNIT, UNIT
                )
            raise self._fail(node, f"`{node.id}` is not a number.")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            return self._sum(node)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("lowest", "max")
        ):
            return self._extreme(node, node.func.id)
        hint = "Numbers are fields, `lowest(…)`, `max(…)`, + and -."
        raise self._fail(node, f"`{self._source(node)}` is not a number in this language.", hint)

    def _sum(self, node: ast.BinOp) -> NumberSymbol:
        left, right = self._any_number(node.left), self._any_number(node.right)
        step = min(left.step, right.step)
        if isinstance(node.op, ast.Add):
            return NumberSymbol(
                Sum(left.term, right.term, 1), left.low + right.low, left.high + right.high, step
            )
        return NumberSymbol(
            Sum(left.term, right.term, -1), left.low - right.high, left.high - right.low, step
        )

    def _extreme(self, node: ast.Call, function: str) -> NumberSymbol:
        if len(node.args) < 2 or node.keywords or not all(isinstance(part, ast.Name) for part in node.args):
            raise self._fail(node, f"`{function}` takes the names of two or more numeric fields.")
        parts = [self._any_number(part) for part in node.args]
        terms = tuple(part.term for part in parts)
        if not all(isinstance(term, FieldRef) for term in terms):
            raise self._fail(node, f"`{function}` takes fields, not measures.")
        term: Term = Lowest(terms) if function == "lowest" else Highest(terms)
        lows, highs = [part.low for part in parts], [part.high for part in parts]
        step = min(part.step for part in parts)
        if function == "lowest":
            return NumberSymbol(term, min(lows), max(highs), step)
        return NumberSymbol(term, max(lows), max(highs), step)
