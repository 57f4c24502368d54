"""Translates the circuit of the vectorised rules into z3 formulas about a symbolic person.

Each leaf of the circuit becomes a formula over z3 variables, each gate joins formulas. Their meaning is that
of `language/meaning.py`, to which the tests hold them for people of known answers. z3 then finds answers that
satisfy a formula, or shows that there are none.
"""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from functools import reduce
from typing import Any, NamedTuple, Self

import z3

from recommender.language.meaning import NOT_APPLICABLE, Value
from recommender.language.tree import OPERATORS, FieldRef, Lowest, Sum, Term, references
from recommender.vectorised.circuit import FALSE, TRUE, Bit, Circuit, Gate
from recommender.vectorised.leaves import Among, Answered, HoldsAtEnd, Leaf, Never
from recommender.vocabulary import Field, Vocabulary
from recommender.vocabulary.answers import decode_answer

_Interval = tuple[z3.ArithRef, z3.ArithRef]

z3.z3.Z3_DEBUG = False  # arguments are not checked in Python; the C library still refuses wrong sorts


class Answer(NamedTuple):
    """The z3 variables for one field: whether it has a value, whether the answer is "never", and the value.

    The value counts steps of the field; of a choice it is the index, of a yes it is 1.
    """

    has_value: z3.BoolRef
    never: z3.BoolRef
    value: z3.ArithRef


class Person:
    """A person whose answers are z3 variables; persons share the variables of fields they agree on."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Create variables for every field, unconstrained."""
        self.vocabulary = vocabulary
        self.answers = {name: _answer(name) for name in vocabulary.fields}
        fields = vocabulary.fields.items()
        self._accepted = {name: self._accepts(field, self.answers[name]) for name, field in fields}

    def varied(self, name: str) -> Self:
        """Return a copy with new variables for one field; all others are shared."""
        other = copy(self)
        answer = _answer(name + "'")
        other.answers = {**self.answers, name: answer}
        other._accepted = {**self._accepted, name: self._accepts(self.vocabulary.fields[name], answer)}
        return other

    @property
    def in_range(self) -> z3.BoolRef:
        """Return the formula that every answer is one its field accepts."""
        return all_of(list(self._accepted.values()))

    def accepted(self, name: str) -> z3.BoolRef:
        """Return the formula that an answer is one its field accepts."""
        return self._accepted[name]

    @staticmethod
    def _accepts(field: Field, answer: Answer) -> z3.BoolRef:
        low, high = (
            (0, len(field.choices) - 1)
            if field.kind == "choice"
            else (0, 1)
            if field.kind == "yes_no"
            else _range(field)
        )
        either = z3.Not(z3.And(answer.has_value, answer.never)) if field.never else z3.Not(answer.never)
        return z3.And(answer.value >= low, answer.value <= high, either)

    def number(self, name: str) -> z3.ArithRef:
        """Return the value of a field as the rules compare it: in thousandths, or an index among choices."""
        field = self.vocabulary.fields[name]
        return self.answers[name].value if field.kind == "choice" else self.answers[name].value * field.step

    def read(self, model: z3.ModelRef) -> dict[str, Value]:
        """Return the answers in a model; fields without an answer are left out."""
        values: dict[str, Value] = {}
        for name, answer in self.answers.items():
            if z3.is_true(model.eval(answer.never)):
                values[name] = NOT_APPLICABLE
            elif z3.is_true(model.eval(answer.has_value)):
                values[name] = self._value(
                    self.vocabulary.fields[name], model.eval(answer.value, model_completion=True)
                )
        return values

    @staticmethod
    def _value(field: Field, value: z3.ExprRef) -> Value:
        number = value.as_long() if isinstance(value, z3.IntNumRef) else 0
        return decode_answer(field, number if field.kind == "choice" else number * field.step)


class Formulas:
    """The formulas of a circuit's bits for one person; each is built once."""

    def __init__(self, circuit: Circuit, person: Person) -> None:
        """Start with the two constants."""
        self._circuit, self._person = circuit, person
        self._built: dict[Bit, z3.BoolRef] = {FALSE: z3.BoolVal(False), TRUE: z3.BoolVal(True)}
        self._intervals: dict[Term, _Interval] = {}

    def varied(self, name: str, person: Person) -> "Formulas":
        """Return the formulas for a person who differs in one field; independent ones are shared."""
        other = Formulas(self._circuit, person)
        depending = self._circuit.depending(lambda leaf: name in fields_of_leaf(leaf))
        other._built = {bit: formula for bit, formula in self._built.items() if bit not in depending}
        return other

    def of(self, bit: Bit) -> z3.BoolRef:
        """Return the formula of one bit."""
        stack = [bit]
        while stack:
            gate = self._circuit.gates[stack[-1]]
            missing = [source for source in gate.inputs if source not in self._built]
            if missing:
                stack += missing
                continue
            needed = stack.pop()
            if needed not in self._built:
                self._built[needed] = self._gate(gate)
        return self._built[bit]

    def _gate(self, gate: Gate) -> z3.BoolRef:
        if gate.kind == "leaf":
            return self._leaf(gate.key)
        inputs = [self._built[source] for source in gate.inputs]
        if gate.kind == "not":
            return negated(*inputs)
        return all_of(inputs) if gate.kind == "and" else any_of(inputs)

    def _leaf(self, leaf: Leaf) -> z3.BoolRef:
        if isinstance(leaf, HoldsAtEnd):
            low, high = self._interval(leaf.term)
            return OPERATORS[leaf.operator](high if leaf.high else low, leaf.threshold)
        answer = self._person.answers[leaf.column]
        if isinstance(leaf, Answered):
            return answer.has_value
        if isinstance(leaf, Never):
            return answer.never
        if isinstance(leaf, Among):
            return z3.And(answer.has_value, z3.Or([answer.value == index for index in leaf.indices]))
        return z3.And(
            answer.has_value, OPERATORS[leaf.operator](self._person.number(leaf.column), leaf.threshold)
        )

    def _interval(self, term: Term) -> _Interval:
        """Return the lowest and highest value a term can still take, as the reference computes them."""
        if term not in self._intervals:
            self._intervals[term] = self._new_interval(term)
        return self._intervals[term]

    def _new_interval(self, term: Term) -> _Interval:
        if isinstance(term, FieldRef):
            has_value, number = self._person.answers[term.name].has_value, self._person.number(term.name)
            return z3.If(has_value, number, z3.IntVal(term.low)), z3.If(
                has_value, number, z3.IntVal(term.high)
            )
        if isinstance(term, Sum):
            left, right = self._interval(term.left), self._interval(term.right)
            return (
                (left[0] + right[0], left[1] + right[1])
                if term.sign > 0
                else (left[0] - right[1], left[1] - right[0])
            )
        spans = [self._interval(part) for part in term.of]
        if not isinstance(term, Lowest):
            return _highest(low for low, _ in spans), _highest(high for _, high in spans)
        lowest, highest = _lowest(low for low, _ in spans), _highest(high for _, high in spans)
        for low, high in spans:
            is_known = low == high
            others = [z3.Or(start != end, low <= start) for start, end in spans]
            lowest, highest = (z3.If(z3.And(is_known, *others), low, bound) for bound in (lowest, highest))
        return lowest, highest


def all_of(formulas: Sequence[z3.BoolRef]) -> z3.BoolRef:
    """Return the conjunction of several formulas.

    This and the next two call the C library: `z3.And`, `z3.Or` and `z3.Not` look up the sort of each argument
    first, which takes most of the time of a proof.
    """
    return _joined(z3.Z3_mk_and, formulas)


def any_of(formulas: Sequence[z3.BoolRef]) -> z3.BoolRef:
    """Return the disjunction of several formulas."""
    return _joined(z3.Z3_mk_or, formulas)


def negated(formula: z3.BoolRef) -> z3.BoolRef:
    """Return the negation of a formula."""
    return z3.BoolRef(z3.Z3_mk_not(formula.ctx_ref(), formula.as_ast()), formula.ctx)


def _joined(join: Callable[..., Any], formulas: Sequence[z3.BoolRef]) -> z3.BoolRef:
    context = z3.main_ctx()
    parts = (z3.Ast * len(formulas))(*(formula.as_ast() for formula in formulas))
    return z3.BoolRef(join(context.ref(), len(parts), parts), context)


def fields_of_leaf(leaf: Leaf) -> set[str]:
    """Return the fields on which a leaf depends."""
    if isinstance(leaf, HoldsAtEnd):
        return {reference.name for reference in references(leaf.term)}
    return {leaf.column}


def _range(field: Field) -> tuple[int, int]:
    return -(-field.low // field.step), field.high // field.step


def _answer(name: str) -> Answer:
    return Answer(z3.Bool(f"{name} is given"), z3.Bool(f"{name} is never"), z3.Int(name))


def _lowest(numbers: Iterable[z3.ArithRef]) -> z3.ArithRef:
    return reduce(lambda left, right: z3.If(left <= right, left, right), numbers)


def _highest(numbers: Iterable[z3.ArithRef]) -> z3.ArithRef:
    return reduce(lambda left, right: z3.If(left >= right, left, right), numbers)
