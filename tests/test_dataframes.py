"""Frames that users already have: the same kind comes back, in the same order, with the answers beside it."""

import ast
import doctest
import pickle
import re
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import recommender
from recommender import assess_frame
from recommender.cohort import dataframes
from recommender.cohort.answer_columns import COLUMNS, answer_row
from recommender.errors import CohortError, Problem

from .people import assessed, book
from .test_cohort_mapping import SETTLED

QUIET = pytest.mark.filterwarnings("ignore::recommender.errors.ColumnWarning")

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


@QUIET
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
        "clear_if_screened",
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
    assert assess_frame(
        frame, mapping=mapping, map={"other_fractures": "fracture"}, values={"other_fractures": {"yes": 1}}
    )["risk_tier"].to_list() == ["high"]


class PandasFrame(pd.DataFrame):
    """A subclass, as geopandas has one."""

    @property
    def _constructor(self) -> type["PandasFrame"]:
        return PandasFrame


class PolarsFrame(pl.DataFrame):
    pass


@pytest.mark.parametrize("kind", [PandasFrame, PolarsFrame, pl.LazyFrame, pa.table])
def test_other_kinds_of_frames_come_back_as_what_they_are(kind: Any) -> None:
    frame = kind(PEOPLE)
    answered = assess_frame(frame)

    assert type(answered) is type(frame)
    rows = answered.lazy().collect() if isinstance(answered, pl.LazyFrame) else answered
    rows = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(rows)
    assert rows.select(COLUMNS).equals(assess_frame(pl.DataFrame(PEOPLE)).select(COLUMNS))


def test_the_columns_of_an_arrow_table_keep_their_types() -> None:
    table = pa.table(
        {"age": pa.array([61], pa.int8()), "sex": pa.array(["F"]).dictionary_encode(), "t_score": [-2.6]}
    )

    assert assess_frame(table).select(table.column_names).schema == table.schema.remove_metadata()


def test_a_list_of_dicts_is_answered_dict_by_dict() -> None:
    rows = [{"age": "61 years", "t_score": -2.6}, {"age": 54, "t_score": "−3,9"}, {"hip_fracture": True}]  # noqa: RUF001
    answered = assess_frame(rows)

    assert [{name: row[name] for name in given} for row, given in zip(answered, rows, strict=True)] == rows
    assert [row["lowest_t"] for row in answered] == [-2.6, -3.9, None]
    assert answered[2]["risk_tier"] == "very_high"
    assert assess_frame([]) == []


@QUIET
def test_statements_are_given_as_python_has_them() -> None:
    frame = pl.DataFrame(
        {"Age": [61, 99], "Hip fx": [True, False], "Falls": [1, 9], "notes": ["-", "-"], "T": [1.8, 2.0]}
    )
    answered = assess_frame(
        frame,
        map={"hip_fracture": "Hip fx", "falls_12m": "Falls", "t_score": "T"},
        values={"hip_fracture": {True: "yes", "false": False}},
        missing={"falls_12m": [9], "any": [99]},
        ignore=["notes"],
        accept=["high_scores"],
    )

    expected = [assessed(age="61", hip_fracture="yes", falls_12m="1", t_score="+1.8")]
    expected += [assessed(hip_fracture="no", t_score="+2.0")]
    assert answered.select(COLUMNS).rows(named=True) == [answer_row(assessment) for assessment in expected]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ({"map": "hip_fracture=fracture"}, "map=: this must be a mapping of field to column"),
        ({"map": {"hip_fracure": "fracture"}}, "map=: `hip_fracure` is not a field. Did you mean"),
        ({"map": {"hip_fracture": "fx"}}, "map=: there is no column `fx`."),
        ({"values": {"hip_fracture": "X"}}, "values=: this must be a mapping of field to the meaning"),
        ({"missing": {"age": 99}}, "missing=: this must be a mapping of field"),
        ({"ignore": "fracture"}, "ignore=: this must be a list of texts."),
        ({"accept": ["high"]}, "accept=: `high` cannot be accepted."),
        ({"ignore": ["fracture"], "map": {"hip_fracture": "fracture"}}, "ignore=: the column `fracture`"),
    ],
)  # fmt: skip
def test_statements_that_cannot_be_understood_are_refused(statement: dict[str, Any], message: str) -> None:
    with pytest.raises(CohortError, match=re.escape(message)):
        assess_frame(pl.DataFrame({"age": [61], "fracture": ["yes"]}), **statement)


STATEMENT = re.compile(r"(map|values|missing|ignore|accept)=(\{(?:[^{}]|\{[^{}]*\})*\}|\[[^\]]*\])")


@QUIET
@pytest.mark.parametrize("cells", SETTLED, ids=[", ".join(cells) for cells in SETTLED])
def test_questions_are_settled_with_the_arguments_they_name(cells: dict[str, list[Any]]) -> None:
    rows = max(map(len, cells.values()))
    frame = pl.DataFrame({name: column + [None] * (rows - len(column)) for name, column in cells.items()})
    with pytest.raises(CohortError) as refused:
        assess_frame(frame)
    (question,) = refused.value.problems
    statements = [(kind, ast.literal_eval(value)) for kind, value in STATEMENT.findall(str(question))]

    assert "--" not in str(question)
    assert statements
    for kind, value in statements:
        if "ANSWER" not in str(value):
            assert question not in problems(frame, {kind: value}), (kind, value)


def problems(frame: pl.DataFrame, statement: dict[str, Any]) -> tuple[Problem, ...]:
    try:
        assess_frame(frame, **statement)
    except CohortError as error:
        return error.problems
    return ()


@pytest.mark.parametrize(
    ("columns", "warning"),
    [
        (
            {"tscore forearm": [-1.2]},
            r"`tscore forearm` is not read: .*map=\{'t_radius33': 'tscore forearm'\}",
        ),
        ({"Age": [45, 69, 70, 99]}, r"write missing=\{'age': \['99'\]\}"),
    ],
)
def test_what_else_is_to_be_known_of_columns_is_a_warning(
    columns: dict[str, list[Any]], warning: str
) -> None:
    rows = len(next(iter(columns.values())))
    with pytest.warns(recommender.ColumnWarning, match=warning):
        assess_frame(pl.DataFrame({"t_score": [-2.5] * rows, "hip_fracture": ["no"] * rows, **columns}))


def test_a_score_that_may_have_lost_its_sign_names_the_argument() -> None:
    answered = assess_frame(pl.DataFrame({"t_score": [2.5, -1.5]}))

    assert answered["rejected"][0].endswith("accept=['high_scores'].")


def test_the_example_in_its_docstring_is_true() -> None:
    assert doctest.testmod(dataframes).failed == 0


@pytest.mark.parametrize("frame", [{"age": [61]}, [1], None])
def test_what_is_no_frame_is_told(frame: object) -> None:
    with pytest.raises(CohortError, match="not a frame"):
        assess_frame(frame)


def test_a_rulebook_can_travel_to_other_machines() -> None:
    assert pickle.loads(pickle.dumps(book())) == book()


def test_the_package_has_no_other_door_by_accident() -> None:
    with pytest.raises(AttributeError, match="assess_frames"):
        _ = recommender.assess_frames
