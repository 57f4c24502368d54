"""The mapping of a file's columns, and its report for the user (`--show-mapping`)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from recommender.cohort.mapping.conversion import Conversion
from recommender.errors import Problem, visible
from recommender.vocabulary import Field

_MOST_NAMES = 6


class FieldColumn(NamedTuple):
    """The column that a field is read from.

    `words` maps normalised cells to answers, as typed for one person; `missing` cells mean not known.
    `part_years` says that fractions are rounded down. `shown` are sample cells with their answers.
    `how` says how the column was recognised. A column of time has a `convert` into the unit of its field.
    `number_form` is a pattern for numbers with words about them.
    """

    field: Field
    column: str
    how: str
    words: Mapping[str, str]
    missing: frozenset[str]
    part_years: bool
    shown: tuple[str, ...]
    convert: Conversion | None = None
    number_form: str = ""


class ColumnMapping(NamedTuple):
    """The mapping of all columns of a file.

    `apart` are columns that look like a field and are not read, each with the reason.
    `ignored` are other columns, each with a hint or an empty text.
    A file with `questions` must not be scored; each question names the options that settle it.
    `column_notes` are about columns that are read, `absences` about what is not read.
    """

    columns: tuple[FieldColumn, ...]
    apart: tuple[tuple[str, str], ...]
    ignored: tuple[tuple[str, str], ...]
    questions: tuple[Problem, ...]
    column_notes: tuple[str, ...]
    absences: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Everything that is good to know."""
        return (*self.column_notes, *self.absences)


def mapping_report(mapping: ColumnMapping) -> str:
    """Return the mapping as plain text: columns read, kept apart and not used, notes and questions."""
    parts = []
    if mapping.columns:
        rows = [("field", "column", "cells", "how")]
        rows += [
            (mapped.field.id, mapped.column, ", ".join(mapped.shown) or "(all empty)", mapped.how)
            for mapped in mapping.columns
        ]
        parts.append(("What is read", _table(rows)))
    if mapping.apart:
        parts.append(
            ("Kept apart", [f"{_name(column)}: {visible(sentence)}" for column, sentence in mapping.apart])
        )
    if mapping.ignored:
        hinted = [f"{_name(column)}: {visible(hint)}" for column, hint in mapping.ignored if hint]
        plain = [_name(column) for column, hint in mapping.ignored if not hint]
        parts.append(("Not used", [*hinted, *_wrapped(plain)]))
    if mapping.notes:
        parts.append(("Good to know", list(map(visible, mapping.notes))))
    if mapping.questions:
        parts.append(("To be answered first", list(map(str, mapping.questions))))
    return (
        "\n\n".join(f"{title}\n" + "\n".join(f"  {line}" for line in lines) for title, lines in parts) + "\n"
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    cells = [
        [
            visible(cell) if index == 3 else _name(cell, 60 if index == 2 else 40)
            for index, cell in enumerate(row)
        ]
        for row in rows
    ]
    widths = [max(len(row[index]) for row in cells) for index in range(3)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]).rstrip()
        for row in cells
    ]


def _name(text: str, longest: int = 40) -> str:
    printable = visible(text)
    return printable if len(printable) <= longest else f"{printable[: longest - 1]}…"


def _wrapped(names: Iterable[str]) -> list[str]:
    names = list(names)
    return [", ".join(names[start : start + _MOST_NAMES]) for start in range(0, len(names), _MOST_NAMES)]
