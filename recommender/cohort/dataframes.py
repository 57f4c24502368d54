"""Frames that users already have: pandas, Polars or Spark in, the same kind out, with the answers as further columns.

A pandas frame goes through Arrow to Polars and back. A Spark frame stays lazy: its workers answer Arrow batches with the same
code, so every kind gives the same answers. Workers need this package installed, and nothing else.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl
import pyarrow as pa

from recommender.cohort.cells import PositiveScorePolicy
from recommender.cohort.mapping.dictionary import load_column_dictionary
from recommender.cohort.mapping.mapper import understand
from recommender.cohort.mapping.overrides import Overrides, load_overrides
from recommender.cohort.running import named_apart
from recommender.cohort.scoring import Scoring, positive_score_policies
from recommender.errors import CohortError, Problem
from recommender.rulebook import Rulebook, load_rulebook

if TYPE_CHECKING:
    from pyspark.sql import DataFrame as SparkFrame

REJECTED = "rejected"
_SAMPLE = 10_000
_ROWS = 100_000

Frame = TypeVar("Frame")


def assess_frame(frame: Frame, mapping: str | Path | None = None, rules: str | Path | None = None) -> Frame:
    """Return a frame of the same kind and in the same order, with the answer columns and `rejected`.

    `rejected` says why a row has no answer; it is null where there is one. Columns are understood as `recommender batch` does;
    `mapping` is a mapping saved by `recommender batch --save-mapping`, `rules` the folder of another rulebook. Of a Spark frame,
    up to 10,000 rows are looked at to understand its columns; all else is lazy.

    Raises:
        CohortError: where it is no frame, or what its columns hold must be said first.

    """
    book = load_rulebook(None if rules is None else Path(rules))
    stated = Overrides() if mapping is None else load_overrides(Path(mapping), book.vocabulary)
    given: Any = frame
    found: Any
    if isinstance(frame, pl.DataFrame):
        found = _extended(frame, _scoring_for(book, frame.head(_SAMPLE), stated))
    elif _is_a(frame, "pandas"):
        found = _pandas(given, book, stated)
    elif _is_a(frame, "pyspark"):
        found = answered_spark(given, book, stated)
    else:
        raise CohortError(
            Problem(
                type(frame).__name__, "this is not a frame of pandas, Polars or Spark.", "Give one of these."
            )
        )
    return found  # type: ignore[no-any-return]


def _is_a(frame: object, library: str) -> bool:
    return type(frame).__name__ == "DataFrame" and type(frame).__module__.partition(".")[0] == library


def _scoring_for(book: Rulebook, sample: pl.DataFrame, stated: Overrides) -> Scoring:
    understood = understand(
        sample.columns, frozenset(), sample, ".", book.vocabulary, load_column_dictionary(), stated
    )
    if understood.questions:
        raise CohortError(understood.questions)
    return Scoring(book, understood.columns, ".", positive_score_policies(understood.columns, sample, stated))


def _answers(scoring: Scoring, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the answer columns and `rejected`, under names that the frame does not have."""
    scored = scoring.score(frame)
    accepted = pl.Series(scored.accepted)
    reasons: dict[int, list[str]] = {}
    for refusal in scored.refusals:
        reasons.setdefault(refusal.row, []).append(
            f"{refusal.column}: {refusal.message}" if refusal.column else refusal.message
        )
    rejected = pl.Series(REJECTED, [None], dtype=pl.String).new_from_index(0, frame.height)
    if reasons:
        rejected = rejected.scatter(list(reasons), [" ".join(said) for said in reasons.values()])
    answers = scoring.answers(scored).select(pl.when(accepted).then(pl.all())).with_columns(rejected)
    return named_apart(answers, frame.columns)


def _extended(frame: pl.DataFrame, scoring: Scoring) -> pl.DataFrame:
    return frame.hstack(_answers(scoring, frame))


def _pandas(frame: Any, book: Rulebook, stated: Overrides) -> Any:
    import pandas as pd

    columns = {str(name): frame[name] for name in frame.columns}
    if len(columns) < len(frame.columns):
        raise CohortError(Problem("", "two columns have the same name.", "Name each column differently."))
    given = pl.DataFrame([_from_pandas(name, column) for name, column in columns.items()])
    answers = _answers(_scoring_for(book, given.head(_SAMPLE), stated), given).to_pandas()
    answers.index = frame.index
    return pd.concat([frame, answers], axis="columns")


def _from_pandas(name: str, column: Any) -> pl.Series:
    """Return a pandas column; one of mixed objects as text, an empty cell as null."""
    try:
        return pl.Series(name, pa.Array.from_pandas(column))
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return pl.Series(
            name,
            [None if empty else str(cell) for cell, empty in zip(column, column.isna(), strict=True)],
            dtype=pl.String,
        )


def answered_spark(frame: "SparkFrame", book: Rulebook, stated: Overrides) -> "SparkFrame":
    """Return a lazy Spark frame with the answers; see `assess_frame`."""
    from pyspark.sql.types import DoubleType, StringType, StructType

    sample = pl.DataFrame(frame.limit(_SAMPLE).toArrow())
    scoring = _scoring_for(book, sample, stated)
    schema = StructType(list(frame.schema.fields))
    for name, type_ in _answers(scoring, sample.head(0)).schema.items():
        schema = schema.add(name, DoubleType() if type_ == pl.Float64 else StringType())
    understood = [cells.of for cells in scoring.cells.values()]
    work = partial(
        _on_a_worker, book, understood, {name: cells.believed for name, cells in scoring.cells.items()}
    )
    return frame.mapInArrow(work, schema)


def _on_a_worker(
    book: Rulebook, columns: Any, believed: dict[str, PositiveScorePolicy], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Answer the Arrow batches of one partition."""
    scoring = Scoring(book, columns, ".", believed)
    for table in _joined(batches):
        answers = _answers(scoring, pl.DataFrame(table)).to_arrow()
        plain = [
            column.cast(pa.string()) if pa.types.is_large_string(column.type) else column
            for column in answers.columns
        ]
        names = [*table.column_names, *answers.column_names]
        yield from pa.Table.from_arrays([*table.columns, *plain], names=names).to_batches()


def _joined(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Put small batches together, so that what costs the same for each is paid less often."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(found.num_rows for found in waiting) >= _ROWS:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)
