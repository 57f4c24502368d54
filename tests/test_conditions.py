"""Conditions behind one question, and exercises that are made for some people only."""

import pytest

from recommender.person.assessment import Assessment
from recommender.report.why import why_exercise
from tests.people import assessed, book

WOMAN = {"age": "62", "sex": "female", "menopause": "post", "t_score": "-2.0", "activity": "some"}
BEHIND = {
    field.id
    for field in book().vocabulary.fields.values()
    if field.only_if_text.startswith("other_conditions")
}


def asked(assessment: Assessment) -> set[str]:
    return {question.field for question in assessment.questions}


def offered(assessment: Assessment) -> set[str]:
    return {offer.exercise.id for offer in assessment.offers}


def test_one_question_stands_for_all_behind_it_until_it_is_yes() -> None:
    before, no, yes = (
        assessed(**WOMAN, **more) for more in ({}, {"other_conditions": "no"}, {"other_conditions": "yes"})
    )

    assert "other_conditions" in asked(before)
    assert not asked(before) & BEHIND
    assert not asked(no) & (BEHIND | {"other_conditions"})
    assert {"stands", "hands", "parkinsons", "hip_osteonecrosis"} <= asked(yes)


@pytest.mark.parametrize("field", sorted(BEHIND))
def test_a_condition_counts_without_the_question_before_it(field: str) -> None:
    choices = book().vocabulary.fields[field].choices
    worst = choices[-1] if choices else "yes"

    assert {rule.id for rule in assessed(**WOMAN, **{field: worst}).findings.fired} - {
        rule.id for rule in assessed(**WOMAN).findings.fired
    }


def test_forms_for_other_bodies_are_offered_only_to_those() -> None:
    made_for_some = {"seated_arms", "seated_reach", "sit_to_stand_one_hand", "towel_pull"}
    ordinary = assessed(**WOMAN)

    assert not offered(ordinary) & made_for_some
    assert not {entry.exercise.id for entry in ordinary.withheld} & made_for_some
    assert {"seated_arms", "seated_reach"} <= offered(assessed(**WOMAN, stands="cannot"))
    assert "sit_to_stand_one_hand" in offered(assessed(**WOMAN, hands="one"))
    assert "towel_pull" in offered(assessed(**WOMAN, equipment="chair"))


def test_nobody_is_moved_on_whom_effort_makes_ill() -> None:
    trained = assessed(**WOMAN | {"activity": "trained"}, ill_after_effort="yes")

    assert all(offer.next is None and not offer.beyond for offer in trained.offers)
    assert all(offer.level == offer.exercise.levels[0] for offer in trained.offers)
    assert trained.session is None


def test_why_says_for_whom_a_form_is_made() -> None:
    exercise = book().exercises["seated_march"]

    text = why_exercise(assessed(**WOMAN), exercise, None, (), 80, colour=False)

    assert exercise.made_for in " ".join(text.split())


def test_lifting_by_effort_alone_waits_for_good_answers() -> None:
    lifter = WOMAN | {"activity": "trained"}
    good = {"vertebral_fractures": "0", "height_loss_cm": "0", "kyphosis": "none"}
    good |= {"systolic_bp": "125", "diastolic_bp": "78"}
    goblet = "squat_goblet"

    def levels(**more: str) -> set[str]:
        return {offer.level.id for offer in assessed(**lifter | more).offers}

    assert goblet not in levels()
    assert goblet in levels(**good)
    assert goblet not in levels(**good, t_score="-2.6")
    assert goblet in levels(**good, t_score="-2.6", lifting_taught="yes")
