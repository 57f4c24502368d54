"""How questions quote cells and write the options that settle them."""

import shlex
from collections.abc import Sequence

from recommender.errors import Problem, quoted

MOST_QUOTED = 4


def option(name: str, value: str) -> str:
    """Return an option as it is typed in a shell."""
    return f"{name} {shlex.quote(value)}"


def question(column: str, message: str, hint: str) -> Problem:
    """Return a question about a column."""
    return Problem(f"column {quoted(column)}", message, hint)


def some(texts: Sequence[str]) -> str:
    """Return the first few texts, quoted."""
    listed = ", ".join(quoted(text) for text in texts[:MOST_QUOTED])
    return f"{listed} …" if len(texts) > MOST_QUOTED else listed or "none"


def either(options: Sequence[str]) -> str:
    """Join options that exclude each other."""
    return " or ".join([", ".join(options[:-1]), options[-1]] if len(options) > 1 else options)
