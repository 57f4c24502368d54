"""Somebody who visits the person's pages: follows links, fills in forms, and reads what stands there."""

import asyncio
import html
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import uvicorn

from recommender.cli.loopback import hosts_of, listening_at
from recommender.web.clinic import Clinic
from recommender.web.handlers import Handlers
from recommender.web.request import Request
from recommender.web.served import served_app
from recommender.web.start import served_handlers
from tests.people import book


@cache
def handlers(clinic: Clinic | None = None) -> Handlers:
    """Return the handlers of the shipped rulebook."""
    return served_handlers(book(), None, clinic)


class Visitor:
    """A visitor; `page` is what they see."""

    def __init__(self, handlers_of: Handlers | None = None) -> None:
        self.handlers = handlers_of or handlers()
        self.response = self.handlers.answer(Request("GET", "/"))

    @property
    def page(self) -> str:
        """Return the page."""
        assert isinstance(self.response.body, str)
        return self.response.body

    @property
    def heading(self) -> str:
        """Return the first heading as text."""
        return self.text_of(r"<h1[^>]*>(.*?)</h1>")

    @property
    def text(self) -> str:
        """Return all that can be read."""
        body = re.sub(r"<(script|style|datalist).*?</\1>", "", self.page, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())

    def text_of(self, pattern: str) -> str:
        """Return the text within what a pattern finds."""
        found = re.search(pattern, self.page, re.DOTALL)
        assert found, self.page
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", found[1])).split())

    @property
    def conversation(self) -> str:
        """Return what the form carries."""
        found = re.search(r'name="conversation" value="([^"]*)"', self.page)
        assert found, self.page
        return found[1]

    def get(self, path: str) -> "Visitor":
        """Follow a link."""
        self.response = self.handlers.answer(Request("GET", path))
        return self

    def send(self, path: str, files: Mapping[str, bytes] = {}, **form: str | Sequence[str]) -> "Visitor":
        """Send a form; the conversation goes with it."""
        fields = {name: [value] if isinstance(value, str) else list(value) for name, value in form.items()}
        if 'name="conversation"' in self.page:
            fields.setdefault("conversation", [self.conversation])
        self.response = self.handlers.answer(Request("POST", path, fields, files))
        return self

    def begin(self, t_score: str = "-3.9", age: str = "54", name: str = "") -> "Visitor":
        """Give a score and an age."""
        return self.send("/number", t_score=t_score, age=age, name=name)

    def say(self, answer: str, **form: str | Sequence[str]) -> "Visitor":
        """Answer the question on the page."""
        return self.send("/ask", answer=answer, **form)

    def say_no_to_all(self) -> "Visitor":
        """Answer every question with no where that can be said, else with not sure, and reach the answer."""
        while 'action="/ask"' in self.page:
            if "systolic_bp" in self.page:
                self.say("typed", systolic_bp="130", diastolic_bp="80")
            else:
                self.say("no" if 'value="no"' in self.page else "unsure")
        return self


@contextmanager
def served_pages(clinic: Clinic | None = None) -> Iterator[str]:
    """Serve the pages on a free port; yield their address."""
    with listening_at(0) as listening:
        app = served_app(handlers(clinic), hosts_of(listening))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level="critical", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


class Arrived(NamedTuple):
    """What came back over HTTP."""

    status: int
    headers: dict[str, str]
    body: str


def over_http(method: str, path: str, body: bytes = b"", **headers: str) -> Arrived:
    """Ask the served application, as a server would, with these headers (`_` stands for `-`)."""
    app = served_app(handlers(), frozenset({"127.0.0.1:80"}))
    given = {"host": "127.0.0.1:80", "content_length": str(len(body)), **headers}
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    arrived = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Arrived(sent[0]["status"], arrived, b"".join(each.get("body", b"") for each in sent).decode())
