"""Numbers as one person has them: other units, dates, and what a number plainly implies."""

import json
from contextlib import suppress
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import assess
from recommender.errors import ProfileError
from recommender.language.meaning import Value
from recommender.vocabulary import Field
from recommender.vocabulary.answers import read_answer, write_answer
from recommender.vocabulary.profile import read_profile, read_quantity

from .conftest import Run
from .people import book
from .test_answers import stored

VOCABULARY = book().vocabulary
TODAY = date(2026, 11, 27)

UNDERSTOOD = [
    ("glucocorticoid_months", "2 years", 24),
    ("joint_replacement_months", "6 weeks", 1.37),
    ("joint_replacement_months", "1 year 6 months ago", 18),
    ("joint_replacement_months", "two years", 24),
    ("joint_replacement_months", "a year ago", 12),
    ("height_loss_cm", "2 inches", 5.08),
    ("height_loss_cm", '2"', 5.08),
    ("height_loss_cm", "1 1/2 in", 3.81),
    ("height_loss_cm", "2½ inches", 6.35),
    ("height_loss_cm", "¼ inch", 0.64),
    ("height_loss_cm", "¾ in", 1.91),
    ("height_loss_cm", "20 mm", 2),
    ("height_loss_cm", "1,5 inches", 3.81),
    ("strength_training_weeks", "10 years", 521),
    ("strength_training_weeks", "since 2024", 99),
    ("training_break_weeks", "2 months", 9),
    ("back_pain_days", "3 weeks", 21),
    ("glucocorticoid_mg", "5mg", 5),
    ("falls_12m", "twice", 2),
    ("falls_12m", "two", 2),
    ("joint_replacement_months", "2024-05-17", 30.35),
    ("joint_replacement_months", "17 May 2024", 30.35),
    ("joint_replacement_months", "17th of May 2024".replace(" of", ""), 30.35),
    ("joint_replacement_months", "May 17, 2024", 30.35),
    ("joint_replacement_months", "17/05/2024", 30.35),
    ("joint_replacement_months", "05/17/2024", 30.35),
    ("joint_replacement_months", "05/05/2024", 30.75),
    ("joint_replacement_months", "5/05/2024", 30.75),
    ("joint_replacement_months", "05/2024", 29.89),
    ("joint_replacement_months", "1 year and 6 months", 18),
    ("joint_replacement_months", "2 years old", 24),
    ("joint_replacement_months", "1 year, 6 months", 18),
    ("joint_replacement_months", "2024-05", 29.89),  # the last day of May: the shorter time is the riskier
    ("joint_replacement_months", "May 2024", 29.89),
    ("joint_replacement_months", "2019", 82.89),
    ("joint_replacement_months", "November 2026", 0),
    ("scan_months", "2024-05", 30.89),  # the first day: the longer time is the riskier
    ("scan_months", "2024", 34.86),
    ("antiresorptive_years", "2019", 7.91),
    ("age", "4 March 1965", 61),
    ("age", "27 November 1965", 61),
    ("age", "28 November 1965", 60),
    ("age", "61 on 2026-11-27", 61),
    ("age", "61 on 2026-05-31", 61),
    ("age", "61 on 2025-05-31", 62),
]


def understood(field: str, text: str, as_of: date = TODAY) -> tuple[Value | None, str]:
    return read_quantity(VOCABULARY, VOCABULARY.fields[field], text, field, as_of)


@pytest.mark.parametrize(
    ("field", "text", "value"), UNDERSTOOD, ids=[" ".join(row[:2]) for row in UNDERSTOOD]
)
def test_a_quantity_in_another_unit_is_converted_and_told(field: str, text: str, value: float) -> None:
    read, told = understood(field, text)

    assert read == round(value * 1000)
    assert told == f"`{text}` is read as {write_answer(VOCABULARY.fields[field], read)} " + (
        f"{VOCABULARY.fields[field].unit}."
    )


REFUSED = [
    ("joint_replacement_months", "2027-05", "lies in the future: today is 2026-11-27"),
    ("joint_replacement_months", "28 November 2026", "lies in the future"),
    ("age", "61 on 2027-05-31", "lies in the future"),
    ("joint_replacement_months", "05/06/2024", "Write 2024-06-05 or 2024-05-06, whichever is meant"),
    ("joint_replacement_months", "12/06/2024", "Write 2024-06-12 or 2024-12-06, whichever is meant"),
    ("joint_replacement_months", "06/12/2024", "Write 2024-12-06 or 2024-06-12, whichever is meant"),
    ("strength_training_weeks", "2024", "`2024` may be a year, or a number of weeks"),
    ("joint_replacement_months", "2 moons", "Write it in months, in another unit of time, or as a date"),
    ("joint_replacement_months", "some years", "not a plain number"),
    ("joint_replacement_months", "17 May 18, 2024", "more than a number"),
    ("joint_replacement_months", "3 on 2026-11-27", "more than a number"),
    ("height_loss_cm", "2024-05-17", "not a plain number"),
    ("age", "61 on my birthday", "more than a number"),
    ("joint_replacement_months", "2024-13", "not a plain number"),
    ("joint_replacement_months", "31 June 2024", "more than a number"),
    ("joint_replacement_months", "-2 years", "more than a number"),
    ("joint_replacement_months", "last May", "not a plain number"),
    ("pregnancy_weeks", "2026-05-01", "not a plain number"),
    ("age", "1965", "outside what is possible"),
    ("falls_12m", "none", "Write 0 if there is none"),
    ("falls_12m", "a", "not a plain number"),
    ("falls_12m", "an", "not a plain number"),
]


@pytest.mark.parametrize(("field", "text", "says"), REFUSED, ids=[" ".join(row[:2]) for row in REFUSED])
def test_what_is_not_clear_or_not_yet_is_refused_in_one_sentence(field: str, text: str, says: str) -> None:
    with pytest.raises(ProfileError) as refused:
        understood(field, text)

    [problem] = refused.value.problems
    assert says in str(problem)


@pytest.mark.parametrize("text", ["2 moons", "2 years old maybe", "6 or 7 weeks"])
def test_a_hint_proposes_no_number_that_was_not_meant(text: str) -> None:
    with pytest.raises(ProfileError) as refused:
        understood("joint_replacement_months", text)

    assert not any(char.isdigit() for problem in refused.value.problems for char in problem.hint)


@pytest.mark.parametrize("text", ["0.842", "0.842 g/cm2", "0.77"])
def test_of_a_density_the_first_advice_is_to_find_the_score(run: Run, text: str) -> None:
    ran = run("assess", "--t-score", text)

    assert ran.code == 3
    assert "If it is in g/cm2, leave it out, and look for the column T-score." in ran.err
    assert f"-{text}" not in ran.err


@given(stored())
def test_what_is_written_is_read_again_by_the_door_for_one_person(answer: tuple[Field, Value]) -> None:
    field, value = answer
    if field.is_time and field.is_number and isinstance(value, int) and 1_900_000 <= value < 2_100_000:
        return  # it may be a year, which is asked

    assert read_quantity(VOCABULARY, field, write_answer(field, value), "", TODAY) == (value, "")


@given(
    st.sampled_from([field for field in VOCABULARY.fields.values() if field.time == "ago"]),
    st.integers(1, 3000),
)
def test_a_date_is_never_further_on_the_safe_side_than_it_is(field: Field, days: int) -> None:
    day = TODAY - timedelta(days=days)
    exact = Fraction(days) / Fraction(field.length)

    for text in (day.isoformat(), day.isoformat()[:7]):
        with suppress(ProfileError):  # longer ago than can be answered
            value, _ = read_quantity(VOCABULARY, field, text, "", TODAY)
            assert isinstance(value, int)
            assert value <= exact * 1000 if field.worse == "lower" else value >= exact * 1000


def test_python_is_told_of_a_density_too() -> None:
    with pytest.raises(ProfileError, match="look for the column T-score"):
        assess(t_score=0.842)


def test_nobody_looked_is_unknown_and_not_none(run: Run) -> None:
    ran = run("assess", "--vertebral-fractures", "never looked", "--format", "json")

    assert "vertebral_fractures" not in json.loads(ran.out)["profile"]
    assert "is read as unknown, not as none" in ran.err


IMPLIED = [
    ("hip_fracture_months", "3", {"hip_fracture": True, "hip_fracture_months": 3}),
    ("vertebral_fracture_months", "3", {"vertebral_fractures": 1, "vertebral_fracture_months": 3}),
    ("back_pain_days", "3", {"new_back_pain": True, "back_pain_days": 3}),
]


@pytest.mark.parametrize(("field", "text", "profile"), IMPLIED, ids=[row[0] for row in IMPLIED])
def test_a_date_implies_what_it_is_the_date_of(
    run: Run, field: str, text: str, profile: dict[str, Any]
) -> None:
    ran = run("assess", f"--{field.replace('_', '-')}", text, "--format", "json")

    assert json.loads(ran.out)["profile"] == profile
    assert "is taken as" in ran.err


def test_months_since_any_fracture_ask_which_bone(run: Run) -> None:
    ran = run("assess", "--fracture-months", "3")

    assert ran.code == 3
    assert "Give one of them too, whichever it was." in ran.err


def test_the_day_can_be_stated(run: Run, tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text("hip_fracture_months: 2024-05-17\nage: 4 March 1965\n")
    told = [
        json.loads(run("assess", "--profile", tmp_path / "me.yaml", "--as-of", day, "--format", "json").out)
        for day in ("2024-06-17", "2026-11-27")
    ]

    assert [answer["profile"]["hip_fracture_months"] for answer in told] == [1.01, 30.35]
    assert [answer["profile"]["age"] for answer in told] == [59, 61]
    assert run("assess", "--age", "61", "--as-of", "tomorrow").code == 2


def test_python_takes_dates() -> None:
    answer = assess(hip_fracture=True, hip_fracture_months=date(2024, 5, 17), as_of=TODAY)

    assert answer.to_dict()["profile"]["hip_fracture_months"] == 30.35


def test_a_table_stays_as_strict_as_it_was() -> None:
    """The unit of a column is told by its name; a cell with another one is no answer."""
    for name, text in (("joint_replacement_months", "2 years"), ("vertebral_fractures", "never looked")):
        with pytest.raises(ProfileError):
            read_answer(VOCABULARY.fields[name], text, "")
        with pytest.raises(ProfileError):
            read_profile(VOCABULARY, {name: text}, {})
