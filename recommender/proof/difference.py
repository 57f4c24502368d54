"""What a change of the rules does to every possible person: stricter, laxer, both or nothing, each shown by somebody.

Only what a rulebook decides is compared: clearance, urgency, tier, class, doses, verdicts and levels. Words may change freely.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple

import z3

from recommender.errors import EngineError, Problem
from recommender.proof.outcomes import Concluded, Gentle, Limited, Offered, Outcome, Referred, Stopped
from recommender.proof.proving import LONGEST, aside, assessed
from recommender.proof.world import Somebody, World, simplest
from recommender.rulebook.model import CLEARANCES, URGENCIES, VERDICTS, Rulebook

_COMPARED_SCALES = ("risk_tier", "bone_density")


class Direction(Enum):
    """What a change does."""

    EQUIVALENT = "equivalent"
    STRICTER = "stricter"
    LAXER = "laxer"
    INCOMPARABLE = "stricter for some and laxer for others"
    ADDED = "added"
    REMOVED = "removed"


class Witness(NamedTuple):
    """Somebody for whom two rulebooks differ: their answers, and what the old and the new one say."""

    answers: Mapping[str, Any]
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
    """One thing that is decided: its steps from lax to strict, and how it reads in an assessment."""

    kind: str
    name: str
    steps: tuple[Outcome, ...]
    upwards: bool
    in_old: bool
    in_new: bool
    words: Callable[[Any], str]


def differences(old: Rulebook, new: Rulebook) -> Iterator[Difference]:
    """Yield what became of everything that either rulebook decides, `EQUIVALENT` ones too.

    Raises:
        EngineError: where the solver does not know, or the reference does not confirm what it found.

    """
    search = _Search(World(old), World(new))
    for compared in _compared(old, new):
        yield search.difference(compared)


def _compared(old: Rulebook, new: Rulebook) -> Iterator[_Compared]:
    def both(kind: str, name: str, steps: list[Outcome], words: Callable[[Any], str]) -> _Compared:
        return _Compared(kind, name, tuple(steps), True, True, True, words)

    yield both("clearance", "", [Stopped(index) for index in range(1, len(CLEARANCES))], lambda found: found.clearance)
    yield both("urgency", "", [Referred(index) for index in range(len(URGENCIES))], _urgency)
    yield both("dose", "", [Gentle()], lambda found: found.dose)
    for scale in _COMPARED_SCALES:
        if scale in old.scales and old.scales.get(scale) == new.scales.get(scale):
            levels = list(enumerate(old.scales[scale]))[1:]
            yield both(scale, "", [Concluded(scale, index, level) for index, level in levels], _reached(scale))
    for movement in {**old.movements, **new.movements}:
        limits = tuple(Limited(movement, index) for index in range(1, len(VERDICTS)))
        yield _Compared("movement", movement, limits, True, movement in old.movements, movement in new.movements, _verdict(movement))
    levels_of = [{level.id for exercise in book.exercises.values() for level in exercise.levels} for book in (old, new)]
    for level in [one.id for book in (old, new) for exercise in book.exercises.values() for one in exercise.levels]:
        if level in levels_of[0] or level in levels_of[1]:
            yield _Compared("level", level, (Offered(level),), False, level in levels_of[0], level in levels_of[1], _offered(level))
            levels_of = [found - {level} for found in levels_of]


def _urgency(found: Any) -> str:
    return found.referrals[0].refer.urgency if found.referrals else "no referral"


def _reached(scale: str) -> Callable[[Any], str]:
    return lambda found: found.rulebook.scales[scale][found.findings.facts.scales[scale][0]]


def _verdict(movement: str) -> Callable[[Any], str]:
    return lambda found: next(one.verdict for one in found.movements if one.movement.id == movement)


def _offered(level: str) -> Callable[[Any], str]:
    return lambda found: "suggested" if Offered(level).true_of(found) else "not suggested"


class _Search:
    def __init__(self, old: World, new: World) -> None:
        self.old, self.new = old, new
        self.anybody = Somebody(old)
        self.solver = z3.Solver()
        self.solver.set("timeout", LONGEST)
        self.solver.add(self.anybody.possible)

    def difference(self, compared: _Compared) -> Difference:
        if not (compared.in_old and compared.in_new):
            return Difference(compared.kind, compared.name, Direction.ADDED if compared.in_new else Direction.REMOVED)
        before = [self.anybody.says(self.old, one.bit(self.old)) for one in compared.steps]
        after = [self.anybody.says(self.new, one.bit(self.new)) for one in compared.steps]
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
                    Problem("z3", f"the solver does not know if {compared.kind} {compared.name} changes.", "Split the change.")
                )
            answers = self.anybody.answers(simplest(self.solver, [self.anybody]))
        old, new = (compared.words(assessed(world.book, answers)) for world in (self.old, self.new))
        if old == new:
            raise EngineError(Problem("z3", f"the reference sees no change of {compared.kind} {compared.name} for {answers}."))
        return Witness(answers, old, new)
