"""Writing answers: whole or not at all, in the order of the rows, as CSV, TSV or Parquet."""

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

from recommender.cohort.prefetch import background_writer
from recommender.documents.atomic import WholeFile
from recommender.documents.formulas import FORMULA, NUMBER, defused
from recommender.errors import CohortError, Problem, quoted

_AT_ONCE = (
    10_000  # rows turned into text together: with more, the memory for it costs more time than it saves
)
_STEP = 1 << 16  # bytes written together: with megabytes, some file systems need several times as long
_SUFFIXES = {".csv": ",", ".tsv": "\t", ".parquet": ""}


class Writer(Protocol):
    """Somewhere for frames to go, one after the other."""

    def write(self, given: pl.DataFrame, answers: pl.DataFrame, free: Sequence[str]) -> None:
        """Write some rows: what was given and our answers; in the columns `free` anything may stand, formulas too."""

    def finish(self) -> None:
        """Put what was written in its place."""

    def abandon(self) -> None:
        """Leave no trace of what was written; harmless after `finish`."""


def open_writer(target: str) -> Writer:
    """Return a writer for a path, by its suffix, or for standard output (`-`).

    Raises:
        CohortError: when the suffix is not known or the folder cannot be written to.

    """
    if target == "-":
        return _StandardOutput()
    suffix = Path(target).suffix.lower()
    if suffix not in _SUFFIXES:
        raise CohortError(
            Problem(
                target,
                "the answers can be written as .csv, .tsv or .parquet.",
                "Name such a file, or - for the terminal.",
            )
        )
    return _Parquet(target) if suffix == ".parquet" else _Text(target, _SUFFIXES[suffix])


class Nowhere:
    """A writer that writes nothing, for a run that only looks."""

    def write(self, given: pl.DataFrame, answers: pl.DataFrame, free: Sequence[str]) -> None:
        """Forget some rows."""

    def finish(self) -> None:
        """Do nothing."""

    def abandon(self) -> None:
        """Do nothing."""


class _StandardOutput:
    def __init__(self) -> None:
        self._header = True

    def write(self, given: pl.DataFrame, answers: pl.DataFrame, free: Sequence[str]) -> None:
        _refuse_nested(given, "standard output")
        text = io.BytesIO()
        _defused(given, free).hstack(answers).write_csv(text, include_header=self._header)
        self._put(text.getbuffer())
        self._header = False

    def finish(self) -> None:
        self._put(b"")

    @staticmethod
    def _put(text: bytes | memoryview) -> None:
        """Write, so that a closed pipe is told apart from other troubles: Polars does not tell."""
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
    """A file of answers, put in its place when it is complete."""

    def __init__(self, target: str) -> None:
        self.target = target
        try:
            place = Path(target).resolve()
            if place.exists() and not stat.S_ISREG(place.stat().st_mode):
                raise CohortError(
                    Problem(target, "this is not a file that can be replaced.", "Name another file.")
                )
            self._whole = WholeFile(place)
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

    def finish(self) -> None:
        try:
            self._whole.commit()
        except OSError as error:
            raise self._failed(error) from None

    def abandon(self) -> None:
        self._whole.discard()


class _Steps:
    """A file written to while the next text is made: in small steps, and sent on to the disk so that little is left for the end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._handle = file.fileno()
        self._written = 0
        self._behind = ExitStack()
        self._later = self._behind.enter_context(background_writer())

    def write(self, text: bytes) -> int:
        self._later(partial(self._write, text))
        return len(text)

    def flush(self) -> None:
        """Do nothing; Polars asks for it."""

    def close(self) -> None:
        """Wait for the last text."""
        self._behind.close()

    def _write(self, text: bytes) -> None:
        left = memoryview(text)
        while left:
            left = left[os.write(self._handle, left[:_STEP]) :]
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._handle, self._written, len(text), os.POSIX_FADV_DONTNEED)
        self._written += len(text)


class _Text(_File):
    def __init__(self, target: str, separator: str) -> None:
        super().__init__(target)
        self._steps = _Steps(self._whole.file)
        self._separator = separator
        self._header = True

    def write(self, given: pl.DataFrame, answers: pl.DataFrame, free: Sequence[str]) -> None:
        _refuse_nested(given, self.target)
        try:
            rows = _defused(given, free).hstack(answers)
            for piece in (
                rows.iter_slices(_AT_ONCE) if rows.height else [rows]
            ):  # the names are written even where no rows are
                piece.write_csv(
                    cast("IO[bytes]", self._steps), separator=self._separator, include_header=self._header
                )
                self._header = False
        except OSError as error:
            raise self._failed(error) from None

    def finish(self) -> None:
        try:
            self._steps.close()
        except OSError as error:
            raise self._failed(error) from None
        super().finish()

    def abandon(self) -> None:
        with suppress(OSError):
            self._steps.close()
        super().abandon()


class _Parquet(_File):
    def __init__(self, target: str) -> None:
        super().__init__(target)
        self._writer: Any = None

    def write(self, given: pl.DataFrame, answers: pl.DataFrame, free: Sequence[str]) -> None:  # noqa: ARG002  # nothing runs in Parquet
        import pyarrow.parquet as pq

        table = given.hstack(answers).to_arrow()
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
    """Return the rows with an apostrophe before each text that a spreadsheet would run as a formula; numbers are left alone."""
    schema = frame.schema
    suspects = [name for name in free if schema[name] == pl.String]
    begins = frame.select(pl.col(suspects).str.contains(FORMULA).any()) if suspects else pl.DataFrame()
    found = [name for name in begins.columns if begins[name][0]]
    formula = [pl.col(name).str.contains(FORMULA) & ~pl.col(name).str.contains(NUMBER) for name in found]
    changed = [
        pl.when(is_formula).then(pl.lit("'") + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name, is_formula in zip(found, formula, strict=True)
    ]
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


def _refuse_nested(frame: pl.DataFrame, place: str) -> None:
    """Refuse columns of lists and the like, which are no text and cannot become any."""
    nested = [
        name
        for name, type_ in frame.schema.items()
        if type_.is_nested() or type_ in (pl.Binary, pl.Duration, pl.Object)
    ]
    if nested:
        message = (
            f"the column {quoted(nested[0])} holds lists, bytes or the like, which cannot be written as text."
        )
        raise CohortError(Problem(place, message, "Write a .parquet file, or take the column out."))


def _reason(error: Exception) -> str:
    """Return what went wrong; libraries put it in different places."""
    reason = str(getattr(error, "strerror", None) or error or type(error).__name__)
    return re.sub(r"^\[Errno \d+\] ", "", reason).partition("\n")[0]
