"""The ordered scales of the program, each from the mildest to the most cautious.

Verdicts combine by `max`. Members are text, as rules and answers write them; they compare by rank, and only
with their own kind.
"""

from enum import StrEnum
from typing import NoReturn, Self

CLEAR_IF_SCREENED = "clear_if_screened"
"""What `clear` is called in answers as long as safety questions are open."""


class Scale(StrEnum):
    """An ordered scale; `rank` counts its members from 0."""

    rank: int

    def __init__(self, _: str) -> None:
        self.rank = len(type(self).__members__)

    @property
    def above(self) -> Self | None:
        """Return the next member, if there is one."""
        return next((member for member in type(self) if member.rank == self.rank + 1), None)

    @property
    def below(self) -> Self | None:
        """Return the member before, if there is one."""
        return next((member for member in type(self) if member.rank == self.rank - 1), None)

    def __eq__(self, other: object) -> bool:
        return self is other if isinstance(other, Scale) else str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __lt__(self, other: Self) -> bool:  # type: ignore[override]  # only with its own kind
        return self.rank < other.rank if type(other) is type(self) else self._refuse(other)

    def __le__(self, other: Self) -> bool:  # type: ignore[override]  # only with its own kind
        return self.rank <= other.rank if type(other) is type(self) else self._refuse(other)

    def __gt__(self, other: Self) -> bool:  # type: ignore[override]  # only with its own kind
        return self.rank > other.rank if type(other) is type(self) else self._refuse(other)

    def __ge__(self, other: Self) -> bool:  # type: ignore[override]  # only with its own kind
        return self.rank >= other.rank if type(other) is type(self) else self._refuse(other)

    def _refuse(self, other: object) -> NoReturn:
        """Refuse what is no member of the same scale: it would be compared letter by letter."""
        raise TypeError(f"{self!r} cannot be compared with {other!r}")


class Verdict(Scale):
    """What the rules say of a movement, a level or an exercise."""

    OK = "ok"
    MODIFY = "modify"
    SUPERVISED = "supervised"
    AVOID = "avoid"

    def blocks(self, alone: bool) -> bool:
        """Say whether this takes an exercise away: avoid does; supervised does from somebody alone."""
        return self is Verdict.AVOID or (self is Verdict.SUPERVISED and alone)


class Clearance(Scale):
    """Whether a person may start."""

    CLEAR = "clear"
    CLINICIAN_LED = "clinician_led"
    HOLD = "hold"
    EMERGENCY = "emergency"

    @classmethod
    def read(cls, word: str) -> "Clearance":
        """Return the clearance that an answer names, whether or not safety questions are open.

        Raises:
            ValueError: when the word names none.

        """
        return cls.CLEAR if word == CLEAR_IF_SCREENED else cls(word)

    @property
    def has_plan(self) -> bool:
        """Say whether there are exercises to do or ask about; a hold or an emergency has no plan."""
        return self <= Clearance.CLINICIAN_LED


class Urgency(Scale):
    """How soon somebody should be seen."""

    INFO = "info"
    ROUTINE = "routine"
    SOON = "soon"
    URGENT = "urgent"
    EMERGENCY = "emergency"

    @property
    def comes_first(self) -> bool:
        """Say whether a referral is told before the plan."""
        return self >= Urgency.SOON

    @property
    def is_today(self) -> bool:
        """Say whether somebody should be seen today or tomorrow."""
        return self >= Urgency.URGENT


class Dose(Scale):
    """How much of an exercise to begin with."""

    USUAL = "usual"
    GENTLE = "gentle"
