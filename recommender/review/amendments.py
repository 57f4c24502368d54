"""Answers that were filled in or corrected at the desk: which of them stand, and the answers with them."""

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from recommender.review.chain import hashed
from recommender.review.history import standing
from recommender.review.models import AMENDED, Doubt

Row = Mapping[str, Any]


class Told(NamedTuple):
    """An answer as a reviewer was told it, empty for not known; to whom, and when (ISO 8601)."""

    answer: str
    by: str
    at: str


def amendments(decisions: Iterable[Row]) -> list[Row]:
    """Return the amendments that stand, oldest first."""
    return [row for row in standing(decisions) if row["kind"] == AMENDED]


def answers_told(standing_amendments: Iterable[Row]) -> dict[str, Told]:
    """Return the last answer that was told to each field."""
    return {
        name: Told(answer, row["by"], row["at"])
        for row in standing_amendments
        for name, answer in answers_of(row).items()
    }


def open_doubts(doubts: Iterable[Doubt], told: Container[str]) -> list[Doubt]:
    """Return the cells in doubt to whose field no answer was told; any answer settles a row without cells."""
    return [doubt for doubt in doubts if (doubt.field not in told if doubt.field else not told)]


def answers_of(amendment: Row) -> Mapping[str, str]:
    """Return the answers of an amendment; none where somebody has changed the text, which its hash tells."""
    try:
        answers = json.loads(str(amendment["amends"]))
    except ValueError:
        return {}
    return answers if isinstance(answers, dict) else {}


def with_told(
    imported: Mapping[str, str], answers: Mapping[str, Told], order: Sequence[str]
) -> dict[str, str]:
    """Return the answers of the file with those that were told since, known fields in their order."""
    merged = {**imported, **{name: entry.answer for name, entry in answers.items()}}
    names = [*(name for name in order if name in merged), *(name for name in merged if name not in order)]
    return {name: merged[name] for name in names if merged[name]}


def amended_hash(answers: Mapping[str, str]) -> str:
    """Return the hash of the answers that were filled in; empty where there are none."""
    return hashed(sorted(answers.items())) if answers else ""
