"""How somebody wants to see the pages: larger, with more contrast. Forms carry it on; nothing is kept."""

from collections.abc import Iterable
from contextvars import ContextVar

DISPLAYS = ("large", "contrast")
_wanted: ContextVar[tuple[str, ...]] = ContextVar("_wanted", default=())


def want_display(names: Iterable[str]) -> None:
    """Take over what the form of this request says."""
    _wanted.set(tuple(name for name in DISPLAYS if name in names))


def wanted_display() -> tuple[str, ...]:
    """Return how the answer to this request is to be shown."""
    return _wanted.get()
