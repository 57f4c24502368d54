"""One meaning: tables of any kind, durable_rules and the reference give every person the same answers.

By default some thousands of people, every field at and around the numbers that rules ask about. What the two
engines find of a person is compared whole; all else follows from it, and is worked out once.
`PEOPLE=1000000 make equality` tries a million; docs/benchmarks.md says when that was last done.
"""

import os
import random

import polars as pl
import pytest

from recommender import assess_frame
from recommender.cohort.answer_columns import COLUMNS, Cell, answer_row
from recommender.cohort.dataframes import REJECTED
from recommender.person.decision import decide
from recommender.person.engines import ReferenceEngine, best_engine, infer
from recommender.rulebook import load_rulebook

from .strategies import Answers, People

BOOK = load_rulebook()
PEOPLE = People(BOOK)
AT_ONCE = 1_000
CHUNKS = max(int(os.environ.get("PEOPLE", "3000")) // AT_ONCE, 1)

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.filterwarnings("ignore::recommender.errors.ColumnWarning"),
]


ZEROS = {name: {"0": "0"} for name in BOOK.vocabulary.fields if name.startswith(("t_", "z_"))}
"""Made-up people stand at thresholds: a score of exactly 0 is one."""
COUNTS = [field.id for field in BOOK.vocabulary.fields.values() if field.is_number]
"""Among a thousand, those few who are asked for a number may have 0 and 1 alone."""


def _people(seed: int) -> list[Answers]:
    chance = random.Random(seed)
    return [PEOPLE.anyone(chance) for _ in range(AT_ONCE)]


def _table(people: list[Answers]) -> pl.DataFrame:
    """Make a table of people; they have numbers, as a row in which nothing stands at all is nobody."""
    return pl.DataFrame(people, schema=dict.fromkeys(PEOPLE.fields, pl.String)).with_row_index("number")


def _plain(found: pl.DataFrame) -> list[dict[str, Cell]]:
    return found.select(COLUMNS).rows(named=True)


@pytest.mark.parametrize("seed", range(CHUNKS))
def test_tables_durable_rules_and_the_reference_answer_alike(seed: int) -> None:
    people = _people(seed)
    found = assess_frame(_table(people), values=ZEROS, accept=COUNTS)
    assert found[REJECTED].null_count() == AT_ONCE
    reference, durable = ReferenceEngine(BOOK.strata), best_engine()(BOOK.strata)
    rows = _plain(found)
    for answers, row in zip(people, rows, strict=True):
        person = PEOPLE.read(answers)
        findings = infer(BOOK, reference, person.facts)
        assert infer(BOOK, durable, person.facts) == findings, answers
        assert row == answer_row(decide(BOOK, person, findings)), answers


@pytest.mark.parametrize("seed", range(min(CHUNKS, 20)))
def test_a_pandas_frame_is_answered_like_a_polars_one(seed: int) -> None:
    table = _table(_people(seed))
    found = assess_frame(table.to_pandas(), values=ZEROS, accept=COUNTS)
    expected = assess_frame(table, values=ZEROS, accept=COUNTS)
    assert pl.from_pandas(found).select(COLUMNS).equals(expected.select(COLUMNS))
