"""Open a file of many people in any supported format, as a table."""

from pathlib import Path

from recommender.cohort.files.csv_table import TextTable, open_text
from recommender.cohort.files.feather import open_feather
from recommender.cohort.files.formats import (
    BEGINNING,
    EXCEL,
    FEATHER,
    JSON,
    PARQUET,
    READABLE,
    Format,
    format_named,
    format_of,
)
from recommender.cohort.files.json_table import open_json
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

_DETECT = ReadOptions()
_TEXT_OPTIONS = ("delimiter", "encoding", "decimal", "header_row")
_FILES_WITH_OPTION = {
    "delimiter": "text files",
    "encoding": "text and statistical files",
    "decimal": "text and spreadsheets",
    "sheet": "spreadsheets",
    "header_row": "text and spreadsheets",
}


def open_table(source: str, options: ReadOptions = _DETECT, rows_per_batch: int = ROWS_PER_BATCH) -> Table:
    """Open a file, a folder of Parquet files, or standard input (`-`), and read the header.

    Raises:
        CohortError: it cannot be read, or its form is ambiguous.

    """
    if source == "-":
        return _open_text(source, options, rows_per_batch)
    if is_folder(source):
        _check_options(options, PARQUET.options, PARQUET.name)
        return open_parquet(source, rows_per_batch)
    format_ = format_named(Path(source).suffix.lower())
    if format_ is None:
        return _open_text(source, options, rows_per_batch)
    _check_content(source, format_)
    _check_options(options, format_.options, format_.name)
    if format_ is PARQUET:
        return open_parquet(source, rows_per_batch)
    if format_ is FEATHER:
        return open_feather(source, rows_per_batch)
    if format_ is JSON:
        return open_json(source, rows_per_batch)
    if format_ is EXCEL:
        return open_spreadsheet(source, options, rows_per_batch)
    return open_statistical(source, options.encoding, rows_per_batch)


def _open_text(source: str, options: ReadOptions, rows_per_batch: int) -> TextTable:
    _check_options(options, _TEXT_OPTIONS, "text")
    opened = open_source(source)
    try:
        binary = format_of(opened.peek(BEGINNING))
        if binary is not None:
            raise CohortError(Problem(opened.name, f"this is not text; it is {binary.name}.", binary.advice))
        return open_text(opened, options, rows_per_batch)
    except BaseException:
        opened.close()
        raise


def _check_content(source: str, format_: Format) -> None:
    """Refuse unreadable formats, and files whose content does not match their suffix."""
    check_file(source)
    with readable_as(format_.name, source), Path(source).open("rb") as file:
        content = format_of(file.read(BEGINNING))
    if format_ not in READABLE and content not in READABLE:
        kind = content or format_
        raise CohortError(Problem(source, f"this is {kind.name}, which cannot be read.", kind.advice))
    if content is format_:
        return
    suffix = Path(source).suffix
    if content is None:
        raise CohortError(
            Problem(
                source,
                f"its name ends with {suffix}, and it is not {format_.name}.",
                "Let the name of text end with .csv.",
            )
        )
    raise CohortError(
        Problem(source, f"its name ends with {suffix}, and it is {content.name}.", content.advice)
    )


def _check_options(options: ReadOptions, accepted: tuple[str, ...], content: str) -> None:
    """Refuse options that do not apply to the content of a file.

    Raises:
        CohortError: naming the option and the files that it is for.

    """
    for name, value in options._asdict().items():
        if value is not None and name not in accepted:
            message = f"this is for {_FILES_WITH_OPTION[name]}; this file is {content}."
            raise CohortError(Problem(f"--{name.replace('_', '-')}", message, "Leave it out."))
