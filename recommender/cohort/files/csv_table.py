"""Read a CSV file as a table: the header first, then the rows in blocks."""

import io
from bisect import bisect_left
from collections.abc import Generator, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from recommender.cohort.files.csv_frame import frame_of
from recommender.cohort.files.csv_rows import LONGEST_RECORD, OPEN_QUOTE, TOO_LONG, RowReader, Rows
from recommender.cohort.files.csv_scanner import count_lines, end_of_line, find_records
from recommender.cohort.files.dialect import (
    ONE_COLUMN,
    Sample,
    describe_delimiter,
    find_decimal,
    find_delimiter,
    no_header,
    parse_decimal,
    parse_delimiter,
    sep_line,
)
from recommender.cohort.files.encoding import Text, describe_encoding
from recommender.cohort.files.header import check_header, joined_names, name_columns, parse_header_row
from recommender.cohort.files.options import ReadOptions
from recommender.cohort.files.source import Source
from recommender.cohort.model import Batch
from recommender.errors import CohortError, Problem

_SAMPLE = 1 << 20
_LARGEST_BLOCK = 32 << 20


class _Beginning(NamedTuple):
    """The header, what stands above it, and what follows it.

    `rest` is the text after the header, `line` the line it begins on, `row_bytes` the mean length of a row.
    """

    cells: tuple[str | None, ...]
    rest: bytes
    line: int
    row_bytes: int
    above: str = ""


class TextTable:
    """A table that reads a text file once, block by block."""

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
        self.source = source.name
        self.header, self.repeated = header.names, header.repeated
        self.decimal = decimal
        self.labels: Mapping[str, str] = {}
        self.above = beginning.above
        self._file, self._text, self._delimiter = source, text, delimiter
        self.notes: tuple[str, ...] = (self._note(),)
        self._reader = RowReader(self.source, header, delimiter)
        self._rest = io.BytesIO(beginning.rest)
        self._line = beginning.line
        self._rows_per_batch = rows_per_batch
        self._size = min(rows_per_batch * beginning.row_bytes, _LARGEST_BLOCK)
        self._ended = False

    def batches(self) -> Generator[Batch, None, None]:
        """Yield all rows, once.

        Raises:
            CohortError: the text cannot be decoded, or most rows do not fit the header.

        """
        try:
            yield from self._batches()
        finally:
            self._file.close()

    def _batches(self) -> Iterator[Batch]:
        leftover, complete = b"", False
        while not complete:
            text = b"" if self._ended else self._more(len(leftover))
            last_line_end = len(text) if self._ended else text.rfind(b"\n") + 1 or len(text)
            block = b"".join((leftover, memoryview(text)[:last_line_end]))
            fault = self._text.fault if self._ended else None
            records = find_records(block, ord(self._delimiter), self._ended and not fault)
            if not records.used and len(block) > LONGEST_RECORD:
                leftover, batch = self._reject_line(block)
                leftover += text[last_line_end:]
                yield batch
                continue
            complete = self._ended
            rows = self._reader.rows(block, records, self._line)
            self._line += records.passed
            leftover = block[records.used :] + text[last_line_end:]
            if fault:
                raise CohortError(Problem(f"{self.source}:{self._line + count_lines(leftover)}", *fault))
            self._reader.check(complete)
            yield from self._cut(rows)

    def _more(self, leftover: int) -> bytes:
        """Return text of about one batch, or `leftover` bytes if that is more.

        Doubling the text keeps a long record from being scanned many times.
        """
        size = max(self._size, leftover)
        part = self._rest.read(size)
        if len(part) < size:
            if not self._text.ended:
                part += self._text.read(size - len(part))
            self._ended = self._text.ended
            self.notes = (self._note(),)
        return part

    def _reject_line(self, block: bytes) -> tuple[bytes, Batch]:
        """Reject the first line of a block in which no record ends.

        A quote in it is open, or it is too long. Return the text after it and an empty batch with the reject.
        """
        line = end_of_line(block, 0, last=False)
        kind = TOO_LONG if line is None else OPEN_QUOTE
        reject = self._reader.reject(kind, block[:line], self._line)
        while line is None and not self._ended:
            block = block[-1:] + self._more(0)  # the last byte may be a CR whose LF comes next
            line = end_of_line(block, 0, self._ended)
        self._line += 1
        empty = self._reader.empty()
        return (b"" if line is None else block[line:]), Batch(
            empty.frame, empty.lines, (reject,), self._file.done
        )

    def _cut(self, rows: Rows) -> Iterator[Batch]:
        """Yield rows in batches of about `rows_per_batch`, each with the rejects between its lines."""
        height = rows.frame.height
        size = max(1, -(-height // max(1, round(height / self._rows_per_batch))))
        reject_start = 0
        for start in range(0, max(1, height), size):
            end = start + size
            reject_end = (
                len(rows.rejects)
                if end >= height
                else bisect_left(rows.rejects, rows.lines[end], key=lambda reject: reject.line)
            )
            yield Batch(
                rows.frame[start:end],
                rows.lines[start:end],
                rows.rejects[reject_start:reject_end],
                self._file.done,
            )
            reject_start = reject_end

    def _note(self) -> str:
        columns = (
            "in one column"
            if self._delimiter == ONE_COLUMN
            else f"columns separated by {describe_delimiter(self._delimiter)}"
        )
        sign = "comma" if self.decimal == "," else "point"
        encoding = describe_encoding(self._text.encoding)
        return f"Read as {encoding} text, {columns}, decimals written with a {sign}."


def open_text(source: Source, options: ReadOptions, rows_per_batch: int) -> TextTable:
    """Read the header of a text file; detect its delimiter, encoding and decimal sign where not given.

    Raises:
        CohortError: the file is empty or has no header, or its delimiter is not clear.

    """
    text = Text(source, options.encoding)
    first = text.read(_SAMPLE)
    if text.fault:
        raise CohortError(Problem(f"{source.name}:{1 + count_lines(first)}", *text.fault))
    declared, start = sep_line(first)
    row, last_row = parse_header_row(options.header_row)
    start = max(start, _line_start(source.name, first, row)) if row else start
    sample = Sample(source.name, first[start:], text.ended)
    if not sample.text.strip(b"\r\n"):
        raise CohortError(
            Problem(
                source.name,
                "the file is empty: it has no line of names.",
                "Check that it is the right file.",
            )
        )
    delimiter = (
        parse_delimiter(options.delimiter)
        if options.delimiter is not None
        else declared or find_delimiter(sample)
    )
    decimal = (
        parse_decimal(options.decimal) if options.decimal is not None else find_decimal(sample, delimiter)
    )
    beginning = _begin(sample, delimiter, 1 + count_lines(first, 0, start))
    if last_row > row:
        below = _begin(sample._replace(text=beginning.rest), delimiter, beginning.line)
        beginning = below._replace(cells=joined_names(beginning.cells, below.cells))
    beginning = beginning._replace(above=first[:start].decode("utf-8", "ignore") if row == last_row else "")
    return TextTable(source, text, delimiter, decimal, beginning, rows_per_batch)


def _line_start(source: str, text: bytes, line: int) -> int:
    """Return the offset of a line, counted from 1.

    Raises:
        CohortError: the text has fewer lines.

    """
    start = 0
    for _ in range(line - 1):
        after = end_of_line(text, start, last=True)
        if after is None or after >= len(text):
            message = f"{source} has no line {line} near its beginning."
            raise CohortError(Problem("--header-row", message, "Name the line that has the names."))
        start = after
    return start


def _begin(sample: Sample, delimiter: str, line: int) -> _Beginning:
    records = find_records(sample.text, ord(delimiter), sample.last)
    full = np.flatnonzero(records.ends > records.starts)
    if not len(full) or records.broken[full[0]]:
        raise no_header(sample.source)
    index = full[0]
    names = tuple(map(str, range(records.fields[index])))
    cells = frame_of(sample.text, records, np.arange(len(records.starts)) == index, names, delimiter).row(0)
    check_header(cells, f"{sample.source}:{line + int(records.lines[index])}")
    only_header = len(records.starts) == index + 1
    rest_start, passed = (
        (records.used, records.passed)
        if only_header
        else (int(records.starts[index + 1]), int(records.lines[index + 1]))
    )
    row_bytes = (records.used - rest_start) // max(1, len(records.starts) - 1) or rest_start
    return _Beginning(cells, sample.text[rest_start:], line + passed, max(1, row_bytes))
