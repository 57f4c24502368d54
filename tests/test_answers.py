"""Reading and writing answers: what is written is read again exactly, in every spelling of a value."""

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recommender import assess_frame
from recommender.errors import ProfileError, RulebookError
from recommender.language.meaning import NOT_APPLICABLE, Value
from recommender.language.numbers import MINUS_SIGNS, rounded_thousandths
from recommender.rulebook.files import data_folder
from recommender.rulebook.loading import load_rulebook
from recommender.vocabulary import Field
from recommender.vocabulary.answers import (
    at_least,
    at_most,
    decode_answer,
    encode_answer,
    read_answer,
    write_answer,
)

from .conftest import Run
from .people import book

FIELDS = book().vocabulary.fields
T_SCORE = FIELDS["t_score"]


@st.composite
def stored(draw: st.DrawFn) -> tuple[Field, Value]:
    """Return a field and any value that can be stored for it."""
    field = draw(st.sampled_from(list(FIELDS.values())))
    values: st.SearchStrategy[Value]
    if field.is_number:
        values = st.integers(field.low // field.step, field.high // field.step).map(
            lambda steps: steps * field.step
        )
    else:
        values = st.booleans() if field.kind == "yes_no" else st.sampled_from(field.choices)
    return field, draw(values | st.just(NOT_APPLICABLE) if field.never else values)


@given(stored())
def test_what_is_written_is_read_again_exactly(answer: tuple[Field, Value]) -> None:
    """The law of this door, for every field and every value that can be stored."""
    field, value = answer

    assert read_answer(field, write_answer(field, value), "") == value


@given(stored())
def test_a_column_of_whole_numbers_holds_every_answer(answer: tuple[Field, Value]) -> None:
    field, value = answer
    if value is not NOT_APPLICABLE:
        assert decode_answer(field, encode_answer(field, value)) == value


# What is not ambiguous is taken, and told

TAKEN = [
    *(
        ("t_score", f"{sign}2.6", -2.6, "`-2.6`" if sign == "-" else f"`{sign}2.6` is read as -2.6.")
        for sign in MINUS_SIGNS[1:]
    ),
    ("t_score", "-2,6", -2.6, "`-2,6` is read as -2.6."),
    ("t_score", "-2.6 SD", -2.6, "`-2.6 SD` is read as -2.6."),
    ("t_score", "\u20132,65 sd", -2.65, "is read as -2.65."),
    ("t_score", "-2,600", -2.6, "`-2,600` is read as -2.6."),
    ("age", "61 years", 61, "`61 years` is read as 61."),
    ("age", "61y", 61, "`61y` is read as 61."),
    ("age", "61 years old", 61, "is read as 61."),
    ("fear_of_movement", "7/10", 7, "`7/10` is read as 7."),
    ("frax_hip", "4,5 %", 4.5, "is read as 4.5."),
    ("hip_fracture_months", "2.8 months", 2.8, "is read as 2.8."),
    ("sex", "f", "female", "`f` is read as female."),
    ("sex", "woman", "female", "`woman` is read as female."),
    ("sex", "Man", "male", "`Man` is read as male."),
    ("spine_imaged", "y", True, "`y` is read as yes."),
    ("leg_pain", "below knee", "below_knee", "`below knee` is read as below_knee."),
]


def arguments(field: str, text: str) -> tuple[str, str]:
    return f"--{field.replace('_', '-')}", text


@pytest.mark.parametrize(
    ("field", "text", "value", "told"), TAKEN, ids=[f"{row[0]} {row[1]}" for row in TAKEN]
)
def test_an_answer_that_means_one_thing_is_taken_and_echoed(
    run: Run, field: str, text: str, value: Any, told: str
) -> None:
    together = {"hip_fracture_months": ("--hip-fracture", "yes")}.get(field, ())
    ran = run("assess", *arguments(field, text), *together, "--format", "json")

    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["profile"][field] == value
    assert ran.err.startswith(f"--{field.replace('_', '-')}: ")
    assert told in ran.err


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("t_score", "-2.60"),
        ("t_score", "+0.7"),
        ("sex", "Female"),
        ("spine_imaged", "YES"),
        ("age", "61"),
        ("age", "unsure"),
        ("age", ""),
    ],
)
def test_an_answer_in_its_own_form_is_not_echoed(run: Run, field: str, text: str) -> None:
    ran = run("assess", *arguments(field, text))

    assert (ran.code, ran.err) == (0, "")


def test_a_file_is_echoed_at_its_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "me.yaml"
    path.write_text("age: 61\nt_score: \u20132.6\nsex: woman\n", encoding="utf-8")

    ran = run("assess", "--profile", path)

    assert ran.code == 0
    lines = [
        f"{path}:2:10: t_score: `\u20132.6` is read as -2.6.",
        f"{path}:3:6: sex: `woman` is read as female.",
    ]
    assert ran.err.splitlines() == lines


# No silent rounding

DECIMALS = [
    ("-2.4999", -2.5, True),
    ("-3.0004", -3.001, True),
    ("-1.0004", -1.001, True),
    ("-2.499", -2.499, False),
    ("-2.485", -2.485, False),
    ("-2.5000000000000004", -2.5, False),
    ("-2.4999999999999996", -2.5, False),
    ("-2.50000001", -2.501, True),
    ("-0.0004", -0.001, True),
]


@pytest.mark.parametrize(("text", "value", "told"), DECIMALS, ids=[row[0] for row in DECIMALS])
def test_more_than_three_decimals_go_to_the_worse_thousandth_through_every_door(
    run: Run, tmp_path: Path, text: str, value: float, told: bool
) -> None:
    one = run("assess", "--t-score", text, "--format", "json")
    (tmp_path / "in.csv").write_text(f"id,t_score\na,{text}\nb,{text}\nc,-1.5\n")
    many = run("batch", tmp_path / "in.csv", tmp_path / "out.csv")

    assert json.loads(one.out)["classification"]["lowest_t"] == value
    assert ("more than three decimals" in one.err) is told
    assert pl.read_csv(tmp_path / "out.csv")["lowest_t"].to_list()[:2] == [value, value]
    assert ("2 numbers of `t_score` have more than three decimals" in " ".join(many.err.split())) is told
    assert assess_frame(pl.DataFrame({"t_score": [float(text)]}))["lowest_t"].to_list() == [value]


def test_a_score_that_rounds_to_zero_is_no_doubtful_one(run: Run) -> None:
    ran = run("assess", "--t-score", "0.0004", "--format", "json")

    assert json.loads(ran.out)["profile"]["t_score"] == 0


def test_a_score_above_zero_with_more_decimals_than_those_below_it_is_doubted() -> None:
    """It is likely a bone density; where those below zero have as many decimals, it is a score."""
    scores = pl.DataFrame({"t_total_hip": ["-1.1", "-2.3", "0.7", "0.71"]})

    assert ["doubtful" in str(why) or "density" in str(why) for why in assess_frame(scores)["rejected"]] == [
        False,
        False,
        False,
        True,
    ]
    finer = assess_frame(scores.with_columns(pl.Series("t_total_hip", ["-1.15", "-2.3", "0.7", "0.71"])))
    assert finer["rejected"].null_count() == 4


def test_a_number_that_is_worse_when_higher_is_rounded_up(run: Run) -> None:
    ran = run("assess", "--height-loss-cm", "3.9991", "--format", "json")

    assert json.loads(ran.out)["profile"]["height_loss_cm"] == 4
    assert "to be on the safe side" in ran.err


@given(
    st.from_regex(r"[+-]?(0|[1-9][0-9]{0,3})\.[0-9]{1,14}", fullmatch=True)
    | st.from_regex(r"-?[0-7]\.[0-9]{3}(00000|99999)[0-9]{1,5}", fullmatch=True),
    st.booleans(),
)
def test_rounding_keeps_to_its_side_and_within_a_thousandth(text: str, upwards: bool) -> None:
    exact, rounded = Fraction(text) * 1000, rounded_thousandths(text, upwards)
    off = rounded - exact
    noise = Fraction(1, 10**6)

    assert abs(off) < 1
    assert (off > -noise) if upwards else (off < noise)
    if abs(exact - round(exact)) < noise:
        assert rounded == round(exact)


@pytest.mark.heavy
@settings(max_examples=40, deadline=None)
@given(st.lists(st.from_regex(r"-?[0-7]\.[0-9]{1,13}", fullmatch=True), min_size=1, max_size=20))
def test_a_cell_is_read_as_the_same_answer_of_one_person_is(texts: list[str]) -> None:
    """Whole columns of plain numbers are read at once, and must mean what `read_answer` says of each."""
    assume(sum(float(text) == 0 for text in texts) < 3)  # of a pile of exact zeros it is asked what they mean
    answered = assess_frame(pl.DataFrame({"t_score": ["-1.0", *texts]}))[1:]
    for text, lowest, rejected in answered.select(
        pl.lit(pl.Series(texts)), "lowest_t", "rejected"
    ).iter_rows():
        if rejected is None and text.startswith("-"):
            assert lowest * 1000 == pytest.approx(_one_person(text))


def _one_person(text: str) -> int:
    value = read_answer(T_SCORE, text, "")
    assert isinstance(value, int)
    return value


# Any sign that stands for a minus, wherever a file is guessed at


def rows(sign: str, decimal: str, delimiter: str) -> str:
    scores = [f"{sign}{whole}{decimal}{rest:02d}" for whole in (1, 2, 3) for rest in (4, 15, 26, 37)]
    cells = [f"p{number}{delimiter}{score}" for number, score in enumerate([*scores, f"0{decimal}71"])]
    return "\n".join([f"id{delimiter}t_total_hip", *cells]) + "\n"


@pytest.mark.parametrize("sign", MINUS_SIGNS)
@pytest.mark.parametrize(("decimal", "delimiter"), [(".", ","), (",", ";"), (".", ";"), (",", "\t")])
def test_every_minus_sign_is_known_to_every_guess_about_a_text_file(
    run: Run, tmp_path: Path, sign: str, decimal: str, delimiter: str
) -> None:
    """The sign of decimals, which scores above zero are believed, and each cell."""
    (tmp_path / "in.csv").write_text(rows(sign, decimal, delimiter), encoding="utf-8")

    ran = run("batch", tmp_path / "in.csv", tmp_path / "out.csv")

    assert ran.code == 0, ran.err
    lowest = pl.read_csv(tmp_path / "out.csv", separator=",")["lowest_t"].to_list()
    assert lowest == [
        -1.04,
        -1.15,
        -1.26,
        -1.37,
        -2.04,
        -2.15,
        -2.26,
        -2.37,
        -3.04,
        -3.15,
        -3.26,
        -3.37,
        0.71,
    ]


@pytest.mark.parametrize("sign", MINUS_SIGNS)
def test_every_minus_sign_is_known_to_the_guess_about_a_header(run: Run, tmp_path: Path, sign: str) -> None:
    (tmp_path / "in.csv").write_text(f"a,{sign}2.6\nb,{sign}1.2\n", encoding="utf-8")

    ran = run("batch", tmp_path / "in.csv", tmp_path / "out.csv")

    assert ran.code == 3
    assert "the first line must hold the names of the columns, and this is a number" in ran.err


@pytest.mark.parametrize("sign", MINUS_SIGNS)
def test_every_minus_sign_is_known_to_the_guess_about_a_spreadsheet(
    run: Run, tmp_path: Path, sign: str
) -> None:
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (["id", "t_total_hip"], ["a", f"{sign}1,04"], ["b", f"{sign}2,6"], ["c", "0,71"]):
        sheet.append(row)
    workbook.save(tmp_path / "in.xlsx")

    ran = run("batch", tmp_path / "in.xlsx", tmp_path / "out.csv")

    assert ran.code == 0, ran.err
    assert pl.read_csv(tmp_path / "out.csv")["lowest_t"].to_list() == [-1.04, -2.6, 0.71]


def test_what_is_ambiguous_is_still_asked() -> None:
    doubtful: Mapping[str, str] = {"t_score": "0.842", "hip_fracture_months": "1,025", "t_total_hip": "- 2.6"}
    for name, text in doubtful.items():
        with pytest.raises(ProfileError):
            read_answer(FIELDS[name], text, "")


def test_a_bound_is_told_with_the_decimals_a_report_prints() -> None:
    score, age = T_SCORE, FIELDS["age"]

    assert [at_least(score, -2500), at_least(score, -2499)] == ["-2.5 or more", "above -2.5"]
    assert [at_most(score, -2500), at_most(score, -2501)] == ["-2.5 or less", "below -2.5"]
    assert [at_least(age, 65_000), at_most(age, 64_000)] == ["65 or more", "64 or less"]


def test_a_question_may_depend_on_earlier_answers_only(tmp_path: Path) -> None:
    """Whether a question is asked is settled from the first to the last."""
    text = (data_folder("profiles") / "fields.yaml").read_text(encoding="utf-8")
    fields = tmp_path / "fields.yaml"
    fields.write_text(text.replace("only_if: sex != male", "only_if: hip_fracture"), encoding="utf-8")

    with pytest.raises(RulebookError, match=r"`hip_fracture` stands below `menopause`\. Move it above\."):
        load_rulebook(fields=fields)
