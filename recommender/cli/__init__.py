"""The command line: one file a command."""

import gc

_ALLOCATIONS = 100_000


def program() -> None:
    """Run the command line as a process of its own.

    The garbage collector waits until a command has made much more than an answer does, and leaves out what is
    there at the end: looking through it again and again took a sixth of the time of an answer.
    """
    gc.set_threshold(_ALLOCATIONS)
    from recommender.cli.entry import main

    try:
        main()
    finally:
        gc.freeze()
