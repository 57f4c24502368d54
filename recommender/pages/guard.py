"""What stands before every page that is served on this machine: its own names only, its own forms only."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, NamedTuple

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_HEADERS = {
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Refusal(NamedTuple):
    """Why a request is not answered: the status, and a sentence."""

    status: int
    says: str


class Guard:
    """Refuses other hosts and other pages' forms, and adds the security headers to each response.

    `policy` is the content security policy, `largest` the most bytes of a form, `scheme` how browsers come.
    """

    def __init__(
        self, app: App, hosts: frozenset[str], policy: str, largest: int, scheme: str = "http"
    ) -> None:
        """Guard an application that answers under `hosts` (name and port)."""
        self.app, self.hosts, self.largest = app, hosts, largest
        self.origins = {f"{scheme}://{host}" for host in hosts}
        self.headers = {"content-security-policy": policy, **_HEADERS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                ours = ((name.encode(), value.encode()) for name, value in self.headers.items())
                added = [(name, value) for name, value in ours if name not in present]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        pairs = (
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]
        )
        if refusal := self.refusal(scope, dict(pairs)):
            await _send_text(refusal, with_headers)
            return
        await self.app(scope, _limited(receive, self.largest), with_headers)

    def refusal(self, scope: Scope, headers: Mapping[str, str]) -> Refusal | None:
        """Return why a request is not answered, if it is not."""
        return self.wrong_host(headers) or self.wrong_form(scope, headers)

    def wrong_host(self, headers: Mapping[str, str]) -> Refusal | None:
        """Refuse a request to another name than those of this machine."""
        if headers.get("host", "") in self.hosts:
            return None
        return Refusal(400, "This answers only on this machine.")

    def wrong_form(self, scope: Scope, headers: Mapping[str, str]) -> Refusal | None:
        """Refuse a form that is not from a page of this application, or too large."""
        if scope["method"] in ("GET", "HEAD"):
            return None
        origin, length = headers.get("origin", ""), headers.get("content-length", "")
        if origin not in self.origins:
            return Refusal(403, "This form does not come from a page of this program.")
        if not length.isdecimal() or int(length) > self.largest:
            return Refusal(413, "This form is too large.")
        return None


async def _send_text(refusal: Refusal, send: Send) -> None:
    body = refusal.says.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _limited(receive: Receive, largest: int) -> Receive:
    """Disconnect a request whose body exceeds the limit, whatever its content-length."""
    left = largest

    async def limited() -> MutableMapping[str, Any]:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        return message if left >= 0 else {"type": "http.disconnect"}

    return limited
