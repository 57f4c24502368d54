"""Numbers as people have them: `2 years` for months, `1 ft 2 in` for centimetres, a date for a time.

Only the doors for one person read them (`vocabulary.profile`); a column of a table has one unit, which its
own name tells. What could mean two things is refused with a sentence, and nothing is guessed.
"""

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from math import ceil, floor

from recommender.errors import Problem, ProfileError, quoted
from recommender.language.numbers import UNIT, is_number, plain_minus
from recommender.vocabulary.answers import plain_number
from recommender.vocabulary.dates import Days, full_years, read_date
from recommender.vocabulary.model import Field, Vocabulary

_NUMBER = (
    r"(?P<whole>\d{1,6}) (?P<top>\d)/(?P<bottom>[2-9])|(?P<before>\d{1,6})? ?(?P<part>[½¼¾])"
    r"|(?P<plain>\d{1,6}(?:\.\d{1,3}|,\d{1,2})?)|(?P<word>[a-z]+)"
)
_PARTS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
_AROUND = re.compile(r"^(?:since|in|on) | ago$")
_BETWEEN = re.compile(r"^(?:,|\band\b|\s)*")
_HUNDREDTHS = 100
_ARTICLE = 2  # so many letters at most has a word that is a number only before a unit: a year, an inch
_AN_AGE = re.compile(r"(\d{1,3}) on (.+)", re.ASCII)
_A_YEAR = re.compile(r"(19|20)\d{2}", re.ASCII)


def in_own_unit(vocabulary: Vocabulary, field: Field, text: str, location: str, as_of: date) -> str:
    """Return a quantity or a date as a plain number in the unit of a field; any other text as it is.

    Dates count up to `as_of`. What lies between two hundredths goes to the worse one.

    Raises:
        ProfileError: for a date in the future, and for what could mean two things.

    """
    as_written = " ".join(plain_minus(text).casefold().split())
    plain = _AROUND.sub("", as_written)
    if field.doubt_above is not None:  # a score has no unit but its own
        return text
    if field.time == "birth" and (match := _AN_AGE.fullmatch(as_written)):
        days = read_date(match[2], vocabulary.months, location)
        return text if days is None else _age_since(int(match[1]), days, text, location, as_of)
    if field.is_time and not (field.time == "birth" and _A_YEAR.fullmatch(plain)):
        _refuse_bare_year(field, as_written, location)
        if days := read_date(plain, vocabulary.months, location):
            return _time_since(field, days, text, location, as_of)
    if is_number(plain_number(field, text)):
        return text
    amount = _amount(field, plain, vocabulary.number_words)
    return text if amount is None else _written(field, amount)


def _refuse_bare_year(field: Field, text: str, location: str) -> None:
    """Refuse `2024` for a number of weeks that may be that large: it is likely a year."""
    if _A_YEAR.fullmatch(text) and int(text) * UNIT <= field.high:
        message = f"{quoted(text)} may be a year, or a number of {field.unit}."
        raise ProfileError(Problem(location, message, "Write the month too, or the number with its unit."))


def _age_since(age: int, days: Days, text: str, location: str, as_of: date) -> str:
    """Return the age of somebody who was `61 on 2026-05-31`."""
    _refuse_future(days, text, location, as_of)
    return str(age + full_years(days.first, as_of))


def _refuse_future(days: Days, text: str, location: str, as_of: date) -> None:
    if days.first > as_of:
        message = f"{quoted(text)} lies in the future: today is {as_of.isoformat()}."
        raise ProfileError(Problem(location, message, "Write a date that has passed."))


def _time_since(field: Field, days: Days, text: str, location: str, as_of: date) -> str:
    _refuse_future(days, text, location, as_of)
    if field.time == "birth":
        return str(full_years(days.first, as_of))
    day = min(days.last, as_of) if field.worse == "lower" else days.first
    return _written(field, Fraction((as_of - day).days) / Fraction(field.length))


def _amount(field: Field, text: str, number_words: Sequence[Sequence[str]]) -> Fraction | None:
    """Return what a text such as `1 year 6 months` comes to in the unit of a field, or `None`."""
    units = "|".join(re.escape(unit) for unit in sorted(field.lengths, key=len, reverse=True))
    if not units:
        return None
    if len(text) > _ARTICLE and (named := _word(text, number_words)) is not None:
        return Fraction(named)
    term = re.compile(rf"(?:{_NUMBER}) ?(?P<unit>{units})(?![^\W\d_])")
    total = Fraction(0)
    while True:
        match = term.match(text)
        if match is None or (number := _number(match, number_words)) is None:
            return None
        total += number * Fraction(field.lengths[match["unit"]])
        text = _BETWEEN.sub("", text[match.end() :])
        if not text:
            return total / Fraction(field.length)


def _number(match: re.Match[str], number_words: Sequence[Sequence[str]]) -> Fraction | None:
    if match["plain"]:
        return Fraction(match["plain"].replace(",", "."))
    if match["whole"]:
        return int(match["whole"]) + Fraction(int(match["top"]), int(match["bottom"]))
    if match["part"]:
        return int(match["before"] or 0) + _PARTS[match["part"]]
    number = _word(match["word"], number_words)
    return None if number is None else Fraction(number)


def _word(text: str, number_words: Sequence[Sequence[str]]) -> int | None:
    return next((number for number, words in enumerate(number_words) if text in words), None)


def _written(field: Field, amount: Fraction) -> str:
    """Write an amount in a field's unit; where it must be rounded, the worse of two numbers counts."""
    rounded = ceil if field.worse == "higher" else floor
    if field.kind == "count":
        return str(rounded(amount))
    hundredths = rounded(amount * _HUNDREDTHS)
    return f"{hundredths // _HUNDREDTHS}.{hundredths % _HUNDREDTHS:02d}".rstrip("0").rstrip(".")
