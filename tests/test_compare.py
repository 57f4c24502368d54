"""What has changed between two profiles: what opened, what closed and why, and what a scan cannot tell."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import RulebookError
from recommender.person.comparison import compare
from recommender.person.decision import assess
from recommender.person.engines import ReferenceEngine
from recommender.rulebook.loading import load_scan_error
from recommender.vocabulary.profile import read_profile

from .conftest import Run, examples
from .people import book
from .strategies import People
from .test_broken_rulebooks import write

BOOK = book()
ENGINE = ReferenceEngine(BOOK.strata)
PEOPLE = People(BOOK)
SCAN_ERROR = load_scan_error(BOOK)
BEFORE = {"age": 61, "sex": "female", "menopause": "post", "t_lumbar_spine": -3.1, "falls_12m": 0}


def compared(run: Run, folder: Path, before: dict[str, Any], after: dict[str, Any], *options: str) -> str:
    for name, profile in (("before", before), ("after", after)):
        (folder / f"{name}.yaml").write_text("".join(f"{key}: {value}\n" for key, value in profile.items()))
    ran = run("compare", folder / "before.yaml", folder / "after.yaml", *options)
    assert ran.code == 0, ran.err
    return ran.out


def test_what_opened_and_what_closed_is_told_with_the_rule(run: Run, tmp_path: Path) -> None:
    after = BEFORE | {"t_lumbar_spine": -2.2, "falls_12m": 2}
    told = " ".join(compared(run, tmp_path, BEFORE, after).split())
    data = json.loads(compared(run, tmp_path, BEFORE, after, "--format", "json"))

    assert "Falls in the last 12 months: 0, now 2." in told
    assert "WHAT WAITS NOW, AND WHY" in told
    assert "This waits until you are steadier. (G41)" in told
    assert {change["level"] for change in data["closed"]} >= {"walking_brisk"}
    assert all(change["rules"] for change in data["closed"])
    assert data["answers"][0] == {
        "field": "t_lumbar_spine",
        "before": -3.1,
        "after": -2.2,
        "within_scan_error": False,
    }


@pytest.mark.parametrize(("score", "within"), [(-2.8, True), (-3.4, True), (-2.7, False), (-3.5, False)])
def test_a_change_within_the_error_of_a_scan_is_told_to_be_one(
    run: Run, tmp_path: Path, score: float, within: bool
) -> None:
    told = compared(run, tmp_path, BEFORE, BEFORE | {"t_lumbar_spine": score})

    assert ("within the error of a scan" in " ".join(told.split())) is within


def test_the_same_answers_give_no_change(run: Run, tmp_path: Path) -> None:
    assert "Nothing that was told is different" in compared(run, tmp_path, BEFORE, BEFORE)


def test_a_pause_that_ends_is_told_first(run: Run, tmp_path: Path) -> None:
    told = compared(run, tmp_path, BEFORE | {"chest_pain": "yes"}, BEFORE | {"chest_pain": "no"})

    assert told.index("Before:") < told.index("Now:") < told.index("WHAT IS DIFFERENT")


def test_dates_count_to_the_day_of_each_file(run: Run, tmp_path: Path) -> None:
    broken = BEFORE | {"hip_fracture": "yes", "hip_fracture_months": "2025-10-01"}
    days = ("--then", "2025-11-01", "--as-of", "2026-11-01", "--format", "json")
    data = json.loads(compared(run, tmp_path, broken, broken, *days))

    assert data["clearance"] == {"before": "clinician_led", "after": "clear"}
    assert data["answers"] == [
        {"field": "hip_fracture_months", "before": 1.01, "after": 13.01, "within_scan_error": False}
    ]


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(0, 10**6))
def test_opened_and_closed_change_places_when_before_and_after_do(seed: int) -> None:
    chance = random.Random(seed)
    drawn = (
        {name: chance.choice(texts) for name, texts in PEOPLE.choices.items() if chance.random() < 0.3}
        for _ in range(2)
    )
    before, after = (
        assess(BOOK, ENGINE, read_profile(BOOK.vocabulary, PEOPLE.possible(answers), {})) for answers in drawn
    )
    forth, back = compare(before, after, SCAN_ERROR), compare(after, before, SCAN_ERROR)

    assert [change.level.id for change in forth.opened] == [change.level.id for change in back.closed]
    assert [change.movement for change in forth.movements] == [change.movement for change in back.movements]
    assert all(change.rules for change in forth.closed)


OWN_ERROR = """\
scan_error:
  source_status: design_default
  because: Each clinic has an error of its own.
  sources:
    - {title: A study, authors: A, where: A journal 2010, checked: abstract}
  scores: {t_score: 0.25}
"""


def test_a_rulebook_may_have_errors_of_its_own(tmp_path: Path) -> None:
    assert load_scan_error(BOOK, write(tmp_path)) == SCAN_ERROR
    assert load_scan_error(BOOK, write(tmp_path, {"scan_error.yaml": OWN_ERROR})) == {"t_score": 250}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("design_default", "guessed", "`guessed` is not a known source status"),
        ("Each clinic has an error of its own.", '""', "this text is empty"),
        ("checked: abstract", "checked: perhaps", "`perhaps` is not a known source status"),
        ("t_score: 0.25", "age: 4", "unknown key `age`"),
        ("0.25", "0.2504", "`0.2504` has more than 3 decimals"),
    ],
)
def test_a_slip_in_the_errors_of_a_rulebook_is_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert OWN_ERROR.count(old) == 1
    with pytest.raises(RulebookError) as refused:
        load_scan_error(BOOK, write(tmp_path, {"scan_error.yaml": OWN_ERROR.replace(old, new)}))

    [problem] = refused.value.problems
    assert says in str(problem)


def test_the_error_of_each_score_is_data() -> None:
    scores = {name for name, field in BOOK.vocabulary.fields.items() if field.doubt_above is not None}

    assert SCAN_ERROR.keys() == scores
    assert all(0 < error <= 600 for error in SCAN_ERROR.values())
