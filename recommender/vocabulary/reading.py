"""From the plain data of `profiles/fields.yaml` to a vocabulary, telling every problem at its place."""

from collections.abc import Iterable
from typing import Any

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import RulebookError
from recommender.language.numbers import DECIMALS, UNIT, thousandths
from recommender.language.parsing import parse_condition, parse_number
from recommender.language.symbols import ChoiceSymbol, NumberSymbol, Symbol, YesNoSymbol
from recommender.language.tree import Always, FieldRef, IsYes, fields_of
from recommender.vocabulary.model import Contradiction, Field, Measure, Vocabulary

SECTIONS = ("groups", "spellings", "units", "fields", "measures", "impossible")
_ABOUT_ONE_PERSON = ("conversions", "months", "number_words")
_WORSE = ("lower", "higher", "yes", "no", "first", "last", "neither")
_KINDS = ("number", "count", "choice", "yes_no")
_TIMES = ("ago", "lasting", "birth", "no")
_ANY_FIELD = ("yes", "no", "unknown", "never")


def read_vocabulary(document: Document, measures: tuple[str, ...] = ("lowest_t",)) -> Vocabulary:
    """Build the vocabulary from the data of `fields.yaml`, which must define at least `measures`.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    return _Reader(document).read(measures)


class _Reader:
    def __init__(self, document: Document) -> None:
        self.check = Checker(document)
        self.symbols: dict[str, Symbol] = {}
        self.spellings: dict[str, str] = {}
        self.units: dict[str, tuple[str, ...]] = {}
        self.dimensions: dict[str, dict[str, str]] = {}

    def read(self, needed: tuple[str, ...]) -> Vocabulary:
        check = self.check
        data = check.mapping(check.document.data, (), SECTIONS, _ABOUT_ONE_PERSON)
        groups = {
            key: check.text(name, ("groups", key))
            for key, name in check.mapping(data.get("groups"), ("groups",)).items()
        }
        self.spellings = self._spellings(data.get("spellings"), ("spellings",), _ANY_FIELD)
        self.units = {
            unit: check.texts(words, ("units", unit))
            for unit, words in check.mapping(data.get("units"), ("units",)).items()
        }
        self.dimensions = {
            name: self._dimension(raw, ("conversions", name))
            for name, raw in check.mapping(data.get("conversions", {}), ("conversions",)).items()
        }
        raw_fields = self._raw_fields(data.get("fields"), ("fields",))
        raw_measures = check.mapping(data.get("measures"), ("measures",), needed)
        for name in raw_measures:
            if name in raw_fields:
                check.fail(("measures", name), f"`{name}` is a field and a measure.")
        self._symbols(raw_fields)
        measures = {id_: self._measure(id_, raw) for id_, raw in raw_measures.items()}
        fields = {id_: self._field(id_, raw, list(groups)) for id_, raw in raw_fields.items()}
        self._check_order(fields)
        impossible = tuple(
            self._contradiction(path, raw)
            for path, raw in check.items(data.get("impossible"), ("impossible",))
        )
        if check.problems:
            raise RulebookError(check.problems)
        known = {id_: measure for id_, measure in measures.items() if measure}
        months, number_words = (
            tuple(check.texts(words, path) for path, words in check.items(data.get(key), (key,)))
            for key in ("months", "number_words")
        )
        return Vocabulary(groups, fields, known, impossible, self.symbols, months, number_words)

    def _raw_fields(self, raw: Any, path: Path_) -> dict[str, dict[str, Any]]:
        """Return the data of each field; what is only a word is told, and left out."""
        fields: dict[str, dict[str, Any]] = {}
        for id_, field in self.check.mapping(raw, path).items():
            if isinstance(field, dict):
                fields[id_] = field
            else:
                self.check.fail((*path, id_), "this must be a list of `key: value` lines.")
        return fields

    def _symbols(self, fields: dict[str, dict[str, Any]]) -> None:
        """Name every field first: conditions in the same file may then use any of them."""
        for id_, raw in fields.items():
            path: Path_ = ("fields", id_)
            kind = self.check.one_of(raw.get("type"), (*path, "type"), _KINDS, "type of field")
            may_not_apply = "only_if" in raw or "never" in raw
            if kind == "choice":
                self.symbols[id_] = ChoiceSymbol(
                    id_, self.check.texts(raw.get("choices"), (*path, "choices")), may_not_apply
                )
            elif kind == "yes_no":
                self.symbols[id_] = YesNoSymbol(IsYes(id_, id_, may_not_apply))
            elif kind:
                low, high, step = self._range(raw, path)
                self.symbols[id_] = NumberSymbol(FieldRef(id_, low, high, may_not_apply), low, high, step)

    def _range(self, raw: dict[str, Any], path: Path_) -> tuple[int, int, int]:
        ends = [
            self._thousandths(end, item_path)
            for item_path, end in self.check.items(raw.get("range"), (*path, "range"))
        ]
        steps = {str(decimals): UNIT // 10**decimals for decimals in range(DECIMALS + 1)}
        decimals = self.check.one_of(
            raw.get("decimals", "0"), (*path, "decimals"), steps, "number of decimals"
        )
        if len(ends) != 2 or ends[0] >= ends[1]:
            self.check.fail(path, "a number needs `range: [low, high]`.")
            return 0, UNIT, UNIT
        return ends[0], ends[1], steps.get(decimals, UNIT)

    def _thousandths(self, value: Any, path: Path_) -> int:
        try:
            return thousandths(self.check.number(value, path))
        except ValueError:
            self.check.fail(path, f"`{value}` has more than {DECIMALS} decimals.")
            return 0

    def _spellings(self, raw: Any, path: Path_, answers: Iterable[str]) -> dict[str, str]:
        """Read other words for answers: each, in lower case, with the answer that it stands for."""
        data = self.check.mapping(raw, path, (), answers)
        return {
            word.lower(): answer
            for answer, words in data.items()
            for word in self.check.texts(words, (*path, answer))
        }

    def _dimension(self, raw: Any, path: Path_) -> dict[str, str]:
        """Read the units of one dimension, such as time: the length of each in one of them."""
        units = self.check.mapping(raw, path)
        return {unit: self.check.number(length, (*path, unit)) for unit, length in units.items()}

    def _lengths(self, unit: str) -> dict[str, str]:
        """Return the words for a unit and for all that are converted into it, each with its length."""
        units = next((units for units in self.dimensions.values() if unit in units), {unit: "1"})
        return {
            word.lower(): length
            for name, length in units.items()
            for word in (name, *self.units.get(name, ()))
        }

    def _time(self, raw: dict[str, Any], unit: str, path: Path_) -> str:
        if unit not in self.dimensions.get("time", {}):
            return ""
        return self.check.one_of(raw.get("time", "ago"), (*path, "time"), _TIMES, "kind of time")

    def _measure(self, id_: str, raw: Any) -> Measure | None:
        check, path = self.check, ("measures", id_)
        data = check.mapping(raw, path, ("type", "is", "label"), ())
        kind = check.one_of(data.get("type"), (*path, "type"), ("number", "yes_no"), "type of measure")
        text = " ".join(str(data.get("is", "")).split())
        label = check.text(data.get("label"), (*path, "label"))
        symbol: NumberSymbol | YesNoSymbol | None
        if kind == "number":
            symbol = check.attempt((*path, "is"), data.get("is"), lambda raw: parse_number(raw, self.symbols))
        else:
            condition = check.attempt(
                (*path, "is"), data.get("is"), lambda raw: parse_condition(raw, self.symbols)
            )
            symbol = condition and YesNoSymbol(condition)
        if symbol is None:
            return None
        self.symbols[id_] = symbol
        return Measure(id_, label, text, symbol)

    def _field(self, id_: str, raw: dict[str, Any], groups: list[str]) -> Field:
        check, path = self.check, ("fields", id_)
        kind = raw.get("type")
        extra = {
            "number": ("unit", "range", "decimals"),
            "count": ("unit", "range"),
            "choice": ("choices",),
        }.get(str(kind), ())
        optional = (
            *("where", "check", "only_if", "never", "doubt_above", "near", "spellings"),
            *("silent_because", "time", "unlooked"),
        )
        check.mapping(raw, path, ("group", "type", *extra, "worse", "ask", "unsure", "label"), optional)
        symbol = self.symbols.get(id_)
        low, high, step = (
            (symbol.low, symbol.high, symbol.step) if isinstance(symbol, NumberSymbol) else (0, 0, UNIT)
        )
        choices = symbol.choices if isinstance(symbol, ChoiceSymbol) else ()
        unit = check.text(raw["unit"], (*path, "unit")) if "unit" in raw else ""
        only_if = check.attempt(
            (*path, "only_if"), raw.get("only_if"), lambda text: parse_condition(text, self.symbols)
        )
        return Field(
            id=id_,
            group=check.one_of(raw.get("group"), (*path, "group"), groups, "group"),
            kind=str(kind),
            label=check.text(raw.get("label"), (*path, "label")),
            ask=check.text(raw.get("ask"), (*path, "ask")),
            unsure=check.text(raw.get("unsure"), (*path, "unsure")),
            worse=check.one_of(raw.get("worse"), (*path, "worse"), _WORSE, "direction"),
            unit=unit,
            low=low,
            high=high,
            decimals=len(str(UNIT // step)) - 1,
            choices=choices,
            where=check.text(raw["where"], (*path, "where")) if "where" in raw else "",
            check=check.text(raw["check"], (*path, "check")) if "check" in raw else "",
            only_if_text=" ".join(str(raw.get("only_if", "")).split()),
            only_if=only_if,
            never="never" in raw and check.yes_no(raw["never"], (*path, "never")),
            near=self._thousandths(raw["near"], (*path, "near")) if "near" in raw else None,
            doubt_above=self._thousandths(raw["doubt_above"], (*path, "doubt_above"))
            if "doubt_above" in raw
            else None,
            spellings=self.spellings
            | self._spellings(raw.get("spellings", {}), (*path, "spellings"), choices),
            unit_words=tuple(word.lower() for word in (unit, *self.units.get(unit, ())) if word),
            silent_because=check.text(raw["silent_because"], (*path, "silent_because"))
            if "silent_because" in raw
            else "",
            lengths=self._lengths(unit) if isinstance(symbol, NumberSymbol) else {},
            time=self._time(raw, unit, path),
            unlooked=check.texts(raw.get("unlooked"), (*path, "unlooked")),
        )

    def _check_order(self, fields: dict[str, Field]) -> None:
        """Whether a field applies is settled in file order, so `only_if` may look only at earlier fields."""
        earlier: set[str] = set()
        for field in fields.values():
            if field.only_if and (late := [name for name in fields_of(field.only_if) if name not in earlier]):
                self.check.fail(
                    ("fields", field.id, "only_if"),
                    f"`{late[0]}` stands below `{field.id}`.",
                    "Move it above.",
                )
            earlier.add(field.id)

    def _contradiction(self, path: Path_, raw: Any) -> Contradiction:
        check = self.check
        data = check.mapping(raw, path, ("when", "say"), ())
        when = check.attempt(
            (*path, "when"), data.get("when"), lambda text: parse_condition(text, self.symbols)
        )
        text = " ".join(str(data.get("when", "")).split())
        return Contradiction(
            text,
            when or Always(),
            check.text(data.get("say"), (*path, "say")),
            fields_of(when) if when else (),
        )
