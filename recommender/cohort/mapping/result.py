"""How the columns of a file were understood, and how that is shown before anything rests on it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from recommender.errors import Problem, visible
from recommender.vocabulary import Field

_MOST_NAMES = 6


class FieldColumn(NamedTuple):
    """The column that a field is read from.

    `words` says which answer a normalised cell stands for, as it would be typed for one person; `missing` which cells say
    nothing. `part_years` says that a fraction counts as the whole number below. `shown` are cells of the sample as they are
    read, and `how` says why this is the column.
    """

    field: Field
    column: str
    how: str
    words: Mapping[str, str]
    missing: frozenset[str]
    part_years: bool
    shown: tuple[str, ...]


class ColumnMapping(NamedTuple):
    """What each column of a file is.

    `apart` are columns that look like a field and are not read as one, `ignored` those that nobody needs, each with a sentence
    or a hint. While there are `questions`, nothing may be made of the file; each names the option that settles it.
    """

    columns: tuple[FieldColumn, ...]
    apart: tuple[tuple[str, str], ...]
    ignored: tuple[tuple[str, str], ...]
    questions: tuple[Problem, ...]
    notes: tuple[str, ...]


def mapping_report(understanding: ColumnMapping) -> str:
    """Return all of it as plain text: what is read from where, what is kept apart or not used, and what must be said first."""
    found = understanding
    parts = []
    if found.columns:
        rows = [("field", "column", "cells", "how")]
        rows += [
            (of.field.id, of.column, ", ".join(of.shown) or "(all empty)", of.how) for of in found.columns
        ]
        parts.append(("What is read", _table(rows)))
    if found.apart:
        parts.append(
            ("Kept apart", [f"{_name(column)}: {visible(sentence)}" for column, sentence in found.apart])
        )
    if found.ignored:
        hinted = [f"{_name(column)}: {visible(hint)}" for column, hint in found.ignored if hint]
        plain = [_name(column) for column, hint in found.ignored if not hint]
        parts.append(("Not used", [*hinted, *_wrapped(plain)]))
    if found.notes:
        parts.append(("Good to know", list(map(visible, found.notes))))
    if found.questions:
        parts.append(("To be said first", list(map(str, found.questions))))
    return (
        "\n\n".join(f"{title}\n" + "\n".join(f"  {line}" for line in lines) for title, lines in parts) + "\n"
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    cells = [
        [
            visible(cell) if place == 3 else _name(cell, 60 if place == 2 else 40)
            for place, cell in enumerate(row)
        ]
        for row in rows
    ]
    widths = [max(len(row[place]) for row in cells) for place in range(3)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]).rstrip()
        for row in cells
    ]


def _name(text: str, longest: int = 40) -> str:
    seen = visible(text)
    return seen if len(seen) <= longest else f"{seen[: longest - 1]}…"


def _wrapped(names: Iterable[str]) -> list[str]:
    names = list(names)
    return [", ".join(names[start : start + _MOST_NAMES]) for start in range(0, len(names), _MOST_NAMES)]
