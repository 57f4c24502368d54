"""Earlier T-scores of a person: other rows with their name, in this list or in others."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from recommender.review.desk import Reviewer
from recommender.review.schema import people, runs
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


def other_scans(store: Store, person: Mapping[str, Any], sites: Sequence[str], who: Reviewer) -> list[Scan]:
    """Return the T-scores that stand on other rows with the name of a person, oldest first, each once.

    `sites` are the fields of the scores. Rows of lists that the reviewer may not open are left out.
    """
    if not _named(person):
        return []
    in_any_list = people.c.run.in_(select(runs.c.id))  # so that the index of run and name serves
    query = select(people.c.run, people.c.number).where(in_any_list, people.c.name == person["name"])
    if who.lists is not None:
        query = query.where(people.c.run.in_(who.lists))
    with store.reading() as connection:
        places = connection.execute(query.limit(_MOST_ROWS)).all()
        read_at = dict(connection.execute(select(runs.c.id, runs.c.at)).all()) if len(places) > 1 else {}
    seen = [_scores(person["answers"], sites)]
    scans = []
    own = (person["run"], person["number"])
    for run, number in sorted({(run, number) for run, number in places} - {own}):
        other = store.person(run, number)
        scores = _scores(other["answers"], sites) if other and _named(other) else {}
        if other and scores and scores not in seen:
            seen.append(scores)
            month = _month(datetime.fromisoformat(read_at[run]).date(), other["answers"].get(SCAN_AGE, ""))
            scans.append(Scan(scores, month, other["source"], other["line"], run == person["run"]))
    return sorted(scans, key=lambda scan: (not scan.month, scan.month))


def _named(person: Mapping[str, Any]) -> bool:
    """Say whether the file names a person: nobody knows who else a row without a name is about."""
    return bool(person["content"] or person["repeated"])


def _scores(answers: Mapping[str, str], sites: Sequence[str]) -> dict[str, str]:
    return {site: answers[site] for site in sites if site in answers}


def _month(read: date, months_ago: str) -> str:
    """Return the month of a scan that was so many months ago when its list was read; empty if not known."""
    try:
        months = read.year * _MONTHS + read.month - 1 - round(float(months_ago))
    except ValueError:
        return ""
    return f"{months // _MONTHS:04}-{months % _MONTHS + 1:02}"
