"""Checking a run while it goes: some rows are read and assessed again, one person at a time, by the reference meaning."""

import random

import numpy as np
import polars as pl
from numpy.typing import NDArray

from recommender.cohort.answer_columns import Cell, answer_row
from recommender.cohort.cells import as_text
from recommender.cohort.scoring import Scoring, nothing
from recommender.errors import EngineError, Problem, ProfileError
from recommender.person.decision import assess
from recommender.person.engines import ReferenceEngine
from recommender.vocabulary.profile import profile_of


class Audit:
    """Re-assesses at least `wanted` rows (or all, if there are fewer), spread over the whole run by chance."""

    def __init__(self, scoring: Scoring, wanted: int) -> None:
        self.scoring, self.wanted = scoring, wanted
        self.book = scoring.answering.book
        self.done = 0
        self._engine = ReferenceEngine(self.book.strata)
        self._seen = 0
        self._chance = random.SystemRandom()

    def check(
        self, given: pl.DataFrame, answers: pl.DataFrame, lines: pl.Series, accepted: NDArray[np.bool_]
    ) -> None:
        """Assess a share of the rows of a batch again; what was accepted must be accepted, and with the same answers.

        Raises:
            EngineError: when anything differs; it names the line and the columns, never what stands in them.

        """
        self._seen += given.height
        share = -(-self.wanted * given.height // max(self._seen, 1))
        for row in self._chance.sample(range(given.height), min(share, given.height)):
            expected = self._answer(given[row])
            found = answers.row(row, named=True) if accepted[row] else None
            if expected != found:
                self._stop(lines[row], expected, found)
            self.done += 1

    def _answer(self, row: pl.DataFrame) -> dict[str, Cell] | None:
        """Return the answer to one row, or nothing where it is refused."""
        if row.select(nothing(row)).item():
            return None
        values = {}
        try:
            for column, cells in self.scoring.cells.items():
                text = row.select(as_text(column, row.schema[column])).item()
                value = None if text is None else cells.value(text)
                if value is not None:
                    values[cells.field.id] = value
            return answer_row(assess(self.book, self._engine, profile_of(self.book.vocabulary, values, {})))
        except ProfileError:
            return None

    @staticmethod
    def _stop(line: int, expected: dict[str, Cell] | None, found: dict[str, Cell] | None) -> None:
        if expected is None or found is None:
            message = "the row is refused by one reading and answered by the other."
        else:
            message = f"the answer differs from the reference in {', '.join(name for name in expected if found[name] != expected[name])}."
        raise EngineError(
            Problem(
                f"line {line}",
                f"{message} Nothing was written.",
                "Please report this, without any health data.",
            )
        )
