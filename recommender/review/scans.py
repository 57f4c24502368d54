"""Earlier T-scores of a person: other rows with their name, in this list or in others."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, or_, select

from recommender.review.schema import details, people, runs
from recommender.review.store import Store

SCAN_AGE = "scan_months"  # the field that holds the months since the scan
_MOST_ROWS = 20
_MONTHS = 12


class Scan(NamedTuple):
    """The T-scores of one other row: by field, the month of the scan where it is known, and where it stands.

    `same_list` says that the row is one of the same list: it may be another person with that name.
    """

    scores: Mapping[str, str]
    month: str
    source: str
    line: int
    same_list: bool


def other_scans(store: Store, run: int, number: int, sites: Sequence[str]) -> list[Scan]:
    """Return the T-scores that stand on other rows with the name of a person, oldest first, each once.

    `sites` are the fields of the scores.
    """
    here, other = people.alias("here"), people.alias("other")
    named = or_(here.c.content != "", here.c.repeated == 1)
    same_name = and_(other.c.name == here.c.name, or_(other.c.content != "", other.c.repeated == 1))
    their_details = and_(details.c.run == other.c.run, details.c.number == other.c.number)
    columns = (other.c.run, other.c.number, details.c.line, details.c.answers, runs.c.source, runs.c.at)
    query = (
        select(*columns)
        .select_from(here.join(other, same_name).join(details, their_details))
        .join(runs, runs.c.id == other.c.run)
        .where(here.c.run == run, here.c.number == number, named, other.c.run.in_(select(runs.c.id)))
        .order_by(other.c.run, other.c.number)
        .limit(_MOST_ROWS)
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
    answers_of = {(row.run, row.number): json.loads(row.answers) for row in rows}
    seen = [_scores(answers_of.get((run, number), {}), sites)]
    scans = []
    for row in rows:
        answers = answers_of[row.run, row.number]
        scores = _scores(answers, sites)
        if scores and scores not in seen:
            seen.append(scores)
            month = _month(datetime.fromisoformat(row.at).date(), answers.get(SCAN_AGE, ""))
            scans.append(Scan(scores, month, row.source, row.line, row.run == run))
    return sorted(scans, key=lambda scan: (not scan.month, scan.month))


def _scores(answers: Mapping[str, str], sites: Sequence[str]) -> dict[str, str]:
    return {site: answers[site] for site in sites if site in answers}


def _month(read: date, months_ago: str) -> str:
    """Return the month of a scan that was so many months ago when its list was read; empty if not known."""
    try:
        months = read.year * _MONTHS + read.month - 1 - round(float(months_ago))
    except ValueError:
        return ""
    return f"{months // _MONTHS:04}-{months % _MONTHS + 1:02}"
