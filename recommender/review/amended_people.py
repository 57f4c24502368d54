"""People whose answers were filled in at the desk: who they are, and their plans in short."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, or_, select, update

from recommender.errors import Problem, ReviewError
from recommender.review.amendments import Told, amended_hash, amendments, answers_told, open_doubts
from recommender.review.carried import decisions_for
from recommender.review.models import ANSWERS, Decision, Doubt
from recommender.review.schema import people, runs
from recommender.review.short_plan import ShortPlan, place

Place = tuple[int, int]
"""The run and the number of a person."""


def out_of_date(connection: Connection, run: int) -> list[Place]:
    """Return the people of a run whose plan in short is not that of the answers that stand now."""
    entries = _entries(connection, run)
    before = select(people.c.number).where(people.c.run == run, people.c.amended != "")
    numbers = {row["listed"] for row in entries}.union(connection.execute(before).scalars())
    query = select(people.c.number, people.c.amended).where(people.c.run == run)
    query = query.where(people.c.number.in_(numbers))
    return [
        (run, number) for number, amended in connection.execute(query) if amended != _hash_of(entries, number)
    ]


def same_people(connection: Connection, run: int, number: int) -> list[Place]:
    """Return a person in all runs that have them with the same answers in the file."""
    here = and_(people.c.run == run, people.c.number == number)
    contents = select(people.c.content).where(here, people.c.content != "")
    query = select(people.c.run, people.c.number).where(or_(here, people.c.content.in_(contents)))
    return [(run, number) for run, number in connection.execute(query)]


def rewrite(connection: Connection, where: Place, amended: str, plan: ShortPlan, doubtful: bool) -> None:
    """Replace the plan in short of a person; `amended` is the hash of the answers that were filled in."""
    run, number = where
    clearance, position = place(plan, number, doubtful)
    row = {**plan._asdict(), "clearance": clearance, "place": position, "amended": amended}
    here = and_(people.c.run == run, people.c.number == number)
    connection.execute(update(people).where(here).values(**row))
    connection.execute(update(runs).where(runs.c.id == run).values(reassessed=runs.c.reassessed + 1))


def refuse_other_answers(connection: Connection, form: Iterable[Decision]) -> None:
    """Refuse decisions on answers that were changed since the form was read.

    Raises:
        ReviewError: where there is one.

    """
    for run, number, amended in {(row.run, row.number, row.amended) for row in form}:
        if amended != _hash_of(_entries(connection, run, [number]), number):
            message = "an answer was changed since this page was opened; this was not saved."
            raise ReviewError(Problem("", message, "Look at the person as they are now, and decide again."))


def doubts_left(connection: Connection, run: int, numbers: Sequence[int]) -> dict[int, list[Doubt]]:
    """Return the cells in doubt of some people to which no answer was told since, by number."""
    here = and_(people.c.run == run, people.c.number.in_(numbers), people.c.doubts != "[]")
    rows = connection.execute(select(people.c.number, people.c.doubts, people.c.amended).where(here)).all()
    amended = [row.number for row in rows if row.amended]
    entries = _entries(connection, run, amended) if amended else []
    return {
        row.number: open_doubts(
            (Doubt(*doubt) for doubt in json.loads(row.doubts)), _told(entries, row.number)
        )
        for row in rows
    }


def _entries(
    connection: Connection, run: int, numbers: Sequence[int] | None = None
) -> Sequence[Mapping[str, Any]]:
    standing = decisions_for(run, numbers=numbers)
    query = select(standing).where(standing.c.about == ANSWERS).order_by(standing.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def _hash_of(entries: Sequence[Mapping[str, Any]], number: int) -> str:
    return amended_hash({name: entry.answer for name, entry in _told(entries, number).items()})


def _told(entries: Sequence[Mapping[str, Any]], number: int) -> dict[str, Told]:
    return answers_told(amendments(row for row in entries if row["listed"] == number))
