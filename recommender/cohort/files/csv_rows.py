"""Records of text as rows, and a reject for each record that is no row.

The number of cells is a safety control. A decimal comma between columns that commas separate moves every cell after it along,
and turns a T-score of -1.03 into -1. So a record with more or fewer cells than the header is never a row; a file of mostly
such records is refused, and so is one whose header has a column without a name where such decimals end up.

An empty line is no record. A line of nothing but delimiters is one: a row of nulls, at the end of the file too, so that rows
read are rows accepted and rows rejected, and each row that comes out has its line in the file.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np
import polars as pl

from recommender.cohort.files.csv_frame import frame_of
from recommender.cohort.files.csv_scanner import Positions, Records
from recommender.cohort.files.dialect import shown
from recommender.cohort.files.header import Header
from recommender.cohort.model import LONGEST_VALUE, Reject
from recommender.errors import CohortError, Problem

LONGEST_RECORD = 64 << 20
_ROW, _EMPTY, _FIELD_COUNT, _NUL_BYTE, TOO_LONG, OPEN_QUOTE = range(6)
_CODES = {_FIELD_COUNT: "field_count", _NUL_BYTE: "nul_byte", TOO_LONG: "too_long", OPEN_QUOTE: "open_quote"}
_MESSAGES = {
    _NUL_BYTE: "This row holds a zero byte, which no text has.",
    TOO_LONG: f"This row is longer than {LONGEST_RECORD >> 20} MB.",
    OPEN_QUOTE: "A quote in this row is not closed at the end of its cell.",
}
_ENOUGH_RECORDS = 2000


class Rows(NamedTuple):
    """What a block of records holds: rows, the line that each begins on, and what is no row."""

    frame: pl.DataFrame
    lines: pl.Series
    rejects: tuple[Reject, ...]


class RowReader:
    """Makes rows of records, and watches over the number of cells in all of them."""

    def __init__(self, place: str, header: Header, delimiter: str) -> None:
        self._place, self._header, self._delimiter = place, header, delimiter
        self._records = 0
        self._wrong: Counter[int] = Counter()

    def rows(self, block: bytes, records: Records, line: int) -> Rows:
        """Return the rows of a block that begins on `line`.

        Raises:
            CohortError: when decimals stand in a column that has no name.

        """
        kinds = self._kinds(block, records)
        lines = records.lines + line
        wrong, times = np.unique(records.fields[kinds == _FIELD_COUNT], return_counts=True)
        self._wrong.update(dict(zip(wrong.tolist(), times.tolist(), strict=True)))
        rejects = tuple(
            self.reject(
                int(kinds[at]),
                block[records.starts[at] : records.ends[at]],
                int(lines[at]),
                int(records.fields[at]),
            )
            for at in np.flatnonzero(kinds > _EMPTY)
        )
        chosen = kinds == _ROW
        frame = frame_of(block, records, chosen, self._header.names, self._delimiter)
        self._records += frame.height
        if self._delimiter == ",":
            self._check_nameless(frame)
        return Rows(frame, pl.Series("line", lines[chosen], dtype=pl.UInt64), rejects)

    def reject(self, kind: int, text: bytes, line: int, cells: int = 0) -> Reject:
        """Return why a record is no row."""
        self._records += 1
        value = text[: 4 * LONGEST_VALUE].decode(errors="ignore")[:LONGEST_VALUE]
        return Reject(line, "", value, _CODES[kind], _MESSAGES.get(kind) or self._cell_count(cells))

    def nothing(self) -> Rows:
        """Return no rows."""
        frame = pl.DataFrame(schema=dict.fromkeys(self._header.names, pl.String))
        return Rows(frame, pl.Series("line", dtype=pl.UInt64), ())

    def check(self, last: bool) -> None:
        """Refuse the file where most of its records have another number of cells than the header.

        Raises:
            CohortError: saying how many the header has and how many the rows have.

        """
        wrong, width = self._wrong.total(), len(self._header.names)
        if wrong * 2 <= self._records or not (last or self._records >= _ENOUGH_RECORDS):
            return
        usual = self._wrong.most_common(1)[0][0]
        of = f"{wrong:,} of {self._records:,} rows{'' if last else ' so far'}"
        message = f"the header has {_counted(width, 'column')}, but {of} have more or fewer cells, most often {usual}."
        raise CohortError(Problem(self._place, message, self._advice(usual - width)))

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
            why = f"Does a text with {shown(self._delimiter)} in it have no quotes?"
        return (
            f"This row has {_counted(cells, 'cell')}, and the header has {_counted(width, 'column')}. {why}"
        )

    def _advice(self, more: int) -> str:
        if more < 0:
            return "Is there a title above the names of the columns? Remove it. Else say what separates the columns: `--delimiter`."
        if self._delimiter == ",":
            return (
                "Decimals written with a comma (-1,03) do this: save the file with `;` between the columns, or with decimal points. "
                "So does a comma at the end of each row, or a first column that the header does not name, as R writes it."
            )
        return f"Does the header lack the name of the first column? Does each row end with {shown(self._delimiter)}?"

    def _check_nameless(self, frame: pl.DataFrame) -> None:
        """Refuse whole numbers in a column without a name, right of other whole numbers: -1,03 would be in two columns."""
        for place in self._header.unnamed:
            if not place or frame.to_series(place).null_count() == frame.height:
                continue
            whole, rest = frame.to_series(place - 1), frame.to_series(place)
            if (whole.str.contains(r"^\s*[-+]?[0-9]+$") & rest.str.contains(r"^[0-9]+\s*$")).any():
                message = f"column {place + 1} has no name, and numbers that may be the decimals of the column before it."
                raise CohortError(
                    Problem(
                        self._place,
                        message,
                        "Save it with `;` between the columns, or give that column a name.",
                    )
                )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
