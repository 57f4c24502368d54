"""Write answers as text, Parquet or a workbook; a file is replaced as a whole or not at all."""

import io
import os
import re
import stat
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import IO, Any, Protocol, cast

import polars as pl

from recommender.cohort.answer_files import Workbook, packing
from recommender.cohort.prefetch import background_writer
from recommender.documents.atomic import WholeFile
from recommender.documents.formulas import FORMULA, NUMBER, defused
from recommender.errors import CohortError, Problem, quoted

_ROWS_PER_PIECE = 10_000  # rows formatted together: larger pieces are slower, as they need more memory
_CHUNK_BYTES = 1 << 16  # bytes per write call: some file systems are several times slower with megabytes
_TEXT = {".csv": ",", ".tsv": "\t"}
_PACKED = (".gz", ".zst")


class Writer(Protocol):
    """Takes the frames of a run, in order."""

    @property
    def size(self) -> int:
        """The bytes written to a file so far."""

    def write(self, rows: pl.DataFrame, answers: pl.DataFrame, free: Sequence[str]) -> None:
        """Write the input rows with their answers; columns in `free` may hold spreadsheet formulas."""

    def finish(self) -> None:
        """Complete the file and replace the target."""

    def abandon(self) -> None:
        """Discard what was written; does nothing after `finish`."""


def open_writer(target: str) -> Writer:
    """Return the writer for the suffix of a path, or for standard output (`-`).

    Raises:
        CohortError: the suffix is not known, or the folder is not writable.

    """
    if target == "-":
        return _StandardOutput()
    suffix = Path(target).suffix.lower()
    packed = suffix if suffix in _PACKED else ""
    text = Path(target.removesuffix(Path(target).suffix)).suffix.lower() if packed else suffix
    if text in _TEXT:
        return _Text(target, _TEXT[text], packed)
    if suffix == ".parquet":
        return _Parquet(target)
    if suffix == ".xlsx":
        return _Spreadsheet(target)
    raise CohortError(
        Problem(
            target,
            "the answers can be written as .csv, .tsv (also .gz or .zst), .parquet or .xlsx.",
            "Name such a file, or - for the terminal.",
        )
    )


class NullWriter:
    """A writer that writes nothing, for a dry run."""

    size = 0

    def write(self, rows: pl.DataFrame, answers: pl.DataFrame, free: Sequence[str]) -> None:
        """Do nothing."""

    def finish(self) -> None:
        """Do nothing."""

    def abandon(self) -> None:
        """Do nothing."""


class _StandardOutput:
    size = 0

    def __init__(self) -> None:
        self._header = True

    def write(self, rows: pl.DataFrame, answers: pl.DataFrame, free: Sequence[str]) -> None:
        _refuse_nested(rows, "standard output")
        text = io.BytesIO()
        _defused(rows, free).hstack(answers).write_csv(text, include_header=self._header)
        self._put(text.getbuffer())
        self._header = False

    def finish(self) -> None:
        self._put(b"")

    @staticmethod
    def _put(text: bytes | memoryview) -> None:
        """Write bytes; a `BrokenPipeError` is passed on, which Polars would hide."""
        try:
            sys.stdout.buffer.write(text)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except (OSError, ValueError, AttributeError) as error:
            raise CohortError(
                Problem("standard output", f"it cannot be written to: {_reason(error)}.")
            ) from None

    def abandon(self) -> None:
        pass


class _File:
    """A file of answers that replaces the target when it is complete."""

    def __init__(self, target: str) -> None:
        self.target = target
        try:
            path = Path(target).resolve()
            if path.exists() and not stat.S_ISREG(path.stat().st_mode):
                raise CohortError(
                    Problem(target, "this is not a file that can be replaced.", "Name another file.")
                )
            self._whole = WholeFile(path)
        except (OSError, RuntimeError) as error:
            raise self._failed(error) from None

    def _failed(self, error: Exception) -> CohortError:
        return CohortError(
            Problem(
                self.target,
                f"this file cannot be written: {_reason(error)}.",
                "Name another place, or make room.",
            )
        )

    @property
    def size(self) -> int:
        """The bytes written so far."""
        return os.fstat(self._whole.file.fileno()).st_size

    def finish(self) -> None:
        try:
            self._whole.commit()
        except OSError as error:
            raise self._failed(error) from None

    def abandon(self) -> None:
        self._whole.discard()


class _BackgroundFile:
    """Writes 64 KiB chunks from a worker thread.

    Written pages are dropped from the page cache (`posix_fadvise`), which starts their write-back,
    so that closing the file is quick.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._handle = file.fileno()
        self._written = 0
        self._context = ExitStack()
        self._submit = self._context.enter_context(background_writer())

    def write(self, text: bytes) -> int:
        self._submit(partial(self._write, text))
        return len(text)

    def flush(self) -> None:
        """Do nothing; Polars calls it."""

    def close(self) -> None:
        """Wait until all is written."""
        self._context.close()

    def _write(self, text: bytes) -> None:
        remaining = memoryview(text)
        while remaining:
            remaining = remaining[os.write(self._handle, remaining[:_CHUNK_BYTES]) :]
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._handle, self._written, len(text), os.POSIX_FADV_DONTNEED)
        self._written += len(text)


class _Text(_File):
    def __init__(self, target: str, separator: str, packed: str) -> None:
        super().__init__(target)
        self._file = _BackgroundFile(self._whole.file)
        self._output = packing(packed, cast("IO[bytes]", self._file)) if packed else self._file
        self._separator = separator
        self._header = True

    def write(self, rows: pl.DataFrame, answers: pl.DataFrame, free: Sequence[str]) -> None:
        _refuse_nested(rows, self.target)
        try:
            frame = _defused(rows, free).hstack(answers)
            pieces = (
                frame.iter_slices(_ROWS_PER_PIECE) if frame.height else [frame]
            )  # no rows: only the header
            output = cast("IO[bytes]", self._output)
            for piece in pieces:
                piece.write_csv(output, separator=self._separator, include_header=self._header)
                self._header = False
        except OSError as error:
            raise self._failed(error) from None

    def finish(self) -> None:
        try:
            self._output.close()
            self._file.close()
        except OSError as error:
            raise self._failed(error) from None
        super().finish()

    def abandon(self) -> None:
        with suppress(OSError, ValueError):
            self._file.close()
        super().abandon()


class _Spreadsheet(_File):
    def __init__(self, target: str) -> None:
        super().__init__(target)
        self._book = Workbook()

    def write(self, rows: pl.DataFrame, answers: pl.DataFrame, free: Sequence[str]) -> None:
        _refuse_nested(rows, self.target)
        self._book.add(_defused(rows, free).hstack(answers), self.target)

    def finish(self) -> None:
        try:
            self._book.save(self._whole.file)
        except OSError as error:
            raise self._failed(error) from None
        super().finish()


class _Parquet(_File):
    def __init__(self, target: str) -> None:
        super().__init__(target)
        self._writer: Any = None

    # Parquet cells are never run as formulas, so `free` is not used.
    def write(self, rows: pl.DataFrame, answers: pl.DataFrame, free: Sequence[str]) -> None:  # noqa: ARG002
        import pyarrow.parquet as pq

        table = rows.hstack(answers).to_arrow()
        try:
            if self._writer is None:
                self._writer = pq.ParquetWriter(self._whole.file, table.schema, compression="zstd")
            self._writer.write_table(table.cast(self._writer.schema))
        except OSError as error:
            raise self._failed(error) from None

    def finish(self) -> None:
        if self._writer is not None:
            self._writer.close()
        super().finish()


def _defused(frame: pl.DataFrame, free: Sequence[str]) -> pl.DataFrame:
    """Return the rows with an apostrophe before each text that a spreadsheet would run as a formula.

    This applies to the columns in `free`, except for numbers such as -1.2, and to column names.
    The names stay unique.
    """
    schema = frame.schema
    suspects = [name for name in free if schema[name] == pl.String]
    matches = frame.select(pl.col(suspects).str.contains(FORMULA).any()) if suspects else pl.DataFrame()
    changed = [_apostrophe(name) for name in matches.columns if matches[name][0]]
    taken = set(frame.columns)
    names: dict[str, str] = {}
    for name in frame.columns:
        safe = defused(name)
        if safe != name:
            while safe in taken:
                safe = f"'{safe}"
            names[name] = safe
            taken.add(safe)
    return frame.with_columns(changed).rename(names)


def _apostrophe(name: str) -> pl.Expr:
    """Return a text column with an apostrophe before each formula that is not a number."""
    column = pl.col(name)
    is_formula = column.str.contains(FORMULA) & ~column.str.contains(NUMBER)
    return pl.when(is_formula).then(pl.lit("'") + column).otherwise(column).alias(name)


def _refuse_nested(frame: pl.DataFrame, target: str) -> None:
    """Refuse columns that cannot be written as text, such as lists."""
    nested = [
        name
        for name, type_ in frame.schema.items()
        if type_.is_nested() or type_ in (pl.Binary, pl.Duration, pl.Object)
    ]
    if nested:
        message = (
            f"the column {quoted(nested[0])} holds lists, bytes or the like, which cannot be written as text."
        )
        raise CohortError(Problem(target, message, "Write a .parquet file, or take the column out."))


def _reason(error: Exception) -> str:
    """Return the first line of an error's message; libraries store it in different attributes."""
    reason = str(getattr(error, "strerror", None) or error or type(error).__name__)
    return re.sub(r"^\[Errno \d+\] ", "", reason).partition("\n")[0]
