"""Run over a cohort batch by batch, in bounded memory: score, audit, count and write."""

from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from typing import NamedTuple

import polars as pl

from recommender.cohort.audit import Audit
from recommender.cohort.counting import Counts
from recommender.cohort.model import LONGEST_VALUE, Batch, Reject
from recommender.cohort.prefetch import background_writer, prefetch
from recommender.cohort.scoring import Refusal, Scoring
from recommender.cohort.writing import Writer

_REJECTS = {
    "line": pl.UInt64,
    "column": pl.String,
    "value": pl.String,
    "code": pl.String,
    "message": pl.String,
}


class Sinks(NamedTuple):
    """The writers of a run: one for answers, one for rejects."""

    answers: Writer
    rejects: Writer


class Run:
    """One run: its scoring, writers and audit, and the counts so far."""

    def __init__(self, scoring: Scoring, sinks: Sinks, audit: Audit) -> None:
        self.scoring, self.sinks, self.audit = scoring, sinks, audit
        self.counts = Counts(scoring.evaluator)

    def over(self, batches: Iterable[Batch], after: Callable[[Batch], None]) -> None:
        """Score and write all batches; `after` is called with each batch that is scored."""
        with closing(prefetch(batches)) as prefetched, background_writer() as submit:
            for batch in prefetched:
                submit(self._score(batch))
                after(batch)

    def _score(self, batch: Batch) -> Callable[[], None]:
        """Score, audit and count a batch; return the function that writes it."""
        scored = self.scoring.score(batch.frame)
        answers = self.scoring.answers(scored)
        accepted = scored.accepted
        self.audit.check(batch.frame, answers, batch.lines, accepted)
        rejects = [*batch.rejects, *(_reject(batch, refusal) for refusal in scored.refusals)]
        self.counts.add(scored, rejects, len(batch.rejects))
        rows, answers = batch.frame, with_free_names(answers, batch.frame.columns)
        if not accepted.all():
            rows, answers = rows.filter(accepted), answers.filter(accepted)
        rejects.sort(key=lambda reject: reject.line)
        return partial(self._write, rows, answers, pl.DataFrame(rejects, schema=_REJECTS, orient="row"))

    def _write(self, rows: pl.DataFrame, answers: pl.DataFrame, rejects: pl.DataFrame) -> None:
        read = set(self.scoring.cells)  # their accepted cells are answers, never formulas
        self.sinks.answers.write(rows, answers, [name for name in rows.columns if name not in read])
        self.sinks.rejects.write(rejects, pl.DataFrame(), ("value", "column"))


def with_free_names(answers: pl.DataFrame, taken: Iterable[str]) -> pl.DataFrame:
    """Return the answers with the prefix `rec_` before each column name in `taken`."""
    names = set(taken)
    free = {}
    for name in answers.columns:
        free[name] = name
        while free[name] in names:
            free[name] = f"rec_{free[name]}"
    return answers.rename(free)


def _reject(batch: Batch, refusal: Refusal) -> Reject:
    value = batch.frame[refusal.column][refusal.row] if refusal.column else None
    raw = "" if value is None else str(value)[:LONGEST_VALUE]
    return Reject(batch.lines[refusal.row], refusal.column, raw, refusal.code, refusal.message)
