"""Decide how columns of time are read: in which unit or order of dates, and to which day they count."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import polars as pl

from recommender.cohort.mapping.conversion import DAYS, AsOf, Conversion
from recommender.cohort.mapping.dates import Dates, Order, find_order
from recommender.cohort.mapping.names import ColumnDictionary, Name
from recommender.cohort.mapping.overrides import Overrides
from recommender.cohort.mapping.phrasing import question
from recommender.cohort.mapping.spelling import Spelling
from recommender.cohort.mapping.time_names import DATE
from recommender.cohort.mapping.values import cell_texts
from recommender.errors import CohortError, Problem, quoted
from recommender.vocabulary import Field

_SAMPLE = 2_000
_ORDERS = {"dmy": Order.DAY_FIRST, "mdy": Order.MONTH_FIRST}
_AS_OF = "--as-of"


class TimeColumns(NamedTuple):
    """The sample of a file, the words of time, and what the user states about dates."""

    sample: pl.DataFrame
    dictionary: ColumnDictionary
    overrides: Overrides

    def order(self, column: str) -> Order | None:
        """Return the order of a column's dates, as proved or else as stated; `None` if it has no dates."""
        cells = [
            text
            for text in cell_texts(self.sample[column].head(_SAMPLE))
            if text.strip().casefold() not in self.dictionary.missing
        ]
        order = find_order(cells, self.dictionary.time.months)
        return _ORDERS.get(self.overrides.dates, order) if order is Order.OPEN else order

    def conversion(self, field: Field, column: str, name: Name | None) -> Conversion | Problem | None:
        """Return how a column is converted for a field, a question about it, or `None` if it need not be."""
        if field.unit not in DAYS:
            return None
        if name is not None and name.fields == (field.id,) and name.unit in DAYS:
            return Conversion(field, days=DAYS[name.unit]) if name.unit != field.unit else None
        order = self.order(column)
        if order is None:
            return None
        if not self.overrides.as_of:
            spelling = self.overrides.spelling
            return question(
                column,
                f"it holds dates, from which `{field.id}` ({field.label}) can be worked out. To which day?",
                f"{spelling.to_which_day} Or leave it out: {spelling.ignore(column)}.",
            )
        if problem := _order_question(self.overrides.spelling, column, order):
            return problem
        as_of = self.as_of()
        if isinstance(as_of, Problem):
            return as_of
        return Conversion(field, dates=Dates(order, self.dictionary.time.months), as_of=as_of)

    def as_of(self) -> AsOf | Problem:
        """Return the day or the column of `--as-of`.

        Raises:
            CohortError: it is neither a date nor a column of dates.

        """
        text = self.overrides.as_of
        if text not in self.sample.columns:
            day = Dates(Order.PLAIN, {}).read(text)
            if day is None:
                message = f"{quoted(text)} is neither a date nor a column of this file."
                raise CohortError(
                    Problem(_AS_OF, message, "Write a date as 2026-05-31, or the name of a column.")
                )
            return AsOf(day)
        order = self.order(text)
        if order is None:
            message = f"the column {quoted(text)} does not hold dates."
            raise CohortError(Problem(_AS_OF, message, "Write a date as 2026-05-31, or another column."))
        return _order_question(self.overrides.spelling, text, order) or AsOf(
            None, text, Dates(order, self.dictionary.time.months)
        )

    def unused(self, columns: Mapping[str, str]) -> list[str]:
        """Return the unused columns that look like a date, or whose name or label speaks of a danger."""
        return [
            column
            for column, called in columns.items()
            if self.dictionary.speaks_of_danger(called) or self._has_dates(column)
        ]

    def _has_dates(self, column: str) -> bool:
        cells = self.sample[column].head(_SAMPLE).drop_nulls().head(20)
        return find_order(cell_texts(cells), self.dictionary.time.months) is not None

    def is_date(self, column: str, name: Name) -> bool:
        """Return whether a column is a date by its name and by its cells."""
        return name.unit == DATE and self.order(column) is not None


def day_note(column: str, conversion: Conversion) -> str:
    """Return a sentence on how a column of time is read."""
    if conversion.dates is None or conversion.as_of is None:
        return f"{quoted(column)}: worked out in {conversion.field.unit}."
    end = conversion.as_of
    to = quoted(end.column) if end.column else date.isoformat(end.day) if end.day else ""
    first = {Order.DAY_FIRST: ", the day before the month", Order.MONTH_FIRST: ", the month before the day"}
    order = first.get(conversion.dates.order, "")
    return f"{quoted(column)}: dates{order}, read as {conversion.field.unit} up to {to}."


def _order_question(spelling: Spelling, column: str, order: Order) -> Problem | None:
    if order is Order.OPEN:
        return question(
            column,
            "its dates could have the day or the month first: no number tells.",
            "Write --dates dmy if the day comes first, or --dates mdy if the month does.",
        )
    if order is Order.MIXED:
        return question(
            column,
            "some of its dates have the day first and some the month.",
            f"Write them all as 2026-05-31, or leave the column out: {spelling.ignore(column)}.",
        )
    return None
