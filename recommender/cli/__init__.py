"""The command line: one file a command."""

import gc


def program() -> None:
    """Run the command line as a process of its own.

    What is imported, and at the end everything, is kept from the garbage collector: looking through it again
    and again took a sixth of the time of an answer.
    """
    gc.disable()
    from recommender.cli.entry import main

    gc.freeze()
    gc.enable()
    try:
        main()
    finally:
        gc.freeze()
