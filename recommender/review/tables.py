"""The tables of the store. Decisions are only ever added; `chain` holds the end of their chain, so that additions queue up."""

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

SCHEMA = 1

metadata = MetaData()

schema = Table("schema", metadata, Column("version", Integer, nullable=False))

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("place", Text, nullable=False),
    Column("at", String(40), nullable=False),
    Column("rulebook", String(64), nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("clearance", Integer, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
)
# What is long stands apart, so that the list is sorted and counted over short rows.
details = Table(
    "details",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("answers", Text, nullable=False),
    Column("given", Text, nullable=False),
    Column("limited", Text, nullable=False),
    Column("rules", Text, nullable=False),
)
Index("people_by_urgency", people.c.run, people.c.clearance.desc(), people.c.urgency.desc(), people.c.tier.desc(), people.c.number)
Index("people_by_name", people.c.run, people.c.name)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("run", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("about", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("rules_say", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("at", String(40), nullable=False),
    Column("rulebook", String(64), nullable=False),
    Column("form", String(64), nullable=False),
    Column("before", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    UniqueConstraint("form"),
)
Index("decisions_of_person", decisions.c.run, decisions.c.number)

chain = Table(
    "chain",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
)
