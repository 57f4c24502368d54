"""A run over a cohort: read, understand, answer, write, count; batch by batch, in bounded memory."""

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
    """Where a run writes: answers, and rows without one."""

    answers: Writer
    rejects: Writer


class Run:
    """One run: what it scores with, where it writes, what it checks, and what has been counted so far."""

    def __init__(self, scoring: Scoring, sinks: Sinks, audit: Audit) -> None:
        self.scoring, self.sinks, self.audit = scoring, sinks, audit
        self.counts = Counts(scoring.answering)

    def over(self, batches: Iterable[Batch], after: Callable[[Batch], None]) -> None:
        """Answer every row of every batch; `after` is called when a batch is done."""
        with closing(prefetch(batches)) as ahead, background_writer() as later:
            for batch in ahead:
                later(self._answer(batch))
                after(batch)

    def _answer(self, batch: Batch) -> Callable[[], None]:
        """Answer the rows of a batch; return what writes them."""
        scored = self.scoring.score(batch.frame)
        answers = self.scoring.answers(scored)
        accepted = scored.accepted
        self.audit.check(batch.frame, answers, batch.lines, accepted)
        rejects = [*batch.rejects, *(_reject(batch, refusal) for refusal in scored.refusals)]
        self.counts.add(scored, rejects, len(batch.rejects))
        given, named = batch.frame, named_apart(answers, batch.frame.columns)
        if not accepted.all():
            given, named = given.filter(accepted), named.filter(accepted)
        rejects.sort(key=lambda reject: reject.line)
        return partial(self._write, given, named, pl.DataFrame(rejects, schema=_REJECTS, orient="row"))

    def _write(self, given: pl.DataFrame, answers: pl.DataFrame, rejects: pl.DataFrame) -> None:
        read = set(self.scoring.cells)  # an accepted cell of such a column is an answer, and no formula
        self.sinks.answers.write(given, answers, [name for name in given.columns if name not in read])
        self.sinks.rejects.write(rejects, pl.DataFrame(), ("value", "column"))


def named_apart(answers: pl.DataFrame, taken: Iterable[str]) -> pl.DataFrame:
    """Return the answers with the prefix `rec_` before each name that the input has."""
    names = set(taken)
    found = {}
    for name in answers.columns:
        found[name] = name
        while found[name] in names:
            found[name] = f"rec_{found[name]}"
    return answers.rename(found)


def _reject(batch: Batch, refusal: Refusal) -> Reject:
    value = batch.frame[refusal.column][refusal.row] if refusal.column else None
    raw = "" if value is None else str(value)[:LONGEST_VALUE]
    return Reject(batch.lines[refusal.row], refusal.column, raw, refusal.code, refusal.message)
