"""Limit a table to its first rows (`--limit`)."""

from collections.abc import Generator
from contextlib import closing

import polars as pl

from recommender.cohort.model import Batch, Reject, Table


def first_rows(table: Table, limit: int | None) -> Generator[Batch, None, None]:
    """Yield the first `limit` rows of a table (`None`: all); rejects count as rows.

    The first batch has rows, unless the table has none.
    """
    remaining = limit
    last = Batch(
        pl.DataFrame(schema=dict.fromkeys(table.header, pl.String)),
        pl.Series("line", [], dtype=pl.UInt64),
        (),
        1.0,
    )
    pending: tuple[Reject, ...] = ()
    any_rows = False
    with closing(table.batches()) as batches:
        for batch in batches:
            last = batch if remaining is None else _cut(batch, remaining)
            pending += last.rejects
            if last.frame.height:
                yield last._replace(rejects=pending)
                pending, any_rows = (), True
            if remaining is not None:
                remaining -= last.frame.height + len(last.rejects)
                if remaining <= 0:
                    break
    if pending or not any_rows:
        yield last._replace(frame=last.frame.clear(), lines=last.lines.clear(), rejects=pending)


def _cut(batch: Batch, rows: int) -> Batch:
    """Return the first rows and rejects of a batch, in file order."""
    lines = sorted([*batch.lines, *(reject.line for reject in batch.rejects)])
    if len(lines) <= rows:
        return batch
    inside = batch.lines < lines[rows]
    rejects = tuple(reject for reject in batch.rejects if reject.line < lines[rows])
    return batch._replace(frame=batch.frame.filter(inside), lines=batch.lines.filter(inside), rejects=rejects)
