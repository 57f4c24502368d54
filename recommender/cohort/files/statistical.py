"""Read files of statistical packages: SAS transport, Stata and SPSS.

Labelled values are replaced by their labels. A column of whole numbers becomes Int64, so that 54 is not
written back as 54.0. This needs two passes over the file.
"""

import mmap
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from recommender.cohort.files.header import name_columns
from recommender.cohort.files.source import check_file, check_unchanged
from recommender.cohort.files.tables import Frames, TypedTable, plain, readable_as
from recommender.errors import CohortError, Problem

KINDS = {".xpt": "SAS transport", ".dta": "Stata", ".sav": "SPSS", ".zsav": "SPSS"}

_READERS = {".xpt": "read_xport", ".dta": "read_dta", ".sav": "read_sav", ".zsav": "read_sav"}
_SAS_BLOCK = 80
_SAS_MEMBER = b"HEADER RECORD*******MEMB"
_EXACT = 2.0**53

_Types = dict[str, pl.DataType | None]


class _File(NamedTuple):
    """A file, and the number of rows read at a time."""

    source: str
    encoding: str | None
    rows: int

    @property
    def suffix(self) -> str:
        return Path(self.source).suffix.lower()

    def chunks(self) -> Iterator[tuple[pl.DataFrame, Any]]:
        """Yield all rows with what the file says of its columns; one empty frame if there are none."""
        import pyreadstat

        read, offset = getattr(pyreadstat, _READERS[self.suffix]), 0
        while True:
            frame, metadata = read(
                self.source,
                row_offset=offset,
                row_limit=self.rows,
                encoding=self.encoding,
                output_format="polars",
            )
            if frame.height or not offset:
                yield _as_typed(frame, metadata), metadata
            if frame.height < self.rows:
                return
            offset += frame.height


def open_statistical(source: str, encoding: str | None, rows_per_batch: int) -> TypedTable:
    """Read the header and, in a first pass, the types of the columns.

    Raises:
        CohortError: it cannot be read.

    """
    before = check_file(source)
    file = _File(source, encoding, rows_per_batch)
    if file.suffix == ".xpt":
        _check_transport(source)
    with readable_as(KINDS[file.suffix], source):
        try:
            types, names, total = _types(file)
        except UnicodeDecodeError:
            if encoding:
                raise
            # The file does not name its encoding, and it is not UTF-8.
            file = file._replace(encoding="cp1252")
            types, names, total = _types(file)
    header = name_columns(list(types))
    labels = {
        name: label for name, column in zip(header.names, types, strict=True) if (label := names.get(column))
    }
    note = f"Read as {KINDS[file.suffix]}{f' with {file.encoding} text' if file.encoding else ''}."
    return TypedTable(source, header, note, lambda: _frames(file, types, total, before), labels)


def _frames(file: _File, types: _Types, total: int, before: os.stat_result) -> Frames:
    names = name_columns(list(types)).names
    rows = 0
    with readable_as(KINDS[file.suffix], file.source):
        for frame, _ in file.chunks():
            rows += frame.height
            columns = [
                frame[name].cast(dtype or pl.String).alias(new)
                for new, (name, dtype) in zip(names, types.items(), strict=True)
            ]
            yield pl.DataFrame(columns), rows / total if total else 1.0
    check_unchanged(file.source, before)


def _types(file: _File) -> tuple[_Types, dict[str, str], int]:
    """Return the type of each column (`None`: empty), the labels of columns, and the number of rows."""
    types: _Types = {}
    labels: dict[str, str] = {}
    total = 0
    for frame, metadata in file.chunks():
        total += frame.height
        labels = {name: label for name, label in metadata.column_names_to_labels.items() if label}
        for column in frame:
            types[column.name] = _wider(types.get(column.name), column)
    return types, labels, total


def _wider(so_far: pl.DataType | None, column: pl.Series) -> pl.DataType | None:
    """Return the type that holds the type so far and one more chunk; `None` while the column is empty."""
    dtype = column.dtype
    if isinstance(dtype, pl.Float64):
        numbers = column.drop_nulls()
        whole = ((numbers == numbers.floor()) & (numbers.abs() <= _EXACT)).all()
        dtype = pl.Int64() if whole else dtype
    if column.null_count() == len(column):
        return so_far
    if so_far is None or so_far == dtype:
        return dtype
    return pl.Float64() if so_far.is_numeric() and dtype.is_numeric() else pl.String()


def _as_typed(frame: pl.DataFrame, metadata: Any) -> pl.DataFrame:
    """Return the cells as a person would type them: float32 without noise, labels, empty text as null."""
    types, labels = metadata.readstat_variable_types, metadata.variable_value_labels
    short = [
        column.name for column in frame if types.get(column.name) == "float" and column.dtype.is_numeric()
    ]
    frame = plain(frame.with_columns(pl.col(short).cast(pl.Float32)))
    frame = frame.with_columns(
        _labelled(frame[name], labels[name]) for name in frame.columns if labels.get(name)
    )
    return frame.with_columns(pl.col(pl.String).replace("", None))


def _labelled(column: pl.Series, labels: Mapping[Any, str]) -> pl.Series:
    if column.dtype == pl.String:
        return column.replace(dict(labels))
    return (
        column.cast(pl.String)
        .str.strip_suffix(".0")
        .replace({str(value).removesuffix(".0"): label for value, label in labels.items()})
    )


def _check_transport(source: str) -> None:
    """Refuse a SAS transport file that is truncated, or that holds more than one table.

    Its length is checked because the format has no end mark.
    """
    with Path(source).open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if not size or size % _SAS_BLOCK:
            raise CohortError(
                Problem(source, "this SAS transport file is cut short.", "Copy it or save it again.")
            )
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            first = content.find(_SAS_MEMBER)
            if first >= 0 and content.find(_SAS_MEMBER, first + 1) >= 0:
                raise CohortError(
                    Problem(source, "it holds more than one table.", "Save the one that is meant alone.")
                )
