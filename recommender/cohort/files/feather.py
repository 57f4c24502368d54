"""Read a Feather file (Arrow)."""

import polars as pl

from recommender.cohort.files.header import name_columns
from recommender.cohort.files.source import check_file, check_unchanged
from recommender.cohort.files.tables import Frames, TypedTable, plain, readable_as


def open_feather(source: str, rows_per_batch: int) -> TypedTable:
    """Read the header of a file.

    Raises:
        CohortError: it cannot be read.

    """
    from pyarrow import ipc  # takes a while to import

    before = check_file(source)
    with readable_as("Feather", source), ipc.open_file(source) as opened:
        header = name_columns(opened.schema.names)
        empty = opened.schema.empty_table()

    def frames() -> Frames:
        yield _frame(empty, header.names), 0.0
        with readable_as("Feather", source), ipc.open_file(source) as opened:
            count = opened.num_record_batches
            for index in range(count):
                frame = _frame(opened.get_batch(index), header.names)
                for start in range(0, frame.height, rows_per_batch):
                    yield frame[start : start + rows_per_batch], (index + 1) / count
        check_unchanged(source, before)

    return TypedTable(source, header, "Read as Feather.", frames)


def _frame(rows: object, names: tuple[str, ...]) -> pl.DataFrame:
    frame = pl.from_arrow(rows)
    assert isinstance(frame, pl.DataFrame)  # several columns are no series
    return plain(frame.rename(dict(zip(frame.columns, names, strict=True))))
