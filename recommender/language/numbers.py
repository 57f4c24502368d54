"""Decimal numbers as whole thousandths, which compare exactly, and the signs they are written with.

In floats -0.4 - -1.4 >= 1.0 is false; in thousandths it is true.
"""

import re

UNIT = 1000
DECIMALS = 3
NOISE_DECIMALS = 9  # below 1e-9 is what binary arithmetic leaves behind: -2.5000000000000004 is -2.5

# The hyphen-minus and the eight signs that word processors, spreadsheets and keyboards put in its place:
# minus, hyphen, non-breaking hyphen, figure dash, en dash, em dash, small hyphen-minus, full-width
# hyphen-minus.
MINUS_SIGNS = "-\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d"
MINUS = f"[{MINUS_SIGNS}]"  # for regular expressions, Python's and Polars'

_LEADING_MINUS = re.compile(rf"^(\s*){MINUS}")
MOST_DECIMALS = 30
PLAIN = rf"([+-]?)(0|[1-9][0-9]{{0,8}})(?:\.([0-9]{{1,{MOST_DECIMALS}}}))?"  # for both, too
_PLAIN = re.compile(PLAIN, re.ASCII)


def plain_minus(text: str) -> str:
    """Return `text` with a plain minus where it begins with any sign that stands for one."""
    return _LEADING_MINUS.sub(r"\1-", text)


def is_number(text: str) -> bool:
    """Say whether `text` is a plain decimal number: no exponent, no leading zeros, no separators."""
    return _PLAIN.fullmatch(text) is not None


def decimals(text: str) -> int:
    """Return how many decimals a plain decimal number needs, without trailing zeros."""
    return len(text.partition(".")[2].rstrip("0"))


def thousandths(text: str) -> int:
    """Return a plain decimal number in whole thousandths (`"-2.5"` gives -2500).

    Raises:
        ValueError: when `text` is not a plain decimal number or has more than three decimals.

    """
    if not is_number(text) or decimals(text) > DECIMALS:
        raise ValueError(text)
    return rounded_thousandths(text, upwards=False)


def rounded_thousandths(text: str, upwards: bool) -> int:
    """Return a plain decimal number of any length in whole thousandths; one between two goes up, or down.

    A number less than 1e-9 away from a thousandth is that thousandth, on whichever side it lies.

    Raises:
        ValueError: when `text` is not a plain decimal number.

    """
    match = _PLAIN.fullmatch(text)
    if match is None:
        raise ValueError(text)
    sign, whole, fraction = match.groups(default="")
    fraction = fraction.ljust(DECIMALS, "0")
    thousandth = int(10 ** (len(fraction) - DECIMALS))  # counted in the last decimal that is written
    noise = int(10 ** max(len(fraction) - NOISE_DECIMALS, 0))
    number, rest = divmod(int(f"{sign}{whole}{fraction}"), thousandth)
    if rest < noise:
        return number
    return number + 1 if upwards or thousandth - rest < noise else number


def is_rounded(text: str) -> bool:
    """Say whether `text` is a plain decimal number that lies between two thousandths."""
    return is_number(text) and rounded_thousandths(text, upwards=True) != rounded_thousandths(
        text, upwards=False
    )


def shown(number: int, decimals: int = 0) -> str:
    """Return thousandths as a person writes them: -2500 as `-2.5`; with at least `decimals` decimals."""
    whole, rest = divmod(abs(number), UNIT)
    digits = f"{rest:03d}".rstrip("0").ljust(decimals, "0")
    fraction = f".{digits}" if digits else ""
    return f"{'-' if number < 0 else ''}{whole}{fraction}"
