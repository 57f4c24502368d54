"""How questions are put together: their place, quoted cells, statements that exclude each other."""

from collections.abc import Sequence

from recommender.errors import Problem, quoted

MOST_QUOTED = 4


def question(column: str, message: str, hint: str) -> Problem:
    """Return a question about a column."""
    return Problem(f"column {quoted(column)}", message, hint)


def some(texts: Sequence[str]) -> str:
    """Return the first few texts, quoted."""
    listed = ", ".join(quoted(text) for text in texts[:MOST_QUOTED])
    return f"{listed} …" if len(texts) > MOST_QUOTED else listed or "none"


def either(options: Sequence[str]) -> str:
    """Join statements that exclude each other."""
    return " or ".join([", ".join(options[:-1]), options[-1]] if len(options) > 1 else options)
