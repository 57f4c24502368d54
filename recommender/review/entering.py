"""Import of a list into the store, in short transactions: reviewers work on while it grows, unseen."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, delete, func, insert, select, union_all, update

from recommender.errors import Problem, ReviewError
from recommender.review.chain import content_hash
from recommender.review.models import Entered, Entering, Unreadable
from recommender.review.schema import SEPARATOR, TEXTS, details, people, runs, unreadable
from recommender.review.short_plan import place

if TYPE_CHECKING:
    from recommender.review.store import Store

_AT_ONCE = 1_000  # people of one transaction
_ABANDONED_HOURS = 24
_OF_A_RUN = (people, details, unreadable)


def enter(store: "Store", source: str, rulebook: str, entering: Entering) -> tuple[int, bool]:
    """Import a list of people, all or none; return its number, and whether it was in the store before.

    Until it is complete its `brought` is 0, and nobody sees it. The same people again keep their number and
    decisions; only the plans in short are replaced.

    Raises:
        ReviewError: where there are no people, or the store cannot be written now.

    """
    movements, rules = (json.dumps(ids) for ids in entering.digits)
    row: dict[str, Any] = {
        "source": source,
        "at": _now().isoformat(timespec="milliseconds"),
        "rulebook": rulebook,
        "movements": movements,
        "rules": rules,
        "shown": json.dumps(entering.shown),
        **dict.fromkeys(("people", "refused", "brought"), 0),
        "sha256": "",
    }
    with store.writing() as connection:
        _remove_abandoned(connection)
        run = int(connection.execute(insert(runs).values(**row)).inserted_primary_key[0])  # type: ignore[index]
    try:
        content = hashlib.sha256()
        for persons in _in_parts(entering):
            rows = [_row(run, row["people"] + index, person) for index, person in enumerate(persons, 1)]
            row["people"] += len(rows)
            for entry in rows:
                content.update(hashed_part(entry))
            with store.writing() as connection:
                for table in (people, details):
                    connection.execute(
                        insert(table),
                        [{column.name: entry[column.name] for column in table.columns} for entry in rows],
                    )
        if not row["people"]:
            message = "there is nobody in this file whom the rules can answer."
            raise ReviewError(Problem(source, message, "Nothing was saved."))
        row["sha256"] = content.hexdigest()
        return _complete(store, run, row, _rejects(run, entering.unreadable))
    except BaseException:
        with store.writing() as connection:
            _remove(connection, run)
        raise


def hashed_part(row: Any) -> bytes:
    """Return what one person adds to the hash of their list."""
    return "".join(f"{row[name]}\0" for name in ("name", "line", *TEXTS)).encode()


def _in_parts(entering: Entering) -> Iterator[Sequence[Entered]]:
    for batch in entering.batches():
        for start in range(0, len(batch), _AT_ONCE):
            yield batch[start : start + _AT_ONCE]


def _complete(
    store: "Store", run: int, row: dict[str, Any], rejects: Sequence[dict[str, Any]]
) -> tuple[int, bool]:
    """Make an imported list seen, in the place of the same list that was imported before."""
    with store.locked() as connection:  # of two that import the same people, the second finds the first
        if rejects:
            connection.execute(insert(unreadable), rejects)
        _mark_repeated(connection, run)
        brought = connection.execute(select(func.coalesce(func.max(runs.c.brought), 0))).scalar_one()
        row |= {"refused": len(rejects), "brought": brought + 1}
        same = and_(runs.c.sha256 == row["sha256"], runs.c.brought > 0)
        before = connection.execute(select(runs.c.id).where(same)).scalar()
        if before is not None:
            for table in _OF_A_RUN:
                connection.execute(delete(table).where(table.c.run == before))
                connection.execute(update(table).where(table.c.run == run).values(run=before))
            connection.execute(delete(runs).where(runs.c.id == run))
        connection.execute(update(runs).where(runs.c.id == (before or run)).values(**row))
    return before or run, before is not None


def _remove_abandoned(connection: Connection) -> None:
    """Remove what a process that was killed left of an import."""
    long_ago = (_now() - timedelta(hours=_ABANDONED_HOURS)).isoformat(timespec="milliseconds")
    abandoned = select(runs.c.id).where(runs.c.brought == 0, runs.c.at < long_ago)
    for run in connection.execute(abandoned).scalars().all():
        _remove(connection, run)


def _remove(connection: Connection, run: int) -> None:
    for table in _OF_A_RUN:
        connection.execute(delete(table).where(table.c.run == run))
    connection.execute(delete(runs).where(runs.c.id == run))


def _now() -> datetime:
    return datetime.now(UTC)


def _row(run: int, number: int, person: Entered) -> dict[str, Any]:
    texts = {name: json.dumps(getattr(person, name), ensure_ascii=False) for name in TEXTS}
    clearance, position = place(person.plan, number, bool(person.doubts))
    return {
        **person._asdict(),
        **texts,
        **person.plan._asdict(),
        "run": run,
        "number": number,
        "clearance": clearance,
        "place": position,
        "amended": "",
        "content": content_hash(person.name, *texts.values()) if person.identified else "",
        "repeated": 0,
        "doubts": json.dumps(person.doubts, ensure_ascii=False),
        "shown": SEPARATOR.join(person.shown),
    }


def _rejects(run: int, rows: Sequence[Unreadable]) -> list[dict[str, Any]]:
    """Return the rows that could not be read, those with red flags first."""
    ordered = sorted(rows, key=lambda row: (-row.clearance, row.line))
    return [
        {
            **row._asdict(),
            "run": run,
            "place": place,
            "shown": SEPARATOR.join(row.shown),
            "cells": json.dumps(row.cells, ensure_ascii=False),
            "flags": json.dumps(row.flags),
        }
        for place, row in enumerate(ordered, 1)
    ]


def _mark_repeated(connection: Connection, run: int) -> None:
    """Mark names that stand on several rows: no decision follows them, as nobody knows whom it is about."""
    tables = (people, unreadable)
    names = union_all(*(select(table.c.name).where(table.c.run == run) for table in tables)).subquery()
    several = select(names.c.name).group_by(names.c.name).having(and_(names.c.name != "", func.count() > 1))
    marked = and_(people.c.run == run, people.c.name.in_(several))
    connection.execute(update(people).where(marked).values(repeated=1, content=""))
