"""What a vocabulary is made of: fields, measures, and answers that cannot hold together."""

from collections.abc import Mapping
from typing import NamedTuple

from recommender.language.numbers import UNIT, shown
from recommender.language.symbols import NumberSymbol, Symbol, YesNoSymbol
from recommender.language.tree import Condition


class Field(NamedTuple):
    """One thing that can be known of a person.

    `low` and `high` are inclusive, in thousandths of `unit`. `worse` says which way an answer is riskier. A
    field with `only_if` does not apply unless that condition holds; one with `never` may be answered "never".
    A number above `doubt_above` is likely a lost sign or point. One that is at most `near` away from another
    is told as nearly that. `silent_because` says why its worst answer, alone, changes nothing. `decimals` is
    how many a report prints; up to three are
    stored. `spellings` maps other words for an answer to it, and `unit_words` may follow a number; both in
    lower case. `lengths` has the words of its unit and of all units that are converted into it, each with its
    length in one common unit. A field in a unit of `time` can be answered with a date: of an event some time
    `ago`, of what is `lasting` since, or of `birth`.
    `unlooked` are words that say that nobody has looked, which is unknown and never none.
    """

    id: str
    group: str
    kind: str
    label: str
    ask: str
    unsure: str
    worse: str
    unit: str
    low: int
    high: int
    decimals: int
    choices: tuple[str, ...]
    where: str
    check: str
    only_if_text: str
    only_if: Condition | None
    never: bool
    doubt_above: int | None
    near: int | None
    spellings: Mapping[str, str]
    unit_words: tuple[str, ...]
    silent_because: str
    lengths: Mapping[str, str] = {}
    time: str = ""
    unlooked: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Say whether answers are numbers, be they counts or measurements."""
        return self.kind in ("number", "count")

    @property
    def is_time(self) -> bool:
        """Say whether a date answers it too."""
        return self.time in ("ago", "lasting", "birth")

    @property
    def length(self) -> str:
        """Return the length of its unit, as `lengths` has it."""
        return self.lengths[self.unit.lower()]

    @property
    def step(self) -> int:
        """Return by how many thousandths two neighbouring stored answers differ."""
        return 1 if self.kind == "number" else UNIT

    @property
    def accepted(self) -> str:
        """Say in words what may be answered."""
        if self.kind == "yes_no":
            words = "yes, no or unknown"
        elif self.kind == "choice":
            words = f"{', '.join(self.choices)} or unknown"
        else:
            whole = " (a whole number)" if self.kind == "count" else ""
            words = f"{shown(self.low)} to {shown(self.high)} {self.unit}{whole} or unknown"
        return f"{words}, or never" if self.never else words


class Measure(NamedTuple):
    """A number or a yes/no computed from fields."""

    id: str
    label: str
    text: str
    symbol: NumberSymbol | YesNoSymbol


class Contradiction(NamedTuple):
    """Facts that cannot hold together: their text, the condition, and the sentence that says so."""

    text: str
    when: Condition
    say: str
    fields: tuple[str, ...]


class Vocabulary(NamedTuple):
    """All fields and measures, by id, in the order they are asked.

    `months` are the names of the twelve months, and `number_words` those of the numbers from zero on.
    """

    groups: Mapping[str, str]
    fields: Mapping[str, Field]
    measures: Mapping[str, Measure]
    impossible: tuple[Contradiction, ...]
    symbols: Mapping[str, Symbol]
    months: tuple[tuple[str, ...], ...] = ()
    number_words: tuple[tuple[str, ...], ...] = ()
