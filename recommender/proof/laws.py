"""Laws of a rulebook: a sentence that a clinician signs, and a formal claim that the solver proves.

Most claims come down to breaches: combinations of outcomes that nobody may have, at once or before and after
one answer changes. A claim of possibility lists outcomes that somebody must have.
"""

from typing import NamedTuple

from recommender.language.kinds import equal_by_kind
from recommender.language.tree import Condition
from recommender.person.assessment import Assessment
from recommender.proof.outcomes import (
    Begun,
    CouldBeLimited,
    CouldBeStopped,
    Fired,
    Gentle,
    Limited,
    Offered,
    Outcome,
    Referred,
    Stopped,
)
from recommender.rulebook.model import Rule, Rulebook
from recommender.rulebook.scales import Clearance, Urgency, Verdict

Standing = Limited | Stopped | Referred | Fired


@equal_by_kind
class Breach(NamedTuple):
    """A forbidden combination of outcomes.

    Every outcome in `present` holds and none in `absent`. Where the breach is about one answer that changes,
    that is so before the change; after it, `present_after` and `absent_after` hold in the same way.
    """

    present: tuple[Outcome, ...] = ()
    absent: tuple[Outcome, ...] = ()
    present_after: tuple[Standing, ...] = ()
    absent_after: tuple[Standing, ...] = ()

    def __str__(self) -> str:
        before = _conjunction(self.present, self.absent)
        after = _conjunction(self.present_after, self.absent_after)
        return f"{before}; afterwards {after}" if after else before

    def true_of(self, before: Assessment, after: Assessment) -> bool:
        """Say whether one person commits it, before and after a change."""
        return (
            all(outcome.true_of(before) for outcome in self.present)
            and not any(outcome.true_of(before) for outcome in self.absent)
            and all(outcome.true_of(after) for outcome in self.present_after)
            and not any(outcome.true_of(after) for outcome in self.absent_after)
        )

    def rests_on(self, rule: Rule) -> bool:
        """Say whether what holds or does not hold after the change is something that the rule does."""
        return any(outcome.rests_on(rule) for outcome in (*self.present_after, *self.absent_after))


def _conjunction(present: tuple[Outcome, ...], absent: tuple[Outcome, ...]) -> str:
    return ", and ".join([*map(str, present), *(f"it is not so that {outcome}" for outcome in absent)])


@equal_by_kind
class Consequence(NamedTuple):
    """What follows from a condition: none of `breaches` may occur.

    The law applies to everybody for whom every outcome in `if_present` holds and none in `if_absent`.
    """

    if_present: tuple[Outcome, ...]
    if_absent: tuple[Outcome, ...]
    breaches: tuple[Breach, ...]


@equal_by_kind
class Exempt(NamedTuple):
    """Fields that a law about changed answers leaves out, and why.

    They are left out for people of whom `when` is true; for everybody where it is `None`.
    """

    fields: tuple[str, ...]
    when: Condition | None
    text: str
    because: str


@equal_by_kind
class NeverRelaxes(NamedTuple):
    """A worse answer to one field makes no verdict and no clearance less cautious.

    Which answers are worse is the vocabulary's `worse`.
    """

    exempt: tuple[Exempt, ...]


@equal_by_kind
class NeverLessUrgent(NamedTuple):
    """A worse answer to one field never makes the most urgent referral less urgent."""

    exempt: tuple[Exempt, ...]


@equal_by_kind
class NeverSurprises(NamedTuple):
    """Answering an open question makes no verdict and no clearance stricter than was possible before."""

    exempt: tuple[Exempt, ...]


@equal_by_kind
class MovesOnly(NamedTuple):
    """A changed answer to one of `fields` changes whether a rule with an effect fires only for `rules`."""

    fields: tuple[str, ...]
    rules: tuple[str, ...]


@equal_by_kind
class Excused(NamedTuple):
    """Rules that a law about possibilities leaves out, and why."""

    rules: tuple[str, ...]
    because: str


@equal_by_kind
class Possibility(NamedTuple):
    """Each outcome is true of somebody; where it is paired with `False`, not true of somebody."""

    each: tuple[tuple[Outcome, bool], ...]
    excused: tuple[Excused, ...] = ()


@equal_by_kind
class Indifferent(NamedTuple):
    """Answers to these fields change no verdict, clearance, urgency, offer, start or dose."""

    fields: tuple[str, ...]


ChangeClaim = NeverRelaxes | NeverLessUrgent | NeverSurprises
Claim = Consequence | ChangeClaim | Indifferent | MovesOnly | Possibility


@equal_by_kind
class Law(NamedTuple):
    """A sentence that must hold for every possible person, its formal claim, and its location."""

    id: str
    says: str
    claim: Claim
    location: str


def decided(book: Rulebook) -> tuple[Outcome, ...]:
    """Return every outcome that a person acts on: verdicts, clearance, urgency, offers, starts and dose."""
    levels = [level.id for exercise in book.exercises.values() for level in exercise.levels]
    return (
        *(Limited(movement, verdict) for movement in book.movements for verdict in tuple(Verdict)[1:]),
        *(Stopped(clearance) for clearance in tuple(Clearance)[1:]),
        *(Referred(urgency) for urgency in Urgency),
        *(outcome for level in levels for outcome in (Offered(level), Begun(level))),
        Gentle(),
    )


def relaxations(book: Rulebook) -> tuple[Breach, ...]:
    """Return every way to become less cautious: a verdict or clearance that holds before and not after."""
    verdicts: list[Standing] = [
        Limited(movement, verdict) for movement in book.movements for verdict in tuple(Verdict)[1:]
    ]
    clearances: list[Standing] = [Stopped(clearance) for clearance in tuple(Clearance)[1:]]
    return tuple(Breach(present=(outcome,), absent_after=(outcome,)) for outcome in (*verdicts, *clearances))


def lost_urgencies() -> tuple[Breach, ...]:
    """Return every way to become less urgent: a referral this urgent before and none after."""
    outcomes = map(Referred, Urgency)
    return tuple(Breach(present=(outcome,), absent_after=(outcome,)) for outcome in outcomes)


def moves(book: Rulebook, claim: MovesOnly) -> tuple[Breach, ...]:
    """Return every way in which a changed answer could move a rule that it may not move."""
    effects = (
        rule.id
        for rule in book.rules.values()
        if rule.limits or rule.clearance or rule.refer or rule.dose or rule.caution
    )
    return tuple(
        Breach(present=(Fired(id_),), absent_after=(Fired(id_),)) for id_ in effects if id_ not in claim.rules
    )


def surprises(book: Rulebook) -> tuple[Breach, ...]:
    """Return every way to become stricter than was possible before."""
    verdicts = [(movement, verdict) for movement in book.movements for verdict in tuple(Verdict)[1:]]
    limits = [Breach(absent=(CouldBeLimited(*pair),), present_after=(Limited(*pair),)) for pair in verdicts]
    stops = [
        Breach(absent=(CouldBeStopped(clearance),), present_after=(Stopped(clearance),))
        for clearance in tuple(Clearance)[1:]
    ]
    return (*limits, *stops)
