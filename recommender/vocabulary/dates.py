"""Dates as people write them: a day, a month or a year, and how long ago that is."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from recommender.errors import Problem, ProfileError, quoted

_YEAR_FIRST = re.compile(r"((?:19|20)\d{2})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", re.ASCII)
_YEAR_LAST = re.compile(r"(?:(\d{1,2})[-/.])?(\d{1,2})[-/.]((?:19|20)\d{2})", re.ASCII)
_NAMED = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[-\s/]*)?(?P<month>[^\W\d_]{3,9})\.?"
    r"(?:[-\s/]*(?P<late_day>\d{1,2})(?:st|nd|rd|th)?(?=[,\s]))?[-\s/,]+(?P<year>(?:19|20)\d{2})",
)
_MONTHS = 12


class Days(NamedTuple):
    """The days that a date may mean, both ends included: all of a month where only that is named."""

    first: date
    last: date


def read_date(text: str, months: Sequence[Sequence[str]], location: str) -> Days | None:
    """Return the days that a text names, or `None` if it is no date; `months` are names in lower case.

    Raises:
        ProfileError: where the day and the month could be either way round.

    """
    if match := _YEAR_FIRST.fullmatch(text):
        return _days(*match.groups())
    if match := _YEAR_LAST.fullmatch(text):
        return _year_last(match, location)
    if match := _NAMED.fullmatch(text.casefold()):
        for number, names in enumerate(months, 1):
            if match["month"] in names and not (match["day"] and match["late_day"]):
                return _days(match["year"], str(number), match["day"] or match["late_day"])
    return None


def _year_last(match: re.Match[str], location: str) -> Days | None:
    first, second, year = match.groups()
    if first is None:
        return _days(year, second, None)
    if int(first) > _MONTHS or int(first) == int(second):
        return _days(year, second, first)
    if int(second) > _MONTHS:
        return _days(year, first, second)
    choices = f"{year}-{int(second):02d}-{int(first):02d} or {year}-{int(first):02d}-{int(second):02d}"
    message = f"{quoted(match[0])} may have the day or the month first."
    raise ProfileError(Problem(location, message, f"Write {choices}, whichever is meant."))


def _days(year: str, month: str | None, day: str | None) -> Days | None:
    try:
        if month is None:
            return Days(date(int(year), 1, 1), date(int(year), _MONTHS, 31))
        if day is None:
            first = date(int(year), int(month), 1)
            in_the_next = first + timedelta(days=31)
            return Days(first, in_the_next - timedelta(days=in_the_next.day))
        exact = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return Days(exact, exact)


def full_years(birth: date, as_of: date) -> int:
    """Return an age in completed years."""
    return as_of.year - birth.year - ((as_of.month, as_of.day) < (birth.month, birth.day))
