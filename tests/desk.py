"""A desk on a real socket, and a browser of few words that keeps its cookie."""

import http.client
import re
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlencode

import uvicorn

from recommender.cohort.files.options import ReadOptions
from recommender.cohort.mapping.overrides import Overrides
from recommender.cohort.opening import open_cohort
from recommender.review.app import desk_app
from recommender.review.desk import Desk
from recommender.review.import_people import Intake
from recommender.review.models import Decision
from recommender.review.security import Door
from recommender.review.store import Store, url_of
from recommender.rulebook import Rulebook
from tests.people import book

PEOPLE = """\
id,age,sex,menopause,t_lumbar_spine,vertebral_fractures,falls_12m,saddle_numbness,new_back_pain,notes
anna,61,female,post,-2.6,0,0,no,no,=1+1
bea,72,female,post,-3.4,1,2,no,no,<script>alert(1)</script>
carl,66,male,,-1.2,0,0,no,yes,"a, b"
dora,58,female,post,-0.4,0,0,yes,no,
eve,70,female,post,-2.7,,,,,
"""


def filled(folder: Path, people: str = PEOPLE, shown: tuple[str, ...] = ()) -> tuple[Store, int]:
    """Return a store with some people, and the number of their run; `shown` are columns beside the name."""
    (folder / "people.csv").write_text(people, encoding="utf-8")
    (folder / "review.sqlite").write_bytes(_entered_once(people, shown))
    return Store(url_of(str(folder / "review.sqlite"))), 1


@cache
def _entered_once(people: str, shown: tuple[str, ...]) -> bytes:
    """Return the file of a store with some people."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "review.sqlite"
        store = Store(url_of(str(file)))
        assert entered_from(store, Path(folder), people, None, shown) == 1
        store.close()
        return file.read_bytes()


def entered_from(
    store: Store, folder: Path, people: str, rules: Rulebook | None = None, shown: tuple[str, ...] = ()
) -> int:
    """Enter people as a file holds them, and return the number of their run."""
    source = folder / "people.csv"
    source.write_text(people, encoding="utf-8")
    return entered_file(store, source, rules or book(), shown)


def entered_file(store: Store, source: Path, rules: Rulebook, shown: tuple[str, ...] = ()) -> int:
    """Enter the people of a file, and return the number of their run."""
    intake = Intake(
        open_cohort(str(source), ReadOptions(), Overrides(), rules.vocabulary), rules, None, shown
    )
    return store.enter(str(source), rules.sha256, intake)[0]


def earlier_store(folder: Path, schema: int = 3) -> Path:
    """Return a store as the program of an earlier schema made it, with two or three people and decisions."""
    place = folder / "earlier.sqlite"
    script = Path(__file__).parent / "stores" / f"schema_{schema}.sql"
    with closing(sqlite3.connect(place)) as connection:
        connection.executescript(script.read_text("utf-8"))
    return place


def decision(store: Store, number: int = 1, form: str = "f", by: str = "Ana") -> Decision:
    """Return a decision about somebody in a store, as a form would make it."""
    person = store.person(1, number)
    assert person is not None
    return Decision(
        1,
        number,
        person["sha256"],
        "",
        "agree",
        "clear",
        "clear",
        "",
        "",
        "low",
        "",
        "",
        "",
        by,
        "GP",
        "0" * 64,
        form,
    )


def sign_at_once(url: str, signers: int, times: int) -> None:
    """Let many reviewers decide at the same moment, each through a store of their own."""

    def sign(who: int) -> None:
        store = Store(url)
        for number in range(1, times + 1):
            store.add([decision(store, number, f"{who}-{number}", f"reviewer {who}")])
        store.close()

    threads = [threading.Thread(target=sign, args=(who,)) for who in range(signers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


_HIDDEN = ("secret", "list", "form", "by", "seen", "answers", "replaces", "withdraws")


class Answer(NamedTuple):
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    text: str

    def field(self, name: str) -> str:
        """Return the value of a hidden field."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, name
        return found[1]


def _as_the_rules_say(page: Answer) -> dict[str, str]:
    """Return what agreeing with the rules needs on a page: their verdict, and what was done if it asks."""
    verdict = re.search(r'name="verdict" value="([^"]*)"[^>]*data-says', page.text)
    done = {"disposition": "called"} if 'name="disposition"' in page.text else {}
    return {"verdict": verdict[1] if verdict else "", **done}


class Browser:
    """Asks a desk for pages and sends forms, following redirects as a browser does."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.port = port
        self.jar = dict(each.split("=", 1) for each in cookie.split("; ") if each)

    @property
    def cookie(self) -> str:
        """Return what it sends back to the desk."""
        return "; ".join(f"{name}={value}" for name, value in self.jar.items())

    def ask(self, method: str, path: str, body: str | bytes = "", **headers: str) -> Answer:
        """Send one request; a header that is given as nothing is left out."""
        sent = {
            "Host": f"127.0.0.1:{self.port}",
            "Cookie": self.cookie,
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body or None, {name: text for name, text in sent.items() if text})
        found = connection.getresponse()
        answer = Answer(
            found.status, {name.lower(): value for name, value in found.getheaders()}, found.read().decode()
        )
        connection.close()
        for name, value in found.getheaders():
            if name.lower() == "set-cookie":
                key, _, text = value.split(";")[0].partition("=")
                self.jar[key] = text
        return answer

    def get(self, path: str) -> Answer:
        """Go to a page."""
        answer = self.ask("GET", path)
        return self.get(answer.headers["location"]) if answer.status == 303 else answer

    def send(self, path: str, page: Answer, **fields: str) -> Answer:
        """Send a form that stands on a page, with what is hidden and chosen in it."""
        hidden = {
            name: found[1]
            for name in _HIDDEN
            if (found := re.search(rf'name="{name}" value="([^"]*)"', page.text))
        }
        if path.split("?", maxsplit=1)[0].endswith("/decide"):
            hidden |= _as_the_rules_say(page)
        form = urlencode({**hidden, **fields})
        kind = {"Content_Type": "application/x-www-form-urlencoded", "Content_Length": str(len(form))}
        answer = self.ask("POST", path, form, Origin=f"http://127.0.0.1:{self.port}", **kind)
        return self.get(answer.headers["location"]) if answer.status == 303 else answer


class Served(NamedTuple):
    """A running desk."""

    port: int
    door: Door
    store: Store
    run: int

    def browser(self, name: str = "Ana Ruiz", role: str = "physiotherapist") -> Browser:
        """Return a browser in which somebody sits at the desk."""
        browser = Browser(self.port)
        page = browser.get(f"/open?token={self.door.token}")
        assert browser.send("/who", page, name=name, role=role).status == 200
        return browser


@contextmanager
def served(store: Store, run: int, rules: Rulebook | None = None, blind: bool = False) -> Iterator[Served]:
    """Serve a desk on a free port."""
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        door = Door(port)
        app = desk_app(
            Desk(store, rules or book(), run, blind),
            door,
            frozenset({f"127.0.0.1:{port}", f"localhost:{port}"}),
        )
        server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, log_level="critical", access_log=False, server_header=False)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.01)
        try:
            yield Served(port, door, store, run)
        finally:
            server.should_exit = True
            thread.join(10)
            store.close()
