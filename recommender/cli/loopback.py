"""Pages that are served on this machine only, until Control-C."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from recommender.errors import Problem, RecommenderError

HOST = "127.0.0.1"


@contextmanager
def listening_at(port: int) -> Iterator[socket.socket]:
    """Listen at a port of this machine (0 is any that is free).

    Raises:
        RecommenderError: where the port cannot be used.

    """
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
        except OSError as error:
            raise RecommenderError(
                Problem(f"--port {port}", f"this port cannot be used: {error.strerror}.", "Name another.")
            ) from None
        listening.listen()  # whoever follows a printed link at once waits, and is not refused
        yield listening


def hosts_of(listening: socket.socket) -> frozenset[str]:
    """Return the names, with the port, under which what listens here is found."""
    number = listening.getsockname()[1]
    return frozenset({f"{HOST}:{number}", f"localhost:{number}"})


def serve_at(listening: socket.socket, app: Any) -> None:
    """Serve an application without any log, as requests hold health data."""
    sys.stdout.flush()
    config = uvicorn.Config(app, log_config=None, log_level="critical", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listening])
