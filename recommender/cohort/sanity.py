"""Ask about a column that alone puts nearly everybody into the highest risk tier: it may hold codes."""

import numpy as np
import polars as pl

from recommender.cohort.mapping.overrides import Overrides
from recommender.cohort.mapping.phrasing import question
from recommender.cohort.mapping.spelling import Spelling
from recommender.cohort.scoring import Scoring
from recommender.errors import Problem

_SAMPLE = 1_000
_FEWEST_ROWS = 20
_NEARLY_ALL = 0.9


def dominating_columns(scoring: Scoring, rows: pl.DataFrame, overrides: Overrides) -> list[Problem]:
    """Return a question for each column that would put nearly all rows into the highest tier by itself.

    `rows` are the first rows of the file; with few of them nothing is asked.
    """
    scored = scoring.score(rows.head(_SAMPLE))
    facts = scored.facts.filter(pl.Series(scored.accepted))
    if facts.height < _FEWEST_ROWS or _share_highest(scoring, facts) < _NEARLY_ALL:
        return []
    fields = {field: column for field, column in scoring.column_of.items() if field not in overrides.accept}
    return [
        _question(overrides.spelling, field, column)
        for field, column in fields.items()
        if _share_highest(scoring, _alone(facts, field)) >= _NEARLY_ALL
    ]


def _alone(facts: pl.DataFrame, field: str) -> pl.DataFrame:
    """Return facts of which only one field is known."""
    return facts.with_columns(
        pl.lit(value=None if type_ == pl.Int32 else False, dtype=type_).alias(name)
        for name, type_ in facts.schema.items()
        if name != field
    )


def _share_highest(scoring: Scoring, facts: pl.DataFrame) -> float:
    """Return the share of rows in the highest risk tier, 0 to 1."""
    evaluator = scoring.evaluator
    highest = evaluator.book.scales["risk_tier"][-1]
    bits = [entry.bit for entry in evaluator.entries["risk_tier"] if entry.word == highest]
    everybody = np.packbits(np.ones(facts.height, dtype=np.bool_), bitorder="little")
    evaluated = evaluator.evaluate(facts)
    return sum(evaluated.count_rows(bit, everybody) for bit in bits) / facts.height


def _question(spelling: Spelling, field: str, column: str) -> Problem:
    codes = spelling.values(field, {"TEXT": "ANSWER"})
    return question(
        column,
        f"as `{field}` it puts nearly everybody into the highest risk tier by itself. Does it hold codes?",
        f"If it is as it says, write {spelling.accept(field)}. If it holds codes, say what they mean: "
        f"{codes}.",
    )
