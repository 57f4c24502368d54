"""Cohort files for tests, and the meaning of CSV written down once, character by character."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

from recommender.cohort.files.opening import ReadOptions, open_table
from recommender.cohort.model import Batch, Reject, Table
from recommender.errors import CohortError

NOTHING_STATED = ReadOptions()
LINE_END = re.compile("\r\n|\n|\r")


class Whole(NamedTuple):
    """All that came out of a table."""

    table: Table
    rows: list[tuple[Any, ...]]
    lines: list[int]
    rejects: list[Reject]
    batches: list[Batch]

    @property
    def codes(self) -> list[tuple[int, str]]:
        """Where something was rejected, and why."""
        return [(reject.line, reject.code) for reject in self.rejects]


def read(source: Path | str, form: ReadOptions = NOTHING_STATED, rows_per_batch: int = 100_000) -> Whole:
    """Read a table to its end."""
    table = open_table(str(source), form, rows_per_batch)
    batches = list(table.batches())
    assert all(batch.frame.columns == list(table.header) for batch in batches)
    assert all(len(batch.lines) == batch.frame.height and batch.lines.dtype == pl.UInt64 for batch in batches)
    return Whole(
        table,
        [row for batch in batches for row in batch.frame.rows()],
        [line for batch in batches for line in batch.lines],
        [reject for batch in batches for reject in batch.rejects],
        batches,
    )


def refusal(source: Path | str, form: ReadOptions = NOTHING_STATED) -> str:
    """Return the one sentence that refuses a file, at opening or while it is read."""
    with pytest.raises(CohortError) as refused:
        read(source, form)
    (problem,) = refused.value.problems
    return str(problem)


def csv_file(folder: Path, content: str | bytes, name: str = "people.csv") -> Path:
    """Write a file, text as UTF-8 with its line ends as they are."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


class Record(NamedTuple):
    """A record by the definition: `cells` is `None` where a quote breaks it."""

    line: int
    text: str
    cells: list[str] | None


def records_of(text: str, delimiter: str, first_line: int = 1) -> list[Record]:
    """Return the records of a text, empty lines left out: the meaning that all fast roads must agree with."""
    found, at, line = [], 0, first_line
    while at < len(text):
        cells, end = _cells(text, at, delimiter)
        if cells is None:
            stop = LINE_END.search(text, at)
            end = stop.start() if stop else len(text)
        if end > at:
            found.append(Record(line, text[at:end], cells))
        after = LINE_END.match(text, end)
        line += len(LINE_END.findall(text, at, after.end() if after else end))
        at = after.end() if after else end
    return found


def _cells(text: str, at: int, delimiter: str) -> tuple[list[str] | None, int]:
    cells = []
    while True:
        cell, at = _quoted(text, at) if text.startswith('"', at) else _plain(text, at, delimiter)
        if cell is None or (at < len(text) and text[at] not in delimiter + "\r\n"):
            return None, at
        cells.append(cell)
        if at >= len(text) or text[at] != delimiter:
            return cells, at
        at += 1


def _plain(text: str, at: int, delimiter: str) -> tuple[str | None, int]:
    end = at
    while end < len(text) and text[end] not in delimiter + "\r\n":
        end += 1
    return text[at:end], end


def _quoted(text: str, at: int) -> tuple[str | None, int]:
    cell, at = "", at + 1
    while at < len(text):
        if text[at] != '"':
            cell, at = cell + text[at], at + 1
        elif text.startswith('""', at):
            cell, at = cell + '"', at + 2
        else:
            return cell, at + 1
    return None, at
