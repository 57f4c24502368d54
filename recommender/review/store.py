"""Where people and decisions are kept: one SQLite file, or PostgreSQL for a team. Nothing that was decided is ever changed."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, and_, create_engine, event, exists, func, insert, or_, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.sql import ColumnElement

from recommender.errors import Problem, ReviewError
from recommender.review.tables import SCHEMA, chain, decisions, details, metadata, people, runs, schema

START = "0" * 64
PAGE = 50
_BUSY = 30_000  # milliseconds that one writer waits for another
_CONTENT = (
    "id", "run", "number", "about", "kind", "rules_say", "verdict", "reason", "comment", "by", "role", "at", "rulebook", "form", "before",
)  # fmt: skip


class Entered(NamedTuple):
    """One person as they enter the store; levels are places on their scales, `limited` and `rules` are lists of ids."""

    name: str
    line: int
    answers: Mapping[str, Any]
    given: Mapping[str, str]
    clearance: int
    urgency: int
    tier: int
    missing: int
    limited: Sequence[str]
    rules: Sequence[str]


class Decision(NamedTuple):
    """What a reviewer says: `about` the whole person (empty) or one line, in place of what the rules say or in agreement."""

    run: int
    number: int
    about: str
    kind: str
    rules_say: str
    verdict: str
    reason: str
    comment: str
    by: str
    role: str
    rulebook: str
    form: str


class Wanted(NamedTuple):
    """Which people of a run a reviewer wants to see; what is empty or `None` does not narrow."""

    search: str = ""
    clearance: int | None = None
    tier: int | None = None
    movement: str = ""
    rule: str = ""
    missing: bool = False
    undecided: bool = False
    disagreed: bool = False
    unsigned: bool = False


class Store:
    """People and decisions, behind SQLAlchemy."""

    def __init__(self, url: str) -> None:
        """Open a store, and make it if there is none.

        Raises:
            ReviewError: where it cannot be opened, or was made by a newer program.

        """
        self.place = "the store"
        try:
            address = make_url(url)
            self.place = address.render_as_string(hide_password=True)
            self._engine = create_engine(address, hide_parameters=True)  # no error may tell what people answered
            if address.get_backend_name() == "sqlite":
                _prepare_sqlite(self._engine)
                _for_its_owner_only(address.database)
            with self._writing() as connection:
                metadata.create_all(connection)
                self._check_schema(connection)
        except (SQLAlchemyError, ImportError, OSError) as error:
            message = f"it cannot be opened as a store: {_reason(error)}."
            raise ReviewError(Problem(self.place, message, "Name a file, or the URL of a database.")) from None

    def _check_schema(self, connection: Connection) -> None:
        version = connection.execute(select(schema.c.version)).scalar()
        if version is None:
            connection.execute(insert(schema).values(version=SCHEMA))
            connection.execute(insert(chain).values(id=1, last=0, sha256=START))
        elif version != SCHEMA:
            raise ReviewError(
                Problem(self.place, f"the store has schema {version}, and this program knows {SCHEMA}.", "Use the program that made it.")
            )

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Begin a transaction in which no other writer can add to the chain."""
        with self._engine.execution_options(writes=True).begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    # ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def enter(self, place: str, rulebook: str, entered: Iterable[Sequence[Entered]]) -> int:
        """Keep a run of people, all or none, and return its number."""
        with self._writing() as connection:
            row = {"place": place, "at": now(), "rulebook": rulebook}
            run = int(connection.execute(insert(runs).values(**row)).inserted_primary_key[0])  # type: ignore[index]
            number = 0
            for batch in entered:
                rows = [_row(run, number + place_, person) for place_, person in enumerate(batch, 1)]
                number += len(rows)
                for table in (people, details) if rows else ():
                    connection.execute(insert(table), [{column.name: row[column.name] for column in table.columns} for row in rows])
        return run

    def run(self, run: int) -> Mapping[str, Any] | None:
        """Return a run, or nothing."""
        with self._engine.connect() as connection:
            found = connection.execute(select(runs).where(runs.c.id == run)).mappings().first()
        return dict(found) if found else None

    def latest_run(self) -> int | None:
        """Return the number of the latest run."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(runs.c.id))).scalar()

    def worklist(self, run: int, wanted: Wanted, after: int = 0, blind: bool = False) -> tuple[list[dict[str, Any]], int]:
        """Return one page of people and how many there are in all: the urgent first or, where that is not to be seen, as in the file."""
        conditions = _conditions(run, wanted)
        signed = exists().where(_of_person(decisions.c.kind == "signed"))
        decided = exists().where(_of_person(decisions.c.kind.in_(("agree", "modify", "override"))))
        columns = (people.c.number, people.c.name, people.c.clearance, people.c.urgency, people.c.tier, people.c.missing)
        query = (
            select(*columns, signed.label("signed"), decided.label("decided"))
            .where(conditions)
            .order_by(*([people.c.number] if blind else _ORDER))
            .offset(after)
            .limit(PAGE)
        )
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            count = connection.execute(select(func.count()).select_from(people).where(conditions)).scalar() or 0
        return rows, count

    def neighbours(self, run: int, wanted: Wanted, number: int, blind: bool = False) -> tuple[int | None, int | None]:
        """Return who comes before and after a person in a worklist."""
        with self._engine.connect() as connection:
            this = connection.execute(select(people).where(people.c.run == run, people.c.number == number)).mappings().first()
            if this is None:
                return None, None
            keys = [people.c.number] if blind else [-people.c.clearance, -people.c.urgency, -people.c.tier, people.c.number]
            values = [number] if blind else [-this["clearance"], -this["urgency"], -this["tier"], number]
            found = []
            for later in (False, True):
                query = select(people.c.number).where(_conditions(run, wanted), _beyond(keys, values, later))
                query = query.order_by(*(keys if later else [key.desc() for key in keys]))
                found.append(connection.execute(query.limit(1)).scalar())
        return found[0], found[1]

    def person(self, run: int, number: int) -> dict[str, Any] | None:
        """Return one person with their answers, as read and as given, or nothing."""
        both = select(people, details).join(details, and_(details.c.run == people.c.run, details.c.number == people.c.number))
        with self._engine.connect() as connection:
            found = connection.execute(both.where(people.c.run == run, people.c.number == number)).mappings().first()
        if found is None:
            return None
        return {**found, "answers": json.loads(found["answers"]), "given": json.loads(found["given"])}

    # ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, made: Decision) -> None:
        """Add a decision to the chain; the same form sent twice adds it once.

        Raises:
            ReviewError: where the form was sent before with another decision, which stands.

        """
        try:
            with self._writing() as connection:
                lock = select(chain.c.last, chain.c.sha256).where(chain.c.id == 1).with_for_update()
                last, before = connection.execute(lock).one()
                row = {**made._asdict(), "id": last + 1, "at": now(), "before": before}
                row["sha256"] = content_hash(row)
                connection.execute(insert(decisions).values(**row))
                connection.execute(update(chain).where(chain.c.id == 1).values(last=row["id"], sha256=row["sha256"]))
        except IntegrityError:
            kept = next((one for one in self.decisions_of(made.run, made.number) if one["form"] == made.form), None)
            if kept is None or any(kept[name] != value for name, value in made._asdict().items()):
                message = "this form was sent before, with another decision; that one stands, and this one was not kept."
                raise ReviewError(Problem("", message, "Go back to the person and decide again.")) from None

    def decisions_of(self, run: int, number: int) -> list[dict[str, Any]]:
        """Return what was decided about a person, oldest first."""
        query = select(decisions).where(decisions.c.run == run, decisions.c.number == number).order_by(decisions.c.id)
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def all_decisions(self) -> Iterator[dict[str, Any]]:
        """Yield every decision, oldest first."""
        with self._engine.connect() as connection:
            for row in connection.execution_options(stream_results=True).execute(select(decisions).order_by(decisions.c.id)).mappings():
                yield dict(row)

    def broken(self) -> list[str]:
        """Return, in sentences, where the chain of decisions does not hold: something was changed, taken out or put in."""
        found = []
        before, last = START, 0
        for row in self.all_decisions():
            if row["id"] != last + 1:
                found.append(f"decision {last + 1} is missing.")
            if row["before"] != before:
                found.append(f"decision {row['id']} does not follow the one before it.")
            if row["sha256"] != content_hash(row):
                found.append(f"decision {row['id']} was changed after it was made.")
            before, last = row["sha256"], row["id"]
        with self._engine.connect() as connection:
            end = connection.execute(select(chain.c.last, chain.c.sha256).where(chain.c.id == 1)).one()
        if tuple(end) != (last, before):
            found.append("the last decisions are missing, or the end of the chain was changed.")
        return found


def now() -> str:
    """Return the time, in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def content_hash(row: Mapping[str, Any]) -> str:
    """Return the hash of a decision and of all that came before it."""
    content = json.dumps([row[name] for name in _CONTENT], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


_ORDER = (people.c.clearance.desc(), people.c.urgency.desc(), people.c.tier.desc(), people.c.number)


def _beyond(keys: Sequence[ColumnElement[int]], values: Sequence[int], later: bool) -> ColumnElement[bool]:
    """Say that somebody stands after, or before, a place in the order of the worklist."""
    ways = []
    for place, (key, value) in enumerate(zip(keys, values, strict=True)):
        same = [key_ == value_ for key_, value_ in zip(keys[:place], values[:place], strict=True)]
        ways.append(and_(*same, key > value if later else key < value))
    return or_(*ways)


def _of_person(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(decisions.c.run == people.c.run, decisions.c.number == people.c.number, condition)


def _conditions(run: int, wanted: Wanted) -> ColumnElement[bool]:
    found = [people.c.run == run]
    if wanted.search:
        found.append(people.c.name.contains(wanted.search, autoescape=True))
    for column, value in ((people.c.clearance, wanted.clearance), (people.c.tier, wanted.tier)):
        if value is not None:
            found.append(column == value)
    for column_, id_ in ((details.c.limited, wanted.movement), (details.c.rules, wanted.rule)):
        if id_:
            said = and_(details.c.run == run, column_.contains(f" {id_} ", autoescape=True))
            found.append(people.c.number.in_(select(details.c.number).where(said)))
    if wanted.missing:
        found.append(people.c.missing > 0)
    if wanted.undecided:
        found.append(~exists().where(_of_person(decisions.c.kind.in_(("agree", "modify", "override")))))
    if wanted.disagreed:
        found.append(exists().where(_of_person(decisions.c.kind.in_(("modify", "override")))))
    if wanted.unsigned:
        found.append(~exists().where(_of_person(decisions.c.kind == "signed")))
    return and_(*found)


def _row(run: int, number: int, person: Entered) -> dict[str, Any]:
    lists = {name: f" {' '.join(getattr(person, name))} " for name in ("limited", "rules")}
    texts = {name: json.dumps(getattr(person, name), ensure_ascii=False) for name in ("answers", "given")}
    return {**person._asdict(), **lists, **texts, "run": run, "number": number}


def _prepare_sqlite(engine: Engine) -> None:
    """Let readers go on while one writes, let writers wait for each other, and let nothing acknowledged be lost."""

    @event.listens_for(engine, "connect")
    def _(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where `begin` below says so
        for setting in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={_BUSY}"):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.engine.get_execution_options().get("writes") else "BEGIN")


def _for_its_owner_only(file: str | None) -> None:
    """Make the file of a store before anything is in it, so that nobody else can read what people answered."""
    if file and file != ":memory:":
        Path(file).touch(mode=0o600)


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def url_of(place: str) -> str:
    """Return the URL of a store that is named by a file, or by a URL already."""
    return place if "://" in place else f"sqlite:///{place}"
