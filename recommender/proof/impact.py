"""What a change of the rules does to the people of one cohort: how many, from what to what, and the largest groups."""

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
    """How many people were answered, for how many the answer changes, and the changes: what, from, to, and for how many.

    Answered are those whom both rulebooks answer; `refused` says how many rows each of them, the old and the new, cannot.
    """

    answered: int
    refused: tuple[int, int]
    changed: int
    changes: Mapping[tuple[str, str, str], int]


def impact(batches: Iterable[Batch], old: Scoring, new: Scoring) -> Impact:
    """Answer every row under two rulebooks and count what differs; of those that one of them cannot answer, only how many."""
    answered = changed = 0
    refused = [0, 0]
    changes: Counter[tuple[str, str, str]] = Counter()
    for batch in batches:
        then, now = (scoring.score(batch.frame) for scoring in (old, new))
        for place, scored in enumerate((then, now)):
            refused[place] += len(batch.rejects) + int((~scored.accepted).sum())
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
    """Return what is compared of the answers, each column named for when it was said."""
    return answers.select(pl.col(*_WORDS, *_LISTS).cast(pl.String).fill_null("").name.suffix(f" {when}"))


def _changes(pair: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    """Yield what changes for people with one pair of answers."""
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
