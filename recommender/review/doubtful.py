"""Rows that were refused, scored once more with the cells in doubt as not known."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from recommender.cohort.model import LONGEST_VALUE, Batch
from recommender.cohort.scoring import Scored, Scoring
from recommender.errors import visible
from recommender.review.models import Doubt


class Doubtful:
    """The refused rows of a batch, as a batch of their own.

    `batch` has their cells as in the file; `scored` is without those in `doubts` (by line), which could not
    be read or contradict others. What is not accepted even so is an empty row.
    """

    def __init__(self, batch: Batch, scored: Scored, scoring: Scoring) -> None:
        """Score the refused rows of a batch once more."""
        rows = np.flatnonzero(~scored.accepted)
        given = frame = batch.frame[rows]
        self.batch = Batch(given, batch.lines.gather(rows), (), None)
        lines: Sequence[int] = self.batch.lines.to_list()
        self.doubts: Mapping[int, list[Doubt]] = {line: [] for line in lines}
        self.scored = scoring.score(frame)
        # a cell left out may bring another contradiction to light
        while refused := [refusal for refusal in self.scored.refusals if refusal.column]:
            for row, column, _, message in refused:
                cell = given[row, column]
                text = visible(str("" if cell is None else cell))[:LONGEST_VALUE]
                self.doubts[lines[row]].append(Doubt(column, text, message, scoring.cells[column].field.id))
            frame = _without(frame, [(refusal.row, refusal.column) for refusal in refused])
            self.scored = scoring.score(frame)

    @property
    def empty(self) -> Mapping[int, str]:
        """Return why a row has no answer even so, by line."""
        return {self.batch.lines[refusal.row]: refusal.message for refusal in self.scored.refusals}


def _without(frame: pl.DataFrame, cells: Sequence[tuple[int, str]]) -> pl.DataFrame:
    """Return a frame with some cells (row, column) empty."""
    rows_of: dict[str, list[int]] = {}
    for row, column in cells:
        rows_of.setdefault(column, []).append(row)
    index = pl.int_range(pl.len())
    return frame.with_columns(
        pl.when(~index.is_in(rows)).then(pl.col(column)).alias(column) for column, rows in rows_of.items()
    )
