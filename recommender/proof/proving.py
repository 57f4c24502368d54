"""Proving laws: by reading where that is enough, else by z3, which finds a person who breaks one or shows that there is none.

Whoever is found is asked about again through the reference. That nobody is found rests on the circuit, which the tests and every
audited run hold to the reference.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import z3

from recommender.errors import EngineError, Problem
from recommender.language.meaning import Value
from recommender.person.assessment import Assessment
from recommender.person.decision import assess
from recommender.person.engines.reference import ReferenceEngine
from recommender.proof.laws import (
    Breach,
    Consequence,
    Exempt,
    Law,
    NeverRelaxes,
    Possibility,
    relaxations,
    surprises,
)
from recommender.proof.polarity import WORSE_IS_MORE, read_as_missing, read_the_other_way
from recommender.proof.symbolic import SymbolicPerson, SymbolicRulebook, simplest, solver_about, written
from recommender.proof.symbols import all_of, negated
from recommender.rulebook.model import Rule, Rulebook
from recommender.vocabulary import Field
from recommender.vocabulary.profile import profile_of


class Failure(NamedTuple):
    """Why a law is not proved: somebody breaks it (`before`, and `after` one answer changed), or `reason` says what else.

    `field` is the question whose answer changed, and `rules` are those that count it the other way round.
    """

    reason: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    field: str = ""
    rules: tuple[Rule, ...] = ()
    breach: Breach | None = None


class Theorem(NamedTuple):
    """What came of a law: in how many steps it was settled by reading and by the solver, and what speaks against it."""

    law: Law
    by_reading: int
    by_solving: int
    failures: tuple[Failure, ...]


def prove(world: SymbolicRulebook, laws: Iterable[Law]) -> Iterator[Theorem]:
    """Yield a theorem for each law.

    Raises:
        EngineError: where the reference does not confirm what the solver found; then nothing is proved at all.

    """
    prover = _Prover(world)
    for law in laws:
        yield prover.theorem(law)


class _Prover:
    def __init__(self, world: SymbolicRulebook) -> None:
        self.world, self.book = world, world.book
        self.anybody = SymbolicPerson(world)
        self.solver = solver_about(self.anybody)

    def theorem(self, law: Law) -> Theorem:
        claim = law.claim
        if isinstance(claim, Consequence):
            failure = self._breached(
                claim.breaches, self.solver, self.anybody, None, ""
            ) or self._about_nobody(claim)
            return Theorem(law, 0, 1, (failure,) if failure else ())
        if isinstance(claim, Possibility):
            return self._possible(law, claim)
        if isinstance(claim, NeverRelaxes):
            fields = [field for field in self.book.vocabulary.fields.values() if field.worse != "neither"]
            return self._changes(
                law, claim.exempt, fields, read_the_other_way, relaxations(self.book), self._gets_worse
            )
        fields = list(self.book.vocabulary.fields.values())
        return self._changes(
            law, claim.exempt, fields, read_as_missing, surprises(self.book), self._gets_known
        )

    def _about_nobody(self, claim: Consequence) -> Failure | None:
        """Refuse a law that is true only because there is nobody of whom it speaks."""
        given = z3.And([self.anybody.says(self.world, one.bit(self.world)) for one in claim.given])
        unless = z3.Not(
            z3.Or([self.anybody.says(self.world, one.bit(self.world)) for one in claim.given_not])
        )
        return (
            None
            if self.solver.check(given, unless) == z3.sat
            else Failure("the law is about nobody: its condition is true of no one.")
        )

    def _possible(self, law: Law, claim: Possibility) -> Theorem:
        """Find somebody for each possibility; they also show all others that the reference sees in them."""
        failures = []
        open_ = list(claim.each)
        while open_:
            outcome, wanted = open_.pop(0)
            said = self.anybody.says(self.world, outcome.bit(self.world))
            answer = self.solver.check(said if wanted else z3.Not(said))
            if answer == z3.sat:
                person = self.anybody.person.read(self.solver.model())
                shown = Breach((outcome,)) if wanted else Breach((), (outcome,))
                assessment = confirm(self.book, shown, [person])[0]
                open_ = [(other, so) for other, so in open_ if other.true_of(assessment) is not so]
            else:
                unknown = "the solver does not know of anybody for whom"
                nobody = "there is nobody for whom" if answer == z3.unsat else unknown
                failures.append(Failure(f"{nobody} {outcome}" + ("." if wanted else " is not so.")))
        return Theorem(law, 0, len(claim.each), tuple(failures))

    def _changes(
        self,
        law: Law,
        exempt: tuple[Exempt, ...],
        fields: Iterable[Field],
        suspects: Callable[[Rulebook, str], tuple[Rule, ...]],
        breaches: tuple[Breach, ...],
        change: Callable[[Field, SymbolicPerson, SymbolicPerson], z3.BoolRef],
    ) -> Theorem:
        by_reading = by_solving = 0
        failures = []
        for field in fields:
            exceptions = [one for one in exempt if field.id in one.fields]
            if any(one.when is None for one in exceptions):
                continue
            rules = suspects(self.book, field.id)
            if not rules:
                by_reading += 1
                continue
            by_solving += 1
            other = self.anybody.varied(field.id)
            solver = solver_about(self.anybody, other)
            solver.add(change(field, self.anybody, other))
            for one in exceptions:
                if one.when is not None:
                    solver.add(
                        z3.Not(self.anybody.says(self.world, self.world.columns.truth(one.when).certain))
                    )
            failure = self._breached(breaches, solver, self.anybody, other, field.id)
            if failure:
                failures.append(failure._replace(rules=rules))
        return Theorem(law, by_reading, by_solving, tuple(failures))

    @staticmethod
    def _gets_worse(field: Field, before: SymbolicPerson, after: SymbolicPerson) -> z3.BoolRef:
        one, other = before.person.answers[field.id], after.person.answers[field.id]
        worse = other.value > one.value if field.worse in WORSE_IS_MORE else other.value < one.value
        more_recent = (
            z3.And(one.never, other.given)
            if field.never and field.worse == "lower"
            else z3.BoolVal(val=False)
        )
        return z3.Or(z3.And(one.given, other.given, worse), more_recent)

    @staticmethod
    def _gets_known(field: Field, before: SymbolicPerson, after: SymbolicPerson) -> z3.BoolRef:
        answer = after.person.answers[field.id]
        return z3.And(before.without(field.id), z3.Or(answer.given, answer.never))

    def _breached(
        self,
        breaches: Iterable[Breach],
        solver: z3.Solver,
        before: SymbolicPerson,
        after: SymbolicPerson | None,
        field: str,
    ) -> Failure | None:
        """Look for somebody who breaks one of several laws."""
        said = {breach: self._said(breach, before, after) for breach in breaches}
        with aside(solver):
            solver.add(z3.Or(list(said.values())))
            found = solver.check()
            if found == z3.sat:
                return self._counterexample(said, solver, before, after, field)
            return (
                None
                if found == z3.unsat
                else Failure(f"the solver does not know ({solver.reason_unknown()}).", field=field)
            )

    def _said(self, breach: Breach, before: SymbolicPerson, after: SymbolicPerson | None) -> z3.BoolRef:
        world = self.world
        parts = [before.says(world, one.bit(world)) for one in breach.is_so]
        parts += [negated(before.says(world, one.bit(world))) for one in breach.is_not]
        if after is not None:
            parts += [after.says(world, one.bit(world)) for one in breach.is_so_after]
            parts += [negated(after.says(world, one.bit(world))) for one in breach.is_not_after]
        return all_of(parts)

    def _counterexample(
        self,
        said: Mapping[Breach, z3.BoolRef],
        solver: z3.Solver,
        before: SymbolicPerson,
        after: SymbolicPerson | None,
        field: str,
    ) -> Failure:
        """Return the simplest person who breaks a law, once the reference has confirmed it."""
        first = solver.model()
        breach = next(
            one for one, sentence in said.items() if z3.is_true(first.eval(sentence, model_completion=True))
        )
        solver.add(said[breach])
        if solver.check() != z3.sat:
            return Failure(f"{breach}; the solver does not know for whom.", field=field)
        people = [before] if after is None else [before, after]
        model = simplest(solver, people, [field] if field else [])
        answers = [one.person.read(model) for one in people]
        found = confirm(self.book, breach, answers)
        texts = [written(self.book.vocabulary, one) for one in answers]
        return Failure(told(breach, found), texts[0], texts[1] if after else None, field, breach=breach)


@contextmanager
def aside(solver: z3.Solver) -> Iterator[None]:
    """Let a solver forget afterwards what it is told meanwhile."""
    scopes = solver.num_scopes()
    solver.push()
    try:
        yield
    finally:
        solver.pop(solver.num_scopes() - scopes)


def confirm(book: Rulebook, breach: Breach, answers: list[dict[str, Value]]) -> list[Assessment]:
    """Return what the reference says of somebody, before and after, who must be what the solver says.

    Raises:
        EngineError: where they disagree.

    """
    found = [assessed(book, one) for one in answers]
    so = all(one.true_of(found[0]) for one in breach.is_so) and not any(
        one.true_of(found[0]) for one in breach.is_not
    )
    so &= all(one.true_of(found[-1]) for one in breach.is_so_after) and not any(
        one.true_of(found[-1]) for one in breach.is_not_after
    )
    if not so:
        raise EngineError(
            Problem("z3", f"the reference does not confirm what the solver found: {breach}, of {answers}.")
        )
    return found


def assessed(book: Rulebook, values: Mapping[str, Value]) -> Assessment:
    """Return what the reference says of somebody; what this rulebook does not ask is left out."""
    known = {name: value for name, value in values.items() if name in book.vocabulary.fields}
    return assess(book, ReferenceEngine(book.strata), profile_of(book.vocabulary, known, {}))


def told(breach: Breach, found: list[Assessment]) -> str:
    """Return in words how somebody breaks a law: what one thing becomes, where that is what is wrong."""
    if len(found) == 1:
        return f"{breach}."
    outcome = (*breach.is_not_after, *breach.is_so_after)[0]
    before, after = (outcome.words_of(one) for one in found)
    return f"{before}; afterwards {after}."
