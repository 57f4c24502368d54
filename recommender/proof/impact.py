"""Compares the answers of two rulebooks for the people of one cohort."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import polars as pl

from recommender.cohort.answer_columns import SEPARATOR
from recommender.cohort.model import Batch
from recommender.cohort.scoring import Scoring
from recommender.rulebook.scales import Verdict

_WORDS = ("clearance", "urgency", "risk_tier", "bone_density")
_LIMITS = tuple(verdict for verdict in Verdict if verdict is not Verdict.OK)
_LISTS = (*_LIMITS, "exercises")


class Impact(NamedTuple):
    """Counts of people whose answer changes.

    `answered` counts the rows that both rulebooks answer, `refused` those that the old and the new refuse.
    `changes` maps (what, from, to) to the number of people, largest first.
    """

    answered: int
    refused: tuple[int, int]
    changed: int
    changes: Mapping[tuple[str, str, str], int]


def impact(batches: Iterable[Batch], old: Scoring, new: Scoring) -> Impact:
    """Score every row with two rulebooks and count the differences among rows that both answer."""
    answered = changed = 0
    refused = [0, 0]
    changes: Counter[tuple[str, str, str]] = Counter()
    for batch in batches:
        then, now = (scoring.score(batch.frame) for scoring in (old, new))
        for index, scored in enumerate((then, now)):
            refused[index] += len(batch.rejects) + int((~scored.accepted).sum())
        answers = [_named(old.answers(then), "then"), _named(new.answers(now), "now")]
        both = pl.concat(answers, how="horizontal").filter(pl.Series(then.accepted & now.accepted))
        answered += both.height
        differs = pl.any_horizontal(
            pl.col(f"{name} then") != pl.col(f"{name} now") for name in (*_WORDS, *_LISTS)
        )
        moved = both.filter(differs)
        changed += moved.height
        for pair in moved.group_by(moved.columns).len().iter_rows(named=True):
            for change in _changes(pair):
                changes[change] += pair["len"]
    return Impact(answered, (refused[0], refused[1]), changed, dict(changes.most_common()))


def _named(answers: pl.DataFrame, when: str) -> pl.DataFrame:
    """Return the columns that are compared, each with the suffix `when`."""
    return answers.select(pl.col(*_WORDS, *_LISTS).cast(pl.String).fill_null("").name.suffix(f" {when}"))


def _changes(pair: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    """Yield the (what, from, to) of every difference within one pair of answers."""
    for name in _WORDS:
        if pair[f"{name} then"] != pair[f"{name} now"]:
            yield name, pair[f"{name} then"] or "none", pair[f"{name} now"] or "none"
    then, now = (_verdicts(pair, when) for when in ("then", "now"))
    for movement in {**then, **now}:
        if then.get(movement, Verdict.OK) != now.get(movement, Verdict.OK):
            yield movement, then.get(movement, Verdict.OK), now.get(movement, Verdict.OK)
    levels = [set(pair[f"exercises {when}"].split(SEPARATOR)) - {""} for when in ("then", "now")]
    for level in levels[0] ^ levels[1]:
        yield (
            (level, "highest level suggested", "not")
            if level in levels[0]
            else (level, "not", "highest level suggested")
        )


def _verdicts(pair: Mapping[str, str], when: str) -> dict[str, str]:
    return {
        name: verdict for verdict in _LIMITS for name in pair[f"{verdict} {when}"].split(SEPARATOR) if name
    }
