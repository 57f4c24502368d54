"""What a change of the rules does to the people of one cohort: how many, from what to what, and the largest groups."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import polars as pl

from recommender.cohort.model import Batch
from recommender.cohort.row import SEPARATOR
from recommender.cohort.scoring import Scoring
from recommender.rulebook.model import VERDICTS

_WORDS = ("clearance", "urgency", "risk_tier", "bone_density")
_LISTS = (*VERDICTS[1:], "exercises")


class Impact(NamedTuple):
    """How many people were answered, for how many the answer changes, and the changes: what, from, to, and for how many."""

    answered: int
    changed: int
    changes: Mapping[tuple[str, str, str], int]


def impact(batches: Iterable[Batch], old: Scoring, new: Scoring) -> Impact:
    """Answer every row under two rulebooks and count what differs; rows that cannot be answered are left out."""
    answered = changed = 0
    changes: Counter[tuple[str, str, str]] = Counter()
    for batch in batches:
        both = _both(batch, old, new)
        answered += both.height
        differs = pl.any_horizontal(pl.col(f"{name} then") != pl.col(f"{name} now") for name in (*_WORDS, *_LISTS))
        moved = both.filter(differs)
        changed += moved.height
        for pair in moved.group_by(moved.columns).len().iter_rows(named=True):
            for change in _changes(pair):
                changes[change] += pair["len"]
    return Impact(answered, changed, dict(changes.most_common()))


def _both(batch: Batch, old: Scoring, new: Scoring) -> pl.DataFrame:
    columns = []
    for scoring, when in ((old, "then"), (new, "now")):
        scored = scoring.score(batch.frame)
        answers = scoring.answers(scored).select(pl.col(*_WORDS, *_LISTS).cast(pl.String).fill_null("").name.suffix(f" {when}"))
        columns.append(answers)
        accepted = pl.Series(scored.accepted)
    return pl.concat(columns, how="horizontal").filter(accepted)


def _changes(pair: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    """Yield what changes for people with one pair of answers."""
    for name in _WORDS:
        if pair[f"{name} then"] != pair[f"{name} now"]:
            yield name, pair[f"{name} then"] or "none", pair[f"{name} now"] or "none"
    then, now = (_verdicts(pair, when) for when in ("then", "now"))
    for movement in {**then, **now}:
        if then.get(movement, "ok") != now.get(movement, "ok"):
            yield movement, then.get(movement, "ok"), now.get(movement, "ok")
    levels = [set(pair[f"exercises {when}"].split(SEPARATOR)) - {""} for when in ("then", "now")]
    for level in levels[0] ^ levels[1]:
        yield (level, "highest level suggested", "not") if level in levels[0] else (level, "not", "highest level suggested")


def _verdicts(pair: Mapping[str, str], when: str) -> dict[str, str]:
    return {name: verdict for verdict in VERDICTS[1:] for name in pair[f"{verdict} {when}"].split(SEPARATOR) if name}
