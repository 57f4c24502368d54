"""Read a sheet of an Excel workbook as a table of text.

Numbers are written with up to 15 significant digits, as Excel shows them; dates as 2024-05-31.
The first row that is not empty is the header, and empty rows are skipped.
A formula without a saved result is refused, as its cell would look empty.
"""

import datetime as dt
import os
import re
import warnings
import zipfile
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import chain, islice
from typing import Any, NamedTuple

import polars as pl

from recommender.cohort.files.dialect import parse_decimal
from recommender.cohort.files.header import check_header, joined_names, name_columns, parse_header_row
from recommender.cohort.files.options import ReadOptions
from recommender.cohort.files.source import QuietFile, TooLargeError, check_file, check_unchanged
from recommender.cohort.files.tables import readable_as
from recommender.cohort.model import LONGEST_VALUE, Batch, Reject
from recommender.errors import CohortError, Problem, did_you_mean, quoted
from recommender.language.numbers import MINUS

_SAMPLE_ROWS = 1000
_LAST_ROW = 1 << 20
_MOST_UNPACKED = 64 << 20
_MOST_TIMES = 200
_SAVE_AGAIN = "Open the file in Excel or LibreOffice, and save it again."
_FORMULA = re.compile(rb"<(\w+:)?f[ />]")
_COMMA = re.compile(rf"\s*(\+|{MINUS})?[0-9]*,[0-9]+\s*")
_POINT = re.compile(rf"\s*(\+|{MINUS})?[0-9]*\.[0-9]+\s*")


class _Row(NamedTuple):
    """A row with at least one value, without trailing empty cells; `number` counts from 1."""

    number: int
    cells: tuple[Any, ...]


class _Sheet(NamedTuple):
    """The chosen sheet, and the status of the file when reading began."""

    source: str
    title: str
    rows: Iterator[_Row]
    before: os.stat_result


class SpreadsheetTable:
    """The table of one sheet."""

    def __init__(self, sheet: _Sheet, options: ReadOptions, rows_per_batch: int) -> None:
        row, last_row = parse_header_row(options.header_row)
        above, first = [], next(sheet.rows, None)
        while first is not None and first.number < row:
            above.append(first)
            first = next(sheet.rows, None)
        below = next(sheet.rows, None) if last_row > row else None
        if first is None or (last_row > row and below is None):
            message = f"{sheet.source} has no row {last_row} with names."
            raise CohortError(Problem("--header-row", message, "Name the row that has the names."))
        cells = tuple(map(_text, first.cells))
        if below is not None:
            cells = joined_names(cells, tuple(map(_text, below.cells)))
        decimal = options.decimal
        check_header(cells, f"{sheet.source}:{first.number}")
        header = name_columns(cells)
        sample = list(islice(sheet.rows, _SAMPLE_ROWS))
        self.source = sheet.source
        self.header, self.repeated = header.names, header.repeated
        self.labels: Mapping[str, str] = {}
        self.above = " ".join(
            str(cell) for row_above in above for cell in row_above.cells if cell is not None
        )
        self.decimal = parse_decimal(decimal) if decimal is not None else _decimal(sample)
        sign = "comma" if self.decimal == "," else "point"
        self.notes: tuple[str, ...] = (
            f"Read as Excel, sheet {quoted(sheet.title)}, decimals in text written with a {sign}.",
        )
        self._sheet = sheet
        self._rows = chain(sample, sheet.rows)
        self._rows_per_batch = rows_per_batch
        self.books = ExitStack()

    def batches(self) -> Generator[Batch, None, None]:
        """Yield all rows, once.

        Raises:
            CohortError: most rows are wider than the header, or a formula has no saved result.

        """
        with self.books:
            yield from self._batches()

    def _batches(self) -> Iterator[Batch]:
        width, row_count, wide_count, last = len(self.header), 0, 0, False
        while not last:
            with readable_as("Excel", self.source), warnings.catch_warnings(action="ignore"):
                rows = list(islice(self._rows, self._rows_per_batch))
            last = len(rows) < self._rows_per_batch
            rejects = tuple(_too_wide(row, width) for row in rows if len(row.cells) > width)
            row_count, wide_count = row_count + len(rows), wide_count + len(rejects)
            if wide_count * 2 > row_count and (last or row_count >= _SAMPLE_ROWS):
                message = (
                    f"{wide_count:,} of {row_count:,} rows have values to the right of the last column "
                    "that has a name."
                )
                raise CohortError(
                    Problem(
                        self.source, message, "Is there a title above the names of the columns? Remove it."
                    )
                )
            good = [row for row in rows if len(row.cells) <= width]
            texts = [(*map(_text, row.cells), *[None] * (width - len(row.cells))) for row in good]
            frame = pl.DataFrame(texts, schema=dict.fromkeys(self.header, pl.String), orient="row")
            yield Batch(
                frame, pl.Series("line", [row.number for row in good], dtype=pl.UInt64), rejects, None
            )
        check_unchanged(self.source, self._sheet.before)


def open_spreadsheet(source: str, options: ReadOptions, rows_per_batch: int) -> SpreadsheetTable:
    """Read the header of the sheet in the options, or of the only sheet that holds data.

    Raises:
        CohortError: no sheet or several sheets fit, or the file cannot be read.

    """
    before = check_file(source)
    _check_size(source)
    with ExitStack() as books, readable_as("Excel", source), warnings.catch_warnings(action="ignore"):
        book = _book(source, books)  # ignored warnings: styles and input validation, which are not data
        title = _choose_title(
            source,
            [sheet.title for sheet in book.worksheets if any(_filled(sheet.iter_rows(values_only=True)))],
            options.sheet,
        )
        sheet = _Sheet(source, title, _rows(source, book, title, books), before)
        table = SpreadsheetTable(sheet, options, rows_per_batch)
        table.books = books.pop_all()
    return table


def _check_size(source: str) -> None:
    """Refuse a workbook whose parts are far larger than they are packed: it would fill the memory.

    Raises:
        CohortError: it is such a file, or no archive.

    """
    with readable_as("Excel", source), zipfile.ZipFile(source) as archive:
        for part in archive.infolist():
            if part.file_size > max(_MOST_UNPACKED, _MOST_TIMES * part.compress_size):
                message = f"{quoted(part.filename)} in it unpacks to more than {_MOST_TIMES} times its size."
                raise TooLargeError(Problem(source, message, _SAVE_AGAIN))


def _choose_title(source: str, titles: list[str], requested: str | None) -> str:
    listed = ", ".join(map(quoted, titles))
    if requested is not None and requested not in titles:
        hint = did_you_mean(requested, titles) or f"Sheets that hold data: {listed or 'none'}."
        raise CohortError(
            Problem("--sheet", f"{source} has no sheet {quoted(requested)} that holds data.", hint)
        )
    if not titles:
        raise CohortError(Problem(source, "all of its sheets are empty.", "Check that it is the right file."))
    if requested is None and len(titles) > 1:
        raise CohortError(
            Problem(
                source,
                f"several of its sheets hold data: {listed}.",
                "Say which one is meant with `--sheet`.",
            )
        )
    return requested or titles[0]


def _book(source: str, books: ExitStack, results: bool = True) -> Any:
    """Open a workbook with the results of its formulas, or with the formulas themselves."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # slow to import

    file = books.enter_context(QuietFile(source))  # the stack closes it, also when openpyxl fails
    book = load_workbook(file, read_only=True, data_only=results)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some programs write too small a size, which would cut off rows
    return book


def _rows(source: str, book: Any, title: str, books: ExitStack) -> Iterator[_Row]:
    if not _has_formulas(source):
        return _filled(book[title].iter_rows(values_only=True))
    formulas = _book(source, books, results=False)[title].iter_rows(values_only=True)
    return _filled(_results(source, book[title].iter_rows(), formulas))


def _filled(rows: Iterable[tuple[Any, ...]]) -> Iterator[_Row]:
    for number, cells in enumerate(rows, 1):
        if number > _LAST_ROW:
            raise TooLargeError(
                Problem("", f"a row stands below row {_LAST_ROW:,}, where no sheet has one.", _SAVE_AGAIN)
            )
        width = len(cells)
        while width and cells[width - 1] in (None, ""):
            width -= 1
        if width:
            yield _Row(number, tuple(cells[:width]))


def _results(
    source: str, rows: Iterable[tuple[Any, ...]], formulas: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    """Yield the values of rows; refuse a formula without a saved result.

    A formula whose result is an empty text is accepted: its cell has the type "str".
    """
    for number, (cells, row_formulas) in enumerate(zip(rows, formulas, strict=True), 1):
        for column, (cell, formula) in enumerate(zip(cells, row_formulas, strict=True), 1):
            if cell.value is None and formula is not None and cell.data_type != "str":
                message = f"the formula in column {column} has no result that was saved."
                raise CohortError(
                    Problem(f"{source}:{number}", message, "Open the file in Excel and save it again.")
                )
        yield tuple(cell.value for cell in cells)


def _has_formulas(source: str) -> bool:
    with zipfile.ZipFile(source) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                with archive.open(name) as sheet:
                    before = b""
                    while part := sheet.read(1 << 20):
                        if _FORMULA.search(before + part):
                            return True
                        before = part[-8:]
    return False


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value)


def _decimal(rows: list[_Row]) -> str:
    """Detect the decimal sign of numbers stored as text."""
    texts = [cell for row in rows for cell in row.cells if isinstance(cell, str)]
    return "," if any(map(_COMMA.fullmatch, texts)) and not any(map(_POINT.fullmatch, texts)) else "."


def _too_wide(row: _Row, width: int) -> Reject:
    value = next(str(cell) for cell in row.cells[width:] if cell not in (None, ""))
    return Reject(
        row.number,
        "",
        value[:LONGEST_VALUE],
        "field_count",
        "There is a value to the right of the last column that has a name.",
    )
