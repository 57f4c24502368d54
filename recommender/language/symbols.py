"""What a name in a condition may stand for."""

from collections.abc import Mapping
from typing import NamedTuple

from recommender.language.kinds import equal_by_kind
from recommender.language.tree import Condition, Term


@equal_by_kind
class NumberSymbol(NamedTuple):
    """A numeric field or measure: its term, lowest and highest value, and step (all in thousandths)."""

    term: Term
    low: int
    high: int
    step: int


@equal_by_kind
class YesNoSymbol(NamedTuple):
    """A yes/no field, or a named condition (`fragility_fracture`)."""

    condition: Condition


@equal_by_kind
class ChoiceSymbol(NamedTuple):
    """A field with named choices."""

    name: str
    choices: tuple[str, ...]
    may_not_apply: bool = False


@equal_by_kind
class ScaleSymbol(NamedTuple):
    """An ordered scale that rules conclude on."""

    name: str
    levels: tuple[str, ...]


Symbol = NumberSymbol | YesNoSymbol | ChoiceSymbol | ScaleSymbol
Symbols = Mapping[str, Symbol]
