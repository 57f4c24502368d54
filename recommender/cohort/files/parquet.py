"""Read a Parquet file, or a folder of Parquet files with the same columns."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from recommender.cohort.files.header import name_columns
from recommender.cohort.files.source import check_file, check_unchanged
from recommender.cohort.files.tables import Frames, TypedTable, plain, readable_as
from recommender.errors import CohortError, Problem, quoted


def open_parquet(source: str, rows_per_batch: int) -> TypedTable:
    """Read the header of a file or folder.

    Raises:
        CohortError: a file cannot be read, or its columns differ from those of the others.

    """
    folder = Path(source).is_dir()
    before = {file: check_file(file) for file in (_files_of(Path(source)) if folder else (source,))}
    first, *others = before
    schema = _schema(first)
    for other in others:
        if not _schema(other).equals(schema):
            message = (
                f"its columns are not those of {quoted(Path(first).name)}: "
                "a name, a type or their order is another."
            )
            raise CohortError(Problem(other, message, "Put only files of one table into a folder."))
    note = f"Read as {len(before)} Parquet files." if folder else "Read as Parquet."
    return TypedTable(
        source, name_columns(schema.names), note, lambda: _frames(source, before, schema, rows_per_batch)
    )


def _files_of(folder: Path) -> list[str]:
    files = sorted(map(str, folder.glob("*.parquet")))
    deeper = next(folder.glob("*/**/*.parquet"), None)
    if deeper is not None:
        message = f"Parquet files are in a folder of this folder: {quoted(deeper.parent.name)}."
        raise CohortError(Problem(str(folder), message, "Give a folder that holds all the files itself."))
    if not files:
        message = "this is a folder without .parquet files; each number of a scan report must be confirmed."
        hint = "Give a file, or a folder of Parquet files. For scan reports: recommender review FOLDER"
        raise CohortError(Problem(str(folder), message, hint))
    return files


def _schema(file: str) -> Any:
    from pyarrow import parquet  # takes a while to import

    with readable_as("Parquet", file):
        return parquet.read_schema(file)


def _frames(source: str, before: Mapping[str, os.stat_result], schema: Any, rows_per_batch: int) -> Frames:
    from pyarrow import parquet

    names = name_columns(schema.names).names
    with readable_as("Parquet", source):
        yield _frame(schema.empty_table(), names), 0.0  # types are known even without rows
    read, size = 0, sum(status.st_size for status in before.values())
    for file, status in before.items():
        rows = 0
        with readable_as("Parquet", file), parquet.ParquetFile(file) as opened:
            for batch in opened.iter_batches(rows_per_batch):
                rows += batch.num_rows
                yield _frame(batch, names), (read + status.st_size * rows / opened.metadata.num_rows) / size
        check_unchanged(file, status)
        read += status.st_size


def _frame(rows: Any, names: tuple[str, ...]) -> pl.DataFrame:
    frame = pl.from_arrow(rows.rename_columns(list(names)))
    assert isinstance(frame, pl.DataFrame)  # several columns are no series
    return plain(frame)
