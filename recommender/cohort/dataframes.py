"""Score a frame of pandas, Polars, Arrow or Spark, or a list of dicts; return the same kind with the answers.

A pandas frame goes through Arrow to Polars and back. A Spark frame stays lazy: its workers score Arrow
batches with the same code. Workers need only this package.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from warnings import warn

import polars as pl
import pyarrow as pa

from recommender.cohort.cells import PositiveScorePolicy
from recommender.cohort.mapping.arguments import read_arguments
from recommender.cohort.mapping.dictionary import load_column_dictionary
from recommender.cohort.mapping.mapper import map_columns
from recommender.cohort.mapping.overrides import Overrides, load_overrides
from recommender.cohort.running import with_free_names
from recommender.cohort.scoring import Scoring, positive_score_policies
from recommender.errors import CohortError, ColumnWarning, Problem, quoted, visible
from recommender.rulebook import Rulebook, load_rulebook
from recommender.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pyspark.sql import DataFrame as SparkFrame

REJECTED = "rejected"
_SAMPLE = 10_000
_ROWS = 100_000

Frame = TypeVar("Frame")


def assess_frame(
    frame: Frame,
    mapping: str | Path | None = None,
    rules: str | Path | None = None,
    *,
    map: Mapping[str, str] | None = None,  # noqa: A002  (named like the option)
    values: Mapping[str, Mapping[Any, Any]] | None = None,
    missing: Mapping[str, Iterable[Any]] | None = None,
    ignore: Iterable[str] = (),
    accept: Iterable[str] = (),
) -> Frame:
    """Return the frame with the answer columns and `rejected`, of the same kind and in the same order.

    `rejected` says why a row has no answer, else it is null. The frame is one of pandas, Polars or Spark, an
    Arrow table, or a list of dicts. A lazy Polars frame is collected, and comes back lazy. Of a Spark frame,
    up to 10,000 rows are read at once to map its columns; the rest is lazy.

    Columns are mapped by their names, as by `recommender batch`; what only you can know is stated:

    - `map`: field to column; `values`: field to the meaning of its cells;
    - `missing`: field (or `any`) to cells that mean not known; `ignore`: columns to leave alone;
    - `accept`: `heel_ultrasound` (treat it as T-scores) or `high_scores` (above +1.0, as they are written);
    - `mapping`: a file that `recommender batch --save-mapping` wrote; arguments win over it.

    `rules` is the folder of another rulebook. A `ColumnWarning` says what else is to be known of the columns,
    such as one that looks like a score and is not read.

    >>> import polars as pl
    >>> people = pl.DataFrame({"Age": [61, 54], "Score": [-2.6, -3.9], "Hip fx": ["X", None]})
    >>> answered = assess_frame(
    ...     people, map={"t_score": "Score", "hip_fracture": "Hip fx"}, values={"hip_fracture": {"X": "yes"}}
    ... )
    >>> answered["risk_tier"].to_list()
    ['very_high', 'very_high']

    Polars runs threads, so a process that has used this must not be forked: the child would wait for ever.
    Start workers with `multiprocessing.get_context("spawn").Pool()`. Threads are safe.

    Raises:
        CohortError: it is not a frame of these kinds, or its columns need a statement.
        DocumentError, RulebookError: the file of the mapping, or the rulebook, cannot be used.

    """
    book = load_rulebook(None if rules is None else Path(rules))
    stated = read_arguments(book.vocabulary, map or {}, values or {}, missing or {}, ignore, accept)
    overrides = _saved(mapping, book.vocabulary).joined(stated)
    untyped: Any = frame
    result: Any
    if isinstance(frame, pl.DataFrame):
        result = _polars(frame, book, overrides)
    elif isinstance(frame, pl.LazyFrame):
        result = _polars(frame.collect(), book, overrides).lazy()
    elif isinstance(frame, pa.Table):
        result = _arrow(frame, _scoring_for(book, pl.DataFrame(frame.slice(0, _SAMPLE)), overrides))
    elif _is_frame(frame, "pandas"):
        result = _pandas(untyped, book, overrides)
    elif _is_frame(frame, "pyspark.sql"):
        result = assess_spark(untyped, book, overrides)
    elif isinstance(frame, list) and all(isinstance(row, Mapping) for row in frame):
        result = _dicts(frame, book, overrides)
    else:
        raise CohortError(
            Problem(
                type(frame).__name__,
                "this is not a frame of pandas, Polars, Arrow or Spark, nor a list of dicts.",
                "Give one of these.",
            )
        )
    return result  # type: ignore[no-any-return]


def _saved(mapping: str | Path | None, vocabulary: Vocabulary) -> Overrides:
    return Overrides() if mapping is None else load_overrides(Path(mapping), vocabulary)


def _is_frame(value: object, library: str) -> bool:
    """Say whether a value is a DataFrame of a library; one that is not imported made no frame."""
    module = sys.modules.get(library)
    return module is not None and isinstance(value, module.DataFrame)


def _scoring_for(book: Rulebook, sample: pl.DataFrame, overrides: Overrides) -> Scoring:
    mapping = map_columns(
        sample.columns, frozenset(), sample, ".", book.vocabulary, load_column_dictionary(), overrides
    )
    if mapping.questions:
        raise CohortError(mapping.questions)
    apart = [f"{quoted(column)} is not read: {reason}" for column, reason in mapping.apart]
    for note in (*mapping.column_notes, *apart):
        warn(visible(note), ColumnWarning, stacklevel=4)
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


def _polars(frame: pl.DataFrame, book: Rulebook, overrides: Overrides) -> pl.DataFrame:
    return frame.hstack(_answers(_scoring_for(book, frame.head(_SAMPLE), overrides), frame))


def _arrow(table: pa.Table, scoring: Scoring) -> pa.Table:
    """Return a table with the answer columns, texts as plain strings; its own columns are untouched."""
    answers = _answers(scoring, pl.DataFrame(table)).to_arrow()
    plain = [
        column if pa.types.is_float64(column.type) else column.cast(pa.string()) for column in answers.columns
    ]
    names = [*table.column_names, *answers.column_names]
    return pa.Table.from_arrays([*table.columns, *plain], names=names)


def _dicts(rows: list[Any], book: Rulebook, overrides: Overrides) -> list[dict[str, Any]]:
    if not rows:
        return []
    names = dict.fromkeys(str(name) for row in rows for name in row)
    frame = pl.DataFrame([_from_values(name, [row.get(name) for row in rows]) for name in names])
    answers = _answers(_scoring_for(book, frame.head(_SAMPLE), overrides), frame)
    return [{**row, **answer} for row, answer in zip(rows, answers.iter_rows(named=True), strict=True)]


def _from_values(name: str, values: list[Any]) -> pl.Series:
    """Return a column of values; mixed ones become text."""
    try:
        return pl.Series(name, values)
    except (TypeError, pl.exceptions.PolarsError):
        return pl.Series(name, [None if value is None else str(value) for value in values], dtype=pl.String)


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
        yield from _arrow(table, scoring).to_batches()


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
