"""Where words go: a terminal of some width, a pipe, or a file."""

import os
import shutil
import sys
from pathlib import Path

import click

from recommender.errors import Problem, ProfileError


def terminal_width() -> int:
    """Return the columns to fill: those of the terminal, or 80 in a pipe."""
    return shutil.get_terminal_size((80, 24)).columns if _at_terminal() or os.environ.get("COLUMNS") else 80


def wants_colour() -> bool:
    """Say whether to use colour: only at a terminal, and never where NO_COLOR is set or the terminal is dumb."""
    return _at_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write(text: str, output: str | None) -> None:
    """Write text to standard output, or whole to a file.

    Raises:
        ProfileError: when the file cannot be written.

    """
    if output in (None, "-"):
        click.echo(text, nl=not text.endswith("\n"), color=True)
        return
    file = Path(str(output))
    temporary = file.with_name(f".{file.name}.part")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(file)
    except OSError as error:
        raise ProfileError(Problem(str(file), f"this file cannot be written: {error.strerror}.")) from None


def _at_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()
