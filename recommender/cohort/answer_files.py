"""Write answers in the forms that are not plain text or Parquet: packed text and workbooks."""

import gzip
import re
from typing import IO, Any, cast

import polars as pl

from recommender.errors import CohortError, Problem

_LAST_ROW = 1 << 20
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def packing(suffix: str, file: IO[bytes]) -> Any:
    """Return a file that packs what is written to it: `.gz` or `.zst`; closing it leaves `file` open."""
    if suffix == ".gz":
        return gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0)
    import pyarrow  # takes a while to import

    return _Zstd(pyarrow, file)


class _Zstd:
    """A zstd stream over a file that stays open."""

    def __init__(self, pyarrow: Any, file: IO[bytes]) -> None:
        self._pyarrow, self._file = pyarrow, file

    def write(self, text: bytes) -> int:
        self._file.write(self._pyarrow.compress(text, codec="zstd", asbytes=True))
        return len(text)

    def flush(self) -> None:
        """Do nothing; Polars calls it."""

    def close(self) -> None:
        """Do nothing: each piece is a frame of its own."""


class Workbook:
    """A workbook of one sheet, written row by row."""

    def __init__(self) -> None:
        from openpyxl import Workbook as Book  # type: ignore[import-untyped]  # slow to import

        self._book = Book(write_only=True)
        self._sheet = self._book.create_sheet("answers")
        self._rows = 0

    def add(self, frame: pl.DataFrame, target: str) -> None:
        """Add rows, with their names before the first.

        Raises:
            CohortError: no sheet has so many rows.

        """
        if not self._rows:
            self._append(frame.columns)
        if self._rows + frame.height > _LAST_ROW:
            message = f"a sheet holds no more than {_LAST_ROW:,} rows."
            raise CohortError(Problem(target, message, "Write a .csv or .parquet file."))
        for row in frame.iter_rows():
            self._append(row)

    def _append(self, cells: Any) -> None:
        self._sheet.append(
            [_NOT_IN_XML.sub("\ufffd", cell) if isinstance(cell, str) else cell for cell in cells]
        )
        self._rows += 1

    def save(self, file: IO[bytes]) -> None:
        """Write the workbook."""
        self._book.save(cast("Any", file))
