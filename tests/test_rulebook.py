"""The shipped rulebook."""

import re
from pathlib import Path

import pytest

from recommender.language.tree import fields_of
from recommender.rulebook import load_rulebook
from recommender.rulebook.files import data_folder
from tests.conftest import Run
from tests.people import book

EVIDENCE_RULES = [
    *(f"C{n:02}" for n in range(1, 16)),
    *(f"T{n:02}" for n in range(1, 17)),
    *(f"H{n:02}" for n in range(1, 13)),
    *(f"H{n}" for n in range(30, 37)),
    *(f"R{n:02}" for n in (*range(1, 24), 33)),
]
SEED_EXERCISES = {
    "lean_back",
    "palm_press_qigong",
    "wall_walk_back",
    "chair_pose_transition",
    "snow_angel_standing",
    "prone_snow_angel",
    "spine_strengthener_seated",
}


def test_every_rule_that_the_evidence_names_for_this_rulebook_is_there() -> None:
    assert [id_ for id_ in EVIDENCE_RULES if id_ not in book().rules] == []


def test_every_exercise_of_the_article_is_there() -> None:
    assert set(book().exercises) >= SEED_EXERCISES
    assert [level.id for level in book().exercises["lean_back"].levels] == [
        f"lean_back_stage{n}" for n in (1, 2, 3)
    ]


@pytest.mark.heavy
def test_every_case_holds_and_they_reach_every_rule_clause_outcome_and_level(run: Run) -> None:
    ran = run("rules", "test")

    assert ran.code == 0, ran.err
    assert re.search(r"^[1-9]\d* passed, 0 failed$", ran.out, re.MULTILINE)
    assert "not reached" not in ran.out
    assert len(re.findall(r"\(100\.0 %\)$", ran.out, re.MULTILINE)) == 5


def test_every_field_is_read_by_some_rule_or_measure_or_condition() -> None:
    """An answer that nothing looks at would be lost without a word."""
    vocabulary = book().vocabulary
    read = {name for rule in book().rules.values() for name in fields_of(rule.condition)} | set(
        fields_of(book().supervised)
    )
    read |= {
        name for field in vocabulary.fields.values() if field.only_if for name in fields_of(field.only_if)
    }
    read |= {name for ex in book().exercises.values() if ex.only_if for name in fields_of(ex.only_if)}

    assert set(vocabulary.fields) - read == set()


def test_every_movement_in_an_exercise_can_be_told_and_every_withheld_one_has_an_alternative() -> None:
    for exercise in book().exercises.values():
        assert exercise.gentler or exercise.id in {"log_roll", "diaphragm_breathing"}


def test_no_goal_of_the_week_is_left_without_an_exercise_to_begin_with() -> None:
    for goal in book().week:
        assert goal.start_with
        for id_ in goal.start_with:
            assert set(book().exercises[id_].goals) & set(goal.serves)


def test_a_changed_rule_is_read_again_and_changes_the_hash(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    for file in data_folder("rules").rglob("*.yaml"):
        copy = folder / file.relative_to(data_folder("rules"))
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    same = load_rulebook(folder)
    limits = folder / "limits.yaml"
    limits.write_text(
        limits.read_text(encoding="utf-8").replace("Spare the spine from forced bending", "Spare the spine"),
        encoding="utf-8",
    )
    changed = load_rulebook(folder)

    assert same.sha256 == book().sha256
    assert changed.sha256 != same.sha256
    assert changed.rules["H01"].title == "Spare the spine"


@pytest.mark.heavy
def test_line_endings_do_not_change_the_hash(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    for file in data_folder("rules").rglob("*.yaml"):
        copy = folder / file.relative_to(data_folder("rules"))
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))

    assert load_rulebook(folder).sha256 == book().sha256
