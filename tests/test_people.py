"""Whole people: what each must be offered, must not be offered, must be asked and must be told."""

import pytest

from tests.people import COMMENTER, as_json, assessed, levels, verdicts

CRUNCHES = {"spinal_flexion_repeated", "spinal_flexion_end_range", "spinal_flexion_loaded"}
BACKBENDS = {"lean_back_stage1", "lean_back_stage2", "lean_back_stage3", "wall_walk_back"}


def test_the_trained_and_frightened_woman_may_start_today() -> None:
    found = assessed(**COMMENTER)

    assert (found.classification.bone_density, found.risk_tier, found.clearance) == (
        "osteoporosis",
        "very_high",
        "clear",
    )
    assert all(plan.exercises for plan in found.week)
    assert all(plan.start_with for plan in found.week)
    assert len(found.offers) > len(found.withheld)


def test_her_weight_training_changes_form_and_is_not_taken_away() -> None:
    offered = levels(**COMMENTER)

    assert {"squat_to_chair_weight", "band_row_loaded", "hip_hinge_stick"} <= offered


def test_she_leans_back_at_most_a_tiny_bit_and_does_nothing_face_down() -> None:
    offered = levels(**COMMENTER)

    assert offered & BACKBENDS <= {"lean_back_stage1"}
    assert "prone_snow_angel" not in offered


def test_her_jumps_wait_for_a_picture_of_the_spine_and_she_is_told_what_it_would_open() -> None:
    found = as_json(**COMMENTER)
    jump = next(entry for entry in found["withheld"] if entry["id"] == "low_jump")

    assert {need["field"] for need in jump["would_need"]} == {"spine_imaged", "vertebral_fractures"}
    assert all("picture of your spine" in need["say"] for need in jump["would_need"])
    assert "spine_imaged" in {question["field"] for question in found["questions"]}


def test_a_clear_picture_of_the_spine_opens_her_jumps_with_care() -> None:
    found = assessed(**COMMENTER, spine_imaged="yes", vertebral_fractures="0")
    jump = next(offer for offer in found.offers if offer.exercise.id == "low_jump")

    assert jump.verdict == "modify"


def test_she_is_referred_and_nothing_about_it_is_urgent() -> None:
    found = as_json(**COMMENTER)

    assert {entry["urgency"] for entry in found["referrals"]} == {"routine", "soon"}


@pytest.mark.parametrize("condition", ["spinal_stenosis", "spondylolisthesis"])
def test_stenosis_or_a_slip_with_osteoporosis_gives_a_neutral_spine_plan(condition: str) -> None:
    answers = {"age": "70", "t_lumbar_spine": "-2.7", condition: "yes"}
    found = assessed(**answers)

    assert not levels(**answers) & BACKBENDS
    assert {verdicts(**answers)[movement] for movement in CRUNCHES} == {"avoid"}
    assert all(plan.exercises for plan in found.week)


@pytest.mark.parametrize(
    "pain",
    [
        {"new_back_pain": "yes"},
        {"new_back_pain": "yes", "back_pain_sudden": "yes", "back_pain_days": "3", "back_pain_severity": "8"},
    ],
)
def test_acute_pain_with_low_density_is_a_hold(pain: dict[str, str]) -> None:
    found = assessed(t_score="-2.6", **pain)

    assert found.clearance == "hold"
    assert {offer.exercise.id for offer in found.offers} <= {"log_roll", "diaphragm_breathing"}


@pytest.mark.parametrize("sign", ["saddle_numbness", "bladder_bowel_change"])
def test_saddle_numbness_or_bladder_change_is_an_emergency_and_nothing_is_suggested(sign: str) -> None:
    found = as_json(t_score="-1.0", **{sign: "yes"})

    assert found["clearance"] == "emergency"
    assert found["exercises"] == []
    assert found["referrals"][0]["urgency"] == "emergency"


@pytest.mark.parametrize("z", [{}, {"z_lumbar_spine": "-1.0"}, {"z_lumbar_spine": "-2.2"}])
def test_a_woman_of_38_before_the_menopause_is_never_given_a_t_score_label(z: dict[str, str]) -> None:
    found = assessed(
        age="38", sex="female", menopause="pre", t_lumbar_spine="-1.8", t_femoral_neck="-1.5", **z
    )

    assert found.classification.bone_density in {"unclassified", "within_expected", "below_expected"}


@pytest.mark.parametrize(
    ("answers", "label"),
    [
        ({"age": "60", "t_score": "-1.0"}, "normal"),
        ({"age": "60", "t_score": "-1.1"}, "low_bone_mass"),
        ({"age": "60", "t_score": "-2.4"}, "low_bone_mass"),
        ({"age": "60", "t_score": "-2.48"}, "low_bone_mass"),
        ({"age": "60", "t_score": "-2.5"}, "osteoporosis"),
        ({"age": "45", "sex": "male", "z_total_hip": "-1.9"}, "within_expected"),
        ({"age": "45", "sex": "male", "z_total_hip": "-2.0"}, "below_expected"),
        ({"age": "45", "sex": "male", "t_total_hip": "-2.6"}, "unclassified"),
    ],
)
def test_each_boundary_belongs_to_the_class_that_its_definition_says(
    answers: dict[str, str], label: str
) -> None:
    assert assessed(**answers).classification.bone_density == label


def test_an_ordinary_score_of_minus_2_6_is_clear() -> None:
    assert assessed(t_score="-2.6").clearance == "clear"


def test_the_lowest_site_counts_and_sites_are_not_averaged() -> None:
    found = assessed(age="66", t_lumbar_spine="-0.4", t_total_hip="-2.6").classification

    assert (found.lowest_t, found.site, found.bone_density) == (-2600, "t_total_hip", "osteoporosis")
    assert "C14" in {rule.id for rule in found.notes}


def test_an_age_alone_is_treated_with_the_limits_of_a_low_score_and_offers_a_plan() -> None:
    found = assessed(age="60")

    assert (found.risk_tier, found.clearance) == ("unknown", "clear")
    assert verdicts(age="60")["spinal_flexion_loaded"] == "avoid"
    assert all(plan.exercises for plan in found.week)


def test_steroids_count_in_a_man_of_45_whose_t_score_does_not() -> None:
    answers = {"age": "45", "sex": "male", "t_lumbar_spine": "-2.6", "z_lumbar_spine": "-2.3"}
    found = assessed(**answers, glucocorticoid_mg="10", glucocorticoid_months="6")

    assert found.classification.bone_density == "below_expected"
    assert found.risk_tier == "high"
    assert "R33" in {rule.id for rule in found.findings.fired}


def test_a_faller_keeps_balance_work_with_both_hands_on_support() -> None:
    offered = levels(age="80", t_score="-2.8", falls_12m="3")

    assert {"weight_shift_two_hands", "tandem_two_hands"} <= offered
    assert not {"tandem_free", "weight_shift_fingertips", "walking_brisk"} & offered


@pytest.mark.parametrize(
    ("months", "clearance"),
    [("0.8", "hold"), ("0.9", "clinician_led"), ("2.8", "clinician_led"), ("2.9", "clear")],
)
def test_clearance_after_a_spine_fracture_goes_by_its_age(months: str, clearance: str) -> None:
    assert assessed(vertebral_fractures="1", vertebral_fracture_months=months).clearance == clearance


def test_heavy_lifting_opens_only_when_everything_it_needs_is_known() -> None:
    ready = {
        "age": "63",
        "t_lumbar_spine": "-2.0",
        "supervision": "professional",
        "vertebral_fractures": "0",
        "hip_fracture": "no",
        "other_fractures": "0",
        "new_back_pain": "no",
        "systolic_bp": "128",
        "diastolic_bp": "78",
    }

    assert "deadlift_supervised" in levels(**ready)
    for missing in ("supervision", "vertebral_fractures", "new_back_pain", "systolic_bp"):
        assert "deadlift_supervised" not in levels(
            **{name: answer for name, answer in ready.items() if name != missing}
        )


def test_a_field_that_no_exercise_depends_on_still_speaks() -> None:
    assert "N05" in {rule.id for rule in assessed(t_score="-2.0", scan_months="30").findings.fired}


def test_a_question_about_an_injury_is_asked_only_after_the_question_about_falls() -> None:
    asked = {question["field"] for question in as_json(t_score="-2.6", age="70")["questions"]}

    assert "falls_12m" in asked
    assert "injurious_fall" not in asked


def test_what_closes_the_next_level_is_told_without_what_closes_the_one_after_it() -> None:
    faller = assessed(t_score="-1.5", age="70", falls_12m="2")
    offer = faller.offer("tandem_walk")

    assert offer is not None
    assert [level.id for level in offer.beyond] == ["tandem_walk_fingertips", "tandem_walk_free"]
    assert [rule.id for rule in faller.closing(offer)] == ["G09"]
