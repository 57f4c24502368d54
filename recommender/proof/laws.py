"""Laws of a rulebook: a sentence that a clinician signs, and its formal half.

Most laws come down to breaches: what must never be true of one person at once, or of a person before and after the answer to one
question changed. A law of possibility comes down to what must be true of somebody.
"""

from typing import NamedTuple

from recommender.language.kinds import equal_by_kind
from recommender.language.tree import Condition
from recommender.proof.outcomes import CouldBeLimited, CouldBeStopped, Limited, Outcome, Stopped
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance, Verdict

Standing = Limited | Stopped


@equal_by_kind
class Breach(NamedTuple):
    """What must not be: all of `is_so` and none of `is_not`, of a person as they are, and `after` one answer changed."""

    is_so: tuple[Outcome, ...] = ()
    is_not: tuple[Outcome, ...] = ()
    is_so_after: tuple[Standing, ...] = ()
    is_not_after: tuple[Standing, ...] = ()

    def __str__(self) -> str:
        """Say it in words."""
        before = [*map(str, self.is_so), *(f"it is not so that {one}" for one in self.is_not)]
        after = [*map(str, self.is_so_after), *(f"it is not so that {one}" for one in self.is_not_after)]
        return "; ".join([", and ".join(before), *([f"afterwards {', and '.join(after)}"] if after else [])])


@equal_by_kind
class Consequence(NamedTuple):
    """What follows for everybody of whom all of `given` and none of `given_not` is true; nobody may be one of the `breaches` of it."""

    given: tuple[Outcome, ...]
    given_not: tuple[Outcome, ...]
    breaches: tuple[Breach, ...]


@equal_by_kind
class Exempt(NamedTuple):
    """Fields that a law about changed answers leaves out, for people of whom `when` is true (for all, where it is `None`), and why."""

    fields: tuple[str, ...]
    when: Condition | None
    text: str
    because: str


@equal_by_kind
class NeverRelaxes(NamedTuple):
    """A worse answer to one field, in the direction that the vocabulary gives it, makes no verdict or clearance less cautious."""

    exempt: tuple[Exempt, ...]


@equal_by_kind
class NeverSurprises(NamedTuple):
    """An answer to an open question makes no verdict or clearance more cautious than it was said that it may become."""

    exempt: tuple[Exempt, ...]


@equal_by_kind
class Possibility(NamedTuple):
    """Each of these outcomes is true of somebody (or, where it stands with false, not true of somebody)."""

    each: tuple[tuple[Outcome, bool], ...]


Claim = Consequence | NeverRelaxes | NeverSurprises | Possibility


@equal_by_kind
class Law(NamedTuple):
    """A sentence that holds for every possible person, its formal half, and where it stands."""

    id: str
    says: str
    claim: Claim
    place: str


def relaxations(book: Rulebook) -> tuple[Breach, ...]:
    """Return every way in which an answer can become less cautious: a verdict that goes down, or the clearance."""
    verdicts: list[Standing] = [
        Limited(movement, verdict) for movement in book.movements for verdict in tuple(Verdict)[1:]
    ]
    clearances: list[Standing] = [Stopped(clearance) for clearance in tuple(Clearance)[1:]]
    return tuple(Breach(is_so=(one,), is_not_after=(one,)) for one in (*verdicts, *clearances))


def surprises(book: Rulebook) -> tuple[Breach, ...]:
    """Return every way in which an answer can become more cautious than it was said that it may."""
    verdicts = [(movement, verdict) for movement in book.movements for verdict in tuple(Verdict)[1:]]
    limits = [Breach(is_not=(CouldBeLimited(*one),), is_so_after=(Limited(*one),)) for one in verdicts]
    stops = [
        Breach(is_not=(CouldBeStopped(one),), is_so_after=(Stopped(one),)) for one in tuple(Clearance)[1:]
    ]
    return (*limits, *stops)
