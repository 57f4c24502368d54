"""Proves laws: by reading the rules where that is enough, else with z3.

z3 finds a person who breaks a law or shows that there is none. A counterexample is confirmed by the reference
engine. A proof rests on the circuit, which the tests and every audited run hold to the reference.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import z3

from recommender.errors import EngineError, Problem
from recommender.language.meaning import Value
from recommender.language.tree import Condition
from recommender.person.assessment import Assessment
from recommender.person.decision import assess
from recommender.person.engines.reference import ReferenceEngine
from recommender.proof.laws import (
    Breach,
    Consequence,
    Exempt,
    Indifferent,
    Law,
    MovesOnly,
    NeverRelaxes,
    NeverSurprises,
    Possibility,
    decided,
    lost_urgencies,
    moves,
    relaxations,
    surprises,
)
from recommender.proof.outcomes import Outcome
from recommender.proof.polarity import WORSE_IS_MORE, Polarity
from recommender.proof.symbolic import (
    SymbolicPerson,
    SymbolicRulebook,
    profile_answers,
    simplest,
)
from recommender.proof.symbols import all_of, any_of, negated
from recommender.proof.witnesses import few_people
from recommender.rulebook.model import Rule, Rulebook
from recommender.vocabulary import Field
from recommender.vocabulary.profile import profile_of


class Failure(NamedTuple):
    """Why a law is not proved; `reason` says it in words.

    A counterexample has its answers in `before`. Where the law is about a changed answer,
    `after` has those after the change, `field` names the question, and `rules` may be to blame.
    """

    reason: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    field: str = ""
    rules: tuple[Rule, ...] = ()
    breach: Breach | None = None


class Theorem(NamedTuple):
    """The result for one law: counts of questions settled by reading and by solving, and the failures."""

    law: Law
    by_reading: int
    by_solving: int
    failures: tuple[Failure, ...]


def prove(symbolic: SymbolicRulebook, laws: Iterable[Law]) -> Iterator[Theorem]:
    """Yield a theorem for each law.

    Raises:
        EngineError: where the reference does not confirm a counterexample; then no proof can be trusted.

    """
    prover = _Prover(symbolic)
    for law in laws:
        yield prover.theorem(law)


class _Change(NamedTuple):
    """A kind of change, and what it may not do.

    `suspects` are the rules that it may turn, by the name of the field; `happens` and `turns` are formulas.
    """

    breaches: tuple[Breach, ...]
    suspects: Callable[[str], tuple[Rule, ...]]
    happens: Callable[[Field, SymbolicPerson, SymbolicPerson], z3.BoolRef]
    turns: Callable[[Rule, SymbolicPerson], z3.BoolRef]


class _Prover:
    def __init__(self, symbolic: SymbolicRulebook) -> None:
        self.symbolic, self.book = symbolic, symbolic.book
        self.anybody, self.solver = symbolic.anybody, symbolic.solver
        self.polarity = Polarity(self.book)
        self._other = cache(self.anybody.varied)
        self.people = [person for _, person in few_people(self.book, ReferenceEngine(self.book.strata))]

    def theorem(self, law: Law) -> Theorem:
        claim, fields = law.claim, self.book.vocabulary.fields
        if isinstance(claim, Consequence):
            failure = self._breached(claim.breaches, self.anybody, None, "") or self._about_nobody(claim)
            return Theorem(law, 0, 1, (failure,) if failure else ())
        if isinstance(claim, Possibility):
            return self._possible(law, claim)
        if isinstance(claim, Indifferent):
            return self._indifferent(law, claim)
        if isinstance(claim, MovesOnly):
            moves_only = _Change(moves(self.book, claim), self.polarity.reading, _any_change, self._stops)
            return self._changes(law, [fields[name] for name in claim.fields], (), moves_only)
        if isinstance(claim, NeverSurprises):
            known = _Change(
                surprises(self.book), self.polarity.reading_absence, self._gets_known, self._starts
            )
            return self._changes(law, fields.values(), claim.exempt, known)
        breaches, suspects = (
            (relaxations(self.book), self.polarity.may_relax)
            if isinstance(claim, NeverRelaxes)
            else (lost_urgencies(), self.polarity.may_calm)
        )
        directed = [field for field in fields.values() if field.worse != "neither"]
        worse = _Change(breaches, suspects, self._gets_worse, self._stops)
        return self._changes(law, directed, claim.exempt, worse)

    def _about_nobody(self, claim: Consequence) -> Failure | None:
        """Return a failure where nobody meets the condition of a law, so that it would hold vacuously."""
        condition = Breach(claim.if_present, claim.if_absent)
        if any(condition.true_of(person, person) for person in self.people):
            return None
        return (
            None
            if self.solver.check(self._formula(condition, self.anybody, None)) == z3.sat
            else Failure("the law is about nobody: its condition is true of no one.")
        )

    def _indifferent(self, law: Law, claim: Indifferent) -> Theorem:
        """Show that no outcome reads a field: that its bit depends on no comparison with it."""
        failures = []
        for name in claim.fields:
            depending = self.symbolic.depending(name)
            reading = [outcome for outcome in decided(self.book) if outcome.bit(self.symbolic) in depending]
            failures += [Failure(f"{outcome} may change with it.", field=name) for outcome in reading[:1]]
        return Theorem(law, len(claim.fields), 0, tuple(failures))

    def _possible(self, law: Law, claim: Possibility) -> Theorem:
        """Find a witness for each outcome; what the reference sees in a witness needs no query."""
        failures = []
        pending = list(claim.each)
        for somebody in self.people:
            pending = _unseen(pending, somebody)
        while pending:
            outcome, wanted = pending.pop(0)
            formula = self._holds(outcome, self.anybody)
            answer = self.solver.check(formula if wanted else z3.Not(formula))
            if answer == z3.sat:
                person = self.anybody.variables.read(self.solver.model())
                claimed = Breach((outcome,)) if wanted else Breach((), (outcome,))
                pending = _unseen(pending, confirm(self.book, claimed, [person])[0])
            else:
                unknown = "the solver does not know of anybody for whom"
                nobody = "there is nobody for whom" if answer == z3.unsat else unknown
                failures.append(Failure(f"{nobody} {outcome}" + ("." if wanted else " is not so.")))
        return Theorem(law, 0, len(claim.each), tuple(failures))

    def _changes(
        self, law: Law, fields: Iterable[Field], exemptions: tuple[Exempt, ...], change: _Change
    ) -> Theorem:
        by_reading = by_solving = 0
        failures = []
        for field in fields:
            exceptions = [exemption.when for exemption in exemptions if field.id in exemption.fields]
            if None in exceptions:
                continue
            rules = change.suspects(field.id)
            if not rules:
                by_reading += 1
                continue
            by_solving += 1
            failure = self._changed(field, rules, filter(None, exceptions), change)
            if failure:
                failures.append(failure._replace(rules=rules))
        return Theorem(law, by_reading, by_solving, tuple(failures))

    def _changed(
        self, field: Field, suspects: tuple[Rule, ...], exceptions: Iterable[Condition], change: _Change
    ) -> Failure | None:
        """Return a failure where somebody who changes one answer commits a breach, else nothing.

        Where no suspect turns, no rule does. So these few rules are asked about first, and only then
        what they and the rules behind them do.
        """
        other = self._other(field.id)
        with scope(self.solver):
            self.solver.add(other.possible_beside(field.id), change.happens(field, self.anybody, other))
            for exception in exceptions:
                exempt = self.symbolic.columns.truth(exception).certain
                self.solver.add(negated(self.anybody.formula(self.symbolic, exempt)))
            if self.solver.check(any_of([change.turns(rule, other) for rule in suspects])) == z3.unsat:
                return None
            moved = self.polarity.moved_by(suspects)
            in_question = [breach for breach in change.breaches if any(map(breach.rests_on, moved))]
            return self._breached(in_question, self.anybody, other, field.id)

    def _stops(self, rule: Rule, after: SymbolicPerson) -> z3.BoolRef:
        """Return the formula that a rule fires before a change and not after it."""
        fired = self.symbolic.columns.rules[rule.id].fired
        return all_of(
            [self.anybody.formula(self.symbolic, fired), negated(after.formula(self.symbolic, fired))]
        )

    def _starts(self, rule: Rule, after: SymbolicPerson) -> z3.BoolRef:
        """Return the formula that a rule fires after a change, and could not before it."""
        fired, possible, _ = self.symbolic.columns.rules[rule.id]
        return all_of(
            [negated(self.anybody.formula(self.symbolic, possible)), after.formula(self.symbolic, fired)]
        )

    @staticmethod
    def _gets_worse(field: Field, before: SymbolicPerson, after: SymbolicPerson) -> z3.BoolRef:
        old, new = before.variables.answers[field.id], after.variables.answers[field.id]
        worse = new.value > old.value if field.worse in WORSE_IS_MORE else new.value < old.value
        more_recent = (
            z3.And(old.never, new.has_value)
            if field.never and field.worse == "lower"
            else z3.BoolVal(val=False)
        )
        return z3.Or(z3.And(old.has_value, new.has_value, worse), more_recent)

    @staticmethod
    def _gets_known(field: Field, before: SymbolicPerson, after: SymbolicPerson) -> z3.BoolRef:
        answer = after.variables.answers[field.id]
        return z3.And(before.without(field.id), z3.Or(answer.has_value, answer.never))

    def _breached(
        self,
        breaches: Iterable[Breach],
        before: SymbolicPerson,
        after: SymbolicPerson | None,
        field: str,
    ) -> Failure | None:
        """Return a failure where somebody commits one of several breaches, else nothing."""
        formulas = {breach: self._formula(breach, before, after) for breach in breaches}
        with scope(self.solver):
            self.solver.add(any_of([*formulas.values()]))
            result = self.solver.check()
            if result == z3.sat:
                return self._counterexample(formulas, before, after, field)
            return (
                None
                if result == z3.unsat
                else Failure(f"the solver does not know ({self.solver.reason_unknown()}).", field=field)
            )

    def _formula(self, breach: Breach, before: SymbolicPerson, after: SymbolicPerson | None) -> z3.BoolRef:
        parts = [self._holds(outcome, before) for outcome in breach.present]
        parts += [negated(self._holds(outcome, before)) for outcome in breach.absent]
        if after is not None:
            parts += [self._holds(outcome, after) for outcome in breach.present_after]
            parts += [negated(self._holds(outcome, after)) for outcome in breach.absent_after]
        return all_of(parts)

    def _holds(self, outcome: Outcome, person: SymbolicPerson) -> z3.BoolRef:
        return person.formula(self.symbolic, outcome.bit(self.symbolic))

    def _counterexample(
        self,
        formulas: Mapping[Breach, z3.BoolRef],
        before: SymbolicPerson,
        after: SymbolicPerson | None,
        field: str,
    ) -> Failure:
        """Return the simplest person who breaks a law, confirmed by the reference."""
        first = self.solver.model()
        breach = next(
            candidate
            for candidate, formula in formulas.items()
            if z3.is_true(first.eval(formula, model_completion=True))
        )
        self.solver.add(formulas[breach])
        if self.solver.check() != z3.sat:
            return Failure(f"{breach}; the solver does not know for whom.", field=field)
        people = [before] if after is None else [before, after]
        model = simplest(self.solver, people, [field] if field else [])
        answers = [person.variables.read(model) for person in people]
        assessments = confirm(self.book, breach, answers)
        texts = [profile_answers(self.book.vocabulary, values) for values in answers]
        return Failure(
            describe(breach, assessments), texts[0], texts[1] if after else None, field, breach=breach
        )


def _unseen(pending: Iterable[tuple[Outcome, bool]], person: Assessment) -> list[tuple[Outcome, bool]]:
    return [(outcome, expected) for outcome, expected in pending if outcome.true_of(person) is not expected]


def _any_change(_: Field, __: SymbolicPerson, ___: SymbolicPerson) -> z3.BoolRef:
    """Return the formula that puts no bound on how an answer changes."""
    return z3.BoolVal(val=True)


@contextmanager
def scope(solver: z3.Solver) -> Iterator[None]:
    """Remove the constraints added inside the block when it ends."""
    scopes = solver.num_scopes()
    solver.push()
    try:
        yield
    finally:
        solver.pop(solver.num_scopes() - scopes)


def confirm(book: Rulebook, breach: Breach, answers: list[dict[str, Value]]) -> list[Assessment]:
    """Return the reference's assessments of a counterexample, before and after the change.

    Raises:
        EngineError: where the reference sees no breach.

    """
    assessments = [assess_values(book, values) for values in answers]
    if not breach.true_of(assessments[0], assessments[-1]):
        raise EngineError(
            Problem("z3", f"the reference does not confirm what the solver found: {breach}, of {answers}.")
        )
    return assessments


def assess_values(book: Rulebook, values: Mapping[str, Value]) -> Assessment:
    """Return the reference's assessment; answers to fields that this rulebook lacks are left out."""
    known = {name: value for name, value in values.items() if name in book.vocabulary.fields}
    return assess(book, ReferenceEngine(book.strata), profile_of(book.vocabulary, known, {}))


def describe(breach: Breach, assessments: list[Assessment]) -> str:
    """Return a breach in words; of a changed answer, what the outcome was before and is after."""
    if len(assessments) == 1:
        return f"{breach}."
    outcome = (*breach.absent_after, *breach.present_after)[0]
    before, after = (outcome.words_of(assessment) for assessment in assessments)
    return f"{before}; afterwards {after}."
