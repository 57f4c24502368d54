"""Read flat JSON: one object a line, or a list of objects. Nested objects are refused."""

from pathlib import Path

import polars as pl

from recommender.cohort.files.header import name_columns
from recommender.cohort.files.source import check_file, check_unchanged
from recommender.cohort.files.tables import Frames, TypedTable, plain, readable_as
from recommender.errors import CohortError, Problem, quoted

_HINT = "Save it as CSV or Parquet, with one value in each cell."


def open_json(source: str, rows_per_batch: int) -> TypedTable:
    """Read a file of JSON as a whole.

    Raises:
        CohortError: it cannot be read, or holds lists or objects in its cells.

    """
    before = check_file(source)
    with readable_as("JSON", source), Path(source).open("rb") as file:
        is_list = file.read(1024).lstrip().startswith(b"[")
        file.seek(0)
        frame = (
            pl.read_json(file.read(), infer_schema_length=None)
            if is_list
            else pl.read_ndjson(file, infer_schema_length=None)
        )
    nested = next((name for name, type_ in frame.schema.items() if type_.is_nested()), None)
    if nested is not None:
        raise CohortError(
            Problem(source, f"{quoted(nested)} holds lists or objects, which cannot be read.", _HINT)
        )
    header = name_columns(frame.columns)
    frame = plain(frame.rename(dict(zip(frame.columns, header.names, strict=True))))

    def frames() -> Frames:
        yield frame.clear(), 0.0
        for start in range(0, frame.height, rows_per_batch):
            yield frame[start : start + rows_per_batch], (start + rows_per_batch) / frame.height
        check_unchanged(source, before)

    return TypedTable(source, header, "Read as JSON.", frames)
