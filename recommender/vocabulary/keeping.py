"""Answers as they are kept for another day: what happened some months ago as its date, an age with a day."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from recommender.errors import Problem, ProfileError
from recommender.language.meaning import Value
from recommender.language.numbers import UNIT
from recommender.vocabulary.answers import write_answer
from recommender.vocabulary.model import Field, Vocabulary
from recommender.vocabulary.profile import read_quantity

PRACTICE = "practice"
_PLAIN = re.compile(r"[\w+-][\w .+-]*")


def text_to_keep(vocabulary: Vocabulary, field: Field, value: Value, as_of: date) -> str:
    """Return an answer of the day `as_of` as text that is right on another day too."""
    match field.time, value:
        case "birth", int(age):
            return f"{age // UNIT} on {as_of.isoformat()}"
        case "ago", int(time):
            return date_to_keep(vocabulary, field, time, as_of).isoformat()
        case _:
            return write_answer(field, value)


def date_to_keep(vocabulary: Vocabulary, field: Field, value: int, as_of: date) -> date:
    """Return the date of what was so long ago: it is read again as `value`, or a little on its worse side."""
    nearest = as_of - timedelta(days=round(value * float(field.length) / UNIT))
    again, _ = read_quantity(vocabulary, field, nearest.isoformat(), "", as_of)
    lower = field.worse == "lower"
    is_safe = isinstance(again, int) and (again <= value if lower else again >= value)
    return nearest if is_safe else nearest + timedelta(days=1 if lower else -1)


def yaml_to_keep(texts: Mapping[str, str], practice: Mapping[str, str], as_of: date) -> str:
    """Return a profile as YAML: answers as text by field, and what a check-in reached."""
    lines = [f"# Answers for recommender, kept on {as_of.isoformat()}. Safety is asked each time."]
    for name, text in texts.items():
        lines.append(f"{name}: {text if _PLAIN.fullmatch(text) else json.dumps(text)}")
    return "\n".join([*lines, *(practice_lines(practice) if practice else ())]) + "\n"


def practice_lines(practice: Mapping[str, str]) -> Iterable[str]:
    """Return what a check-in reached as lines of YAML."""
    return [f"{PRACTICE}:", *(f"  {exercise}: {level}" for exercise, level in practice.items())]


def read_practice(raw: Any, place: str) -> dict[str, str]:
    """Read what a check-in has kept: exercises, each with a level.

    Raises:
        ProfileError: when it is something else.

    """
    if isinstance(raw, dict) and all(isinstance(level, str) for level in raw.values()):
        return raw
    message = "this must be a list of `exercise: level` lines."
    raise ProfileError(Problem(place, message, "Take it out; `recommender checkin` writes it again."))
