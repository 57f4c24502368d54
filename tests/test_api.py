"""One person from Python."""

import doctest
import json
import math
import pickle
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import recommender
from recommender import api

from .conftest import Run


def test_the_answer_is_that_of_the_command_line(run: Run) -> None:
    answer = recommender.assess(t_score=-3.9, age=54)

    assert answer.to_dict() == json.loads(
        run("assess", "--t-score", "-3.9", "--age", "54", "--format", "json").out
    )
    assert answer.to_text() == str(answer) == run("assess", "--t-score", "-3.9", "--age", "54").out
    assert answer.to_text(full=True) == run("assess", "--t-score", "-3.9", "--age", "54", "--full").out
    daily = run("assess", "--t-score", "-3.9", "--age", "54", "--show", "daily").out
    assert answer.to_text(show="daily") == daily
    assert answer._repr_html_().startswith("<pre>If your answer is no")


def test_numbers_texts_and_booleans_are_one_answer_each() -> None:
    mapping = {"t_score": "−3.9", "age": "54 years", "spine_imaged": True}  # noqa: RUF001

    assert (
        recommender.assess(mapping).to_dict()
        == recommender.assess(t_score=-3.9, age=54, spine_imaged="yes").to_dict()
    )


def test_numbers_of_other_libraries_are_numbers() -> None:
    row = {"t_score": np.float32(-2.4), "age": np.int64(61), "t_total_hip": Decimal("-2.25")}

    assert recommender.assess(row, hip_fracture=np.bool_(False)).to_dict()["profile"] == {
        "age": 61,
        "t_score": -2.4,
        "t_total_hip": -2.25,
        "hip_fracture": False,
    }


@pytest.mark.parametrize("nothing", [None, math.nan, "", "unknown", np.float32("nan"), pd.NA])
def test_what_is_missing_is_unknown(nothing: object) -> None:
    assert recommender.assess(t_score=-2.6, age=nothing).to_dict()["profile"] == {"t_score": -2.6}


@pytest.mark.parametrize(
    "wrong",
    [
        {"t_score": 2.5},
        {"t_score": math.inf},
        {"age": [54]},
        {"age": 10**5000},
        {"age": 1j},
        {"tscore": -2.5},
        {3: 4},
        {"age": 54.5},
        [("age", 54)],
    ],
)
def test_what_cannot_be_understood_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(recommender.ProfileError):
        recommender.assess(wrong)


def test_what_may_be_a_slip_is_asked_about_in_python() -> None:
    hint = r'Write t_score=-2.5 or, if it really is above zero, t_score="\+2.5".'
    with pytest.raises(recommender.ProfileError, match=hint):
        recommender.assess(t_score=2.5)

    assert recommender.assess(t_score="+2.5").to_dict()["profile"] == {"t_score": 2.5}


def test_what_is_not_used_as_it_was_given_is_said() -> None:
    assert recommender.assess(t_score=-2.5, age=61.0).notes == ()

    answer = recommender.assess(t_score=-2.4999)
    (note,) = answer.notes
    assert "-2.5 is used" in note
    assert answer._repr_html_().startswith(f"<p>{note}</p><pre>")


def test_an_answer_can_travel_to_another_process() -> None:
    answer = recommender.assess(t_score=-2.6, age=61, sex="male", pregnant=False)

    assert pickle.loads(pickle.dumps(answer)).to_dict() == answer.to_dict()


def test_an_answer_at_the_prompt_is_short_and_tells_nobody_anything() -> None:
    assert repr(recommender.assess(t_score=-2.6)) == repr(recommender.assess(age=61))
    assert len(repr(recommender.assess(age=61))) < 80


def test_the_public_names_are_told() -> None:
    assert dir(recommender) == sorted(recommender.__all__)
    assert all(getattr(recommender, name) for name in recommender.__all__)
    with pytest.raises(AttributeError):
        _ = recommender.something  # type: ignore[attr-defined]


def test_the_examples_in_its_docstring_are_true() -> None:
    assert doctest.testmod(api).failed == 0


def test_the_examples_of_the_documentation_are_true() -> None:
    page = Path(__file__).resolve().parent.parent / "docs" / "python.md"

    assert doctest.testfile(str(page), module_relative=False).failed == 0
