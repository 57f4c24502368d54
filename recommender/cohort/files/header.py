"""Name the columns of a table: unique, not empty, and not a row of data."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from recommender.errors import CohortError, Problem, quoted
from recommender.language.numbers import MINUS

_NUMBER = re.compile(rf"(\+|{MINUS})?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][-+]?[0-9]+)?", re.ASCII)


class Header(NamedTuple):
    """Unique column names.

    `repeated` are names that the header has more than once, `unnamed` the indices of columns without a name.
    """

    names: tuple[str, ...]
    repeated: frozenset[str]
    unnamed: tuple[int, ...]


def parse_header_row(value: str | None) -> tuple[int, int]:
    """Return the first and the last line of the names for the value of `--header-row`; (0, 0) if not given.

    Raises:
        CohortError: it is neither a line nor two neighbouring lines.

    """
    if value is None:
        return 0, 0
    match = re.fullmatch(r"([1-9][0-9]{0,5})(?:-([1-9][0-9]{0,5}))?", value)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not match or last - first not in (0, 1):
        raise CohortError(
            Problem(
                "--header-row",
                f"{quoted(value)} is not the line of the names.",
                "Write its number, such as 2, or 1-2 for names in two lines.",
            )
        )
    return first, last


def joined_names(above: Sequence[str | None], below: Sequence[str | None]) -> tuple[str | None, ...]:
    """Join two lines of names; a group in the line above holds until the next one begins."""
    names, group = [], ""
    for index, cell in enumerate(below):
        group = (above[index] or "").strip() or group if index < len(above) else group
        names.append(f"{group} {(cell or '').strip()}".strip() or None)
    return tuple(names)


def name_columns(cells: Sequence[str | None]) -> Header:
    """Make column names unique.

    A repeated name gets a number (`age_2`), a column without a name its position (`column_7`).
    """
    stripped = [(cell or "").strip() for cell in cells]
    taken = set(stripped)
    names: dict[str, None] = {}
    repeated: set[str] = set()
    for index, name in enumerate(stripped):
        if not name:
            names[_free(f"column_{index + 1}", taken)] = None
        elif name in names:
            repeated.add(name)
            names[_free(name, taken, 2)] = None
        else:
            names[name] = None
    return Header(
        tuple(names), frozenset(repeated), tuple(index for index, name in enumerate(stripped) if not name)
    )


def check_header(cells: Sequence[str | None], location: str) -> None:
    """Check that a first line holds column names; `location` goes into the message.

    Raises:
        CohortError: it has no names, or a number among them.

    """
    names = [(cell or "").strip() for cell in cells]
    if not any(names):
        raise CohortError(
            Problem(
                location, "the first line has no names.", "Write the name of each column in the first line."
            )
        )
    if any("\0" in name for name in names):
        raise CohortError(
            Problem(
                location, "the first line holds zero bytes: this is not text.", "Save it as CSV, in UTF-8."
            )
        )
    for name in names:
        if _NUMBER.fullmatch(name):
            message = (
                f"the first line must hold the names of the columns, and this is a number: {quoted(name)}."
            )
            raise CohortError(Problem(location, message, "Put a line of names above the data."))


def _free(name: str, taken: set[str], number: int = 1) -> str:
    """Return `name` with the first free number, and add it to `taken`."""
    candidate = name if number == 1 else f"{name}_{number}"
    while candidate in taken:
        number += 1
        candidate = f"{name}_{number}"
    taken.add(candidate)
    return candidate
