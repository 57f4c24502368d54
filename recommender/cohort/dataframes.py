"""Score a pandas, Polars or Spark frame; return the same kind with the answers as further columns.

A pandas frame goes through Arrow to Polars and back. A Spark frame stays lazy: its workers score Arrow
batches with the same code. Workers need only this package.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl
import pyarrow as pa

from recommender.cohort.cells import PositiveScorePolicy
from recommender.cohort.mapping.dictionary import load_column_dictionary
from recommender.cohort.mapping.mapper import map_columns
from recommender.cohort.mapping.overrides import Overrides, load_overrides
from recommender.cohort.running import with_free_names
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
    """Return the frame with the answer columns and `rejected`, of the same kind and in the same order.

    `rejected` says why a row has no answer, else it is null. Columns are mapped as by `recommender batch`.
    `mapping` is a file written by `recommender batch --save-mapping`, `rules` the folder of another rulebook.
    Of a Spark frame, up to 10,000 rows are read at once to map its columns; the rest is lazy.

    Raises:
        CohortError: it is not a frame of these kinds, or its columns need a mapping.

    """
    book = load_rulebook(None if rules is None else Path(rules))
    overrides = Overrides() if mapping is None else load_overrides(Path(mapping), book.vocabulary)
    untyped: Any = frame
    result: Any
    if isinstance(frame, pl.DataFrame):
        result = _extended(frame, _scoring_for(book, frame.head(_SAMPLE), overrides))
    elif _is_a(frame, "pandas"):
        result = _pandas(untyped, book, overrides)
    elif _is_a(frame, "pyspark"):
        result = assess_spark(untyped, book, overrides)
    else:
        raise CohortError(
            Problem(
                type(frame).__name__, "this is not a frame of pandas, Polars or Spark.", "Give one of these."
            )
        )
    return result  # type: ignore[no-any-return]


def _is_a(frame: object, library: str) -> bool:
    return type(frame).__name__ == "DataFrame" and type(frame).__module__.partition(".")[0] == library


def _scoring_for(book: Rulebook, sample: pl.DataFrame, overrides: Overrides) -> Scoring:
    mapping = map_columns(
        sample.columns, frozenset(), sample, ".", book.vocabulary, load_column_dictionary(), overrides
    )
    if mapping.questions:
        raise CohortError(mapping.questions)
    return Scoring(book, mapping.columns, ".", positive_score_policies(mapping.columns, sample, overrides))


def _answers(scoring: Scoring, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the answer columns and `rejected`, with names that the frame does not have."""
    scored = scoring.score(frame)
    accepted = pl.Series(scored.accepted)
    reasons: dict[int, list[str]] = {}
    for refusal in scored.refusals:
        reasons.setdefault(refusal.row, []).append(
            f"{refusal.column}: {refusal.message}" if refusal.column else refusal.message
        )
    rejected = pl.Series(REJECTED, [None], dtype=pl.String).new_from_index(0, frame.height)
    if reasons:
        rejected = rejected.scatter(list(reasons), [" ".join(messages) for messages in reasons.values()])
    answers = scoring.answers(scored).select(pl.when(accepted).then(pl.all())).with_columns(rejected)
    return with_free_names(answers, frame.columns)


def _extended(frame: pl.DataFrame, scoring: Scoring) -> pl.DataFrame:
    return frame.hstack(_answers(scoring, frame))


def _pandas(frame: Any, book: Rulebook, overrides: Overrides) -> Any:
    import pandas as pd

    columns = {str(name): frame[name] for name in frame.columns}
    if len(columns) < len(frame.columns):
        raise CohortError(Problem("", "two columns have the same name.", "Name each column differently."))
    rows = pl.DataFrame([_from_pandas(name, column) for name, column in columns.items()])
    answers = _answers(_scoring_for(book, rows.head(_SAMPLE), overrides), rows).to_pandas()
    answers.index = frame.index
    return pd.concat([frame, answers], axis="columns")


def _from_pandas(name: str, column: Any) -> pl.Series:
    """Convert a pandas column; mixed objects become text, missing cells null."""
    try:
        return pl.Series(name, pa.Array.from_pandas(column))
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return pl.Series(
            name,
            [None if empty else str(cell) for cell, empty in zip(column, column.isna(), strict=True)],
            dtype=pl.String,
        )


def assess_spark(frame: "SparkFrame", book: Rulebook, overrides: Overrides) -> "SparkFrame":
    """Return a lazy Spark frame with the answer columns and `rejected`; see `assess_frame`."""
    from pyspark.sql.types import DoubleType, StringType, StructType

    sample = pl.DataFrame(frame.limit(_SAMPLE).toArrow())
    scoring = _scoring_for(book, sample, overrides)
    schema = StructType(list(frame.schema.fields))
    for name, type_ in _answers(scoring, sample.head(0)).schema.items():
        schema = schema.add(name, DoubleType() if type_ == pl.Float64 else StringType())
    columns = [cells.mapped for cells in scoring.cells.values()]
    policies = {name: cells.policy for name, cells in scoring.cells.items()}
    return frame.mapInArrow(partial(_score_partition, book, columns, policies), schema)


def _score_partition(
    book: Rulebook, columns: Any, policies: dict[str, PositiveScorePolicy], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Score the Arrow batches of one partition; runs on a Spark worker."""
    scoring = Scoring(book, columns, ".", policies)
    for table in _joined(batches):
        answers = _answers(scoring, pl.DataFrame(table)).to_arrow()
        plain = [
            column.cast(pa.string()) if pa.types.is_large_string(column.type) else column
            for column in answers.columns
        ]
        names = [*table.column_names, *answers.column_names]
        yield from pa.Table.from_arrays([*table.columns, *plain], names=names).to_batches()


def _joined(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Join small batches, to save the fixed cost of scoring each."""
    pending: list[pa.RecordBatch] = []
    for batch in batches:
        pending.append(batch)
        if sum(part.num_rows for part in pending) >= _ROWS:
            yield pa.Table.from_batches(pending)
            pending = []
    if pending:
        yield pa.Table.from_batches(pending)
