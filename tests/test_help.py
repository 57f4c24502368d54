"""Help that can be read, and one hint, the best, where something was mistyped."""

import json
from pathlib import Path

import pytest
import yaml

from tests.conftest import Run
from tests.people import as_json, book


@pytest.mark.parametrize("command", ["assess", "can", "why"])
def test_help_is_one_screen_and_all_of_it_a_step_away(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    short, whole = run(command, "--help").out, run(command, "--help-all").out

    assert len(short.splitlines()) <= 30
    assert max(map(len, short.splitlines())) <= 80
    assert "--t-score" in short
    assert "--leg-pain-walking" not in short
    assert "--leg-pain-walking" in whole
    assert all(group in short for group in book().vocabulary.groups)


def test_a_group_of_answers_is_explained_alone(run: Run) -> None:
    ran = run("fields", "back")

    assert ran.code == 0
    assert "\nnew_back_pain\n" in ran.out
    assert "\nage\n" not in ran.out


def test_an_unknown_group_is_refused_with_those_there_are(run: Run) -> None:
    assert "Did you mean `joints`?" in run("fields", "joint").err
    ran = run("fields", "xyzzy")
    assert ran.code == 3
    assert "The groups are: person, scan," in ran.err


def test_a_template_is_a_profile_in_which_everything_is_unknown(run: Run, tmp_path: Path) -> None:
    template = run("fields", "--template").out
    file = tmp_path / "me.yaml"
    file.write_text(template, encoding="utf-8")

    assert sorted(yaml.safe_load(template)) == sorted(book().vocabulary.fields)
    untouched = json.loads(run("assess", "--profile", file, "--format", "json").out)
    assert untouched["profile"] == {}
    assert untouched["exercises"] == as_json()["exercises"]


def test_a_filled_in_template_is_understood(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "me.yaml"
    template = run("fields", "person", "scan", "--template").out
    filled = template.replace("\nage: unknown", "\nage: 61").replace("\nt_score: unknown", "\nt_score: -2.6")
    file.write_text(filled, encoding="utf-8")

    assert json.loads(run("assess", "--profile", file, "--format", "json").out)["profile"] == {
        "age": 61,
        "t_score": -2.6,
    }


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("assess", "--tscore", "-2.6"), "There is no option `--tscore`. Did you mean `--t-score`?"),
        (("assess", "--lang", "de"), "There is no option `--lang`."),
        (("assess", "--spine", "-3"), "There is no option `--spine`."),
        (("assess", "-2.6", "61"), "Write each answer with its name, as in --t-score -2.6 --age 61."),
        (("asess", "--age", "60"), "Did you mean `assess`?"),
        (("golf",), "To ask about it: recommender can golf"),
        (("help",), "Type: recommender --help"),
        (("assess",), "Try: recommender assess --t-score -2.6 --age 61"),
        (("why",), "Try: recommender why --t-score -2.6 --age 61"),
    ],
)
def test_what_is_mistyped_leads_to_one_thing_to_type(run: Run, typed: tuple[str, ...], says: str) -> None:
    ran = run(*typed)

    assert ran.code == 2
    assert ran.err.rstrip().endswith(says)
    assert len(ran.errors) == 1


@pytest.mark.parametrize("word", ["bending", "skiing", "weights", "dancing"])
def test_a_word_of_daily_life_is_not_taken_for_an_exercise_of_another_name(run: Run, word: str) -> None:
    ran = run("why", word, "--t-score", "-2.6")

    assert ran.code == 3
    assert ran.err.rstrip().endswith(f"To ask about anything else: recommender can {word}")


@pytest.mark.heavy
def test_why_is_told_as_data_too(run: Run) -> None:
    person = ("--t-score", "-2.6", "--age", "61", "--format", "json")

    jump = json.loads(run("why", "low_jump", *person).out)
    jogging = json.loads(run("why", "impact_moderate", *person).out)
    open_questions = json.loads(run("why", *person).out)

    assert jump["schema"] == "recommender.why.v1"
    assert jump["asked"] == {"kind": "exercise", "id": "low_jump", "name": "Low jump"}
    assert jump["verdict"] == "avoid"
    assert "strength_training_weeks" in {need["field"] for need in jump["would_need"]}
    assert all(reason["because"] for reason in jump["reasons"])
    assert jogging["asked"]["kind"] == "movement"
    assert jogging["reasons"]
    assert {"field": "strength_training_weeks", "verdict": "modify"}.items() <= next(
        change for change in jump["changes"] if change["field"] == "strength_training_weeks"
    ).items()
    assert open_questions["asked"] is None
    assert len({change["field"] for change in open_questions["changes"]}) > 20


@pytest.mark.heavy
def test_why_has_no_verdict_while_exercise_is_paused(run: Run) -> None:
    paused = ("--t-score", "-2.6", "--new-back-pain", "yes", "--format", "json")

    answer = json.loads(run("why", "lat_pull", *paused).out)

    assert answer["clearance"] == "hold"
    assert answer["verdict"] is None
    assert answer["referrals"]
