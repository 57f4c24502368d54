"""Rows that were refused, scored once more with the cells in doubt as not known."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from recommender.cohort.model import LONGEST_VALUE, Batch
from recommender.cohort.scoring import Scored, Scoring
from recommender.errors import visible
from recommender.review.models import Doubt

_CONTRADICTIONS = ("does_not_apply", "needs_another_answer", "contradiction")
_ROUNDS = 8  # a cell left out may bring another contradiction to light


class Doubtful:
    """The refused rows of a batch, as a batch of their own.

    `given` has their cells as in the file; `scored` is without those in `doubts` (by line). `contradictions`
    holds those of the rows that only contradict themselves: they have an answer without these cells.
    """

    def __init__(self, batch: Batch, scored: Scored, scoring: Scoring) -> None:
        """Score the refused rows of a batch once more."""
        rows = np.flatnonzero(~scored.accepted)
        self.given = frame = batch.frame[rows]
        lines: Sequence[int] = batch.lines.gather(rows).to_list()
        self.doubts: dict[int, list[Doubt]] = {line: [] for line in lines}
        only_contradicted = dict.fromkeys(lines, True)
        place = {row: index for index, row in enumerate(rows.tolist())}
        refusals = [refusal._replace(row=place[refusal.row]) for refusal in scored.refusals]
        for _ in range(_ROUNDS):
            for refusal in refusals:
                line = lines[refusal.row]
                cell = frame[refusal.row, refusal.column] if refusal.column else ""
                text = visible(str("" if cell is None else cell))[:LONGEST_VALUE]
                self.doubts[line].append(Doubt(refusal.column, text, refusal.message))
                only_contradicted[line] &= bool(refusal.column) and refusal.code in _CONTRADICTIONS
            frame = _without(frame, [(refusal.row, refusal.column) for refusal in refusals if refusal.column])
            again = scoring.score(frame)
            # the whole of an empty row is refused each time
            refusals = [refusal for refusal in again.refusals if refusal.column]
            if not refusals:
                break
        self.batch = Batch(self.given, batch.lines.gather(rows), (), None)
        self.readable_otherwise = again.accepted
        self.contradictions: Mapping[int, Sequence[Doubt]] = {
            line: self.doubts[line]
            for line, accepted in zip(lines, again.accepted, strict=True)
            if accepted and only_contradicted[line]
        }
        answered = np.array([line in self.contradictions for line in lines], dtype=np.bool_)
        self.scored = again._replace(accepted=answered)


def _without(frame: pl.DataFrame, cells: Sequence[tuple[int, str]]) -> pl.DataFrame:
    """Return a frame with some cells (row, column) empty."""
    rows_of: dict[str, list[int]] = {}
    for row, column in cells:
        rows_of.setdefault(column, []).append(row)
    index = pl.int_range(pl.len())
    return frame.with_columns(
        pl.when(~index.is_in(rows)).then(pl.col(column)).alias(column) for column, rows in rows_of.items()
    )
