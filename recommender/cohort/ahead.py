"""Doing the next thing while this one is done: reading, answering and writing keep each other company, in order."""

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")


def read_ahead(items: Iterable[Item]) -> Generator[Item, None, None]:
    """Yield what `items` yields; the next one is made while the caller works on this one."""
    source = iter(items)
    with ThreadPoolExecutor(1) as reader:
        waiting = reader.submit(_next, source)
        while found := waiting.result():
            waiting = reader.submit(_next, source)
            yield found[0]


def _next(source: Iterator[Item]) -> tuple[Item] | None:
    for item in source:
        return (item,)
    return None


@contextmanager
def written_behind() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Give a function that does one thing after the other while the caller goes on; no more than one waits.

    What such a thing raises is raised by the next call, or at the end.
    """
    with ThreadPoolExecutor(1) as writer:
        waiting: Future[None] | None = None

        def later(work: Callable[[], None]) -> None:
            nonlocal waiting
            if waiting is not None:
                waiting.result()
            waiting = writer.submit(work)

        yield later
        if waiting is not None:
            waiting.result()
