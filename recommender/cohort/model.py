"""What goes through a run over a cohort: rows as they were read, rows that cannot be used, and what is counted."""

from collections.abc import Generator, Mapping
from typing import NamedTuple, Protocol

import polars as pl

LONGEST_VALUE = 200


class Reject(NamedTuple):
    """One reason why a row has no answer.

    `line` is where the row begins in the source, counted from 1, the header included (of a spreadsheet or a table without
    lines: its row, counted so that the first row of data is 2). `column` is empty where the whole row is meant, `value` is
    the raw text (at most `LONGEST_VALUE` characters), `code` a word for machines, `message` a sentence for people.
    """

    line: int
    column: str
    value: str
    code: str
    message: str


class Batch(NamedTuple):
    """Some rows in the order of the source, each cell as it was given.

    Text files have String columns only, an empty cell being null; other formats keep the types of their own. `lines` (UInt64)
    says where each row of `frame` begins. `rejects` are rows of this stretch that are not in `frame`; `done` is the share of
    the source read so far, 0 to 1, where it can be known.
    """

    frame: pl.DataFrame
    lines: pl.Series
    rejects: tuple[Reject, ...]
    done: float | None


class Table(Protocol):
    """A source of rows.

    `header` has each name once: a repeated one gets a number (`age`, `age_2`) and stands in `repeated` as it was. `notes` say
    in sentences how the file was understood (encoding, delimiter, decimal sign); `decimal` is the sign of its decimals.
    """

    source: str
    header: tuple[str, ...]
    repeated: frozenset[str]
    notes: tuple[str, ...]
    decimal: str

    def batches(self) -> Generator[Batch, None, None]:
        """Yield all rows, once; closing it lets go of the source."""


class Summary(NamedTuple):
    """What is counted over a cohort; `accepted + rejected == read`, always.

    `tiers` counts rows by (age band, sex, risk tier); `verdicts` by movement and verdict, `ok` left out; `missing` maps a
    field to (rows in which nobody answered it, rows in which its answer is to be checked first); `rejects` counts reasons
    by (code, column).
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
