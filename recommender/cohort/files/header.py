"""The names of columns: each once, none empty, and no row of data taken for them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from recommender.errors import CohortError, Problem, quoted
from recommender.language.numbers import MINUS

_NUMBER = re.compile(rf"(\+|{MINUS})?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][-+]?[0-9]+)?", re.ASCII)


class Header(NamedTuple):
    """Names of columns, each once. `repeated` were given more than once; `unnamed` are the places of those that had no name."""

    names: tuple[str, ...]
    repeated: frozenset[str]
    unnamed: tuple[int, ...]


def name_columns(cells: Sequence[str | None]) -> Header:
    """Name columns: a name that comes again gets a number (`age_2`), a column without a name its place (`column_7`)."""
    given = [(cell or "").strip() for cell in cells]
    taken = set(given)
    names: dict[str, None] = {}
    repeated: set[str] = set()
    for place, name in enumerate(given):
        if not name:
            names[_free(f"column_{place + 1}", taken)] = None
        elif name in names:
            repeated.add(name)
            names[_free(name, taken, 2)] = None
        else:
            names[name] = None
    return Header(
        tuple(names), frozenset(repeated), tuple(place for place, name in enumerate(given) if not name)
    )


def check_header(cells: Sequence[str | None], place: str) -> None:
    """Refuse a first line that has no names, or is a row of data.

    Raises:
        CohortError: naming the number that is no name.

    """
    given = [(cell or "").strip() for cell in cells]
    if not any(given):
        raise CohortError(
            Problem(place, "the first line has no names.", "Write the name of each column in the first line.")
        )
    if any("\0" in name for name in given):
        raise CohortError(
            Problem(place, "the first line holds zero bytes: this is not text.", "Save it as CSV, in UTF-8.")
        )
    for name in given:
        if _NUMBER.fullmatch(name):
            message = (
                f"the first line must hold the names of the columns, and this is a number: {quoted(name)}."
            )
            raise CohortError(Problem(place, message, "Put a line of names above the data."))


def _free(name: str, taken: set[str], number: int = 1) -> str:
    """Return `name`, with the first number after it that nobody has, and take it."""
    free = name if number == 1 else f"{name}_{number}"
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    taken.add(free)
    return free
