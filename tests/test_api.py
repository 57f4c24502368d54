"""One person from Python."""

import doctest
import json
import math

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
    assert answer._repr_html_().startswith("<pre>What is safe for your bones")


def test_numbers_texts_and_booleans_are_one_answer_each() -> None:
    mapping = {"t_score": "−3.9", "age": "54 years", "spine_imaged": True}  # noqa: RUF001

    assert (
        recommender.assess(mapping).to_dict()
        == recommender.assess(t_score=-3.9, age=54, spine_imaged="yes").to_dict()
    )


@pytest.mark.parametrize("nothing", [None, math.nan, "", "unknown"])
def test_what_is_missing_is_unknown(nothing: object) -> None:
    assert recommender.assess(t_score=-2.6, age=nothing).to_dict()["profile"] == {"t_score": -2.6}


@pytest.mark.parametrize(
    "wrong", [{"t_score": 2.5}, {"t_score": math.inf}, {"age": [54]}, {"tscore": -2.5}, {"age": 54.5}]
)
def test_what_cannot_be_understood_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(recommender.ProfileError):
        recommender.assess(wrong)


def test_the_public_names_are_told() -> None:
    assert dir(recommender) == sorted(recommender.__all__)
    assert all(getattr(recommender, name) for name in recommender.__all__)
    with pytest.raises(AttributeError):
        _ = recommender.something  # type: ignore[attr-defined]


def test_the_examples_in_its_docstring_are_true() -> None:
    assert doctest.testmod(api).failed == 0
