"""Score a batch of rows, from cells to answers; files, frames and Spark share this code."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from recommender.cohort.answer_columns import COLUMNS
from recommender.cohort.cells import DOUBTFUL, Cells, PositiveScorePolicy, Read, as_text
from recommender.cohort.evaluation import Evaluated, Evaluator
from recommender.cohort.mapping.conversion import converted
from recommender.cohort.mapping.overrides import HEEL_ULTRASOUND, HIGH_SCORES, Overrides
from recommender.cohort.mapping.result import FieldColumn
from recommender.cohort.mapping.score_guards import NO_SITE
from recommender.errors import quoted, visible
from recommender.language.numbers import MINUS, MOST_DECIMALS
from recommender.rulebook.model import Rulebook
from recommender.vectorised.leaves import NEVER


class Refusal(NamedTuple):
    """Why a row of a batch (by index) has no answer; `column` is empty if the whole row is meant."""

    row: int
    column: str
    code: str
    message: str


class Scored(NamedTuple):
    """A scored batch.

    `accepted` marks the rows that have an answer; `refusals` are the reasons of the others.
    `rounded` counts, by column, the accepted rows whose number was rounded to the thousandth, `set_aside`
    those whose doubtful score was left out, as the row has another one.
    """

    facts: pl.DataFrame
    evaluated: Evaluated
    accepted: NDArray[np.bool_]
    refusals: tuple[Refusal, ...]
    rounded: Mapping[str, int]
    set_aside: Mapping[str, int]


class Scoring:
    """A rulebook compiled for batches with given columns.

    `policies` has one entry for each column, see `positive_score_policies`; `answers` are the columns wanted.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        columns: Sequence[FieldColumn],
        decimal: str,
        policies: Mapping[str, PositiveScorePolicy],
        answers: Sequence[str] = COLUMNS,
    ) -> None:
        self.cells = {mapped.column: Cells(mapped, decimal, policies[mapped.column]) for mapped in columns}
        self._conversions = {mapped.column: mapped.convert for mapped in columns if mapped.convert}
        self.column_of = {mapped.field.id: mapped.column for mapped in columns}
        fields = [mapped.field for mapped in columns]
        present = {field.id for field in fields} | {field.id + NEVER for field in fields if field.never}
        self.evaluator = Evaluator(rulebook, frozenset(present), answers)

    def score(self, frame: pl.DataFrame) -> Scored:
        """Read the cells of a batch and evaluate the rules on every row."""
        raw, frame = frame, self.converted(frame)
        types = frame.schema
        numbered = frame.select(cells.numbered(types[column]) for column, cells in self.cells.items())
        read = {column: cells.read(numbered[column]) for column, cells in self.cells.items()}
        facts = self._facts(read)
        evaluated = self.evaluator.evaluate(facts)
        accepted = np.ones(frame.height, dtype=np.bool_)
        set_aside = {column: self._doubtful_beside_others(read, column) for column in read}
        refusals = [*_empty_rows(raw, accepted), *self._unreadable_cells(read, accepted, set_aside)]
        refusals += self._clashes(evaluated, accepted)
        counts = {
            column: count for column, rows in set_aside.items() if (count := int((rows & accepted).sum()))
        }
        return Scored(facts, evaluated, accepted, tuple(refusals), _rounded(read, accepted), counts)

    def converted(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return rows whose columns of time are in the units of their fields."""
        return converted(frame, self._conversions) if self._conversions else frame

    def answers(self, scored: Scored) -> pl.DataFrame:
        """Return the answer columns of a batch; those of refused rows have no meaning."""
        return self.evaluator.frame(scored.facts, scored.evaluated)

    def _facts(self, read: dict[str, Read]) -> pl.DataFrame:
        columns = []
        for column, cells in read.items():
            field = self.cells[column].field
            columns.append(cells.values)
            if field.never:
                never = (
                    pl.Series([False]).new_from_index(0, len(cells.values))
                    if cells.never is None
                    else cells.never
                )
                columns.append(never.rename(field.id + NEVER))
        return pl.DataFrame(columns)

    def _doubtful_beside_others(self, read: dict[str, Read], column: str) -> NDArray[np.bool_]:
        """Return the rows whose score in a column is doubtful, and that have another score of its kind."""
        cells = read[column]
        unit, errors = self.cells[column].field.unit, self.cells[column].errors
        doubts = [index for index, error in enumerate(errors) if error.code == DOUBTFUL]
        if cells.error is None or not doubts:
            return np.zeros(len(cells.values), dtype=np.bool_)
        others = [
            read[other].values.is_not_null().to_numpy()
            for other, beside in self.cells.items()
            if other != column and beside.field.unit == unit
        ]
        doubtful = cells.error.is_in(doubts).fill_null(value=False).to_numpy()
        return doubtful & np.any(others, axis=0) if others else np.zeros_like(doubtful)

    def _unreadable_cells(
        self, read: dict[str, Read], accepted: NDArray[np.bool_], set_aside: Mapping[str, NDArray[np.bool_]]
    ) -> Iterator[Refusal]:
        """Yield the errors of cells that are not set aside, and clear `accepted` for their rows."""
        for column, cells in read.items():
            if cells.error is None:
                continue
            rows = np.flatnonzero(cells.error.is_not_null().to_numpy() & ~set_aside[column])
            accepted[rows] = False
            errors = self.cells[column].errors
            for row, error in zip(rows, cells.error.gather(rows), strict=True):
                yield Refusal(int(row), column, *errors[error])

    def _clashes(self, evaluated: Evaluated, accepted: NDArray[np.bool_]) -> list[Refusal]:
        """Return the contradictions in rows without other errors, and clear `accepted` for these rows."""
        readable = accepted.copy()
        refusals = []
        for clash, rows in evaluated.clashing:
            clashing = rows[readable[rows]]
            accepted[clashing] = False
            refusals += [
                Refusal(int(row), self.column_of.get(clash.field, ""), clash.code, clash.message)
                for row in clashing
            ]
        return refusals


def _rounded(read: Mapping[str, Read], accepted: NDArray[np.bool_]) -> dict[str, int]:
    return {
        column: count
        for column, cells in read.items()
        if cells.rounded is not None and (count := int((cells.rounded.to_numpy() & accepted).sum()))
    }


def rounding_notes(rounded: Mapping[str, int]) -> list[str]:
    """Return a sentence for each column with rounded numbers."""
    return [
        f"{count:,} {'number' if count == 1 else 'numbers'} of {quoted(visible(column))} "
        f"{'has' if count == 1 else 'have'} more than three decimals: the thousandth on the safe side counts."
        for column, count in rounded.items()
    ]


def set_aside_notes(set_aside: Mapping[str, int]) -> list[str]:
    """Return a sentence for each column with doubtful scores that were left out."""
    return [
        f"{quoted(visible(column))}: {count:,} {'score is' if count == 1 else 'scores are'} left out, as a "
        "minus sign may be missing and the row has another score. "
        f"If they are as written: --accept {HIGH_SCORES}."
        for column, count in set_aside.items()
    ]


def empty_rows(frame: pl.DataFrame) -> NDArray[np.intp]:
    """Return the rows whose cells are all empty or blank; mostly the first column shows that none is."""
    rows = np.arange(frame.height, dtype=np.intp)
    for column in frame:
        if not rows.size:
            break
        cells = column if rows.size == frame.height else column.gather(rows)
        if cells.dtype == pl.String:
            cells = cells.str.strip_chars().replace("", None)
        rows = rows[cells.is_null().to_numpy()]
    return rows


def _empty_rows(frame: pl.DataFrame, accepted: NDArray[np.bool_]) -> list[Refusal]:
    """Refuse empty rows, such as spreadsheets leave at the end, and clear `accepted` for them."""
    rows = empty_rows(frame)
    accepted[rows] = False
    return [Refusal(int(row), "", "empty_row", "This row is empty.") for row in rows]


def positive_score_policies(
    columns: Sequence[FieldColumn], sample: pl.DataFrame, overrides: Overrides
) -> dict[str, PositiveScorePolicy]:
    """Return the policy of each column for scores above zero without a plus sign.

    If high scores are accepted, all are accepted. Otherwise, none are if the sample has no negative score.
    Accepted heel scores are all accepted, as high ones are common there. Scores of other sites are accepted
    up to `doubt_above`, with at most as many decimals as the negative scores of the sample.
    """
    high, heel = HIGH_SCORES in overrides.accept, HEEL_ULTRASOUND in overrides.accept
    statement = overrides.spelling.accept(HIGH_SCORES)
    negative_number = rf"^\s*{MINUS}([0-9]+(?:[.,][0-9]+)?)"

    def policy(mapped: FieldColumn) -> PositiveScorePolicy:
        field = mapped.field
        if field.doubt_above is None or high:
            return PositiveScorePolicy(field.high, MOST_DECIMALS, statement)
        texts = sample.select(as_text(mapped.column, sample.schema[mapped.column])).to_series()
        negative = texts.str.extract(negative_number).drop_nulls()
        if negative.is_empty():
            return PositiveScorePolicy(0, 0, statement)
        if heel and field.id == NO_SITE:
            return PositiveScorePolicy(field.high, MOST_DECIMALS, statement)
        decimals = negative.str.extract(r"[.,]([0-9]+)").str.len_chars().fill_null(0)
        return PositiveScorePolicy(field.doubt_above, max(decimals.to_list()), statement)

    return {mapped.column: policy(mapped) for mapped in columns}
