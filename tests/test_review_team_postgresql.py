"""Five reviewers on PostgreSQL clear 200 people, while the server and the database are killed."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest

from recommender.review.store import Store
from recommender.review.team.accounts import Accounts
from tests.desk import Answer, Browser, entered_from
from tests.test_review_postgresql import Database, database
from tests.test_review_team import PASSWORD, everybody_on, post, shown

pytest.importorskip("psycopg")  # the extra [dev]
pytestmark = pytest.mark.heavy

REVIEWERS, PEOPLE = 5, 200
_BROKEN = (OSError, HTTPException)


@pytest.fixture
def postgresql() -> Iterator[Database]:
    """Return a database of its own, which can be killed and started again."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder, database(folder) as running:
        yield running


class Server:
    """The program `recommender review serve`, which can be killed and started again."""

    def __init__(self, url: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._environment = {
            **os.environ,
            "RECOMMENDER_REVIEW_STORE": url,
            "RECOMMENDER_REVIEW_ORIGIN": f"http://127.0.0.1:{self.port}",
            "RECOMMENDER_REVIEW_PORT": str(self.port),
            "RECOMMENDER_REVIEW_WORKERS": "2",
        }

    def start(self) -> None:
        """Start it, in a group of its own."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "recommender", "review", "serve"],
            env=self._environment,
            cwd=Path(__file__).parent.parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        for _ in range(600):
            try:
                Browser(self.port).ask("GET", "/sign-in")
                return
            except _BROKEN:
                assert self._process.poll() is None, self._process.stderr
                time.sleep(0.1)
        raise AssertionError

    def kill(self) -> None:
        """Kill it and its workers with signal 9."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()


def _patiently(act: object) -> Answer:
    """Ask again while the server or the database is away, as a person would."""
    for _ in range(600):
        try:
            answer: Answer = act()  # type: ignore[operator]
        except _BROKEN:
            answer = Answer(503, {}, "")
        if answer.status not in (500, 503):
            return answer
        time.sleep(0.1)
    raise AssertionError


def _clear(port: int, login: str, signed: dict[str, list[str]]) -> None:
    """Decide and sign whoever is next, until nobody is left; keep who it was."""
    browser = Browser(port)
    page = _patiently(lambda: post(browser, "/sign-in", login=login, password=PASSWORD))
    assert "Worklist" in page.text
    while True:
        page = _patiently(lambda: browser.get("/next"))
        number = re.search(r'action="/person/(\d+)/sign', page.text)
        if number is None:
            return
        path, name, opened = f"/person/{number[1]}", shown(page), page
        decided = _patiently(
            lambda path=path, opened=opened: browser.send(f"{path}/decide", opened, about="")
        )
        if decided.status != 200:
            decided = _patiently(lambda path=path: browser.get(path))
        done = _patiently(lambda path=path, decided=decided: browser.send(f"{path}/sign", decided))
        assert done.status in (200, 422), done.text[-500:]
        signed[login].append(name)


def test_five_reviewers_clear_two_hundred_people_once_each(postgresql: Database, tmp_path: Path) -> None:
    rows = "".join(f"p{number:03},{50 + number % 20},-{1 + number % 3}.5,no\n" for number in range(PEOPLE))
    store = Store(postgresql.url)
    run = entered_from(store, tmp_path, f"id,age,t_lumbar_spine,chest_pain\n{rows}")
    logins = [f"reviewer{index}" for index in range(REVIEWERS)]
    for login in logins:
        Accounts(store).create(login, login.capitalize(), "GP", "reviewer", PASSWORD)
    everybody_on(store, run)
    server = Server(postgresql.url)
    server.start()
    signed: dict[str, list[str]] = {login: [] for login in logins}
    try:
        threads = [threading.Thread(target=_clear, args=(server.port, login, signed)) for login in logins]
        for thread in threads:
            thread.start()
        _wait_for(signed, 40)
        server.kill()
        server.start()
        _wait_for(signed, 90)
        postgresql.kill()
        postgresql.start()
        for thread in threads:
            thread.join(600)
    finally:
        server.kill()
    store.close()
    store = Store(postgresql.url)
    made = store.decisions_in(run)
    whole = [row for row in made if row["kind"] == "agree" and not row["about"]]
    assert Counter(row["name"] for row in whole) == Counter(f"p{number:03}" for number in range(PEOPLE))
    assert all(row["account"] == row["by"].lower() for row in made)
    signatures = {(row["name"], row["account"]) for row in made if row["kind"] == "signed"}
    assert {(name, login) for login, names in signed.items() for name in names} <= signatures
    assert len(signatures) == PEOPLE
    assert store.check().problems == []
    store.close()


def _wait_for(signed: dict[str, list[str]], count: int) -> None:
    for _ in range(3000):
        if sum(map(len, signed.values())) >= count:
            return
        time.sleep(0.1)
    raise AssertionError
