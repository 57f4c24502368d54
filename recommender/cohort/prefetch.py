"""Prefetch the next batch and write the previous one in threads while this one is scored; order is kept."""

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import Queue
from threading import Event, Thread
from typing import TypeVar

Item = TypeVar("Item")


def prefetch(items: Iterable[Item]) -> Generator[Item, None, None]:
    """Yield the items; a thread produces the next one while the caller works on this one.

    The thread is a daemon, so that the program can end while it waits for input.
    """
    queue: Queue[tuple[Item] | BaseException | None] = Queue(1)
    stopped = Event()

    def produce() -> None:
        try:
            for item in items:
                queue.put((item,))
                if stopped.is_set():
                    return
            queue.put(None)
        except BaseException as error:  # raised again in the caller's thread
            queue.put(error)

    Thread(target=produce, daemon=True).start()
    try:
        while (entry := queue.get()) is not None:
            if isinstance(entry, BaseException):
                raise entry
            yield entry[0]
    finally:
        stopped.set()
        while not queue.empty():
            queue.get_nowait()


@contextmanager
def background_writer() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Yield a function that runs work in a thread, in order; it blocks while earlier work is not done.

    An exception of the work is raised by the next call, or at the end of the context.
    """
    with ThreadPoolExecutor(1) as writer:
        pending: Future[None] | None = None

        def submit(work: Callable[[], None]) -> None:
            nonlocal pending
            if pending is not None:
                pending.result()
            pending = writer.submit(work)

        yield submit
        if pending is not None:
            pending.result()
