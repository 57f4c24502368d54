"""What a name in a condition may stand for."""

from collections.abc import Mapping
from dataclasses import dataclass

from recommender.language.tree import Condition, Term


@dataclass(frozen=True, slots=True)
class NumberSymbol:
    """A numeric field or measure: its term, the lowest and highest value, and the step it is given in (thousandths)."""

    term: Term
    low: int
    high: int
    step: int


@dataclass(frozen=True, slots=True)
class YesNoSymbol:
    """A yes/no field, or a named condition (`fragility_fracture`)."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class ChoiceSymbol:
    """A field with named choices."""

    name: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScaleSymbol:
    """An ordered scale that rules conclude on."""

    name: str
    levels: tuple[str, ...]


Symbol = NumberSymbol | YesNoSymbol | ChoiceSymbol | ScaleSymbol
Symbols = Mapping[str, Symbol]
