"""How a file of people is read: the options that say so, for every command that reads one."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from recommender.cohort.mapping.overrides import Overrides
    from recommender.cohort.opening import OpenedCohort
    from recommender.vocabulary import Vocabulary

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--map", "maps", metavar="FIELD=COLUMN", multiple=True, help="Say which column is a field."),
    click.option(
        "--values",
        metavar="FIELD:TEXT=ANSWER",
        multiple=True,
        help="Say what a text in a field's column means.",
    ),
    click.option("--missing", metavar="[FIELD=]TEXT", multiple=True, help="Say which text means not known."),
    click.option(
        "--ignore",
        metavar="COLUMN",
        multiple=True,
        help="Leave a column out of account; `batch` still writes it.",
    ),
    click.option(
        "--accept",
        metavar="WHAT",
        multiple=True,
        help="State that heel_ultrasound may be treated as T-scores, that high_scores (above +1.0) are as "
        "written, or that the column of a FIELD is what it seems not to be.",
    ),
    click.option(
        "--as-of",
        metavar="DATE|COLUMN",
        help="Count ages and times from dates to this day (2026-05-31), or to the day in this column.",
    ),
    click.option(
        "--dates", metavar="dmy|mdy", help="Which comes first in dates, day or month.  [default: proved]"
    ),
    click.option(
        "--mapping",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Use what was stated in a saved mapping.",
    ),
    click.option(
        "--delimiter", metavar="CHARACTER", help="What stands between columns.  [default: found out]"
    ),
    click.option("--encoding", metavar="NAME", help="How the text is encoded.  [default: found out]"),
    click.option(
        "--decimal", type=click.Choice([".", ","]), help="The sign of decimals.  [default: found out]"
    ),
    click.option(
        "--header-row",
        metavar="LINE",
        help="The line that has the names of the columns, or 1-2 for names in two lines.",
    ),
    click.option(
        "--long",
        metavar="COLUMN",
        multiple=True,
        help="Several rows make a person; this column names the bone of each row.",
    ),
    click.option(
        "--one-per-person",
        type=click.Choice(["latest", "all"]),
        help="Of a person with several rows, answer the latest or all.",
    ),
    click.option(
        "--person", metavar="COLUMN", help="The column that tells people apart.  [default: found by its name]"
    ),
    click.option("--sheet", metavar="NAME", help="The sheet of a spreadsheet, where several have data."),
)
STATED = ("maps", "values", "missing", "ignore", "accept", "as_of", "dates", "mapping")


def reading_options(command: Command) -> Command:
    """Give a command the options that say how its file is to be read."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def stated_in(options: Mapping[str, Any], vocabulary: "Vocabulary") -> "Overrides":
    """Return what was stated about the columns: in a saved mapping and, before that, by options.

    Raises:
        CohortError: where it cannot be understood.

    """
    from recommender.cohort.mapping.overrides import load_overrides, read_overrides

    overrides = read_overrides(vocabulary, *(options[name] for name in STATED[:-1]))
    return (
        overrides
        if options["mapping"] is None
        else load_overrides(options["mapping"], vocabulary).joined(overrides)
    )


@contextmanager
def opened_cohort(
    source: str,
    options: Mapping[str, Any],
    overrides: "Overrides",
    vocabulary: "Vocabulary",
    limit: int | None = None,
) -> Iterator["OpenedCohort"]:
    """Begin to read a file, and let go of it at the end, unless a thread is still waiting for it.

    Raises:
        CohortError: where it cannot be read.

    """
    from recommender.cohort.files.options import ReadOptions
    from recommender.cohort.opening import open_cohort
    from recommender.cohort.shape.options import ShapeOptions

    read = ReadOptions(*(options[name] for name in ReadOptions._fields))
    shape = ShapeOptions(*(options[name] for name in ShapeOptions._fields))
    opened = open_cohort(source, read, overrides, vocabulary, limit, shape)
    try:
        yield opened
    finally:
        with suppress(ValueError):
            opened.rest.close()
