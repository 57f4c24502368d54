"""Prefetch the next batch and write the previous one in threads while this one is scored; order is kept."""

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import Queue
from threading import Event, Thread
from typing import TypeVar

Item = TypeVar("Item")


def prefetch(items: Iterable[Item]) -> Generator[Item, None, None]:
    """Yield what `items` yields; the next one is made while the caller works on this one.

    The thread that makes them never holds up the end of the program: it may be waiting for input that does not come.
    """
    made: Queue[tuple[Item] | BaseException | None] = Queue(1)
    stopped = Event()

    def make() -> None:
        try:
            for item in items:
                made.put((item,))
                if stopped.is_set():
                    return
            made.put(None)
        except BaseException as error:  # whatever it is, the caller is told
            made.put(error)

    Thread(target=make, daemon=True).start()
    try:
        while (found := made.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found[0]
    finally:
        stopped.set()
        while not made.empty():
            made.get_nowait()


@contextmanager
def background_writer() -> Iterator[Callable[[Callable[[], None]], None]]:
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
