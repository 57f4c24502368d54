"""The first rows of a table: all of them, or as many as were asked for."""

from collections.abc import Generator
from contextlib import closing

import polars as pl

from recommender.cohort.model import Batch, Table


def first_rows(table: Table, limit: int | None) -> Generator[Batch, None, None]:
    """Yield the first rows of a table, rejects counted; always at least one batch, without rows where there are none."""
    left = limit
    empty = True
    with closing(table.batches()) as batches:
        for batch in batches:
            found = batch if left is None else _cut(batch, left)
            yield found
            empty = False
            if left is not None:
                left -= found.frame.height + len(found.rejects)
                if left <= 0:
                    return
    if empty:
        frame = pl.DataFrame(schema=dict.fromkeys(table.header, pl.String))
        yield Batch(frame, pl.Series("line", [], dtype=pl.UInt64), (), 1.0)


def _cut(batch: Batch, rows: int) -> Batch:
    """Return the first rows of a batch, in the order of the file."""
    lines = sorted([*batch.lines, *(reject.line for reject in batch.rejects)])
    if len(lines) <= rows:
        return batch
    inside = batch.lines < lines[rows]
    kept = tuple(reject for reject in batch.rejects if reject.line < lines[rows])
    return batch._replace(frame=batch.frame.filter(inside), lines=batch.lines.filter(inside), rejects=kept)
