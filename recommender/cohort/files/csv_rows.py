"""Turn CSV records into rows, or into rejects with a reason.

The number of cells is a safety control. An unquoted decimal comma in a comma-separated file shifts all later
cells, and turns a T-score of -1.03 into -1. So a record with more or fewer cells than the header is a reject.
A file of mostly such records is refused. So is a file whose decimals ended up in a column without a name.

Empty lines are skipped. A line of delimiters only is a row of nulls, also at the end of the file.
Rows read therefore equal rows accepted plus rows rejected.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np
import polars as pl

from recommender.cohort.files.csv_frame import frame_of
from recommender.cohort.files.csv_scanner import Positions, Records
from recommender.cohort.files.dialect import describe_delimiter
from recommender.cohort.files.header import Header
from recommender.cohort.model import LONGEST_VALUE, Reject
from recommender.errors import CohortError, Problem

LONGEST_RECORD = 64 << 20
_ROW, _EMPTY, _FIELD_COUNT, _NUL_BYTE, TOO_LONG, OPEN_QUOTE = range(6)
_CODES = {_FIELD_COUNT: "field_count", _NUL_BYTE: "nul_byte", TOO_LONG: "too_long", OPEN_QUOTE: "open_quote"}
_MESSAGES = {
    _NUL_BYTE: "This row contains a zero byte, which is not text.",
    TOO_LONG: f"This row is longer than {LONGEST_RECORD >> 20} MB.",
    OPEN_QUOTE: "A quote in this row is not closed at the end of its cell.",
}
_RECORDS_TO_JUDGE = 2000


class Rows(NamedTuple):
    """The rows of a block, the line each begins on (UInt64, from 1), and the rejects."""

    frame: pl.DataFrame
    lines: pl.Series
    rejects: tuple[Reject, ...]


class RowReader:
    """Turns records into rows and counts records with a wrong number of cells."""

    def __init__(self, source: str, header: Header, delimiter: str) -> None:
        self._source, self._header, self._delimiter = source, header, delimiter
        self._records = 0
        self._wrong: Counter[int] = Counter()

    def rows(self, block: bytes, records: Records, line: int) -> Rows:
        """Return the rows of a block that begins on `line`.

        Raises:
            CohortError: a column without a name seems to hold decimals.

        """
        kinds = self._kinds(block, records)
        lines = records.lines + line
        wrong, times = np.unique(records.fields[kinds == _FIELD_COUNT], return_counts=True)
        self._wrong.update(dict(zip(wrong.tolist(), times.tolist(), strict=True)))
        rejects = tuple(
            self.reject(
                int(kinds[index]),
                block[records.starts[index] : records.ends[index]],
                int(lines[index]),
                int(records.fields[index]),
            )
            for index in np.flatnonzero(kinds > _EMPTY)
        )
        chosen = kinds == _ROW
        frame = frame_of(block, records, chosen, self._header.names, self._delimiter)
        self._records += frame.height
        if self._delimiter == ",":
            self._check_nameless(frame)
        return Rows(frame, pl.Series("line", lines[chosen], dtype=pl.UInt64), rejects)

    def reject(self, kind: int, text: bytes, line: int, cells: int = 0) -> Reject:
        """Return the reject for a record; `kind` says what is wrong with it."""
        self._records += 1
        value = text[: 4 * LONGEST_VALUE].decode(errors="ignore")[:LONGEST_VALUE]
        return Reject(line, "", value, _CODES[kind], _MESSAGES.get(kind) or self._cell_count(cells))

    def empty(self) -> Rows:
        """Return an empty `Rows` with the columns of this file."""
        frame = pl.DataFrame(schema=dict.fromkeys(self._header.names, pl.String))
        return Rows(frame, pl.Series("line", dtype=pl.UInt64), ())

    def check(self, last: bool) -> None:
        """Check that most records have as many cells as the header; `last` says that the file is complete.

        Raises:
            CohortError: most records have another number of cells.

        """
        wrong, width = self._wrong.total(), len(self._header.names)
        if wrong * 2 <= self._records or not (last or self._records >= _RECORDS_TO_JUDGE):
            return
        usual = self._wrong.most_common(1)[0][0]
        share = f"{wrong:,} of {self._records:,} rows{'' if last else ' so far'}"
        message = (
            f"the header has {_counted(width, 'column')}, but {share} have more or fewer cells, "
            f"most often {usual}."
        )
        raise CohortError(Problem(self._source, message, self._advice(usual - width)))

    def _kinds(self, block: bytes, records: Records) -> Positions:
        kinds = np.where(records.fields == len(self._header.names), _ROW, _FIELD_COUNT)
        if b"\0" in block:
            zeros = np.flatnonzero(np.frombuffer(block, np.uint8)[: records.used] == 0)
            kinds[np.searchsorted(records.starts, zeros, "right") - 1] = _NUL_BYTE
        kinds[records.broken] = OPEN_QUOTE
        length = records.ends - records.starts
        kinds[length > LONGEST_RECORD] = TOO_LONG
        kinds[length == 0] = _EMPTY
        return kinds

    def _cell_count(self, cells: int) -> str:
        width = len(self._header.names)
        if cells < width:
            why = "Is the row cut short, or does a text in it have a line end and no quotes?"
        elif self._delimiter == ",":
            why = "Is a decimal written with a comma, or does a text with a comma have no quotes?"
        else:
            why = f"Does a text with {describe_delimiter(self._delimiter)} in it have no quotes?"
        return (
            f"This row has {_counted(cells, 'cell')}, and the header has {_counted(width, 'column')}. {why}"
        )

    def _advice(self, excess: int) -> str:
        if excess < 0:
            return (
                "Is there a title above the names of the columns? Remove it. "
                "Else say what separates the columns: `--delimiter`."
            )
        if self._delimiter == ",":
            return (
                "Decimals written with a comma (-1,03) do this: save the file with `;` between the columns, "
                "or with decimal points. So does a comma at the end of each row, or a first column that the "
                "header does not name, as R writes it."
            )
        ending = describe_delimiter(self._delimiter)
        return f"Does the header lack the name of the first column? Does each row end with {ending}?"

    def _check_nameless(self, frame: pl.DataFrame) -> None:
        """Refuse whole numbers in a column without a name, right of whole numbers.

        The two columns may be the parts of -1,03 in a comma-separated file.
        """
        for index in self._header.unnamed:
            if not index or frame.to_series(index).null_count() == frame.height:
                continue
            whole, decimals = frame.to_series(index - 1), frame.to_series(index)
            if (whole.str.contains(r"^\s*[-+]?[0-9]+$") & decimals.str.contains(r"^[0-9]+\s*$")).any():
                message = (
                    f"column {index + 1} has no name, and numbers that may be the decimals of the column "
                    "before it."
                )
                raise CohortError(
                    Problem(
                        self._source,
                        message,
                        "Save it with `;` between the columns, or give that column a name.",
                    )
                )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
