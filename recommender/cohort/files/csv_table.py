"""A text file as a table: its header first, then its rows in blocks."""

import io
from bisect import bisect_left
from collections.abc import Generator, Iterator
from typing import NamedTuple

import numpy as np

from recommender.cohort.files.csv_frame import frame_of
from recommender.cohort.files.csv_rows import LONGEST_RECORD, OPEN_QUOTE, TOO_LONG, RowReader, Rows
from recommender.cohort.files.csv_scanner import count_lines, end_of_line, find_records
from recommender.cohort.files.dialect import (
    ONE_COLUMN,
    Sample,
    find_decimal,
    find_delimiter,
    no_header,
    sep_line,
    shown,
    stated_decimal,
    stated_delimiter,
)
from recommender.cohort.files.encoding import Text
from recommender.cohort.files.encoding import shown as shown_encoding
from recommender.cohort.files.header import check_header, name_columns
from recommender.cohort.files.options import ReadOptions
from recommender.cohort.files.source import Source
from recommender.cohort.model import Batch
from recommender.errors import CohortError, Problem

_SAMPLE = 1 << 20
_LARGEST_BLOCK = 32 << 20


class _Beginning(NamedTuple):
    """The cells of the header, the text after it, the line which that begins on, and about how long a row is."""

    cells: tuple[str | None, ...]
    rest: bytes
    line: int
    row: int


class TextTable:
    """The rows of a text file, read once, block by block."""

    def __init__(
        self,
        source: Source,
        text: Text,
        delimiter: str,
        decimal: str,
        beginning: _Beginning,
        rows_per_batch: int,
    ) -> None:
        header = name_columns(beginning.cells)
        self.place = source.place
        self.header, self.repeated = header.names, header.repeated
        self.decimal = decimal
        self._source, self._text, self._delimiter = source, text, delimiter
        self.notes: tuple[str, ...] = (self._note(),)
        self._reader = RowReader(self.place, header, delimiter)
        self._rest = io.BytesIO(beginning.rest)
        self._line = beginning.line
        self._rows_per_batch = rows_per_batch
        self._size = min(rows_per_batch * beginning.row, _LARGEST_BLOCK)
        self._ended = False

    def batches(self) -> Generator[Batch, None, None]:
        """Yield all rows, once.

        Raises:
            CohortError: when the file turns out to be none that can be used.

        """
        try:
            yield from self._batches()
        finally:
            self._source.close()

    def _batches(self) -> Iterator[Batch]:
        held, complete = b"", False
        while not complete:
            text = b"" if self._ended else self._more(len(held))
            cut = (
                len(text) if self._ended else text.rfind(b"\n") + 1 or len(text)
            )  # what comes after is no whole line: leave it
            block = b"".join((held, memoryview(text)[:cut]))
            fault = self._text.fault if self._ended else None
            records = find_records(block, ord(self._delimiter), self._ended and not fault)
            if not records.used and len(block) > LONGEST_RECORD:
                held, batch = self._given_up(block)
                held += text[cut:]
                yield batch
                continue
            complete = self._ended
            rows = self._reader.rows(block, records, self._line)
            self._line += records.passed
            held = block[records.used :] + text[cut:]
            if fault:
                raise CohortError(Problem(f"{self.place}:{self._line + count_lines(held)}", *fault))
            self._reader.check(complete)
            yield from self._cut(rows)

    def _more(self, held: int) -> bytes:
        """Return text of about one batch, or as much as is held already, so that a long record is not looked at too often."""
        size = max(self._size, held)
        part = self._rest.read(size)
        if len(part) < size:
            if not self._text.ended:
                part += self._text.read(size - len(part))
            self._ended = self._text.ended
            self.notes = (self._note(),)
        return part

    def _given_up(self, block: bytes) -> tuple[bytes, Batch]:
        """Leave out the first line of a block that no record ends in: it has an open quote, or is too long."""
        line = end_of_line(block, 0, last=False)
        kind = TOO_LONG if line is None else OPEN_QUOTE
        reject = self._reader.reject(kind, block[:line], self._line)
        while line is None and not self._ended:
            block = block[-1:] + self._more(0)  # the last byte may be a CR whose LF comes now
            line = end_of_line(block, 0, self._ended)
        self._line += 1
        empty = self._reader.nothing()
        return (b"" if line is None else block[line:]), Batch(
            empty.frame, empty.lines, (reject,), self._source.done
        )

    def _cut(self, rows: Rows) -> Iterator[Batch]:
        """Yield rows in batches of about the size that was asked for, each with the rejects of its stretch."""
        height = rows.frame.height
        size = max(1, -(-height // max(1, round(height / self._rows_per_batch))))
        taken = 0
        for begin in range(0, max(1, height), size):
            end = begin + size
            until = (
                len(rows.rejects)
                if end >= height
                else bisect_left(rows.rejects, rows.lines[end], key=lambda reject: reject.line)
            )
            yield Batch(
                rows.frame[begin:end], rows.lines[begin:end], rows.rejects[taken:until], self._source.done
            )
            taken = until

    def _note(self) -> str:
        columns = (
            "in one column"
            if self._delimiter == ONE_COLUMN
            else f"columns separated by {shown(self._delimiter)}"
        )
        sign = "comma" if self.decimal == "," else "point"
        return (
            f"Read as {shown_encoding(self._text.encoding)} text, {columns}, decimals written with a {sign}."
        )


def open_text(source: Source, form: ReadOptions, rows_per_batch: int) -> TextTable:
    """Read the header of a text file, and find out how it is written.

    Raises:
        CohortError: when it is empty, or how it is written is not clear.

    """
    text = Text(source, form.encoding)
    first = text.read(_SAMPLE)
    if text.fault:
        raise CohortError(Problem(f"{source.place}:{1 + count_lines(first)}", *text.fault))
    told, start = sep_line(first)
    sample = Sample(source.place, first[start:], text.ended)
    if not sample.text.strip(b"\r\n"):
        raise CohortError(
            Problem(
                source.place,
                "the file is empty: it has no line of names.",
                "Check that it is the right file.",
            )
        )
    delimiter = (
        stated_delimiter(form.delimiter) if form.delimiter is not None else told or find_delimiter(sample)
    )
    decimal = stated_decimal(form.decimal) if form.decimal is not None else find_decimal(sample, delimiter)
    return TextTable(
        source, text, delimiter, decimal, _begin(sample, delimiter, 2 if start else 1), rows_per_batch
    )


def _begin(sample: Sample, delimiter: str, line: int) -> _Beginning:
    records = find_records(sample.text, ord(delimiter), sample.last)
    full = np.flatnonzero(records.ends > records.starts)
    if not len(full) or records.broken[full[0]]:
        raise no_header(sample.place)
    at = full[0]
    names = tuple(map(str, range(records.fields[at])))
    cells = frame_of(sample.text, records, np.arange(len(records.starts)) == at, names, delimiter).row(0)
    check_header(cells, f"{sample.place}:{line + int(records.lines[at])}")
    after = len(records.starts) == at + 1
    rest, passed = (
        (records.used, records.passed) if after else (int(records.starts[at + 1]), int(records.lines[at + 1]))
    )
    row = (records.used - rest) // max(1, len(full) - 1) or rest
    return _Beginning(cells, sample.text[rest:], line + passed, max(1, row))
