"""Where a person begins: what is practised now decides, never the number of answers and never fear."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from recommender.person.assessment import Assessment
from tests.conftest import Run, examples
from tests.people import as_json, assessed, book
from tests.strategies import People

PEOPLE = People(book())

NO_TROUBLE = {
    field.id: "yes" if field.worse == "no" else "no"
    for field in book().vocabulary.fields.values()
    if field.kind == "yes_no"
    and field.worse in ("yes", "no")
    and field.id not in ("pregnant", "hip_fracture")
    if field.only_if is None
} | {
    "vertebral_fractures": "0",
    "hip_fracture": "no",
    "other_fractures": "0",
    "falls_12m": "0",
    "frailty": "robust",
}
SEDENTARY = {"age": "66", "sex": "female", "menopause": "post", "t_score": "-2.0", "activity": "sedentary"}
TRAINED = SEDENTARY | {"activity": "trained"}


def starts(assessment: Assessment) -> dict[str, str]:
    return {offer.exercise.id: offer.start.level.id for offer in assessment.offers}


def above_the_first(assessment: Assessment) -> list[str]:
    return [offer.exercise.id for offer in assessment.offers if offer.start.level != offer.exercise.levels[0]]


@pytest.mark.parametrize("answers", [SEDENTARY, SEDENTARY | NO_TROUBLE], ids=["few answers", "all answers"])
def test_answering_every_question_with_no_lifts_no_beginner_above_the_first_level(
    answers: dict[str, str],
) -> None:
    assert above_the_first(assessed(**answers)) == []


def test_who_trains_begins_where_they_are_and_new_kinds_begin_with_their_first_step() -> None:
    start = starts(assessed(**TRAINED | NO_TROUBLE))

    assert start["squat_to_chair"] == "squat_to_chair_weight"
    assert start["walking"] == "walking_brisk"
    assert start["single_leg_stance"] == "single_leg_two_hands"


def test_weeks_that_are_told_count_before_the_word_trained() -> None:
    assert above_the_first(assessed(**TRAINED | {"strength_training_weeks": "0", "walking_weeks": "0"})) == []


@pytest.mark.parametrize(
    "sign",
    [
        {"frailty": "frail"},
        {"rises_without_hands": "no"},
        {"falls_12m": "1", "injurious_fall": "yes"},
        {"laid_up_weeks": "2"},
        {"training_break_weeks": "10"},
    ],
    ids=str,
)
def test_a_sign_of_weakness_counts_before_any_claim(sign: dict[str, str]) -> None:
    assert "squat_to_chair" not in above_the_first(assessed(**TRAINED | sign))


def test_under_fifty_without_a_sign_the_start_goes_by_effort() -> None:
    young = {"age": "30", "sex": "female", "menopause": "pre", "t_score": "0.5", "z_total_hip": "0.4"}

    assert "squat_to_chair" in above_the_first(assessed(**young))


def test_after_two_weeks_off_training_begins_one_step_back() -> None:
    usual, after_a_break = (assessed(**TRAINED, **more) for more in ({}, {"training_break_weeks": "2"}))

    assert starts(usual)["squat_to_chair"] == "squat_to_chair_weight"
    assert starts(after_a_break)["squat_to_chair"] == "squat_to_chair_tap"
    assert [offer.level for offer in usual.offers] == [offer.level for offer in after_a_break.offers]


@settings(max_examples=examples(40), deadline=None)
@given(PEOPLE.profiles())
def test_fear_alone_changes_only_words_and_how_much_is_shown_first(answers: dict[str, str]) -> None:
    def plan(fear: str) -> dict[str, Any]:
        told = (
            "profile",
            "trace",
            "classification",
            "rules_fired",
            "rules_possible",
            "signed_off",
            "questions",
        )
        whole = as_json(**answers | {"fear_of_movement": fear})
        return {key: value for key, value in whole.items() if key not in told}

    assert plan("0") == plan("10")


@pytest.mark.parametrize("age", ["50", "60", "74", "85", "95"])
def test_nobody_from_fifty_on_jumps_before_the_legs_are_trained(age: str) -> None:
    plan = assessed(age=age, t_score="-2.0", activity="sedentary", **NO_TROUBLE)

    waiting = plan.withheld_for("low_jump")
    assert waiting is not None
    assert any("Eight weeks of regular strength training" in say for _, say in waiting.would_need)


def test_stamps_may_begin_at_once_from_50_to_64_with_a_good_score_and_jumps_may_not() -> None:
    well = NO_TROUBLE | {"age": "58", "t_score": "-0.5", "height_loss_cm": "0", "kyphosis": "none"}
    plan = assessed(**well, height_loss_recent_cm="0", glucocorticoid_mg="0")

    assert plan.offer("heel_drop")
    assert plan.withheld_for("low_jump")


def test_what_goes_well_now_may_go_on_and_from_65_waits_for_the_answers_about_balance() -> None:
    runner = {"t_score": "-2.0", "impact_weeks": "100"}

    assert assessed(age="60", **runner).offer("low_jump")
    assert assessed(age="65", **runner).withheld_for("low_jump")
    assert assessed(age="65", **runner, **NO_TROUBLE).offer("low_jump")


def test_lying_on_the_front_is_no_beginning_for_the_untrained() -> None:
    waiting = assessed(**SEDENTARY).withheld_for("prone_press_up")

    assert waiting is not None
    assert not waiting.movements
    assert waiting.would_need
    assert assessed(**SEDENTARY, trunk_weeks="8").offer("prone_press_up")


def test_each_further_level_says_what_must_be_easy_first() -> None:
    levels = [level for exercise in book().exercises.values() for level in exercise.levels[1:]]

    assert all(level.after for level in levels)


def test_the_person_reads_what_comes_next_and_what_must_be_easy_first(run: Run) -> None:
    out = " ".join(
        run("assess", "--t-score", "-2.0", "--age", "66", "--activity", "some", "--show", "all").out.split()
    )

    assert "Next: legs do the work, fingertips for balance. First: Two sets of 12 with your hands" in out


def test_json_has_start_next_and_up_to_and_the_first_form_stays(run: Run) -> None:
    told = ("assess", "--t-score", "-2.0", "--age", "66", "--format", "json")
    new, old = json.loads(run(*told).out), json.loads(run(*told, "--schema", "v1").out)

    stand = next(entry for entry in new["exercises"] if entry["id"] == "sit_to_stand")
    assert new["schema"] == "recommender.assessment.v2"
    assert stand["start"]["level"] == "sit_to_stand_hands"
    assert stand["start"]["name"] == "Higher seat, hands help"
    assert stand["next"] == {
        "level": "sit_to_stand_free",
        "name": "Legs do the work, fingertips for balance",
        "after": "Two sets of 12 with your hands helping feel easy.",
    }
    assert stand["up_to"] == stand["level"] == "sit_to_stand_free"
    assert old["schema"] == "recommender.assessment.v1"
    assert set(new) - set(old) == {"session"}
    assert not {"next", "up_to"} & set(old["exercises"][0])


def test_clear_is_not_said_as_long_as_safety_questions_are_open(run: Run) -> None:
    told = ("assess", "--t-score", "-2.0", "--age", "66", "--format", "json")

    assert json.loads(run(*told).out)["clearance"] == "clear_if_screened"
    assert json.loads(run(*told, "--schema", "v1").out)["clearance"] == "clear"


def session(run: Run, *answers: str) -> str:
    """Return the session of somebody, as one line."""
    out = run("assess", *answers, "--show", "exercises").out
    return " ".join(out[out.index("A SESSION") : out.index("START WITH THESE")].split())


def test_a_session_says_how_much_of_each_part_and_on_which_days(run: Run) -> None:
    text = session(run, "--t-score", "-2.6", "--age", "70")

    assert "Monday, Wednesday and Friday would do." in text
    assert "2. Sit to stand: higher seat, hands help. 1 to 3 sets of 8 to 12 slow repeats" in text
    assert "Do you train already?" not in text
    assert "Do you train already?" in session(run, "--t-score", "-2.6", "--activity", "trained")


def test_whoever_has_one_hand_is_told_of_nothing_with_two(run: Run) -> None:
    person = ("--t-total-hip", "-2.3", "--age", "68", "--hands", "one", "--walking-aid", "yes")
    screen = run("assess", *person).out

    assert "Strength. Row with one hand" in screen
    assert "Seated row with a band" not in screen


def test_nobody_whose_start_is_made_gentle_is_told_to_carry_on(run: Run) -> None:
    person = ("--t-score", "-2.0", "--age", "60", "--sex", "male")

    assert "Carry on" in run("assess", *person).out
    assert "Carry on" not in run("assess", *person, "--ill-after-effort", "yes").out
