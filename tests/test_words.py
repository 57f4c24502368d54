"""What people read: the order of things, the width of lines, and words that must never be used."""

import json
import re

import pytest

from recommender.report.clinician import clinician_report
from recommender.report.person import person_report
from tests.conftest import Run
from tests.people import COMMENTER, as_json, assessed, book

PEOPLE = [
    COMMENTER,
    {"t_score": "-2.6"},
    {"age": "70", "t_score": "-2.7", "spinal_stenosis": "yes"},
    {"t_score": "-2.6", "new_back_pain": "yes"},
    {"vertebral_fractures": "1", "vertebral_fracture_months": "2"},
    {"saddle_numbness": "yes"},
    {"age": "85", "t_score": "-3.1", "frailty": "frail", "falls_12m": "3", "can_rise_from_floor": "no"},
    {"age": "38", "sex": "female", "menopause": "pre", "t_score": "-1.8"},
    {"age": "60"},
]
NEVER = tuple(book().plain_words.never)


@pytest.mark.parametrize("answers", PEOPLE)
def test_no_report_promises_frightens_or_speaks_of_changing_medicines(answers: dict[str, str]) -> None:
    text = " ".join(person_report(assessed(**answers), 80, colour=False).split())

    assert [words for words in NEVER if re.search(words, text, re.IGNORECASE)] == []


def test_no_sentence_of_the_rulebook_promises_frightens_or_speaks_of_changing_medicines() -> None:
    said = [
        word
        for rule in book().rules.values()
        for word in (rule.say, rule.caution, rule.note, rule.screen, rule.opens)
    ]
    said += [rule.refer.say for rule in book().rules.values() if rule.refer]
    said += [
        text
        for ex in book().exercises.values()
        for level in ex.levels
        for text in (ex.why, *level.steps, *level.cautions)
    ]
    said += [
        text
        for movement in book().movements.values()
        for text in (movement.name, movement.what, movement.instead)
    ]

    assert [text for text in said if any(re.search(words, text, re.IGNORECASE) for words in NEVER)] == []


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("answers", PEOPLE)
def test_no_line_is_wider_than_the_terminal(answers: dict[str, str], width: int) -> None:
    found = assessed(**answers)

    assert [
        line for line in person_report(found, width, colour=False).splitlines() if len(line) > width
    ] == []


def test_safety_questions_come_first_then_what_is_safe_then_movements_then_whom_to_see() -> None:
    text = person_report(assessed(**COMMENTER), 80, colour=False)
    order = [
        "IN SHORT",
        "BEFORE YOU START",
        "WHAT YOU CAN DO",
        "START WITH THESE",
        "WHAT WAITS",
        "HOW TO MOVE",
        "WHO TO SEE",
        "ABOUT",
    ]

    places = [text.index(f"\n{heading}") for heading in order]
    assert places == sorted(places)


def test_an_emergency_says_where_to_go_and_no_exercise() -> None:
    text = person_report(assessed(saddle_numbness="yes"), 80, colour=False)

    assert "emergency department now" in " ".join(text.split())
    assert not [exercise.name for exercise in book().exercises.values() if exercise.name in text]


@pytest.mark.parametrize("answers", PEOPLE)
def test_every_answer_says_that_it_informs_and_how_far_it_was_reviewed(answers: dict[str, str]) -> None:
    found = assessed(**answers)

    for report in (person_report, clinician_report):
        text = " ".join(report(found, 80, False).split())
        assert "not yet reviewed by a clinician" in text
        assert re.search("not a diagnosis", text, re.IGNORECASE)
    data = as_json(**answers)
    assert data["rulebook"]["reviewed"] == "not yet reviewed by a clinician"
    assert "diagnosis" in data["disclaimer"]


def test_a_clinician_sees_for_every_rule_the_value_the_reason_the_certainty_and_the_source() -> None:
    text = " ".join(clinician_report(assessed(t_score="-3.9", age="54"), 80, colour=False).split())

    assert "H01 Spare the spine from forced bending" in text
    assert "decided by: lowest_t <= -2.5; t_use >= limits" in text
    assert "values: lowest_t -3.9, t_score -3.9" in text
    assert "certainty: low; source abstract: UK22, SIN84, TFTF15, guideline of 2022" in text


def test_the_json_bears_the_keys_of_its_contract(run: Run) -> None:
    data = json.loads(run("assess", "--t-score", "-3.9", "--age", "54", "--format", "json").out)

    assert data["schema"] == "recommender.assessment.v2"
    assert data["profile"] == {"age": 54, "t_score": -3.9}
    assert set(data["classification"]) == {
        "bone_density",
        "lowest_t",
        "site",
        "sites_used",
        "regime",
        "notes",
    }
    keys = {
        "movements": {"id", "name", "verdict", "possible", "say", "instead", "rules"},
        "exercises": {
            "id",
            "name",
            "level",
            "verdict",
            "goals",
            "dose",
            "steps",
            "cautions",
            "stop_if",
            "check_first",
            "rules",
            "start",
            "next",
            "up_to",
        },
        "withheld": {"id", "name", "verdict", "movements", "rules", "instead", "would_need"},
        "week": {"goal", "days", "say", "exercises"},
        "referrals": {"urgency", "say", "rules"},
        "questions": {"field", "kind", "ask", "could_change"},
        "trace": {"rule", "facts", "because", "certainty", "source_status", "sources"},
    }
    for section, expected in keys.items():
        assert data[section]
        assert all(expected <= set(entry) for entry in data[section]), section
    assert len(data["movements"]) == len(book().movements)
    assert {entry["id"] for entry in data["exercises"]} | {entry["id"] for entry in data["withheld"]} == set(
        book().exercises
    )
    assert {
        question["kind"] for question in data["questions"] if question["field"] == "vertebral_fractures"
    } == {"safety"}


def test_a_pipe_gets_no_colour(run: Run) -> None:
    assert "\x1b" not in run("assess", "--t-score", "-2.6").out
    assert "\x1b[1m" in person_report(assessed(t_score="-2.6"), 80, colour=True)


def test_an_answer_can_be_written_to_a_file_and_is_whole_there(run: Run, tmp_path: object) -> None:
    file = f"{tmp_path}/answer.txt"
    shown = run("assess", "--t-score", "-2.6").out

    assert run("assess", "--t-score", "-2.6", "-o", file).out == ""
    with open(file, encoding="utf-8") as written:  # noqa: PTH123
        assert written.read() == shown


def test_safety_questions_are_spoken_of_only_while_there_are_any() -> None:
    """With every red flag answered, nothing below is left to answer no to."""
    numbers = {
        "back_pain_severity": "0",
        "systolic_bp": "120",
        "diastolic_bp": "75",
        "vertebral_fractures": "0",
        "other_fractures": "0",
    }
    never = dict.fromkeys(
        (
            "spine_surgery_months",
            "spine_cement_months",
            "other_surgery_months",
            "joint_replacement_months",
        ),
        "never",
    )
    no = dict.fromkeys(
        (
            *(
                "bladder_bowel_change",
                "saddle_numbness",
                "bilateral_leg_symptoms",
                "leg_weakness",
                "cannot_bear_weight",
                "chest_pain_now",
                "stroke_signs",
                "head_knock_on_thinners",
            ),
            *(
                "new_back_pain",
                "chest_pain",
                "fainting",
                "breathlessness",
                "bone_metastases",
                "myeloma",
                "heart_condition",
            ),
            *("hip_fracture", "thigh_or_groin_pain", "stiff_spine", "fever", "fall_unseen", "low_energy"),
        ),
        "no",
    )
    answered = assessed(age="60", t_score="-2.6", **numbers, **never, **no)

    assert answered.open_clearance_rules == ()
    settled = person_report(answered, 80, colour=False)
    assert "You can start gently today." in settled
    assert "safety question" not in settled
    assert "each safety question below" in person_report(assessed(t_score="-2.6"), 80, colour=False)
