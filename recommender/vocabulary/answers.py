"""One answer: from what was entered to the value that is stored, and back.

Every door reads answers here: options, profile files, the cells of a table, the forms of the desk. For every
value that a field can store, `read_answer(field, write_answer(field, value), …) == value`.
"""

import re
from math import isnan
from typing import Any

from recommender.errors import Doubt, Problem, ProfileError, did_you_mean, quoted
from recommender.language.meaning import NOT_APPLICABLE, Value
from recommender.language.numbers import (
    DECIMALS,
    UNIT,
    decimals,
    is_number,
    is_rounded,
    plain_minus,
    rounded_thousandths,
    shown,
)
from recommender.vocabulary.model import Field

_DECIMAL_COMMA = re.compile(r"([+-]?[0-9]+),([0-9]+)", re.ASCII)
_BOOLEANS = ("true", "false")  # yes and no in YAML and JSON
_THOUSANDS = 3  # so many digits after a comma may be decimals or the end of a large number


def read_answer(field: Field, raw: Any, location: str) -> Value | None:
    """Read one answer; `None` means unknown.

    Capitals, other words for an answer (`woman`), a unit after a number (`61 years`), a decimal comma and any
    minus sign are understood. Beyond three decimals the worse thousandth counts.

    Raises:
        ProfileError: naming the location, the value and what is accepted; with a `Doubt` where a sign or
        point may be missing.

    """
    if raw is None or (isinstance(raw, float) and isnan(raw)):
        return None
    if isinstance(raw, bool):
        raw = "yes" if raw else "no"
    elif isinstance(raw, int | float):
        raw = str(raw)
    if not isinstance(raw, str):
        raise ProfileError(Problem(location, f"this must be a single answer: {field.accepted}."))
    text = raw.strip()
    word = field.spellings.get(text.lower(), text.lower())
    if word in ("", "unknown"):
        return None
    if word == "never" and field.never:
        return NOT_APPLICABLE
    if field.is_number:
        return _number(field, text, location)
    if field.kind == "yes_no" and word in ("yes", "no"):
        return word == "yes"
    choice = re.sub(r"[\s-]+", "_", word)
    if choice in field.choices:
        return choice
    hint = did_you_mean(choice, field.choices)
    raise ProfileError(
        Problem(location, f"{quoted(text)} is not an answer. Accepted: {field.accepted}.", hint)
    )


def write_answer(field: Field, value: Value) -> str:
    """Write a stored value as `read_answer` reads it; a score above zero gets its plus sign."""
    if value is NOT_APPLICABLE:
        return "never"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return f"+{shown(value)}" if field.doubt_above is not None and value > 0 else shown(value)


def encode_answer(field: Field, value: int | bool | str) -> int:
    """Return a value as a column of whole numbers holds it: yes is `UNIT`, a choice its index."""
    if isinstance(value, str):
        return field.choices.index(value)
    return value * UNIT if isinstance(value, bool) else value


def decode_answer(field: Field, number: int) -> Value:
    """Return the value that a column of whole numbers holds as `number`; see `encode_answer`."""
    if field.kind == "choice":
        return field.choices[number]
    return bool(number) if field.kind == "yes_no" else number


def plain(value: Value) -> int | float | bool | str:
    """Return a stored value as JSON and Python have it: -3900 thousandths as -3.9."""
    if value is NOT_APPLICABLE:
        return "never"
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    return value // UNIT if value % UNIT == 0 else value / UNIT


def echo(field: Field, raw: Any, value: Value | None, unit: str = "") -> str:
    """Say how an answer in another form was understood; nothing where it is stored as written.

    `unit` is named where the answer was converted into it.
    """
    if value is None or not isinstance(raw, str):
        return ""
    text, written = raw.strip(), write_answer(field, value)
    if unit:
        return f"{quoted(text)} is read as {written} {unit}."
    if text.lower() == written or text.lower() in _BOOLEANS:
        return ""
    if is_rounded(plain_number(field, text)):
        return f"{quoted(text)} has more than three decimals; {written} is used, to be on the safe side."
    if is_number(text) and is_number(written):
        return ""
    return f"{quoted(text)} is read as {written}."


def at_least(field: Field, number: int) -> str:
    """Say `-2.5 or more`, or `above -2.5` for the next number that can be stored."""
    return f"{shown(number)} or more" if _is_printed(field, number) else f"above {shown(number - field.step)}"


def at_most(field: Field, number: int) -> str:
    """Say `-2.5 or less`, or `below -2.5` for the number before it that can be stored."""
    return f"{shown(number)} or less" if _is_printed(field, number) else f"below {shown(number + field.step)}"


def _is_printed(field: Field, number: int) -> bool:
    """Say whether a report prints a number in full."""
    return number % int(10 ** (DECIMALS - field.decimals)) == 0


def _number(field: Field, text: str, location: str) -> int:
    number = plain_number(field, text)
    if not is_number(number):
        raise ProfileError(Problem(location, *_not_a_number(field, text)))
    if field.kind == "count" and decimals(number):
        raise ProfileError(
            Problem(location, f"{quoted(text)} is not a whole number. Accepted: {field.accepted}.")
        )
    value = rounded_thousandths(number, upwards=field.worse == "higher")
    if not field.low <= value <= field.high:
        message = f"{quoted(text)} is outside what is possible. Accepted: {field.accepted}."
        raise ProfileError(Problem(location, message, _rescaled(field, value)))
    if field.doubt_above is not None and value > 0 and not number.startswith("+"):
        if decimals(number) > (1 if value <= field.doubt_above else field.decimals):
            reason = "may be a bone density in g/cm2, from another column of the report, or lack its sign."
            sign = "Else write its sign, - or +."
            raise ProfileError(_doubt(field, number, location, f"{reason} {_find_score(field)}", sign))
        if value > field.doubt_above:
            reason = "is far above what people with low bone density have; is a minus sign missing?"
            raise ProfileError(_doubt(field, number, location, reason))
    return value


def plain_number(field: Field, text: str) -> str:
    """Return a number without unit, with plain minus and decimal point, as far as that is unambiguous."""
    number = plain_minus(text)
    for unit in field.unit_words:
        bare = number[: -len(unit)].rstrip()
        if number.lower().endswith(unit) and bare[-1:].isdigit():
            number = bare
            break
    comma = _DECIMAL_COMMA.fullmatch(number)
    return f"{comma[1]}.{comma[2]}" if comma and not _may_be_thousands(field, comma) else number


def _may_be_thousands(field: Field, comma: re.Match[str]) -> bool:
    """Say whether a comma may stand between thousands: `1,250` can, where 1250 is an answer to the field."""
    return len(comma[2]) == _THOUSANDS and field.low <= int(comma[1] + comma[2]) * UNIT <= field.high


def _find_score(field: Field) -> str:
    """Say where the score stands: a density is no score with another sign."""
    return f"If it is in g/cm2, leave it out, and look for the column {field.unit}."


def _doubt(field: Field, number: str, location: str, reason: str, hint: str = "") -> Problem:
    hint = hint or f"Write -{number} or, if it really is above zero, +{number}."
    return Problem(location, f"{number} {reason}", hint, Doubt(field.id, f"-{number}", f"+{number}"))


def _rescaled(field: Field, number: int) -> str:
    """Guess at a lost decimal point, and at a lost sign with it: 39 and -39 are both likely -3.9."""
    tenth = -abs(number) // 10
    return (
        f"Did you mean {shown(tenth)}?"
        if field.doubt_above is not None and field.low <= tenth <= field.high
        else ""
    )


def _not_a_number(field: Field, text: str) -> tuple[str, str]:
    """Say what is wrong with text that is not a number, and how to write it."""
    accepted = f"Accepted: {field.accepted}."
    comma = _DECIMAL_COMMA.fullmatch(plain_minus(text))
    if comma:
        hint = f"Write {comma[1]}.{comma[2]} or {comma[1]}{comma[2]}, whichever is meant."
        return (
            f"the comma in {quoted(text)} may be a decimal sign or stand between thousands. {accepted}",
            hint,
        )
    if text.lower().lstrip("+-.") in ("nan", "inf", "infinity", "na", "n/a", "none"):
        zero = "Write 0 if there is none. " if field.low == 0 and text.lower() == "none" else ""
        return (
            f"{quoted(text)} is not a number. {accepted}",
            f"{zero}If it is not known, leave it out or write unknown.",
        )
    first, *_ = text.split()
    if first == text or not is_number(plain_minus(first)):
        return f"{quoted(text)} is not a plain number. {accepted}", ""
    if field.doubt_above is not None:
        return f"{quoted(text)} is more than a number. {accepted}", _find_score(field)
    date = ", in another unit of time, or as a date" if field.is_time else ""
    return f"{quoted(text)} is more than a number. {accepted}", f"Write it in {field.unit}{date}."
