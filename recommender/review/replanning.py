"""The plans in short of many people at once, from their stored answers, by the engine for tables."""

from collections.abc import Mapping, Sequence

import polars as pl

from recommender.cohort.cells import PositiveScorePolicy
from recommender.cohort.mapping.result import FieldColumn
from recommender.cohort.scoring import Scoring
from recommender.language.numbers import MOST_DECIMALS
from recommender.review.short_plan import ShortPlan, ShortPlans
from recommender.rulebook.model import Rulebook

_ROW = "row"  # a column of no field: who has no answers at all is no empty row


class Replanning:
    """A rulebook compiled for stored answers, which have a column for every field."""

    def __init__(self, book: Rulebook) -> None:
        """Compile `book`."""
        fields = book.vocabulary.fields.values()
        columns = [FieldColumn(field, field.id, "", {}, frozenset(), False, ()) for field in fields]
        as_stored = {field.id: PositiveScorePolicy(field.high or 0, MOST_DECIMALS) for field in fields}
        self.fields = [field.id for field in fields]
        self._scoring = Scoring(book, columns, ".", as_stored)
        self._plans = ShortPlans(book, list(book.movements), list(book.rules))

    def plans(self, people: Sequence[Mapping[str, str]]) -> list[ShortPlan | None]:
        """Return the plan of each person; None where the answers are refused."""
        columns = {name: [answers.get(name, "") for answers in people] for name in self.fields}
        columns[_ROW] = [_ROW for _ in people]
        scored = self._scoring.score(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)))
        rows = self._scoring.answers(scored).cast(pl.String).fill_null("").iter_rows(named=True)
        return [
            self._plans.of_row(row) if accepted else None
            for row, accepted in zip(rows, scored.accepted, strict=True)
        ]
