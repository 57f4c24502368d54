"""Audit a run: assess a random sample of rows again, one person at a time, with the reference engine."""

import random

import numpy as np
import polars as pl
from numpy.typing import NDArray

from recommender.cohort.answer_columns import Cell, answer_row
from recommender.cohort.cells import as_text
from recommender.cohort.scoring import Scoring, empty_rows
from recommender.errors import EngineError, Problem, ProfileError
from recommender.person.decision import assess
from recommender.person.engines import ReferenceEngine
from recommender.vocabulary.profile import profile_of


class Audit:
    """Re-assesses a random sample of at least `wanted` rows of the run, or all if there are fewer."""

    def __init__(self, scoring: Scoring, wanted: int) -> None:
        self.scoring, self.wanted = scoring, wanted
        self.book = scoring.evaluator.book
        self.done = 0
        self._engine = ReferenceEngine(self.book.strata)
        self._seen = 0
        self._random = random.SystemRandom()

    def check(
        self, rows: pl.DataFrame, answers: pl.DataFrame, lines: pl.Series, accepted: NDArray[np.bool_]
    ) -> None:
        """Re-assess a sample of the rows of a batch; acceptance and answers must be the same.

        Raises:
            EngineError: they differ; it names the line and the columns, never their values.

        """
        self._seen += rows.height
        share = -(-self.wanted * rows.height // max(self._seen, 1))
        for row in self._random.sample(range(rows.height), min(share, rows.height)):
            expected = self._answer(rows[row])
            actual = answers.row(row, named=True) if accepted[row] else None
            if expected != actual:
                self._stop(lines[row], expected, actual)
            self.done += 1

    def _answer(self, row: pl.DataFrame) -> dict[str, Cell] | None:
        """Return the reference answer to one row, or `None` if it is rejected."""
        if empty_rows(row).size:
            return None
        row = self.scoring.converted(row)
        values, doubts = {}, []
        try:
            for column, cells in self.scoring.cells.items():
                text = row.select(as_text(column, row.schema[column])).item()
                try:
                    value = None if text is None else cells.value(text)
                except ProfileError as error:
                    if error.problems[0].doubt is None:
                        return None
                    doubts.append(cells.field.unit)
                    continue
                if value is not None:
                    values[cells.field.id] = value
            units = {self.book.vocabulary.fields[id_].unit for id_ in values}
            if not units.issuperset(doubts):
                return None
            profile = profile_of(self.book.vocabulary, values, {})
            answer = answer_row(assess(self.book, self._engine, profile))
            return {name: answer[name] for name in self.scoring.evaluator.answers}
        except ProfileError:
            return None

    @staticmethod
    def _stop(line: int, expected: dict[str, Cell] | None, actual: dict[str, Cell] | None) -> None:
        if expected is None or actual is None:
            message = "the row is refused by one reading and answered by the other."
        else:
            names = ", ".join(name for name in expected if actual[name] != expected[name])
            message = f"the answer differs from the reference in {names}."
        raise EngineError(
            Problem(
                f"line {line}",
                f"{message} Nothing was written.",
                "Please report this, without any health data.",
            )
        )
