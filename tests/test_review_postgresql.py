"""The store of a team: the same promises on a real PostgreSQL server, which these tests start."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine, insert, select, text

from recommender.review.derived import recomputed
from recommender.review.migration import OLDEST
from recommender.review.schema import SCHEMA
from recommender.review.store import Store
from recommender.review.worklist import Wanted, Worklist
from tests.desk import PEOPLE, earlier_store, entered_from, served, sign_at_once
from tests.people import book

pytest.importorskip("psycopg")  # the extra [dev]
pytestmark = pytest.mark.heavy


def _program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    program = str(found[0]) if found else shutil.which(name)
    assert program, "Install the server (Debian: apt-get install postgresql)."
    return program


class Database:
    """A PostgreSQL server that listens on a socket in a folder of its own."""

    def __init__(self, folder: str) -> None:
        self.folder, self.url = folder, f"postgresql+psycopg://desk@/postgres?host={folder}"
        # it refuses to run as root
        other = {"user": "postgres", "group": "postgres", "extra_groups": []}
        self._as: dict[str, Any] = other if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-A", "trust", "-U", "desk")

    def start(self) -> None:
        """Start the server."""
        settings = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_connections=200"
        self._run("pg_ctl", "-w", "-o", settings, "-l", f"{self.folder}/log", "start")

    def stop(self) -> None:
        """Stop it at once."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def kill(self) -> None:
        """Kill it and all that works for it with signal 9."""
        lock = Path(f"{self.folder}/data/postmaster.pid")
        pid = int(lock.read_text(encoding="utf-8").split()[0])
        workers = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
        for each in (pid, *map(int, workers)):
            os.kill(each, signal.SIGKILL)
        for left in (lock, *Path(self.folder).glob(".s.PGSQL*")):  # nobody is left who could write
            left.unlink()

    def _run(self, program: str, *arguments: str) -> None:
        data = ["-D", f"{self.folder}/data"]
        command = [_program(program), *data, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **self._as)


@contextmanager
def database(folder: str) -> Iterator[Database]:
    """Run a PostgreSQL server."""
    running = Database(folder)
    running.start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start a server that listens on a socket in a folder of its own, and return its URL."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, database(folder) as running:
        yield running.url


def _change(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _checked(store: Store) -> tuple[int, list[str]]:
    checked = store.check()
    return len(checked.decisions), checked.problems


def test_fifty_signers_at_once_lose_nothing(server: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:  # who also make the tables at once
        stores = list(pool.map(Store, [server] * 8))
    entered_from(stores[0], tmp_path, PEOPLE)
    sign_at_once(server, 50, 4)
    assert _checked(stores[0]) == (200, [])
    _change(server, "UPDATE decisions SET verdict = 'hold' WHERE id = 7")
    assert _checked(stores[0]) == (200, ["decision 7 was changed after it was made."])
    _change(server, "UPDATE decisions SET verdict = 'clear' WHERE id = 7")
    for store in stores:
        store.close()


def test_two_who_bring_the_same_people_share_what_is_decided(server: str, tmp_path: Path) -> None:
    people = PEOPLE.replace("anna", "ines")
    stores = [Store(server) for _ in range(4)]
    folders = [tmp_path / str(number) for number in range(4)]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(4) as pool:
        runs = set(pool.map(entered_from, stores, folders, [people] * 4))
    assert len(runs) == 1
    for store in stores:
        store.close()


@pytest.mark.parametrize("version", range(OLDEST, SCHEMA))
def test_a_store_of_an_earlier_program_is_migrated(server: str, tmp_path: Path, version: int) -> None:
    """What that program made in a file, row by row in a database of its own."""
    _change(server, f"CREATE DATABASE earlier_{version}")
    url = server.replace("/postgres?", f"/earlier_{version}?")
    tables, source, target = (
        MetaData(),
        create_engine(f"sqlite:///{earlier_store(tmp_path, version)}"),
        create_engine(url),
    )
    tables.reflect(source)
    tables.create_all(target)
    with source.connect() as made, target.begin() as connection:
        rows = {
            table: [dict(row) for row in made.execute(select(table)).mappings()]
            for table in tables.tables.values()
        }
        for table, theirs in rows.items():
            if theirs:
                connection.execute(insert(table), theirs)
    store = Store(url)
    assert _checked(store) == (len(rows[tables.tables["decisions"]]), [])
    assert recomputed(store, book()).faults == []
    with target.connect() as connection:
        for table, theirs in rows.items():
            if table.name != "schema":
                assert {str(row) for row in connection.execute(select(table)).mappings()} == set(
                    map(str, theirs)
                )
    for engine in (source, target):
        engine.dispose()
    store.close()


def test_the_desk_works_as_on_one_file(server: str, tmp_path: Path) -> None:
    store = Store(server)
    run = entered_from(store, tmp_path, PEOPLE.replace("anna", "annika"))
    worklist = Worklist(store, run, False)
    for wanted in (
        Wanted(search="ann"),
        Wanted(movement="lift_heavy"),
        Wanted(rule="H13", undecided=True, unsigned=True),
    ):
        assert worklist.page(wanted).in_all > 0
    assert worklist.page(Wanted(disagreed=True, differ=True, stale=True, mine="Ana")).in_all == 0
    with served(store, run) as desk:
        browser = desk.browser()
        page = browser.send("/person/4/decide", browser.get("/person/4"), about="", verdict="emergency")
        browser.send("/person/4/sign", page)
        assert "dora" not in browser.get("/?undecided=yes").text
