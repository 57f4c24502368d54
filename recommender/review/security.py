"""Access control: which sessions a desk knows, how a browser gets one, and forms of this desk only."""

import hmac
import secrets
from dataclasses import dataclass
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse

from recommender.errors import ReviewError
from recommender.pages.guard import App, Guard, Receive, Scope, Send
from recommender.review.desk import Reviewer

LARGEST_FORM = 64 * 1024
CLOSED = "/closed"  # the page for requests without a session
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
BOOK_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
_MOST_OPENED = 16  # sessions that wait for their first request


@dataclass
class Session:
    """One browser at the desk: who sits there, the secret of its forms, and the list it works on."""

    who: Reviewer | None
    secret: str
    run: int = 0

    def form_is_ours(self, secret: str) -> bool:
        """Say whether a form came from a page of this session."""
        return hmac.compare_digest(secret.encode(), self.secret.encode())


class Entrance(Protocol):
    """How a browser gets its session."""

    cookie: str
    """The name of the cookie that names the session."""
    without_session: frozenset[str]
    """The paths that need none."""

    def session(self, name: str) -> Session | None:
        """Return the session of a cookie, or None.

        Raises:
            ReviewError: where the store cannot be asked.

        """
        ...


class Door:
    """The entrance of a desk for one browser: the printed link opens it, until a session was used."""

    # the page that refuses a used link needs its files
    without_session = frozenset({"/open", "/style.css", "/keys.js"})

    def __init__(self, port: int) -> None:
        """Create the secrets of a desk at `port`."""
        self.cookie = f"desk-{port}"  # browsers do not separate cookies by port
        self.token = secrets.token_urlsafe(32)
        self._secret = secrets.token_urlsafe(32)
        self._opened: list[str] = []
        self._used: dict[str, Session] = {}

    def open(self, token: str) -> str:
        """Return the name of a new session for the token, or an empty text.

        The token is good until one of its sessions comes back: a request without a browser behind it, or a
        browser that keeps no cookie, does not use it up.
        """
        if self._used or not hmac.compare_digest(token.encode(), self.token.encode()):
            return ""
        self._opened = [*self._opened[1 - _MOST_OPENED :], secrets.token_urlsafe(32)]
        return self._opened[-1]

    def session(self, name: str) -> Session | None:
        """Return the session that the link opened; the first that comes back is the only one."""
        if not self._used and name in self._opened:
            self._used = {name: Session(None, self._secret)}
        return self._used.get(name)


class DeskGuard(Guard):
    """Lets only known sessions through to the pages; others see the page that says how to get one."""

    def __init__(self, app: App, entrance: Entrance, hosts: frozenset[str], scheme: str = "http") -> None:
        """Guard an application that answers under `hosts` (name and port)."""
        super().__init__(self._seated, hosts, _POLICY, LARGEST_FORM, scheme)
        self.pages, self.entrance = app, entrance

    async def _seated(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the session of a request, and hand it on."""
        if scope["type"] != "http":
            await self.pages(scope, receive, send)
            return
        name = HTTPConnection(scope).cookies.get(self.entrance.cookie, "")
        try:
            session = await run_in_threadpool(self.entrance.session, name) if name else None
        except ReviewError:
            answer = PlainTextResponse("The store cannot be used now. Try again in a moment.", 503)
            await answer(scope, receive, send)
            return
        scope = {**scope, "session": session}
        if session is None and scope["path"] not in self.entrance.without_session:
            scope |= {"path": CLOSED, "raw_path": CLOSED.encode(), "method": "GET"}
        await self.pages(scope, receive, send)
