"""Migration of a store made by an earlier version of the program: adds columns, changes no entry."""

from sqlalchemy import Connection, inspect, text, update
from sqlalchemy.schema import CreateColumn

from recommender.review.schema import SCHEMA, metadata, schema

OLDEST = 3


def migrate(connection: Connection) -> None:
    """Bring the tables of a store from schema 3 on to the present one, in the caller's transaction."""
    present = inspect(connection)
    for table in metadata.sorted_tables:
        names = {column["name"] for column in present.get_columns(table.name)}
        for column in table.columns:
            if column.name not in names:
                definition = CreateColumn(column).compile(dialect=connection.dialect)
                connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {definition}"))
    connection.execute(update(schema).values(version=SCHEMA))
