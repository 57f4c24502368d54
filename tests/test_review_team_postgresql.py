"""Five reviewers in five browsers clear 200 people, while the server and the database are killed."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from recommender.review.derived import recomputed
from recommender.review.store import Store
from recommender.review.team.accounts import Accounts
from tests.desk import Browser, entered_from
from tests.people import book
from tests.test_review_postgresql import Database, database
from tests.test_review_team import PASSWORD, everybody_on

pytest.importorskip("psycopg")  # the extra [dev]
pytest.importorskip("playwright")

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, sync_playwright

from tests.test_review_browser import CHROMIUM

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


class Reviewer:
    """Somebody with a browser of their own, who clicks until nobody is left."""

    def __init__(self, address: str, login: str) -> None:
        self.address, self.login = address, login
        self.signed: list[str] = []
        self._at = "/next"

    def work(self) -> None:
        """Sign in, then decide and sign; where the server or the database is away, come back."""
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page()
            page.set_default_timeout(20_000)
            self._sign_in(page)
            for _ in range(10 * PEOPLE):
                try:
                    if page.locator("h1:text('Worklist')").count():
                        break
                    self._decide_and_sign(page)
                except PlaywrightError:
                    time.sleep(0.5)
                    self._come_back(page)
            else:
                raise AssertionError(page.content())
            browser.close()

    def _sign_in(self, page: Page) -> None:
        page.goto(f"{self.address}/")
        page.fill("#login", self.login)
        page.fill("#password", PASSWORD)
        page.click("button.primary")
        page.wait_for_selector("h1:text('Worklist')")
        page.click("text=Next for me")

    def _come_back(self, page: Page) -> None:
        with suppress(PlaywrightError):
            page.goto(f"{self.address}{self._at}")

    def _decide_and_sign(self, page: Page) -> None:
        name = page.locator("h1 bdi").inner_text(timeout=2_000)
        self._at = page.evaluate("location.pathname")
        if page.locator(f"text=Signed by {self.login.capitalize()}").count():
            page.goto(f"{self.address}/next")  # it was, when the answer was lost
        else:
            if page.locator("#signing button[disabled]").count():
                page.check("form.decide input[data-says]")
                if page.locator("form.decide input[name=disposition]").count():
                    page.check("form.decide input[name=disposition] >> nth=0")
                with page.expect_navigation(wait_until="domcontentloaded"):
                    page.click("form.decide button.primary")
            with page.expect_navigation(wait_until="domcontentloaded"):
                page.click("#signing button", timeout=5_000)
        if page.locator("nav a.end").count() and page.evaluate("location.pathname") != self._at:
            self.signed.append(name)
            self._at = "/next"


def test_five_reviewers_in_five_browsers_clear_two_hundred_people_once_each(
    postgresql: Database, tmp_path: Path
) -> None:
    rows = "".join(f"p{number:03},{50 + number % 20},-{1 + number % 3}.5,no\n" for number in range(PEOPLE))
    store = Store(postgresql.url)
    run = entered_from(store, tmp_path, f"id,age,t_lumbar_spine,chest_pain\n{rows}")
    logins = [f"reviewer{index}" for index in range(REVIEWERS)]
    for login in logins:
        Accounts(store).create(login, login.capitalize(), "GP", "reviewer", PASSWORD)
    everybody_on(store, run)
    server = Server(postgresql.url)
    server.start()
    team = [Reviewer(f"http://127.0.0.1:{server.port}", login) for login in logins]
    try:
        with ThreadPoolExecutor(REVIEWERS) as pool:
            working = [pool.submit(reviewer.work) for reviewer in team]
            _wait_for(team, 40)
            server.kill()
            server.start()
            _wait_for(team, 90)
            postgresql.kill()
            postgresql.start()
            for work in working:
                work.result(600)
    finally:
        server.kill()
    store.close()
    store = Store(postgresql.url)
    made = store.decisions_in(run)
    whole = [row for row in made if row["kind"] == "agree" and not row["about"]]
    assert Counter(row["name"] for row in whole) == Counter(f"p{number:03}" for number in range(PEOPLE))
    assert all(row["account"] == row["by"].lower() for row in made)
    signatures = [(row["name"], row["account"]) for row in made if row["kind"] == "signed"]
    assert {(name, each.login) for each in team for name in each.signed} <= set(signatures)
    assert len(signatures) == len(set(signatures)) == PEOPLE
    assert len({account for _, account in signatures}) == REVIEWERS
    assert store.check().problems == []
    assert recomputed(store, book()).faults == []
    store.close()


def _wait_for(team: Sequence[Reviewer], count: int) -> None:
    for _ in range(3000):
        if sum(len(reviewer.signed) for reviewer in team) >= count:
            return
        time.sleep(0.1)
    raise AssertionError
