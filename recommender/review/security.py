"""Access control: one browser on this machine, which opened the printed link, and forms of this desk only."""

import hmac
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.responses import PlainTextResponse

LARGEST_FORM = 64 * 1024
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
BOOK_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
_WITHOUT_SESSION = ("/open", "/style.css", "/keys.js")  # the page that refuses a used link needs its files
_HEADERS = (
    ("content-security-policy", _POLICY),
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Door:
    """The one-time token of the printed link, and the secrets of the session that it opens."""

    def __init__(self, port: int) -> None:
        """Create the secrets of a desk at `port`."""
        self.cookie = f"desk-{port}"  # browsers do not separate cookies by port
        self.token = secrets.token_urlsafe(32)
        self.session = ""
        self.form_secret = secrets.token_urlsafe(32)

    def open(self, token: str) -> str:
        """Return a new session for the token, or an empty text; a token works once."""
        if self.session or not hmac.compare_digest(token.encode(), self.token.encode()):
            return ""
        self.session = secrets.token_urlsafe(32)
        return self.session

    def knows(self, session: str) -> bool:
        """Say whether this is the session that the link opened."""
        return bool(self.session) and hmac.compare_digest(session.encode(), self.session.encode())

    def form_is_ours(self, secret: str) -> bool:
        """Say whether a form came from a page of this desk."""
        return hmac.compare_digest(secret.encode(), self.form_secret.encode())


class Guard:
    """Refuses other hosts, sessions and origins, and adds the security headers to each response."""

    def __init__(self, app: App, door: Door, hosts: frozenset[str]) -> None:
        """Guard an application that answers under `hosts` (name and port)."""
        self.app, self.door, self.hosts = app, door, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                ours = [
                    (name.encode(), value.encode())
                    for name, value in _HEADERS
                    if name.encode() not in present
                ]
                message["headers"] = [*message["headers"], *ours]
            await send(message)

        refusal = self._refusal(scope)
        if refusal:
            await PlainTextResponse(refusal[1], refusal[0])(scope, receive, with_headers)
            return
        await self.app(scope, _limited(receive), with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        if headers.get("host", "") not in self.hosts:
            return 400, "This desk answers only on this machine."
        if scope["path"] in _WITHOUT_SESSION:
            return None
        if not self.door.knows(self._session(headers.get("cookie", ""))):
            return 403, "Open the desk with the link that was printed when it started."
        if scope["method"] not in ("GET", "HEAD"):
            origin = headers.get("origin", "")
            if origin.removeprefix("http://") not in self.hosts or not origin.startswith("http://"):
                return 403, "This form does not come from a page of this desk."
            if (
                not headers.get("content-length", "").isdecimal()
                or int(headers["content-length"]) > LARGEST_FORM
            ):
                return 413, "This form is too large."
        return None

    def _session(self, cookies: str) -> str:
        try:
            cookie = SimpleCookie(cookies).get(self.door.cookie)
        except CookieError:
            return ""
        return cookie.value if cookie else ""


def _limited(receive: Receive) -> Receive:
    """Disconnect a request whose body exceeds the limit, whatever its content-length."""
    left = LARGEST_FORM

    async def limited() -> MutableMapping[str, Any]:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        return message if left >= 0 else {"type": "http.disconnect"}

    return limited
