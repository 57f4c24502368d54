"""Migration of a store of an earlier version: it gets new tables and columns, and no entry is changed."""

from collections import Counter

from sqlalchemy import Connection, and_, bindparam, insert, inspect, select, text, true, update
from sqlalchemy.schema import CreateColumn

from recommender.review.chain import content_hash, list_seal
from recommender.review.models import row_name
from recommender.review.schema import SCHEMA, accounts, details, members, metadata, people, runs, schema

OLDEST = 3
_MARKED_SINCE = 5
_SEALED_SINCE = 9  # and lists have members


def migrate(connection: Connection) -> None:
    """Bring the tables of a store from schema 3 on to the present one, in the caller's transaction."""
    present = inspect(connection)
    for table in metadata.sorted_tables:
        if present.has_table(table.name):
            names = {column["name"] for column in present.get_columns(table.name)}
            for column in table.columns:
                if column.name not in names:
                    definition = CreateColumn(column).compile(dialect=connection.dialect)
                    connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {definition}"))
            for index in table.indexes:
                index.create(connection, checkfirst=True)
    metadata.create_all(connection)
    version = connection.execute(select(schema.c.version)).scalar_one()
    if version < _MARKED_SINCE:
        _mark_people(connection)
    _number_runs(connection)
    if version < _SEALED_SINCE:
        _seal_runs(connection)
        everybody = select(runs.c.id, accounts.c.id).join(accounts, true())
        connection.execute(insert(members).from_select(("run", "account"), everybody))
    connection.execute(update(schema).values(version=SCHEMA))


def _mark_people(connection: Connection) -> None:
    """Give people the hash by which decisions follow them, and mark names that stand on several rows."""
    here = and_(details.c.run == people.c.run, details.c.number == people.c.number)
    texts = (details.c.answers, details.c.given, details.c.unread)
    columns = (people.c.run, people.c.number, details.c.line, people.c.name, *texts)
    rows = connection.execute(select(*columns).join(details, here)).all()
    times = Counter((row.run, row.name) for row in rows)
    marks = [
        {
            "of_run": run,
            "of_number": number,
            "content": "" if times[run, name] > 1 or name == row_name(line) else content_hash(name, *cells),
            "repeated": int(times[run, name] > 1),
        }
        for run, number, line, name, *cells in rows
    ]
    if marks:
        whom = and_(people.c.run == bindparam("of_run"), people.c.number == bindparam("of_number"))
        connection.execute(update(people).where(whom), marks)


def _number_runs(connection: Connection) -> None:
    """Number the imports in the order of their times, which is all that earlier stores say of it."""
    if connection.execute(select(runs.c.id).where(runs.c.brought > 0)).first():
        return
    ids = connection.execute(select(runs.c.id).order_by(runs.c.at, runs.c.id)).scalars().all()
    for brought, id_ in enumerate(ids, 1):
        connection.execute(update(runs).where(runs.c.id == id_).values(brought=brought))


def _seal_runs(connection: Connection) -> None:
    for run in connection.execute(select(runs).where(runs.c.brought > 0)).mappings().all():
        connection.execute(update(runs).where(runs.c.id == run["id"]).values(seal=list_seal(dict(run))))
