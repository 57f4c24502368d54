"""The data of a run over a cohort: tables, batches of rows, rejects and the summary."""

from collections.abc import Generator, Mapping
from typing import NamedTuple, Protocol

import polars as pl

LONGEST_VALUE = 200


class Reject(NamedTuple):
    """One reason why a row has no answer.

    `line` is the line on which the row begins, from 1, with the header; without lines it is the row number.
    `column` is empty if the whole row is meant. `value` is the raw text, cut to `LONGEST_VALUE` characters.
    `code` is for machines, `message` is a sentence for people.
    """

    line: int
    column: str
    value: str
    code: str
    message: str


class Batch(NamedTuple):
    """Consecutive rows of a source, with raw cells.

    Text files have String columns with empty cells as null; other formats keep their types.
    `lines` (UInt64) are the lines on which the rows of `frame` begin. `rejects` are the rows left out of it.
    `done` is the share of the source read so far, 0 to 1, or `None` if it is not known.
    """

    frame: pl.DataFrame
    lines: pl.Series
    rejects: tuple[Reject, ...]
    done: float | None


class Table(Protocol):
    """A source of rows; `source` is its name for messages.

    `header` holds unique names: a repeated name gets a number (`age`, `age_2`) and is in `repeated`.
    `labels` are second names of columns, such as variable labels; `above` is text above the names.
    `notes` are sentences on how the file was read: encoding, delimiter, decimal sign. `decimal` is that sign.
    """

    source: str
    header: tuple[str, ...]
    repeated: frozenset[str]
    notes: tuple[str, ...]
    decimal: str
    labels: Mapping[str, str]
    above: str

    def batches(self) -> Generator[Batch, None, None]:
        """Yield all rows, once; closing the generator closes the source."""


class Summary(NamedTuple):
    """Counts over a cohort; always `accepted + rejected == read`.

    `tiers` counts rows by (age band, sex, risk tier), `verdicts` by movement and verdict, without `ok`.
    `missing` maps a field to (rows without an answer to it, rows that have it in `check_first`).
    `rejects` counts reasons by (code, column).
    """

    source: str
    read: int
    accepted: int
    rejected: int
    seconds: float
    densities: Mapping[str, int]
    tiers: Mapping[tuple[str, str, str], int]
    clearances: Mapping[str, int]
    urgencies: Mapping[str, int]
    verdicts: Mapping[str, Mapping[str, int]]
    offered: Mapping[str, int]
    missing: Mapping[str, tuple[int, int]]
    rejects: Mapping[tuple[str, str], int]
    notes: tuple[str, ...]
