"""Frames that users already have: the same kind comes back, in the same order, with the answers beside it."""

import pickle
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import recommender
from recommender import assess_frame
from recommender.cohort.answer_columns import COLUMNS, answer_row
from recommender.errors import CohortError

from .people import assessed, book

PEOPLE = {
    "who": ["Ana", "Bea", "Cy"],
    "age": [61, 54, 70],
    "sex": ["female", "female", "male"],
    "t_lumbar_spine": [-2.6, -3.9, None],
    "hip_fracture": [False, None, True],
    "kyphosis": ["none", "mild", None],
}


def test_a_polars_frame_comes_back_with_the_answers_of_each_person() -> None:
    found = assess_frame(pl.DataFrame(PEOPLE))
    assert found.columns == [*PEOPLE, *COLUMNS, "rejected"]
    expected = [
        assessed(age="61", sex="female", t_lumbar_spine="-2.6", hip_fracture="no", kyphosis="none"),
        assessed(age="54", sex="female", t_lumbar_spine="-3.9", kyphosis="mild"),
        assessed(age="70", sex="male", hip_fracture="yes"),
    ]
    assert found.select(COLUMNS).rows(named=True) == [answer_row(one) for one in expected]
    assert found["rejected"].to_list() == [None] * 3


def test_a_pandas_frame_keeps_its_index_its_types_and_its_order() -> None:
    frame = pd.DataFrame(PEOPLE, index=["x", "z", "y"]).astype({"sex": "category", "age": "Int64"})
    found = assess_frame(frame)
    assert isinstance(found, pd.DataFrame)
    pd.testing.assert_frame_equal(found[list(PEOPLE)], frame)
    assert pl.from_pandas(found).select(COLUMNS).equals(assess_frame(pl.DataFrame(PEOPLE)).select(COLUMNS))


def test_answers_do_not_depend_on_how_a_pandas_column_is_kept() -> None:
    plain = pd.DataFrame({"age": [61, None], "t_score": [-2.5, float("nan")], "hip_fracture": ["yes", None]})
    others = [
        plain.astype(object),
        plain.astype({"age": "Float32"}),
        plain.astype({"hip_fracture": "string"}),
        plain.convert_dtypes(),
    ]
    for other in others:
        pd.testing.assert_frame_equal(assess_frame(other)[list(COLUMNS)], assess_frame(plain)[list(COLUMNS)])


def test_a_row_that_cannot_be_understood_says_why_and_has_no_answer() -> None:
    found = assess_frame(
        pl.DataFrame({"age": [61, 161, 40], "sex": ["F", "F", "M"], "menopause": ["post", "post", "pre"]})
    )
    assert [text is None for text in found["rejected"]] == [True, False, False]
    assert "161" in found["rejected"][1]
    assert "menopause" in found["rejected"][2]
    assert found.select(COLUMNS).row(1) == (None,) * len(COLUMNS)


def test_columns_of_the_same_name_are_kept_apart() -> None:
    found = assess_frame(
        pl.DataFrame({"age": [61], "t_score": [-2.5], "clearance": ["theirs"], "rejected": [1]})
    )
    assert found.select("clearance", "rec_clearance", "rejected", "rec_rejected").row(0) == (
        "theirs",
        "clear",
        1,
        None,
    )


def test_what_is_ambiguous_is_an_error_until_a_saved_mapping_settles_it(tmp_path: Path) -> None:
    frame = pl.DataFrame({"age": [61], "fracture": ["yes"]})
    with pytest.raises(CohortError, match="fracture"):
        assess_frame(frame)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("columns: {hip_fracture: fracture}\n", encoding="utf-8")
    assert assess_frame(frame, mapping=mapping)["risk_tier"].to_list() == ["very_high"]


@pytest.mark.parametrize("frame", [{"age": [61]}, [1], None])
def test_what_is_no_frame_is_told(frame: object) -> None:
    with pytest.raises(CohortError, match="not a frame"):
        assess_frame(frame)


def test_a_rulebook_can_travel_to_other_machines() -> None:
    assert pickle.loads(pickle.dumps(book())) == book()


def test_the_package_has_no_other_door_by_accident() -> None:
    with pytest.raises(AttributeError, match="assess_frames"):
        _ = recommender.assess_frames
