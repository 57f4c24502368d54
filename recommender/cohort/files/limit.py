"""The first rows of a table: all of them, or as many as were asked for."""

from collections.abc import Generator
from contextlib import closing

import polars as pl

from recommender.cohort.model import Batch, Reject, Table


def first_rows(table: Table, limit: int | None) -> Generator[Batch, None, None]:
    """Yield the first rows of a table, rejects counted: the first batch has rows, or there are none in the whole table."""
    left = limit
    last = Batch(
        pl.DataFrame(schema=dict.fromkeys(table.header, pl.String)),
        pl.Series("line", [], dtype=pl.UInt64),
        (),
        1.0,
    )
    held: tuple[Reject, ...] = ()
    any_rows = False
    with closing(table.batches()) as batches:
        for batch in batches:
            last = batch if left is None else _cut(batch, left)
            held += last.rejects
            if last.frame.height:
                yield last._replace(rejects=held)
                held, any_rows = (), True
            if left is not None:
                left -= last.frame.height + len(last.rejects)
                if left <= 0:
                    break
    if held or not any_rows:
        yield last._replace(frame=last.frame.clear(), lines=last.lines.clear(), rejects=held)


def _cut(batch: Batch, rows: int) -> Batch:
    """Return the first rows of a batch, in the order of the file."""
    lines = sorted([*batch.lines, *(reject.line for reject in batch.rejects)])
    if len(lines) <= rows:
        return batch
    inside = batch.lines < lines[rows]
    kept = tuple(reject for reject in batch.rejects if reject.line < lines[rows])
    return batch._replace(frame=batch.frame.filter(inside), lines=batch.lines.filter(inside), rejects=kept)
