"""Read the dates of a column: which order of day and month it has is proved by its cells, or asked."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from typing import NamedTuple

_YEAR_FIRST = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|((?:19|20)\d{2})(\d{2})(\d{2})|(\d{4})年(\d{1,2})月(\d{1,2})日",
    re.ASCII,
)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_NAMED = re.compile(
    r"(\d{1,2})\.?[-\s/]*([^\W\d_]{3,10})\.?[-\s/,]*(\d{4})|([^\W\d_]{3,10})\.?[-\s/]*(\d{1,2}),?[-\s/]+(\d{4})"
)
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}.*$", re.ASCII)
_NEARLY_ALL = 0.8
_MONTHS = 12


class Order(Enum):
    """What is known about the order of day and month in a column."""

    PLAIN = "the year comes first, or the month is a word"
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    OPEN = "either order fits every cell"
    MIXED = "some cells need one order, some the other"


class Dates(NamedTuple):
    """How to read dates: with the day or the month first where the year comes last; names of months."""

    order: Order
    months: Mapping[str, int]

    def read(self, text: str) -> date | None:
        """Return the date of a cell, or `None` if it is none."""
        return _date(_TIME.sub("", text.strip()), self.order, self.months)


def find_order(cells: Iterable[str], months: Mapping[str, int]) -> Order | None:
    """Return the order of the dates in a sample of cells; `None` if most cells are no dates."""
    texts = {_TIME.sub("", cell.strip()) for cell in cells if cell.strip()}
    year_last = {text: match for text in texts if (match := _YEAR_LAST.fullmatch(text))}
    plain = sum(_date(text, Order.PLAIN, months) is not None for text in texts - year_last.keys())
    if not texts or plain + len(year_last) < _NEARLY_ALL * len(texts):
        return None
    if not year_last:
        return Order.PLAIN
    day_first = any(int(match[1]) > _MONTHS for match in year_last.values())
    month_first = any(int(match[2]) > _MONTHS for match in year_last.values())
    if day_first and month_first:
        return Order.MIXED
    if not day_first and not month_first:
        return Order.OPEN
    return Order.DAY_FIRST if day_first else Order.MONTH_FIRST


def _date(text: str, order: Order, months: Mapping[str, int]) -> date | None:
    year_first, year_last, named = (form.fullmatch(text) for form in (_YEAR_FIRST, _YEAR_LAST, _NAMED))
    if year_first:
        return _day(*(part for part in year_first.groups() if part))
    if year_last and order in (Order.DAY_FIRST, Order.MONTH_FIRST):
        first, second, year = year_last.groups()
        return _day(year, second, first) if order is Order.DAY_FIRST else _day(year, first, second)
    if named:
        day, word, year = named.groups()[:3] if named[1] else (named[5], named[4], named[6])
        month = months.get(word.casefold())
        return _day(year, str(month), day) if month else None
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
