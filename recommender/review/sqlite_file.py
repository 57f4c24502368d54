"""A store in one SQLite file: for its owner only, readers never wait for writers, commits on the disk."""

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, event

_WAL_ATTEMPTS = 5
_OWNER_ONLY = 0o600


def prepare_connections(engine: Engine) -> None:
    """Set up connections: writers queue up, and commits reach the disk."""

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions begin where `begin` below says so
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql(
            "BEGIN IMMEDIATE" if connection.engine.get_execution_options().get("writes") else "BEGIN"
        )


def create_for_owner(file: Path) -> None:
    """Create the file where there is none; what is there and not empty is left as it is."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
    except FileExistsError:
        if file.is_file() and not file.stat().st_size:
            file.chmod(_OWNER_ONLY)


def restrict_to_owner(file: Path) -> None:
    """Take the rights of others to a file that is known to be a store, and to what SQLite keeps beside it."""
    for part in (file, *(file.with_name(file.name + suffix) for suffix in ("-wal", "-shm"))):
        if part.exists() and part.stat().st_mode & 0o077:
            part.chmod(_OWNER_ONLY)


def enable_wal(engine: Engine) -> None:
    """Switch a store to write-ahead logging. SQLite refuses at once while another writes: wait, try again."""
    pooled = engine.raw_connection()
    try:
        connection = pooled.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        for _ in range(_WAL_ATTEMPTS):
            if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
                return
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
    finally:
        pooled.close()
