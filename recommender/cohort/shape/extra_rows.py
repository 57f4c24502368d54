"""Reject rows that are no people: totals and means, notes under the table, a header that is repeated.

They stand at the end of a table, so each batch waits until the next one is there.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

import numpy as np
import polars as pl

from recommender.cohort.mapping.names import ColumnDictionary
from recommender.cohort.model import LONGEST_VALUE, Batch, Reject

_TAIL = 30
_FEWEST_ROWS = 3
_FEWEST_COLUMNS = 3
_MOST_APART = 10
_MESSAGES = {
    "repeated_header": "This row repeats the names of the columns.",
    "summary_row": "This row is a total, a mean or the like of the others, and not a person.",
    "footer": "This row has only a note in its first cell, and is not read as a person.",
    "apart": "This row stands apart under the table, after an empty line, and is not read as a person.",
}

NO_PEOPLE = ("repeated_header", "summary_row", "footer")  # codes of rejects


def without_extra_rows(
    batches: Generator[Batch, None, None], dictionary: ColumnDictionary, person: str
) -> Generator[Batch, None, None]:
    """Yield batches without rows that are no people; those are rejects with a reason.

    `person` is the column that tells people apart, or an empty text.
    """
    summary = re.compile(dictionary.summary_words)
    with closing(batches):
        waiting: Batch | None = None
        for batch in batches:
            if waiting is not None:
                yield _cleaned(waiting, summary, person, last=False)
            waiting = batch
        if waiting is not None:
            yield _cleaned(waiting, summary, person, last=True)


def _cleaned(batch: Batch, summary: re.Pattern[str], person: str, last: bool) -> Batch:
    frame = batch.frame
    if not frame.width or not frame.height:
        return batch
    extra = dict.fromkeys(_repeated_headers(frame), "repeated_header")
    if last:
        extra |= _tail(batch, summary, person)
    if not extra:
        return batch
    rows = sorted(extra)
    rejects = [_reject(batch, row, extra[row]) for row in rows]
    kept = np.ones(frame.height, dtype=np.bool_)
    kept[rows] = False
    together = sorted([*batch.rejects, *rejects], key=lambda reject: reject.line)
    return batch._replace(frame=frame.filter(kept), lines=batch.lines.filter(kept), rejects=tuple(together))


def _repeated_headers(frame: pl.DataFrame) -> Iterator[int]:
    """Yield the rows that are equal to the header, as files put together have them."""
    first = frame.to_series(0)
    if first.dtype != pl.String:
        return
    for row in (first == first.name).arg_true():
        cells = frame.row(row)
        if all(cell in (None, name) for cell, name in zip(cells, frame.columns, strict=True)):
            yield int(row)


def _tail(batch: Batch, summary: re.Pattern[str], person: str) -> dict[int, str]:
    """Return the rows at the end of the table that are no people, each with a code."""
    frame = batch.frame
    begin = max(0, frame.height - _TAIL)
    tail = frame[begin:].rows()
    index = frame.columns.index(person) if person else 0
    codes = {}
    for row, cells in enumerate(tail):
        filled = [str(cell).strip() for cell in cells if cell is not None and str(cell).strip()]
        label = str(cells[index] or "").strip() or next(iter(filled), "")
        if filled and summary.fullmatch(label.casefold()):
            codes[begin + row] = "summary_row"
        elif len(filled) == 1 and len(cells) >= _FEWEST_COLUMNS and cells[0] and " " in filled[0]:
            codes[begin + row] = "footer"
    apart = _after_gap(batch, begin)
    for row in range(apart, frame.height):
        if not (person and cells_filled(frame, row, person)):
            codes.setdefault(row, "apart")
    return codes


def cells_filled(frame: pl.DataFrame, row: int, column: str) -> bool:
    """Return whether a row has a value in a column."""
    cell = frame[column][row]
    return cell is not None and bool(str(cell).strip())


def _after_gap(batch: Batch, begin: int) -> int:
    """Return the first of a few rows after an empty line near the end; the height of the frame if none."""
    frame, lines = batch.frame, batch.lines
    rejected = {reject.line for reject in batch.rejects}
    for row in range(frame.height - 1, max(begin, _FEWEST_ROWS, frame.height - _MOST_APART) - 1, -1):
        before, line = int(lines[row - 1]), int(lines[row])
        broken = any("\n" in str(cell) for cell in frame.row(row - 1))
        skipped = line - before > 1 and not rejected & set(range(before, line)) and not broken
        if skipped or _is_blank(frame.row(row - 1)):
            return row
    return frame.height


def _is_blank(cells: Sequence[object]) -> bool:
    return all(cell is None or not str(cell).strip() for cell in cells)


def _reject(batch: Batch, row: int, code: str) -> Reject:
    value = ";".join(str(cell) for cell in batch.frame.row(row) if cell is not None)[:LONGEST_VALUE]
    shown = "summary_row" if code == "apart" else code
    return Reject(int(batch.lines[row]), "", value, shown, _MESSAGES[code])
