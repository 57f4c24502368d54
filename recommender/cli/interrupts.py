"""Signals that end a run are treated as Control-C, so that nothing half-written is left behind."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = ("SIGTERM", "SIGHUP", "SIGINT")  # a scheduler stops the run; a terminal is closed; Control-C
_USUAL = (signal.SIG_DFL, signal.default_int_handler)


@contextmanager
def ended_like_control_c() -> Iterator[None]:
    """Raise `KeyboardInterrupt` on signals that end a run, unless they are ignored (`nohup`).

    A library that is interrupted may raise an error of its own instead; the run was ended all the same.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    interrupted = threading.Event()

    def interrupt(_: int, __: FrameType | None) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    handled = [number for number, handler in before.items() if handler in _USUAL]
    for number in handled:
        signal.signal(number, interrupt)
    try:
        yield
    except BaseException as error:
        if interrupted.is_set():
            raise KeyboardInterrupt from error
        raise
    finally:
        for number in handled:
            signal.signal(number, before[number])


@contextmanager
def raised_after(seconds: float, error: type[BaseException]) -> Iterator[None]:
    """Raise `error` in the main thread once some work takes longer, where the system has an alarm."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(_: int, __: FrameType | None) -> None:
        raise error

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
