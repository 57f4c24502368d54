"""One batch of rows from cells to answers: the part that is the same for files, for frames and on a cluster."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from recommender.cohort.cells import Cells, PositiveScorePolicy, Read, as_text
from recommender.cohort.evaluation import Evaluated, Evaluator
from recommender.cohort.mapping.overrides import HEEL_ULTRASOUND, HIGH_SCORES, Overrides
from recommender.cohort.mapping.result import FieldColumn
from recommender.cohort.mapping.score_guards import NO_SITE
from recommender.errors import quoted, visible
from recommender.language.numbers import MINUS
from recommender.rulebook.model import Rulebook
from recommender.vectorised.leaves import NEVER

_ANY_DECIMALS = 30


class Refusal(NamedTuple):
    """Why a row of a batch has no answer; `column` is empty where the whole row is meant."""

    row: int
    column: str
    code: str
    message: str


class Scored(NamedTuple):
    """A batch with its answers; `accepted` says which rows have one, and `refusals` why the others have none.

    `rounded` says, by column, in how many accepted rows a number lay between two thousandths.
    """

    facts: pl.DataFrame
    found: Evaluated
    accepted: NDArray[np.bool_]
    refusals: tuple[Refusal, ...]
    rounded: Mapping[str, int]


class Scoring:
    """A rulebook made ready for batches with certain columns.

    `believed` says, for each column, how high a score is believed without a plus sign (see `positive_score_policies`).
    """

    def __init__(
        self,
        rulebook: Rulebook,
        columns: Sequence[FieldColumn],
        decimal: str,
        believed: Mapping[str, PositiveScorePolicy],
    ) -> None:
        self.cells = {of.column: Cells(of, decimal, believed[of.column]) for of in columns}
        self.column_of = {of.field.id: of.column for of in columns}
        present = {of.field.id for of in columns} | {of.field.id + NEVER for of in columns if of.field.never}
        self.answering = Evaluator(rulebook, frozenset(present))

    def score(self, frame: pl.DataFrame) -> Scored:
        """Understand the cells of a batch and work out what each row is told."""
        numbered = frame.select(cells.numbered(frame.schema[column]) for column, cells in self.cells.items())
        read = {column: cells.read(numbered[column]) for column, cells in self.cells.items()}
        facts = self._facts(read)
        found = self.answering.answer(facts)
        accepted = np.ones(frame.height, dtype=np.bool_)
        refusals = [*_empty_rows(frame, accepted), *self._wrong_cells(read, accepted)]
        refusals += self._clashes(found, accepted)
        return Scored(facts, found, accepted, tuple(refusals), _rounded(read, accepted))

    def answers(self, scored: Scored) -> pl.DataFrame:
        """Return the answer columns of a batch, those of refused rows too, which mean nothing."""
        return self.answering.frame(scored.facts, scored.found)

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

    def _wrong_cells(self, read: dict[str, Read], accepted: NDArray[np.bool_]) -> Iterator[Refusal]:
        for column, cells in read.items():
            if cells.wrong is None:
                continue
            rows = np.flatnonzero(cells.wrong.is_not_null().to_numpy())
            accepted[rows] = False
            wrongs = self.cells[column].wrongs
            for row, wrong in zip(rows, cells.wrong.drop_nulls(), strict=True):
                yield Refusal(int(row), column, *wrongs[wrong])

    def _clashes(self, found: Evaluated, accepted: NDArray[np.bool_]) -> list[Refusal]:
        """Return the contradictions of rows whose cells were all understood."""
        understood = accepted.copy()
        refusals = []
        for clash, rows in found.clashing:
            clashing = rows[understood[rows]]
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
    """Say how many numbers of each column have more than three decimals, and what was made of them."""
    return [
        f"{count:,} {'number' if count == 1 else 'numbers'} of {quoted(visible(column))} "
        f"{'has' if count == 1 else 'have'} more than three decimals: the thousandth on the safe side counts."
        for column, count in rounded.items()
    ]


def nothing(frame: pl.DataFrame) -> pl.Expr:
    """Return where nothing stands in a row: every cell is empty, or has spaces only."""
    schema = frame.schema
    cells = [
        pl.col(name) if type_ != pl.String else pl.col(name).str.strip_chars().replace("", None)
        for name, type_ in schema.items()
    ]
    return pl.all_horizontal([cell.is_null() for cell in cells]) if cells else pl.lit(value=False)


def _empty_rows(frame: pl.DataFrame, accepted: NDArray[np.bool_]) -> list[Refusal]:
    """Return the rows in which nothing stands at all, such as spreadsheets leave at their end: they are nobody."""
    rows = np.flatnonzero(frame.select(nothing(frame)).to_series().to_numpy())
    accepted[rows] = False
    return [Refusal(int(row), "", "empty_row", "Nothing stands in this row.") for row in rows]


def positive_score_policies(
    columns: Sequence[FieldColumn], sample: pl.DataFrame, stated: Overrides
) -> dict[str, PositiveScorePolicy]:
    """Return, for each column, which scores above zero are believed without a plus sign.

    Where no score of a sample is below zero, none is; else those up to what is likely, with as many decimals as those below zero
    have, and for accepted scores of the heel, where high ones are common, all; or all, where that was accepted.
    """
    high, heel = HIGH_SCORES in stated.accept, HEEL_ULTRASOUND in stated.accept

    def believed(of: FieldColumn) -> PositiveScorePolicy:
        if of.field.doubt_above is None or high:
            return PositiveScorePolicy(of.field.high, _ANY_DECIMALS)
        below = sample.select(
            as_text(of.column, sample.schema[of.column]).str.extract(rf"^\s*{MINUS}([0-9]+(?:[.,][0-9]+)?)")
        )
        if heel and of.field.id == NO_SITE and below.to_series().count():
            return PositiveScorePolicy(of.field.high, _ANY_DECIMALS)
        decimals = below.to_series().drop_nulls().str.extract(r"[.,]([0-9]+)").str.len_chars().fill_null(0)
        if decimals.is_empty():
            return PositiveScorePolicy(0, 0)
        return PositiveScorePolicy(of.field.doubt_above, max(decimals.to_list()))

    return {of.column: believed(of) for of in columns}
