"""Compares two rulebooks over every possible person: stricter, laxer, both or equivalent, with witnesses.

Compared are the decisions (clearance, referrals, tier, class, gentle doses, certain and possible verdicts,
levels), the laws and the vocabulary. Texts are not judged; `wording` lists those that changed.
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
from recommender.proof.proving import assess_values, scope
from recommender.proof.symbolic import (
    SymbolicPerson,
    SymbolicRulebook,
    profile_answers,
    simplest,
    solver_about,
)
from recommender.rulebook.model import Level, Rulebook
from recommender.rulebook.scales import Clearance, Urgency, Verdict
from recommender.vocabulary import Field

_COMPARED_SCALES = ("risk_tier", "bone_density")  # a regime is neither stricter nor laxer than another
_MISSING = "not there"


class Direction(Enum):
    """The direction of a change."""

    EQUIVALENT = "equivalent"
    STRICTER = "stricter"
    LAXER = "laxer"
    INCOMPARABLE = "incomparable"


class Witness(NamedTuple):
    """Answers for which two rulebooks differ (`None`: not about a person), and what each says."""

    answers: Mapping[str, Any] | None
    old: str
    new: str


class Difference(NamedTuple):
    """How one decision changed, with a witness for each direction."""

    kind: str
    name: str
    direction: Direction
    laxer: Witness | None = None
    stricter: Witness | None = None


class _Compared(NamedTuple):
    """One decision: its steps in each rulebook (empty where it does not exist) and its text for one person.

    The steps go from lax to strict where `upwards` is true, else each step makes the decision laxer.
    """

    kind: str
    name: str
    old: tuple[Outcome, ...]
    new: tuple[Outcome, ...]
    upwards: bool
    words: Callable[[Assessment], str]


def differences(old: Rulebook, new: Rulebook) -> Iterator[Difference]:
    """Yield a difference for everything that either rulebook decides, `EQUIVALENT` ones too.

    Raises:
        EngineError: where the solver reaches its time limit, or the reference does not confirm a witness.

    """
    yield from _vocabulary(old, new)
    search = _Search(SymbolicRulebook(old), SymbolicRulebook(new))
    for compared in _compared(old, new):
        yield search.difference(compared)


def law_differences(old: Iterable[Law], new: Iterable[Law]) -> Iterator[Difference]:
    """Yield the laws that are removed, weaker or different."""
    claims = {law.id: law.claim for law in new}
    for law in old:
        current, previous = claims.get(law.id), law.claim
        if isinstance(previous, Consequence) and isinstance(current, Consequence):
            as_strong = set(previous.breaches) <= set(current.breaches)
        elif isinstance(previous, Possibility) and isinstance(current, Possibility):
            as_strong = {wanted for _, wanted in previous.each} == {wanted for _, wanted in current.each}
        else:
            as_strong = previous == current
        if not as_strong:
            witness = Witness(None, law.says, "it is gone" if current is None else "it claims something else")
            yield Difference(
                "law", law.id, Direction.LAXER if current is None else Direction.INCOMPARABLE, witness
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
    old_texts, new_texts = (
        {contradiction.text: contradiction.say for contradiction in book.vocabulary.impossible}
        for book in (old, new)
    )
    for text in {**old_texts, **new_texts}:
        if text not in new_texts:
            yield Difference(
                "contradiction", text, Direction.INCOMPARABLE, Witness(None, old_texts[text], "it is gone")
            )
        elif text not in old_texts:
            yield Difference(
                "contradiction", text, Direction.INCOMPARABLE, Witness(None, _MISSING, new_texts[text])
            )


def _compared(old: Rulebook, new: Rulebook) -> Iterator[_Compared]:
    def both(kind: str, steps: list[Outcome], words: Callable[[Assessment], str]) -> _Compared:
        return _Compared(kind, "", tuple(steps), tuple(steps), True, words)

    stops: list[Outcome] = [
        outcome(clearance) for clearance in tuple(Clearance)[1:] for outcome in (Stopped, CouldBeStopped)
    ]
    yield both("clearance", stops, Stopped(Clearance.CLINICIAN_LED).words_of)
    yield both("dose", [Gentle()], lambda assessment: assessment.dose)
    for scale in _COMPARED_SCALES:
        steps = [
            tuple(
                Concluded(scale, rank, level) for rank, level in enumerate(book.scales.get(scale, ())) if rank
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
        offers = [_offer(known, level) for known in levels]
        yield _Compared("level", level, offers[0], offers[1], False, _offered(level))


def _referral(book: Rulebook, rule: str) -> tuple[Outcome, ...]:
    refer = book.rules[rule].refer if rule in book.rules else None
    return (
        tuple(ReferredBy(rule, urgency) for urgency in Urgency if urgency <= refer.urgency) if refer else ()
    )


def _limits(book: Rulebook, movement: str) -> tuple[Outcome, ...]:
    verdicts = tuple(Verdict)[1:] if movement in book.movements else ()
    return tuple(outcome(movement, verdict) for verdict in verdicts for outcome in (Limited, CouldBeLimited))


def _offer(levels: Mapping[str, Level], level: str) -> tuple[Outcome, ...]:
    return (Offered(level),) if level in levels else ()


def _reached(scale: str) -> Callable[[Assessment], str]:
    return lambda assessment: (
        assessment.rulebook.scales[scale][assessment.findings.facts.scales[scale][0]]
        if scale in assessment.rulebook.scales
        else _MISSING
    )


def _referred(rule: str) -> Callable[[Assessment], str]:
    def words(assessment: Assessment) -> str:
        refer = next((other.refer for other in assessment.findings.fired if other.id == rule), None)
        return f"{refer.urgency}, {refer.to}" if refer else "no referral by this rule"

    return words


def _verdict(movement: str) -> Callable[[Assessment], str]:
    def words(assessment: Assessment) -> str:
        if movement not in assessment.rulebook.movements:
            return _MISSING
        entry = assessment.movement(movement)
        return (
            entry.verdict
            if entry.possible == entry.verdict
            else f"{entry.verdict}, possibly {entry.possible},"
        )

    return words


def _offered(level: str) -> Callable[[Assessment], str]:
    return lambda assessment: "suggested" if Offered(level).true_of(assessment) else "not suggested"


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
            self._formulas(self.old, compared.old, compared.new),
            self._formulas(self.new, compared.new, compared.old),
        )
        pairs = [(old, new) for old, new in zip(before, after, strict=True) if not old.eq(new)]
        falls = self._witness(compared, [z3.And(old, z3.Not(new)) for old, new in pairs])
        rises = self._witness(compared, [z3.And(new, z3.Not(old)) for old, new in pairs])
        laxer, stricter = (falls, rises) if compared.upwards else (rises, falls)
        direction = {
            (False, False): Direction.EQUIVALENT,
            (True, False): Direction.LAXER,
            (False, True): Direction.STRICTER,
        }.get((laxer is not None, stricter is not None), Direction.INCOMPARABLE)
        return Difference(compared.kind, compared.name, direction, laxer, stricter)

    def _formulas(
        self, symbolic: SymbolicRulebook, steps: tuple[Outcome, ...], other: tuple[Outcome, ...]
    ) -> list[z3.BoolRef]:
        """Return the steps as formulas; steps that only the other rulebook has are false."""
        formulas = [self.anybody.formula(symbolic, outcome.bit(symbolic)) for outcome in steps]
        return formulas + [z3.BoolVal(val=False)] * (len(other) - len(steps))

    def _witness(self, compared: _Compared, formulas: list[z3.BoolRef]) -> Witness | None:
        """Return the simplest person for whom one of several formulas holds, or nothing.

        Raises:
            EngineError: where the solver does not know, or the reference sees no change.

        """
        if not formulas:
            return None
        with scope(self.solver):
            self.solver.add(z3.Or(formulas))
            result = self.solver.check()
            if result == z3.unsat:
                return None
            if result != z3.sat:
                raise EngineError(
                    Problem(
                        "z3",
                        f"the solver does not know if {compared.kind} {compared.name} changes.",
                        "Split the change.",
                    )
                )
            values = self.anybody.variables.read(simplest(self.solver, [self.anybody]))
        old, new = (compared.words(assess_values(symbolic.book, values)) for symbolic in (self.old, self.new))
        if old == new:
            raise EngineError(
                Problem(
                    "z3", f"the reference sees no change of {compared.kind} {compared.name} for {values}."
                )
            )
        return Witness(profile_answers(self.anybody.variables.vocabulary, values), old, new)


def _same_steps(compared: _Compared) -> bool:
    """Return whether one list of steps extends the other, so that they can be compared one by one."""
    both = min(len(compared.old), len(compared.new))
    return compared.old[:both] == compared.new[:both] and (
        len(compared.old) == len(compared.new) or compared.kind == "referral"
    )
