"""The store of people and decisions: one SQLite file, or PostgreSQL for a team. Decisions are append-only."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    create_engine,
    distinct,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from recommender.errors import Problem, ReviewError
from recommender.review.amended_people import refuse_other_answers
from recommender.review.carried import decided_elsewhere, decisions_for
from recommender.review.chain import START, decision_hash, person_hash
from recommender.review.checking import Known, breaks
from recommender.review.entering import enter
from recommender.review.failures import reason, refusing
from recommender.review.migration import OLDEST, migrate
from recommender.review.models import Checked, Decision, Doubt, Entering
from recommender.review.schema import (
    SCHEMA,
    TEXTS,
    chain,
    decisions,
    details,
    metadata,
    people,
    runs,
    schema,
    unreadable,
)
from recommender.review.sqlite_file import (
    create_for_owner,
    enable_wal,
    prepare_connections,
    restrict_to_owner,
)
from recommender.rulebook.scales import Clearance

_BUSY_SECONDS = 10  # how long one writer waits for another
_NOT_WRITTEN = "this was not saved, as the store cannot be written now"
_CREATE_TABLES_LOCK = 7_361  # key of a PostgreSQL advisory lock


class Store:
    """People and decisions, through SQLAlchemy."""

    def __init__(self, url: str | URL, make: bool = True) -> None:
        """Open a store; if there is none, create it if `make` is set.

        Raises:
            ReviewError: where it cannot be opened, does not exist, or is of another program or version.

        """
        self.location = "the store"
        try:
            address = make_url(url)
            self.location = address.render_as_string(hide_password=True)
            on_sqlite = address.get_backend_name() == "sqlite"
            self._engine = create_engine(
                address,
                hide_parameters=True,  # error messages must not contain answers
                connect_args={"timeout": _BUSY_SECONDS} if on_sqlite else {},
            )
            file = Path(address.database) if on_sqlite and address.database else None
            if on_sqlite:
                prepare_connections(self._engine)
            if file and make:
                create_for_owner(file)
            elif file and not file.is_file():
                raise self._no_store()
            self._open_tables(make)
            if file:
                restrict_to_owner(file)
        except (SQLAlchemyError, ImportError, OSError, ValueError) as error:
            message = f"it cannot be opened as a store: {reason(error)}."
            hint = "If it is your store, restore your copy of it; else name a file, or the URL of a database."
            raise ReviewError(Problem(self.location, message, hint)) from None

    def _open_tables(self, make: bool) -> None:
        """Check the tables, make missing ones, and migrate older ones. An open store needs no write lock."""
        with self._engine.connect() as connection:
            version = self._version(connection, make)
        if self._engine.dialect.name == "sqlite":
            enable_wal(self._engine)
        if version == SCHEMA:
            return
        with self._engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":  # where creating a table twice at once is an error
                connection.execute(select(func.pg_advisory_xact_lock(_CREATE_TABLES_LOCK)))
            version = self._version(connection, make)
            if version is None:
                metadata.create_all(connection)
                connection.execute(insert(schema).values(version=SCHEMA))
                connection.execute(insert(chain).values(id=1, last=0, sha256=START))
            elif version < SCHEMA:
                migrate(connection)

    def _version(self, connection: Connection, make: bool) -> int | None:
        """Return the schema version of the store, or None where there are no tables yet.

        Raises:
            ReviewError: where it is no store, has a schema that cannot be read, or is empty and must not be
                made.

        """
        tables = set(inspect(connection).get_table_names())
        if schema.name not in tables:
            if clash := sorted(tables & metadata.tables.keys()):
                message = f"there is a table `{clash[0]}` already, which is not of a store of this program."
                raise ReviewError(Problem(self.location, message, "Name another one with --store."))
            if not make:
                raise self._no_store()
            return None
        version = connection.execute(select(schema.c.version)).scalar_one()
        if not OLDEST <= version <= SCHEMA:
            hint = "Use the program version that made it, or start another store with --store."
            message = f"the store has schema {version}, and this program knows {OLDEST} to {SCHEMA}."
            raise ReviewError(Problem(self.location, message, hint))
        return int(version)

    def _no_store(self) -> ReviewError:
        return ReviewError(
            Problem(
                self.location,
                "there is no store here.",
                "Name the one that the desk was opened with: --store FILE.",
            )
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin a write transaction; on SQLite no other begins before it ends.

        Raises:
            ReviewError: where the store cannot be written.

        """
        with refusing(_NOT_WRITTEN), self._engine.execution_options(writes=True).begin() as connection:
            yield connection

    @contextmanager
    def locked(self) -> Iterator[Connection]:
        """Begin a write transaction during which no decision is added.

        Raises:
            ReviewError: where the store cannot be written.

        """
        with self.writing() as connection:
            _end_of_chain(connection)
            yield connection

    @contextmanager
    def reading(self, still: bool = False) -> Iterator[Connection]:
        """Begin a read transaction; with `still`, all its queries see one snapshot.

        Raises:
            ReviewError: where the store cannot be read.

        """
        with refusing("the store cannot be read now"), self._engine.connect() as connection:
            if still and connection.dialect.name == "postgresql":  # SQLite always reads a snapshot
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    def close(self) -> None:
        """Close the connections to the database."""
        self._engine.dispose()

    # ── People ─────────────────────────────────────────────────────────────────────────────────

    def enter(self, source: str, rulebook: str, entering: Entering) -> tuple[int, bool]:
        """Import a list of people (`entering.enter`)."""
        return enter(self, source, rulebook, entering)

    def run(self, run: int) -> dict[str, Any]:
        """Return the row of a run."""
        with self.reading() as connection:
            return dict(connection.execute(_THE_RUN, {"of_run": run}).mappings().one())

    def runs(self) -> list[dict[str, Any]]:
        """Return all runs, the one imported last first."""
        with self.reading() as connection:
            rows = connection.execute(select(runs).where(runs.c.brought > 0).order_by(runs.c.brought.desc()))
            return [dict(row) for row in rows.mappings()]

    def left_out(self, run: int) -> list[dict[str, Any]]:
        """Return the rows of a file that are not on the worklist of its run."""
        query = select(unreadable).where(unreadable.c.run == run).order_by(unreadable.c.place)
        with self.reading() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return [{**row, "cells": _doubts(row["cells"]), "flags": json.loads(row["flags"])} for row in rows]

    def flagged(self, run: int) -> dict[int, int]:
        """Return how many rows that 0.2.0 could not read have red flags, by clearance as a rank."""
        query = select(unreadable.c.clearance, func.count().label("rows")).group_by(unreadable.c.clearance)
        query = query.where(unreadable.c.run == run, unreadable.c.clearance >= Clearance.HOLD.rank)
        with self.reading() as connection:
            return {row.clearance: row.rows for row in connection.execute(query)}

    def followed(self, run: int) -> int:
        """Return how many people were decided on in other runs with the same answers."""
        standing = decisions_for(run)
        with self.reading() as connection:
            return connection.execute(
                select(func.count(distinct(standing.c.listed))).where(standing.c.run != run)
            ).scalar_one()

    def latest_run(self) -> int | None:
        """Return the number of the run imported last, or None."""
        with self.reading() as connection:
            return connection.execute(
                select(runs.c.id).where(runs.c.brought > 0).order_by(runs.c.brought.desc()).limit(1)
            ).scalar()

    def person(self, run: int, number: int) -> dict[str, Any] | None:
        """Return one person with their answers, as read and as in the file, or None."""
        with self.reading() as connection:
            row = connection.execute(_THE_PERSON, {"of_run": run, "of_number": number}).mappings().first()
        if row is None:
            return None
        sha256 = person_hash(*(row[column.name] for column in _hashed_columns))
        texts = {name: json.loads(row[name]) for name in TEXTS}
        return {**row, **texts, "sha256": sha256, "doubts": _doubts(row["doubts"])}

    def earlier(self, run: int, number: int) -> list[dict[str, Any]]:
        """Return the same person in other runs, where they were decided on with other answers."""
        with self.reading() as connection:
            places = connection.execute(_IN_OTHER_RUNS, {"of_run": run, "of_number": number}).all()
        people_there = [self.person(*place) for place in places]
        return [person for person in people_there if person is not None]

    # ── Decisions ──────────────────────────────────────────────────────────────────────────────

    def add(self, form: Sequence[Decision]) -> None:
        """Append the decisions of one act, all or none; the same form sent twice is stored once.

        Raises:
            ReviewError: where the form was stored with another decision, an answer of the person was changed
                since the form was read, or the store cannot be written.

        """
        columns = [decisions.c[name] for name in Decision._fields]
        with self.writing() as connection:
            last, before = _end_of_chain(connection)
            same_form = select(*columns).where(decisions.c.form.in_({decision.form for decision in form}))
            stored = {tuple(row) for row in connection.execute(same_form)}
            if stored and stored != {tuple(decision) for decision in form}:
                message = "this form was sent with another decision, which stands; this one was not saved."
                raise ReviewError(Problem("", message, "Go back to the person and decide again."))
            new = form if not stored else ()
            refuse_other_answers(connection, new)
            for decision in new:
                last += 1
                row = {**decision._asdict(), "id": last, "at": now(), "before": before}
                before = row["sha256"] = decision_hash(row)
                connection.execute(insert(decisions).values(**row))
            connection.execute(update(chain).where(chain.c.id == 1).values(last=last, sha256=before))

    def reviewers(self) -> list[str]:
        """Return the names of all reviewers."""
        with self.reading() as connection:
            return list(
                connection.execute(select(decisions.c.by).distinct().order_by(decisions.c.by)).scalars()
            )

    def decisions_of(self, run: int, number: int) -> list[dict[str, Any]]:
        """Return the decisions about a person, oldest first, with those that followed from other runs."""
        with self.reading() as connection:
            rows = connection.execute(_ABOUT_THE_PERSON, {"of_run": run, "of_numbers": [number]})
            return [dict(row) for row in rows.mappings()]

    def decisions_in(self, run: int) -> list[dict[str, Any]]:
        """Return the decisions about the people of a run with their names, oldest first.

        `listed` is the number of the person in this run; `run` and `number` say where a decision was made.
        """
        standing = decisions_for(run)
        named = select(people.c.name, standing).join(
            people, and_(people.c.run == run, people.c.number == standing.c.listed)
        )
        with self.reading() as connection:
            return [dict(row) for row in connection.execute(named.order_by(standing.c.id)).mappings()]

    def check(self) -> Checked:
        """Verify the chain of decisions from start to end."""
        decided = select(decisions.c.run, decisions.c.number).distinct().subquery()
        columns = (people.c.run, people.c.number, people.c.content, *_hashed_columns)
        decided_people = select(*columns).join(details, _same_person)
        decided_people = decided_people.join(
            decided, and_(decided.c.run == people.c.run, decided.c.number == people.c.number)
        )
        with self.reading(still=True) as connection:
            known = {
                (run, number): Known(person_hash(*cells), content)
                for run, number, content, *cells in connection.execute(decided_people)
            }
            rows = [
                dict(row) for row in connection.execute(select(decisions).order_by(decisions.c.id)).mappings()
            ]
            last, end = connection.execute(select(chain.c.last, chain.c.sha256)).one()
        return Checked({row["id"]: row["sha256"] for row in rows}, breaks(rows, (last, end), known))


def now() -> str:
    """Return the time in UTC, as ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def url_of(location: str) -> str | URL:
    """Return the URL of a store, named by a file or by a URL."""
    return location if "://" in location else URL.create("sqlite", database=location)


_hashed_columns = (people.c.name, details.c.line, details.c.answers, details.c.given, details.c.unread)
_same_person = and_(details.c.run == people.c.run, details.c.number == people.c.number)

# What every page of a person asks, put together once: that takes longer than the answer.
_RUN, _NUMBER = bindparam("of_run", type_=Integer), bindparam("of_number", type_=Integer)
_THE_RUN = select(runs).where(runs.c.id == _RUN)
_THE_PERSON = (
    select(people, *_hashed_columns[1:], runs.c.source)
    .join(details, _same_person)
    .join(runs, runs.c.id == people.c.run)
    .where(people.c.run == _RUN, people.c.number == _NUMBER)
)


def _about_the_person() -> Select[Any]:
    standing = decisions_for(_RUN, numbers=bindparam("of_numbers", expanding=True, type_=Integer))
    return select(standing).order_by(standing.c.id)


def _in_other_runs() -> Select[Any]:
    """Return the query for the same name in other runs, decided on with other answers."""
    other, here = decided_elsewhere(_RUN), people.alias("here")
    changed = and_(here.c.name == other.c.name, here.c.content.not_in(("", other.c.content)))
    this = and_(here.c.run == _RUN, here.c.number == _NUMBER)
    return select(other.c.run, other.c.number).join(here, and_(this, changed))


_ABOUT_THE_PERSON, _IN_OTHER_RUNS = _about_the_person(), _in_other_runs()


def _doubts(text: str) -> list[Doubt]:
    return [Doubt(*doubt) for doubt in json.loads(text)]


def _end_of_chain(connection: Connection) -> tuple[int, str]:
    """Return the number and hash of the last decision, and lock the chain until the transaction ends."""
    last, sha256 = connection.execute(
        select(chain.c.last, chain.c.sha256).where(chain.c.id == 1).with_for_update()
    ).one()
    return int(last), str(sha256)
