"""Turn columns of time into what their fields are given in: dates into ages and months, years into months."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from math import ceil, floor
from typing import NamedTuple

import polars as pl

from recommender.cohort.mapping.dates import Dates
from recommender.cohort.mapping.names import normalised_value
from recommender.language.numbers import is_number
from recommender.vocabulary import Field
from recommender.vocabulary.answers import plain_number

DAYS = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}
_HUNDREDTHS = 100


class AsOf(NamedTuple):
    """The day from which time is counted: one day, or a column of dates."""

    day: date | None
    column: str = ""
    dates: Dates | None = None


class Conversion(NamedTuple):
    """How the cells of a column become numbers in the unit of its field.

    Of dates, `dates` and `as_of` are set; else `days` is the length of the column's unit.
    """

    field: Field
    days: float = 0.0
    dates: Dates | None = None
    as_of: AsOf | None = None

    def columns(self, column: str) -> list[str]:
        """Return the columns that are needed."""
        return [column, *([self.as_of.column] if self.as_of and self.as_of.column else [])]

    def convert(self, cells: Sequence[pl.Series]) -> pl.Series:
        """Return the column as text of numbers; a text that cannot be converted stays as it is."""
        column, *others = (cell.cast(pl.String) for cell in cells)
        if self.dates is None:
            return _each(self._number, column)
        if not others:
            return _each(partial(self._since, as_of=self.as_of.day if self.as_of else None), column)
        pairs = zip(column, others[0], strict=True)
        read = self.as_of.dates.read if self.as_of and self.as_of.dates else Dates(self.dates.order, {}).read
        days = {text: read(text) for text in others[0].unique().drop_nulls()}
        return pl.Series(
            column.name,
            [None if text is None or end is None else self._since(text, days[end]) for text, end in pairs],
            dtype=pl.String,
        )

    def _number(self, text: str) -> str:
        number = plain_number(self.field, normalised_value(text))
        return self._rounded(float(number) * self.days / DAYS[self.field.unit]) if is_number(number) else text

    def _since(self, text: str, as_of: date | None) -> str | None:
        """Return the age in completed years, or the time since a date; a text that is no date stays."""
        day = self.dates.read(text) if self.dates else None
        if day is None:
            return text
        if as_of is None:
            return None
        if self.field.unit == "years":
            return str(as_of.year - day.year - ((as_of.month, as_of.day) < (day.month, day.day)))
        return self._rounded((as_of - day).days / DAYS[self.field.unit])

    def _rounded(self, number: float) -> str:
        """Round to what is worse: a break is not longer ago, and a scan not younger, than it is."""
        if self.field.kind == "count":
            return str(ceil(number) if self.field.worse == "higher" else floor(number))
        hundredths = number * _HUNDREDTHS
        whole = ceil(hundredths - 1e-6) if self.field.worse == "higher" else floor(hundredths + 1e-6)
        return f"{whole / _HUNDREDTHS:.2f}"


def converted(frame: pl.DataFrame, conversions: Mapping[str, Conversion]) -> pl.DataFrame:
    """Return rows whose columns of time are in the units of their fields."""
    return frame.with_columns(
        conversion.convert([frame[name] for name in conversion.columns(column)]).alias(column)
        for column, conversion in conversions.items()
    )


def _each(change: Callable[[str], str | None], column: pl.Series) -> pl.Series:
    """Change each distinct text once."""
    texts = column.unique().drop_nulls()
    new = pl.Series([change(text) for text in texts], dtype=pl.String)
    return column.replace_strict(texts, new, default=None, return_dtype=pl.String).rename(column.name)
