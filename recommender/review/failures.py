"""Errors of the database as sentences, without statements, parameters and cells, which hold answers."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from recommender.errors import Problem, ReviewError

_CELL = re.compile(r" with text .*", re.DOTALL)  # SQLite quotes text that is not UTF-8
_QUOTED = re.compile(r"\"(?!\w+\")[^\"]*\"|'(?!\w+')[^']*'")  # names of tables and columns may stay
_LONGEST = 200


@contextmanager
def refusing(message: str, hint: str = "Try again in a moment.") -> Iterator[None]:
    """Raise errors of the database as a ReviewError."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise ReviewError(Problem("", f"{message}: {reason(error)}.", hint)) from None


def reason(error: Exception) -> str:
    """Return what a database says is wrong."""
    message = str(getattr(error, "orig", None) or error).partition("\n")[0]
    return _QUOTED.sub("…", _CELL.sub("", message))[:_LONGEST]
