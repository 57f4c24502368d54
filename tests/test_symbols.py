"""The rules over symbolic people: of a person whose answers are known, z3 says what the reference says."""

import random
from typing import Any

import pytest
import z3
from hypothesis import given, settings

from recommender.language.meaning import NOT_APPLICABLE, Facts, Value, evaluate
from recommender.person.decision import assess
from recommender.person.engines import ReferenceEngine, infer
from recommender.proof.outcomes import (
    ClearanceReferred,
    Concluded,
    CouldBeLimited,
    CouldBeStopped,
    Fired,
    Gentle,
    Known,
    Limited,
    Offered,
    Outcome,
    Referred,
    ReferredBy,
    Stopped,
    Unanswered,
)
from recommender.proof.symbolic import SymbolicPerson, SymbolicRulebook, profile_answers, simplest
from recommender.proof.symbols import Formulas, Person
from recommender.rulebook.scales import Clearance, Urgency, Verdict
from recommender.vectorised.leaves import NEVER
from recommender.vectorised.rules import Columns
from recommender.vocabulary import Field
from recommender.vocabulary.profile import read_profile
from tests.people import book

from .strategies import FIELDS, SCORES, People, conditions, facts, rulebook_of, rulebooks

SYMBOLIC = SymbolicRulebook(book())
PEOPLE = People(book())


def _is(field: Field, person: Person, value: Value | None) -> z3.BoolRef:
    """Say that a symbolic person has exactly this answer."""
    answer = person.answers[field.id]
    if value is None or value is NOT_APPLICABLE:
        return z3.And(
            z3.Not(answer.has_value),
            answer.never if value is NOT_APPLICABLE and field.never else z3.Not(answer.never),
        )
    number = field.choices.index(str(value)) if field.kind == "choice" else int(value)  # type: ignore[arg-type]
    number = number if field.kind in ("choice", "yes_no") else number // field.step
    return z3.And(answer.has_value, z3.Not(answer.never), answer.value == number)


def _model(person: Person, fields: Any, values: Any) -> z3.ModelRef:
    solver = z3.Solver()
    solver.add([_is(field, person, values.get(name)) for name, field in fields.items()])
    assert solver.check(person.in_range) == z3.sat
    return solver.model()


def _sensible(known: Facts) -> Facts:
    return Facts(
        {
            name: value
            for name, value in known.values.items()
            if name not in SCORES or value is not NOT_APPLICABLE
        },
        known.scales,
    )


PRESENT = frozenset(FIELDS) | {field.id + NEVER for field in FIELDS.values() if field.never}


@pytest.mark.heavy
@settings(max_examples=150, deadline=None)
@given(conditions(), facts().map(_sensible))
def test_a_condition_says_of_somebody_what_the_reference_says(condition: Any, known: Facts) -> None:
    bookless = rulebook_of([])
    columns, person = Columns(bookless, PRESENT), Person(bookless.vocabulary)
    truth, formulas = columns.truth(condition), Formulas(columns.circuit, person)
    model = _model(person, FIELDS, known.values)
    certain, possible = (z3.is_true(model.eval(formulas.of(bit))) for bit in (truth.certain, truth.possible))
    assert (True if certain else None if possible else False) is evaluate(condition, known)


@pytest.mark.heavy
@settings(max_examples=60, deadline=None)
@given(rulebooks(), facts().map(_sensible))
def test_made_up_rules_fire_for_the_same_people(made: Any, known: Facts) -> None:
    columns, person = Columns(made, PRESENT), Person(made.vocabulary)
    formulas, model = Formulas(columns.circuit, person), _model(person, FIELDS, known.values)
    found = infer(made, ReferenceEngine(made.strata), Facts(known.values))
    for rule in made.rules.values():
        bits = columns.rules[rule.id]
        assert z3.is_true(model.eval(formulas.of(bits.fired))) is (rule in found.fired)
        assert z3.is_true(model.eval(formulas.of(bits.possible))) is (rule in found.possible)


def _outcomes() -> list[Outcome]:
    rules = book()
    found: list[Outcome] = [Gentle(), Unanswered(("t_score", "falls_12m"))]
    for index in tuple(Verdict)[1:]:
        found += [Limited(movement, index) for movement in rules.movements]
        found += [CouldBeLimited(movement, index) for movement in rules.movements]
    found += [one(index) for index in tuple(Clearance)[1:] for one in (Stopped, CouldBeStopped)]
    found += [Referred(index) for index in Urgency]
    found += [ClearanceReferred(place, index) for place in tuple(Clearance)[1:] for index in Urgency]
    found += [ReferredBy(rule.id, 0) for rule in rules.rules.values() if rule.refer]
    found += [Offered(level.id) for exercise in rules.exercises.values() for level in exercise.levels]
    found += [Fired(id_) for id_ in rules.rules]
    found += [Known(rule.condition, rule.when) for rule in rules.rules.values()]
    return found + [
        Concluded(scale, place, level)
        for scale, levels in rules.scales.items()
        for place, level in enumerate(levels)
    ]


OUTCOMES = _outcomes()
ANYBODY = SymbolicPerson(SYMBOLIC)


@pytest.mark.parametrize("seed", range(25))
def test_everything_said_of_somebody_is_what_one_person_is_told(seed: int) -> None:
    answers = PEOPLE.anyone(random.Random(seed))
    profile = read_profile(book().vocabulary, answers, {})
    found = assess(book(), ReferenceEngine(book().strata), profile)
    given_ = {name: value for name, value in profile.facts.values.items() if name in answers}
    model = _model(ANYBODY.variables, book().vocabulary.fields, given_)
    assert z3.is_true(model.eval(ANYBODY.possible))
    for outcome in OUTCOMES:
        assert z3.is_true(model.eval(ANYBODY.formula(SYMBOLIC, outcome.bit(SYMBOLIC)))) is outcome.true_of(
            found
        ), str(outcome)


def test_answers_that_contradict_each_other_are_nobody() -> None:
    solver = z3.Solver()
    solver.add(ANYBODY.possible)
    person, fields = ANYBODY.variables, book().vocabulary.fields
    assert (
        solver.check(_is(fields["menopause"], person, "pre"), _is(fields["age"], person, 61000)) == z3.unsat
    )
    assert (
        solver.check(
            _is(fields["vertebral_fractures"], person, 0),
            _is(fields["vertebral_fracture_months"], person, 3000),
        )
        == z3.unsat
    )
    assert (
        solver.check(
            _is(fields["vertebral_fractures"], person, 1000),
            _is(fields["vertebral_fracture_months"], person, 3000),
        )
        == z3.sat
    )


def test_a_person_in_a_model_can_be_written_down_and_read_again() -> None:
    solver = z3.Solver()
    solver.add(ANYBODY.possible, ANYBODY.formula(SYMBOLIC, Fired("H14").bit(SYMBOLIC)))
    assert solver.check() == z3.sat
    answers = profile_answers(book().vocabulary, ANYBODY.variables.read(simplest(solver, [ANYBODY])))
    profile = read_profile(book().vocabulary, answers, {})
    found = assess(book(), ReferenceEngine(book().strata), profile)
    assert Fired("H14").true_of(found)


@pytest.mark.parametrize("name", ["age", "t_total_hip", "vertebral_fracture_months", "sex"])
def test_of_a_person_with_another_answer_the_same_is_said_about_that_answer(name: str) -> None:
    bits = [outcome.bit(SYMBOLIC) for outcome in OUTCOMES]
    before = [ANYBODY.possible, *(ANYBODY.formula(SYMBOLIC, bit) for bit in bits)]
    other = ANYBODY.varied(name)
    after = [other.possible, *(other.formula(SYMBOLIC, bit) for bit in bits)]
    replaced = list(zip(ANYBODY.variables.answers[name], other.variables.answers[name], strict=True))
    assert all(z3.substitute(one, *replaced).eq(another) for one, another in zip(before, after, strict=True))
    assert not all(one.eq(another) for one, another in zip(before, after, strict=True))
