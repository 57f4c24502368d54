"""What a change of the rules does to every possible person: stricter, laxer, both or nothing, each shown by somebody.

Compared is what a rulebook decides: clearance, every referral, tier, class, gentle doses, verdicts with what they may become, and
levels; its laws; and the vocabulary that it is written in. Words are not weighed; `wording` names those that changed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple

import z3

from recommender.errors import EngineError, Problem
from recommender.person.assessment import Assessment
from recommender.proof.laws import Consequence, Law, Possibility
from recommender.proof.outcomes import (
    Concluded,
    CouldBeLimited,
    CouldBeStopped,
    Gentle,
    Limited,
    Offered,
    Outcome,
    ReferredBy,
    Stopped,
)
from recommender.proof.proving import aside, assessed
from recommender.proof.symbolic import SymbolicPerson, SymbolicRulebook, simplest, solver_about, written
from recommender.rulebook.model import Level, Rulebook
from recommender.rulebook.scales import Clearance, Urgency, Verdict
from recommender.vocabulary import Field

_COMPARED_SCALES = ("risk_tier", "bone_density")  # a regime is neither stricter nor laxer than another
_UNSAID = "not there"


class Direction(Enum):
    """What a change does."""

    EQUIVALENT = "equivalent"
    STRICTER = "stricter"
    LAXER = "laxer"
    INCOMPARABLE = "stricter for some and laxer for others, or not to be compared"


class Witness(NamedTuple):
    """Somebody for whom two rulebooks differ (`None`: nobody in particular), and what each says."""

    answers: Mapping[str, Any] | None
    old: str
    new: str


class Difference(NamedTuple):
    """What became of one thing that a rulebook decides, with somebody who shows each direction."""

    kind: str
    name: str
    direction: Direction
    laxer: Witness | None = None
    stricter: Witness | None = None


class _Compared(NamedTuple):
    """One thing that is decided: its steps from lax to strict in each rulebook (none where it is not there), and how it reads."""

    kind: str
    name: str
    old: tuple[Outcome, ...]
    new: tuple[Outcome, ...]
    upwards: bool
    words: Callable[[Assessment], str]


def differences(old: Rulebook, new: Rulebook) -> Iterator[Difference]:
    """Yield what became of everything that either rulebook decides, `EQUIVALENT` ones too.

    Raises:
        EngineError: where the solver does not know, or the reference does not confirm what it found.

    """
    yield from _vocabulary(old, new)
    search = _Search(SymbolicRulebook(old), SymbolicRulebook(new))
    for compared in _compared(old, new):
        yield search.difference(compared)


def law_differences(old: Iterable[Law], new: Iterable[Law]) -> Iterator[Difference]:
    """Yield the laws that are gone, or claim less or something else than they did."""
    now = {law.id: law.claim for law in new}
    for law in old:
        found, before = now.get(law.id), law.claim
        if isinstance(before, Consequence) and isinstance(found, Consequence):
            kept = set(before.breaches) <= set(found.breaches)
        elif isinstance(before, Possibility) and isinstance(found, Possibility):
            kept = {wanted for _, wanted in before.each} == {wanted for _, wanted in found.each}
        else:
            kept = before == found
        if not kept:
            says = Witness(None, law.says, "it is gone" if found is None else "it claims something else")
            yield Difference(
                "law", law.id, Direction.LAXER if found is None else Direction.INCOMPARABLE, says
            )


def _vocabulary(old: Rulebook, new: Rulebook) -> Iterator[Difference]:
    def shape(field: Field) -> tuple[Any, ...]:
        return (
            field.kind,
            field.low,
            field.high,
            field.decimals,
            field.choices,
            field.never,
            field.worse,
            field.only_if_text,
        )

    before, after = old.vocabulary.fields, new.vocabulary.fields
    for name in before:
        if name not in after or shape(before[name]) != shape(after[name]):
            now = after[name].accepted if name in after else "it is gone"
            yield Difference("field", name, Direction.INCOMPARABLE, Witness(None, before[name].accepted, now))
    refused, refuses = ({one.text: one.say for one in book.vocabulary.impossible} for book in (old, new))
    for text in {**refused, **refuses}:
        if text not in refuses:
            yield Difference(
                "contradiction", text, Direction.INCOMPARABLE, Witness(None, refused[text], "it is gone")
            )
        elif text not in refused:
            yield Difference(
                "contradiction", text, Direction.INCOMPARABLE, Witness(None, _UNSAID, refuses[text])
            )


def _compared(old: Rulebook, new: Rulebook) -> Iterator[_Compared]:
    def both(kind: str, steps: list[Outcome], words: Callable[[Assessment], str]) -> _Compared:
        return _Compared(kind, "", tuple(steps), tuple(steps), True, words)

    stops: list[Outcome] = [
        one(clearance) for clearance in tuple(Clearance)[1:] for one in (Stopped, CouldBeStopped)
    ]
    yield both("clearance", stops, Stopped(Clearance.CLINICIAN_LED).words_of)
    yield both("dose", [Gentle()], lambda found: found.dose)
    for scale in _COMPARED_SCALES:
        steps = [
            tuple(
                Concluded(scale, place, level)
                for place, level in enumerate(book.scales.get(scale, ()))
                if place
            )
            for book in (old, new)
        ]
        yield _Compared(scale, "", steps[0], steps[1], True, _reached(scale))
    for rule in {**old.rules, **new.rules}:
        referring = [_referral(book, rule) for book in (old, new)]
        if any(referring):
            yield _Compared("referral", rule, referring[0], referring[1], True, _referred(rule))
    for movement in {**old.movements, **new.movements}:
        limits = [_limits(book, movement) for book in (old, new)]
        yield _Compared("movement", movement, limits[0], limits[1], True, _verdict(movement))
    levels = [
        {level.id: level for exercise in book.exercises.values() for level in exercise.levels}
        for book in (old, new)
    ]
    for level in {**levels[0], **levels[1]}:
        offers = [_offer(found, level) for found in levels]
        yield _Compared("level", level, offers[0], offers[1], False, _offered(level))


def _referral(book: Rulebook, rule: str) -> tuple[Outcome, ...]:
    refer = book.rules[rule].refer if rule in book.rules else None
    return (
        tuple(ReferredBy(rule, urgency) for urgency in Urgency if urgency <= refer.urgency) if refer else ()
    )


def _limits(book: Rulebook, movement: str) -> tuple[Outcome, ...]:
    places = tuple(Verdict)[1:] if movement in book.movements else ()
    return tuple(one(movement, index) for index in places for one in (Limited, CouldBeLimited))


def _offer(levels: Mapping[str, Level], level: str) -> tuple[Outcome, ...]:
    return (Offered(level),) if level in levels else ()


def _reached(scale: str) -> Callable[[Assessment], str]:
    return lambda found: (
        found.rulebook.scales[scale][found.findings.facts.scales[scale][0]]
        if scale in found.rulebook.scales
        else _UNSAID
    )


def _referred(rule: str) -> Callable[[Assessment], str]:
    def words(found: Assessment) -> str:
        refer = next((one.refer for one in found.referrals if one.id == rule), None)
        return f"{refer.urgency}, {refer.to}" if refer else "no referral by this rule"

    return words


def _verdict(movement: str) -> Callable[[Assessment], str]:
    def words(found: Assessment) -> str:
        if movement not in found.rulebook.movements:
            return _UNSAID
        one = found.movement(movement)
        return one.verdict if one.possible == one.verdict else f"{one.verdict}, possibly {one.possible},"

    return words


def _offered(level: str) -> Callable[[Assessment], str]:
    return lambda found: "suggested" if Offered(level).true_of(found) else "not suggested"


class _Search:
    def __init__(self, old: SymbolicRulebook, new: SymbolicRulebook) -> None:
        self.old, self.new = old, new
        self.anybody = SymbolicPerson(old, new)
        self.solver = solver_about(self.anybody)

    def difference(self, compared: _Compared) -> Difference:
        if compared.old and compared.new and not _same_steps(compared):
            words = (", ".join(map(str, steps)) for steps in (compared.old, compared.new))
            return Difference(compared.kind, compared.name, Direction.INCOMPARABLE, Witness(None, *words))
        before, after = (
            self._said(self.old, compared.old, compared.new),
            self._said(self.new, compared.new, compared.old),
        )
        pairs = [(one, other) for one, other in zip(before, after, strict=True) if not one.eq(other)]
        falls = self._witness(compared, [z3.And(one, z3.Not(other)) for one, other in pairs])
        rises = self._witness(compared, [z3.And(other, z3.Not(one)) for one, other in pairs])
        laxer, stricter = (falls, rises) if compared.upwards else (rises, falls)
        direction = {
            (False, False): Direction.EQUIVALENT,
            (True, False): Direction.LAXER,
            (False, True): Direction.STRICTER,
        }.get((laxer is not None, stricter is not None), Direction.INCOMPARABLE)
        return Difference(compared.kind, compared.name, direction, laxer, stricter)

    def _said(
        self, world: SymbolicRulebook, steps: tuple[Outcome, ...], other: tuple[Outcome, ...]
    ) -> list[z3.BoolRef]:
        """Return the steps as sentences; of what is not there, none is true."""
        said = [self.anybody.says(world, one.bit(world)) for one in steps]
        return said + [z3.BoolVal(val=False)] * (len(other) - len(steps))

    def _witness(self, compared: _Compared, ways: list[z3.BoolRef]) -> Witness | None:
        """Return the simplest person for whom one of several things is so, as both rulebooks answer them, or nothing."""
        if not ways:
            return None
        with aside(self.solver):
            self.solver.add(z3.Or(ways))
            found = self.solver.check()
            if found == z3.unsat:
                return None
            if found != z3.sat:
                raise EngineError(
                    Problem(
                        "z3",
                        f"the solver does not know if {compared.kind} {compared.name} changes.",
                        "Split the change.",
                    )
                )
            values = self.anybody.person.read(simplest(self.solver, [self.anybody]))
        old, new = (compared.words(assessed(world.book, values)) for world in (self.old, self.new))
        if old == new:
            raise EngineError(
                Problem(
                    "z3", f"the reference sees no change of {compared.kind} {compared.name} for {values}."
                )
            )
        return Witness(written(self.anybody.person.vocabulary, values), old, new)


def _same_steps(compared: _Compared) -> bool:
    """Say whether one list of steps goes on from the other, so that they can be compared one by one."""
    both = min(len(compared.old), len(compared.new))
    return compared.old[:both] == compared.new[:both] and (
        len(compared.old) == len(compared.new) or compared.kind == "referral"
    )
