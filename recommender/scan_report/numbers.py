"""Numbers and words as a report prints them."""

import re
import unicodedata
from typing import NamedTuple

from recommender.language.numbers import MINUS_SIGNS, thousandths

UNREADABLE = "\ufffd"  # what a letter is that a font does not tell
_SYMBOL_MINUS = "\uf02d"  # the minus of the Symbol font, in the private area
_MARKS = "*†‡§#¹²³⁰⁴⁵⁶⁷⁸⁹"
_DASHES = re.compile(f"[{re.escape(MINUS_SIGNS)}{_SYMBOL_MINUS}\u2043\u02d7\u207b\u208b\u00ad]")
_APOSTROPHES = re.compile("['`\u2018\u2019\u00b4\u02bc]")
_SQUARED = re.compile("(?<=[cm])²")
_RAISED = re.compile("[¹²³⁰⁴-⁹*†‡§]")
_SPACED = re.compile(r"\s*([-/+|])\s*")
_NUMBER = re.compile(r"([-+]?)(\d{0,5})(?:[.,](\d{1,4}))?", re.ASCII)
_UNIT = re.compile(
    r"(?:s\.?d\.?|sds|d\.?e\.?|d\.?s\.?|d\.?p\.?|e\.?t\.?|%|g ?/ ?cm\^?2?|g|cm2?)$", re.IGNORECASE
)
EMPTY = re.compile(r"-{1,4}|\*+|n\.?/?a\.?|\.{2,}|_+", re.IGNORECASE)
DATE = re.compile(
    r"\b(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{2}[./-]\d{2}"
    r"|\d{1,2} ?[A-Za-zäéû]{3,9}\.?,? ?\d{4}"
    r"|[A-Za-z]{3,9}\.? \d{1,2},? \d{4})\b"
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class Printed(NamedTuple):
    """A number as printed: its thousandths, its decimals, and whether anything about it is odd."""

    value: int
    decimals: int
    is_odd: bool


def plain(text: str) -> str:
    """Return text in one form: plain dashes, no apostrophes, single spaces, none around a dash or slash."""
    text = _RAISED.sub(" ", _SQUARED.sub("2", text))
    return " ".join(_APOSTROPHES.sub("", _DASHES.sub("-", unicodedata.normalize("NFKC", text))).split())


def tight(text: str) -> str:
    """Return `plain` text without spaces around dashes and slashes: `L1 - L4` is `L1-L4`."""
    return _SPACED.sub(r"\1", plain(text))


def is_empty(text: str) -> bool:
    """Say whether a cell holds only the sign that nothing was measured."""
    return EMPTY.fullmatch(_DASHES.sub("-", text.strip())) is not None


def read_number(text: str) -> Printed | None:
    """Read a number such as `-2.3`, `-2,3`, `+0.4` or `-2.3 SD`; `None` for anything else.

    It is odd if it has a mark, a trailing minus or no digit before its point.
    """
    text = text.strip()
    bare = text.rstrip(_MARKS + " ")
    is_odd = bare != text
    bare = plain(bare)
    number = _UNIT.sub("", bare).strip()
    if number.endswith("-") and not number.startswith(("-", "+")):
        number, is_odd = f"-{number[:-1]}", True
    match = _NUMBER.fullmatch(number.replace("- ", "-", 1))
    if match is None or not (match[2] or match[3]):
        return None
    sign, whole, fraction = match.groups(default="")
    digits = f"{'-' if sign == '-' else ''}{whole.lstrip('0') or '0'}.{(fraction or '0')[:3]}"
    return Printed(thousandths(digits), len(fraction), is_odd or not whole)


def looks_numeric(text: str) -> bool:
    """Say whether text is a number, or a damaged one."""
    return read_number(text) is not None or (
        any(char.isdigit() for char in text)
        and not any(char.isalpha() for char in text)
        and "/" not in text
        and "%" not in text
    )


def year(text: str) -> int | None:
    """Return the year of a date, if it is written with four digits."""
    match = YEAR.search(text)
    return int(match[0]) if match else None
