"""How a text file is written, from a sample of it: what separates its columns, and the sign of its decimals."""

import re
from typing import NamedTuple

from recommender.cohort.files.csv_scanner import Mask, Positions, end_of_line, find_records
from recommender.errors import CohortError, Problem, quoted
from recommender.language.numbers import MINUS

DELIMITERS = (",", ";", "\t", "|")
ONE_COLUMN = "\x1f"  # separates nothing: ASCII has it for this, and nobody writes it
_ENOUGH = 1 << 16
_SHOWN = {"\t": "tabs", ONE_COLUMN: "nothing"}
_ASK = "Say what separates the columns: `--delimiter ','`, `';'`, `'|'` or `tab`."
_SEP = re.compile(rb'"?sep=([!#-,/:-@\[-^`{-~\t])"?', re.IGNORECASE)


class Sample(NamedTuple):
    """The beginning of a text; `last` says that it is all of it."""

    place: str
    text: bytes
    last: bool


def stated_delimiter(stated: str) -> str:
    """Return the delimiter that a user asked for.

    Raises:
        CohortError: when it cannot separate anything.

    """
    delimiter = {"tab": "\t", "\\t": "\t"}.get(stated, stated)
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter.isalnum() or delimiter in '"\n\r\0.-+':
        raise CohortError(
            Problem(
                "--delimiter",
                f"{quoted(stated)} cannot separate columns.",
                "Accepted: `,` `;` `|` `tab` or another sign.",
            )
        )
    return delimiter


def stated_decimal(stated: str) -> str:
    """Return the sign of decimals that a user asked for.

    Raises:
        CohortError: when it is not a comma or a point.

    """
    if stated not in (",", "."):
        raise CohortError(
            Problem("--decimal", f"{quoted(stated)} is not a sign of decimals.", "Accepted: `,` or `.`")
        )
    return stated


def sep_line(text: bytes) -> tuple[str | None, int]:
    """Return the delimiter that a line like `sep=;` at the very beginning tells, as Excel writes it, and where the next line is."""
    after = end_of_line(text, 0, last=True) or len(text)
    found = _SEP.fullmatch(text[:after].strip(b"\r\n")) if after <= 16 else None
    return (found[1].decode("ascii"), after) if found else (None, 0)


def find_delimiter(sample: Sample) -> str:
    """Tell what separates the columns: what the header has, and the rows have as often.

    Raises:
        CohortError: when several may, or when the header has one column and the rows have more.

    """
    fields = {delimiter: _fields(sample, delimiter) for delimiter in DELIMITERS}
    splitting = [delimiter for delimiter in DELIMITERS if len(fields[delimiter]) and fields[delimiter][0] > 1]
    if not splitting:
        return _one_column(sample, fields)
    if len(splitting) == 1:
        return splitting[0]
    fitting = [
        delimiter for delimiter in splitting if _share(fields[delimiter][1:] == fields[delimiter][0]) > 0.5
    ]
    if len(fitting) == 1:
        return fitting[0]
    found = " and ".join(map(shown, fitting or splitting))
    raise CohortError(Problem(sample.place, f"its columns may be separated by {found}.", _ASK))


def _one_column(sample: Sample, fields: dict[str, Positions]) -> str:
    text = sample.text.lstrip(b"\r\n")
    first_line = text[: end_of_line(text, 0, last=True)]
    for delimiter, counts in fields.items():
        if not len(counts) and delimiter.encode() in first_line:
            raise no_header(sample.place)
        if _share(counts[1:] > 1) > 0.5:
            message = f"the first line has one column, and most lines after it have more, separated by {shown(delimiter)}."
            hint = "Is there a title above the names of the columns? Remove it. Else say what separates the columns with `--delimiter`."
            raise CohortError(Problem(sample.place, message, hint))
    return ONE_COLUMN


def no_header(place: str) -> CohortError:
    """Say that the first line is none that names columns."""
    message = "the first line cannot be read: a quote in it is not closed at the end of its cell, or it is far too long."
    return CohortError(Problem(place, message, "It must hold the names of the columns."))


def find_decimal(sample: Sample, delimiter: str) -> str:
    """Tell the sign of decimals: a comma where numbers are written with one and none with a point."""
    if delimiter == ",":
        return "."
    text = sample.text.decode("utf-8", "ignore")
    around = re.escape(delimiter)
    cell = rf'(?:^|[\r\n"{around}])[ ]*(?:\+|{MINUS})?[0-9]*%s[0-9]+[ ]*(?=[\r\n"{around}]|$)'
    return "," if re.search(cell % ",", text) and not re.search(cell % r"\.", text) else "."


def shown(delimiter: str) -> str:
    """Return a delimiter as people read it."""
    return _SHOWN.get(delimiter) or quoted(delimiter)


def _fields(sample: Sample, delimiter: str) -> Positions:
    """Return how many fields each line has, the header first; nothing where the header cannot be read with this delimiter."""
    records = find_records(sample.text[:_ENOUGH], ord(delimiter), sample.last and len(sample.text) <= _ENOUGH)
    if not len(records.starts):
        records = find_records(sample.text, ord(delimiter), sample.last)
    full = records.ends > records.starts
    sound = records.fields[full & ~records.broken]
    return sound[:0] if records.broken[full][:1].any() else sound


def _share(hits: Mask) -> float:
    return float(hits.mean()) if len(hits) else 0.0
