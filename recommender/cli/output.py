"""Where words go: a terminal of some width, a pipe, or a file."""

import os
import stat
import sys
from pathlib import Path

import click

from recommender.documents.atomic import write_whole
from recommender.errors import Problem, ProfileError, visible

PIPE_WIDTH = 80
SHEETS = (".html", ".pdf", ".ics")
_SUFFIXES = {"text": ("", ".txt", ".text", *SHEETS), "json": ("", ".json"), "sheet": SHEETS}


def width(output: str | None = None) -> int:
    """Return the columns to fill: those of the terminal, or 80 in a pipe or a file."""
    at_terminal = _at_terminal(output) or (not _is_file(output) and os.environ.get("COLUMNS"))
    if not at_terminal:
        return PIPE_WIDTH
    import shutil

    return shutil.get_terminal_size((PIPE_WIDTH, 24)).columns


def wants_colour(output: str | None = None) -> bool:
    """Say whether to use colour: only at a terminal that is not dumb, without NO_COLOR."""
    return _at_terminal(output) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write(content: str | bytes, output: str | None) -> None:
    """Write text to standard output, or text or bytes whole to a file that only its owner can read.

    Raises:
        ProfileError: when the file cannot be written.

    """
    if isinstance(content, str) and not _is_file(output):
        if sys.stdout is None:
            raise ProfileError(
                Problem(
                    "standard output", "it is closed, so the answer cannot be shown.", "Name a file with -o."
                )
            )
        click.echo(content, nl=not content.endswith("\n"), color=True)
        return
    if output == "":
        raise ProfileError(
            Problem("-o", "no file is named.", "Name one, or leave -o out to see the answer here.")
        )
    file = Path(str(output)).resolve()
    data = content.encode() if isinstance(content, str) else content
    try:
        if file.exists() and not stat.S_ISREG(file.stat().st_mode):
            file.write_bytes(data)
        else:
            write_whole(file, data)
    except OSError as error:
        raise ProfileError(Problem(str(output), f"this file cannot be written: {error.strerror}.")) from None


def write_long(text: str, output: str | None) -> None:
    """Write text as `write` does; at a terminal through its pager, so that the beginning is seen first."""
    if _at_terminal(output):
        click.echo_via_pager(text)
    else:
        write(text, output)


def refuse_suffix(output: str | None, format_: str) -> None:
    """Refuse the name of a file that promises another form than what is written, such as `plan.html`.

    Raises:
        click.UsageError: naming the suffixes that can be written.

    """
    suffix = Path(output or "").suffix.lower()
    if (format_ != "sheet" and not _is_file(output)) or suffix in _SUFFIXES[format_]:
        return
    writes = "a sheet is a .html, .pdf or .ics file."
    if format_ != "sheet":
        writes = (
            "this writes a .txt file, a sheet as .html, .pdf or .ics, or a .json file with --format json."
        )
    raise click.UsageError(f"-o {visible(str(output))}: {writes}")


def is_sheet(output: str | None) -> bool:
    """Say whether the name of a file asks for a sheet to print."""
    return Path(output or "").suffix.lower() in SHEETS


def _is_file(output: str | None) -> bool:
    return output is not None and output != "-"


def _at_terminal(output: str | None) -> bool:
    return not _is_file(output) and sys.stdout is not None and sys.stdout.isatty()
