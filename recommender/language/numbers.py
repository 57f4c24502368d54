"""Plain decimal numbers as whole thousandths, so that every reading compares exactly.

In floats -0.4 - -1.4 >= 1.0 is false; in thousandths it is true.
"""

import re

UNIT = 1000
DECIMALS = 3

_PLAIN = re.compile(r"([+-]?)(0|[1-9][0-9]{0,8})(?:\.([0-9]{1,30}))?", re.ASCII)


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
    match = _PLAIN.fullmatch(text)
    if match is None or decimals(text) > DECIMALS:
        raise ValueError(text)
    sign, whole, fraction = match.groups(default="")
    number = int(whole) * UNIT + int(fraction[:DECIMALS].ljust(DECIMALS, "0"))
    return -number if sign == "-" else number


def shown(number: int, decimals: int = 0) -> str:
    """Return thousandths as a person writes them: -2500 as `-2.5`; with at least `decimals` decimals."""
    whole, rest = divmod(abs(number), UNIT)
    digits = f"{rest:03d}".rstrip("0").ljust(decimals, "0")
    fraction = f".{digits}" if digits else ""
    return f"{'-' if number < 0 else ''}{whole}{fraction}"
