"""The one door to files of many people: whatever their format, a table of rows as they were given."""

from pathlib import Path

from recommender.cohort.files.csv_table import TextTable, open_text
from recommender.cohort.files.formats import (
    BEGINNING,
    EXCEL,
    PARQUET,
    READABLE,
    Format,
    format_named,
    format_of,
)
from recommender.cohort.files.options import ReadOptions
from recommender.cohort.files.parquet import open_parquet
from recommender.cohort.files.source import check_file, is_folder, open_source
from recommender.cohort.files.spreadsheet import open_spreadsheet
from recommender.cohort.files.statistical import open_statistical
from recommender.cohort.files.tables import readable_as
from recommender.cohort.model import Table
from recommender.errors import CohortError, Problem

__all__ = ["ROWS_PER_BATCH", "ReadOptions", "open_table"]

ROWS_PER_BATCH = 200_000

_NOTHING_STATED = ReadOptions()
_OF_TEXT = ("delimiter", "encoding", "decimal")


def open_table(
    source: str, form: ReadOptions = _NOTHING_STATED, rows_per_batch: int = ROWS_PER_BATCH
) -> Table:
    """Open a file, a folder of Parquet files, or standard input (`-`), and read the names of its columns.

    Raises:
        CohortError: when it cannot be read, or only by guessing.

    """
    if source == "-":
        return _open_text(source, form, rows_per_batch)
    if is_folder(source):
        _check_stated(form, PARQUET.name, PARQUET.options)
        return open_parquet(source, rows_per_batch)
    named = format_named(Path(source).suffix.lower())
    if named is None:
        return _open_text(source, form, rows_per_batch)
    _check_content(source, named)
    _check_stated(form, named.name, named.options)
    if named is PARQUET:
        return open_parquet(source, rows_per_batch)
    if named is EXCEL:
        return open_spreadsheet(source, form, rows_per_batch)
    return open_statistical(source, form.encoding, rows_per_batch)


def _open_text(source: str, form: ReadOptions, rows_per_batch: int) -> TextTable:
    _check_stated(form, "text", _OF_TEXT)
    opened = open_source(source)
    try:
        content = format_of(opened.peek(BEGINNING))
        if content is not None:
            raise CohortError(
                Problem(opened.place, f"this is no text, it is {content.name}.", content.advice)
            )
        return open_text(opened, form, rows_per_batch)
    except BaseException:
        opened.close()
        raise


def _check_content(source: str, named: Format) -> None:
    """Refuse what cannot be read, and a file that is not what its name says."""
    if named not in READABLE:
        raise CohortError(Problem(source, f"this is {named.name}, which cannot be read.", named.advice))
    check_file(source)
    with readable_as(named.name, source), Path(source).open("rb") as file:
        content = format_of(file.read(BEGINNING))
    if content is named:
        return
    suffix = Path(source).suffix
    if content is None:
        raise CohortError(
            Problem(
                source,
                f"its name ends with {suffix}, and it is not {named.name}.",
                "Let the name of text end with .csv.",
            )
        )
    raise CohortError(
        Problem(source, f"its name ends with {suffix}, and it is {content.name}.", content.advice)
    )


def _check_stated(form: ReadOptions, what: str, options: tuple[str, ...]) -> None:
    for name, stated in form._asdict().items():
        if stated is not None and name not in options:
            raise CohortError(Problem(f"--{name}", f"this means nothing for {what}.", "Leave it out."))
