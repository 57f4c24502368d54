"""Who did what, and when: the acts of a list by reviewer and by person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from recommender.review.models import AMENDED, DECIDED, SIGNED, WITHDRAWN

Row = Mapping[str, Any]
_MOST_SECONDS = 30 * 60  # a longer time between two people is no time spent on the second


class ReviewerAudit(NamedTuple):
    """The acts of one reviewer: roles, people decided on, numbers of acts, first and last (ISO 8601).

    `pace` is the median time in seconds from one person to the next, of those decided on one by one; None
    where there are no two in a sitting.
    """

    name: str
    roles: Sequence[str]
    people: int
    acts: Mapping[str, int]
    in_bulk: int
    pace: float | None
    first: str
    last: str


class PersonAudit(NamedTuple):
    """All acts about one person, oldest first."""

    number: int
    name: str
    acts: Sequence[Row]


def by_reviewer(rows: Iterable[Row]) -> list[ReviewerAudit]:
    """Return what each reviewer did, by name; `rows` are decisions with names, oldest first."""
    theirs: dict[str, list[Row]] = {}
    for row in rows:
        theirs.setdefault(row["by"], []).append(row)
    return [_reviewer(name, acts) for name, acts in sorted(theirs.items())]


def by_person(rows: Iterable[Row]) -> list[PersonAudit]:
    """Return the acts about each person, in the order in which people were first decided on."""
    acts: dict[int, list[Row]] = {}
    for row in rows:
        acts.setdefault(row["listed"], []).append(row)
    return [PersonAudit(number, their[0]["name"], their) for number, their in acts.items()]


def _reviewer(name: str, acts: Sequence[Row]) -> ReviewerAudit:
    whole = [row for row in acts if row["kind"] in DECIDED and not row["about"]]
    kinds = (*DECIDED, SIGNED, AMENDED, WITHDRAWN, "blind")
    return ReviewerAudit(
        name,
        list(dict.fromkeys(row["role"] for row in acts)),
        len({row["listed"] for row in whole}),
        {kind: sum(row["kind"] == kind for row in acts if not row["together"]) for kind in kinds},
        sum(row["kind"] == "agree" for row in acts if row["together"]),
        _pace([row for row in whole if not row["together"]]),
        acts[0]["at"],
        acts[-1]["at"],
    )


def _pace(decisions: Sequence[Row]) -> float | None:
    firsts = {row["listed"]: datetime.fromisoformat(row["at"]) for row in reversed(decisions)}
    times = sorted(firsts.values())
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    return median(short) if (short := [gap for gap in gaps if gap <= _MOST_SECONDS]) else None
