"""Access control: one browser on this machine, which opened the printed link, and forms of this desk only."""

import hmac
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from recommender.pages.guard import App, Guard, Refusal, Scope

LARGEST_FORM = 64 * 1024
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
BOOK_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
_WITHOUT_SESSION = ("/open", "/style.css", "/keys.js")  # the page that refuses a used link needs its files


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


class DeskGuard(Guard):
    """Refuses other sessions too."""

    def __init__(self, app: App, door: Door, hosts: frozenset[str]) -> None:
        """Guard an application that answers under `hosts` (name and port)."""
        super().__init__(app, hosts, _POLICY, LARGEST_FORM)
        self.door = door

    def refusal(self, scope: Scope, headers: Mapping[str, str]) -> Refusal | None:
        """Return why a request is not answered, if it is not."""
        if refusal := self.wrong_host(headers):
            return refusal
        if scope["path"] in _WITHOUT_SESSION:
            return None
        if not self.door.knows(self._session(headers.get("cookie", ""))):
            return Refusal(403, "Open the desk with the link that was printed when it started.")
        return self.wrong_form(scope, headers)

    def _session(self, cookies: str) -> str:
        try:
            cookie = SimpleCookie(cookies).get(self.door.cookie)
        except CookieError:
            return ""
        return cookie.value if cookie else ""
