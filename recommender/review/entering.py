"""Import of a list into the store, in short transactions: reviewers work on while it grows, unseen."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, and_, delete, func, insert, select, true, union_all, update
from sqlalchemy.sql import ColumnElement

from recommender.errors import Problem, ReviewError
from recommender.review.chain import content_hash, list_seal
from recommender.review.models import Entered, Entering, LeftOut, row_name
from recommender.review.schema import SEPARATOR, TEXTS, details, people, runs, unreadable
from recommender.review.short_plan import place

if TYPE_CHECKING:
    from recommender.review.store import Store

_AT_ONCE = 1_000  # people of one transaction
_ABANDONED_HOURS = 24


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
    _remove_abandoned(store)
    with store.writing() as connection:
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
        row |= {"sha256": content.hexdigest(), "refused": len(entering.left_out)}
        _keep_left_out(store, _left_out(run, entering.left_out))
        _mark_repeated(store, run)
        return _publish(store, run, row)
    except BaseException:
        _remove(store, run)
        raise


def hashed_part(row: Any) -> bytes:
    """Return what one person adds to the hash of their list."""
    return "".join(f"{row[name]}\0" for name in ("name", "line", *TEXTS)).encode()


def _in_parts(entering: Entering) -> Iterator[Sequence[Entered]]:
    for batch in entering.batches():
        for start in range(0, len(batch), _AT_ONCE):
            yield batch[start : start + _AT_ONCE]


def _publish(store: "Store", run: int, row: dict[str, Any]) -> tuple[int, bool]:
    """Make an imported list seen, or put its people in the place of the same that were imported before."""
    with store.locked() as connection:  # of two that import the same people, the second finds the first
        same = and_(runs.c.sha256 == row["sha256"], runs.c.brought > 0)
        before = connection.execute(select(runs.c.id).where(same)).scalar()
        if before is None:
            _complete(connection, run, row)
            return run, False
        known = dict(connection.execute(select(runs).where(runs.c.id == before)).mappings().one())
        _write(connection, before, {**known, "rulebook": ""})  # for as long as people are of both
    for first in range(1, row["people"] + 1, _AT_ONCE):
        with store.locked() as connection:
            _replace(connection, people, run, before, people.c.number.between(first, first + _AT_ONCE - 1))
    with store.locked() as connection:
        _replace(connection, unreadable, run, before, true())
        _complete(connection, before, row)
    _remove(store, run)
    return before, True


def _complete(connection: Connection, run: int, row: dict[str, Any]) -> None:
    """Write what is told of a list, and make it the last that was brought."""
    brought = connection.execute(select(func.coalesce(func.max(runs.c.brought), 0))).scalar_one()
    _write(connection, run, {**row, "brought": brought + 1})


def _write(connection: Connection, run: int, row: dict[str, Any]) -> None:
    row = {**row, "id": run}
    connection.execute(update(runs).where(runs.c.id == run).values({**row, "seal": list_seal(row)}))


def _replace(
    connection: Connection, table: Table, run: int, before: int, chosen: ColumnElement[bool]
) -> None:
    """Put some rows of one run in the place of those of another."""
    connection.execute(delete(table).where(table.c.run == before, chosen))
    connection.execute(update(table).where(table.c.run == run, chosen).values(run=before))


def _remove_abandoned(store: "Store") -> None:
    """Remove what a process that was killed left of an import."""
    long_ago = (_now() - timedelta(hours=_ABANDONED_HOURS)).isoformat(timespec="milliseconds")
    with store.reading() as connection:
        abandoned = connection.execute(select(runs.c.id).where(runs.c.brought == 0, runs.c.at < long_ago))
        numbers = abandoned.scalars().all()
    for run in numbers:
        _remove(store, run)


def _remove(store: "Store", run: int) -> None:
    """Remove what was imported of a list that nobody sees."""
    for table, position in (
        (people, people.c.number),
        (details, details.c.number),
        (unreadable, unreadable.c.place),
    ):
        with store.reading() as connection:
            last = connection.execute(select(func.max(position)).where(table.c.run == run)).scalar() or 0
        for end in range(_AT_ONCE, last + _AT_ONCE, _AT_ONCE):
            with store.writing() as connection:
                connection.execute(delete(table).where(table.c.run == run, position <= end))
    with store.writing() as connection:
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


def _left_out(run: int, rows: Sequence[LeftOut]) -> list[dict[str, Any]]:
    """Return the rows that are not on the worklist, in the order of the file."""
    return [
        {
            "run": run,
            "place": place,
            "line": row.line,
            "name": row_name(row.line),
            "shown": "",
            "cells": json.dumps(row.cells, ensure_ascii=False),
            "clearance": 0,
            "flags": "[]",
        }
        for place, row in enumerate(sorted(rows, key=lambda row: row.line), 1)
    ]


def _keep_left_out(store: "Store", rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _AT_ONCE):
        with store.writing() as connection:
            connection.execute(insert(unreadable), rows[start : start + _AT_ONCE])


def _mark_repeated(store: "Store", run: int) -> None:
    """Mark names that stand on several rows: no decision follows them, as nobody knows whom it is about."""
    tables = (people, unreadable)
    names = union_all(*(select(table.c.name).where(table.c.run == run) for table in tables)).subquery()
    query = select(names.c.name).group_by(names.c.name).having(and_(names.c.name != "", func.count() > 1))
    with store.reading() as connection:
        several = connection.execute(query).scalars().all()
    for start in range(0, len(several), _AT_ONCE):
        marked = and_(people.c.run == run, people.c.name.in_(several[start : start + _AT_ONCE]))
        with store.writing() as connection:
            connection.execute(update(people).where(marked).values(repeated=1, content=""))
