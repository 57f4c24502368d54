"""Find the column that says on which day each row was written."""

from datetime import date
from typing import NamedTuple

import polars as pl

from recommender.cohort.mapping.dates import Dates, Order
from recommender.cohort.mapping.names import ColumnDictionary
from recommender.cohort.mapping.overrides import Overrides
from recommender.cohort.mapping.phrasing import some
from recommender.cohort.mapping.time_columns import TimeColumns
from recommender.cohort.mapping.time_names import DATE
from recommender.errors import CohortError, Problem, quoted

_SCAN = "scan_months"


class RowDates(NamedTuple):
    """The column that says on which day a row was written, and how its dates are read."""

    column: str
    dates: Dates

    def days(self, frame: pl.DataFrame) -> list[date | None]:
        """Return the day of each row."""
        texts = frame[self.column].cast(pl.String)
        read = {text: self.dates.read(text) for text in texts.unique().drop_nulls()}
        return [None if text is None else read[text] for text in texts]


def row_dates(frame: pl.DataFrame, dictionary: ColumnDictionary, overrides: Overrides) -> RowDates | None:
    """Return the column of the days of the rows, or `None` if there is none.

    Dates of birth and of breaks do not count. A date of a scan goes before other dates.

    Raises:
        CohortError: several columns could be it, or their order of day and month is not clear.

    """
    time = TimeColumns(frame, dictionary, overrides)
    scans: list[str] = []
    others: list[str] = []
    for column in frame.columns:
        name = dictionary.lookup(column)
        event = name.fields[0] if name is not None and name.unit == DATE else ""
        if column not in overrides.ignore and event in ("", _SCAN) and time.order(column) is not None:
            (scans if event else others).append(column)
    columns = scans or others
    if not columns:
        return None
    if len(columns) > 1:
        message = f"several columns could say when each row was written: {some(columns)}."
        raise CohortError(Problem("", message, "Leave out all but one with --ignore COLUMN."))
    order = time.order(columns[0])
    if order in (None, Order.OPEN, Order.MIXED):
        message = "its dates could have the day or the month first."
        hint = "Write --dates dmy if the day comes first, or --dates mdy if the month does."
        raise CohortError(Problem(f"column {quoted(columns[0])}", message, hint))
    return RowDates(columns[0], Dates(order or Order.PLAIN, dictionary.time.months))
