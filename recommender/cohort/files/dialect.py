"""Detect the delimiter and the decimal sign of a text file from a sample."""

import re
from typing import NamedTuple

from recommender.cohort.files.csv_scanner import Mask, Positions, end_of_line, find_records
from recommender.errors import CohortError, Problem, quoted
from recommender.language.numbers import MINUS

DELIMITERS = (",", ";", "\t", "|")
ONE_COLUMN = "\x1f"  # the ASCII unit separator: stands for "no delimiter", as no file contains it
_SAMPLE_BYTES = 1 << 16
_DESCRIPTIONS = {"\t": "tabs", ONE_COLUMN: "nothing"}
_ASK = "Say what separates the columns: `--delimiter ','`, `';'`, `'|'` or `tab`."
_FIXED = re.compile(rb"\S+(?: \S+)*(?:(?: {2,}|\t+)\S+(?: \S+)*){2,}")
_SEP = re.compile(rb'"?sep=([!#-,/:-@\[-^`{-~\t])"?', re.IGNORECASE)


class Sample(NamedTuple):
    """The beginning of a text; `last` says that it is the whole text."""

    source: str
    text: bytes
    last: bool


def parse_delimiter(value: str) -> str:
    """Return the delimiter for the value of `--delimiter`.

    Raises:
        CohortError: it cannot be a delimiter.

    """
    delimiter = {"tab": "\t", "\\t": "\t"}.get(value, value)
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter.isalnum() or delimiter in '"\n\r\0.-+':
        raise CohortError(
            Problem(
                "--delimiter",
                f"{quoted(value)} cannot separate columns.",
                "Accepted: `,` `;` `|` `tab` or another sign.",
            )
        )
    return delimiter


def parse_decimal(value: str) -> str:
    """Return the decimal sign for the value of `--decimal`.

    Raises:
        CohortError: it is neither a comma nor a point.

    """
    if value not in (",", "."):
        raise CohortError(
            Problem("--decimal", f"{quoted(value)} is not a decimal sign.", "Accepted: `,` or `.`")
        )
    return value


def sep_line(text: bytes) -> tuple[str | None, int]:
    """Return the delimiter that a first line such as `sep=;` declares, and the offset of the next line.

    Excel writes and reads such a line.
    """
    after = end_of_line(text, 0, last=True) or len(text)
    match = _SEP.fullmatch(text[:after].strip(b"\r\n")) if after <= 16 else None
    return (match[1].decode("ascii"), after) if match else (None, 0)


def find_delimiter(sample: Sample) -> str:
    """Detect the delimiter: the one that most rows have as often as the header.

    Raises:
        CohortError: several delimiters fit, or the header has one column and the rows have more.

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
    candidates = " and ".join(map(describe_delimiter, fitting or splitting))
    raise CohortError(Problem(sample.source, f"its columns may be separated by {candidates}.", _ASK))


def _one_column(sample: Sample, fields: dict[str, Positions]) -> str:
    text = sample.text.lstrip(b"\r\n")
    first_line = text[: end_of_line(text, 0, last=True)]
    for delimiter, counts in fields.items():
        if not len(counts) and delimiter.encode() in first_line:
            raise no_header(sample.source)
        if _share(counts[1:] > 1) > 0.5:
            message = (
                "the first line has one column, and most lines after it have more, "
                f"separated by {describe_delimiter(delimiter)}."
            )
            hint = (
                "Is there a title above the names of the columns? Remove it. "
                "Else say what separates the columns with `--delimiter`."
            )
            raise CohortError(Problem(sample.source, message, hint))
    lines = [line for line in text[:_SAMPLE_BYTES].splitlines() if line.strip()]
    if len(lines) > 1 and _share_of_lines(lines, _FIXED) > 0.5:
        message = "its columns stand at fixed places, with spaces between them."
        raise CohortError(
            Problem(
                sample.source, message, "Open it in a spreadsheet as text of fixed width, and save it as CSV."
            )
        )
    if len(lines) > 1 and _share_of_lines(lines, re.compile(rb"\S+( \S+){2,}")) > 0.5:
        count = len(lines[0].split())
        if all(len(line.split()) == count for line in lines[:-1]):
            message = "its columns seem to be separated by spaces."
            raise CohortError(Problem(sample.source, message, "Write --delimiter ' '."))
    return ONE_COLUMN


def _share_of_lines(lines: list[bytes], form: re.Pattern[bytes]) -> float:
    return sum(form.fullmatch(line.strip()) is not None for line in lines) / len(lines)


def no_header(source: str) -> CohortError:
    """Return the error for a first line that cannot be the header."""
    message = (
        "the first line cannot be read: a quote in it is not closed at the end of its cell, "
        "or it is far too long."
    )
    return CohortError(Problem(source, message, "It must hold the names of the columns."))


def find_decimal(sample: Sample, delimiter: str) -> str:
    """Detect the decimal sign: a comma if some numbers have one and none has a point."""
    if delimiter == ",":
        return "."
    text = sample.text.decode("utf-8", "ignore")
    around = re.escape(delimiter)
    cell = rf'(?:^|[\r\n"{around}])[ ]*(?:\+|{MINUS})?[0-9]*%s[0-9]+[ ]*(?=[\r\n"{around}]|$)'
    return "," if re.search(cell % ",", text) and not re.search(cell % r"\.", text) else "."


def describe_delimiter(delimiter: str) -> str:
    """Return a delimiter in words or quoted, for messages."""
    return _DESCRIPTIONS.get(delimiter) or quoted(delimiter)


def _fields(sample: Sample, delimiter: str) -> Positions:
    """Return the number of fields of each record, the header first; empty if the header is broken."""
    records = find_records(
        sample.text[:_SAMPLE_BYTES], ord(delimiter), sample.last and len(sample.text) <= _SAMPLE_BYTES
    )
    if not len(records.starts):
        records = find_records(sample.text, ord(delimiter), sample.last)
    full = records.ends > records.starts
    sound = records.fields[full & ~records.broken]
    return sound[:0] if records.broken[full][:1].any() else sound


def _share(hits: Mask) -> float:
    return float(hits.mean()) if len(hits) else 0.0
