"""A request to the person's pages and what answers it, whatever brings them: a server or a browser."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

HTML = "text/html; charset=utf-8"


class Request(NamedTuple):
    """One request; `form` has every value of each field of a posted form, `files` the bytes of each file."""

    method: str
    path: str
    form: Mapping[str, Sequence[str]] = {}
    files: Mapping[str, bytes] = {}

    def text(self, name: str) -> str:
        """Return the value of a field, or an empty text."""
        return next(iter(self.form.get(name, ())), "")


class Response(NamedTuple):
    """An answer; one with a `name` is a file to keep, one with a `policy` a page with styles of its own."""

    body: str | bytes
    code: int = 200
    kind: str = HTML
    name: str = ""
    policy: str = ""
