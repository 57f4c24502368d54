"""Several rows of one person: tell of them, or keep the latest row of each person."""

from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl

from recommender.cohort.mapping.names import ColumnDictionary
from recommender.cohort.mapping.overrides import Overrides
from recommender.cohort.model import Batch, Reject
from recommender.cohort.shape.long import LongColumns, check_columns, one_row_per_person
from recommender.cohort.shape.options import ShapeOptions
from recommender.cohort.shape.row_dates import RowDates, row_dates
from recommender.errors import CohortError, Problem, did_you_mean, quoted
from recommender.vocabulary import Vocabulary

_PERSON = "--person"


def gathered(batches: Iterable[Batch]) -> Batch:
    """Join all batches of a table."""
    parts = list(batches)
    return Batch(
        pl.concat([part.frame for part in parts], how="vertical_relaxed"),
        pl.concat([part.lines for part in parts]),
        tuple(reject for part in parts for reject in part.rejects),
        1.0,
    )


def one_row_each(
    batch: Batch,
    shape: ShapeOptions,
    overrides: Overrides,
    dictionary: ColumnDictionary,
    vocabulary: Vocabulary,
    decimal: str,
) -> tuple[Batch, list[str]]:
    """Make one row for each person of all rows of a table; return also what was left out.

    Raises:
        CohortError: the table does not have the columns for it.

    """
    columns = batch.frame.columns
    person = _needed_person_column(columns, shape.person, dictionary)
    dates = row_dates(batch.frame, dictionary, overrides)
    if not shape.long:
        return _latest_rows(batch, person, dates)
    scores = check_columns(shape.long, columns, dictionary)
    long = LongColumns(person, shape.long, scores, dates)
    return one_row_per_person(batch, long, dictionary, vocabulary, decimal)


def person_column(columns: Sequence[str], stated: str | None, dictionary: ColumnDictionary) -> str:
    """Return the column that tells people apart, as stated or by its name; an empty text if there is none.

    Raises:
        CohortError: the stated column is not there.

    """
    if stated is not None and stated not in columns:
        raise CohortError(
            Problem(_PERSON, f"this file has no column {quoted(stated)}.", did_you_mean(stated, columns))
        )
    return stated or dictionary.person_column(columns)


def _needed_person_column(columns: Sequence[str], stated: str | None, dictionary: ColumnDictionary) -> str:
    """Return the column that tells people apart.

    Raises:
        CohortError: there is none.

    """
    person = person_column(columns, stated, dictionary)
    if not person:
        message = "no column is known to tell people apart."
        raise CohortError(Problem(_PERSON, message, f"Name it: {_PERSON} COLUMN."))
    return person


def repeated_people_note(frame: pl.DataFrame, person: str) -> list[str]:
    """Return a sentence if people stand in several of the first rows."""
    rows = frame.group_by(person).len().filter(pl.col(person).is_not_null() & (pl.col("len") > 1))
    if not rows.height:
        return []
    return [
        f"By {quoted(person)}, {rows.height:,} {'person stands' if rows.height == 1 else 'people stand'} in "
        f"{int(rows['len'].sum()):,} rows; each row has an answer of its own. --one-per-person latest "
        "answers the latest row of each person, --one-per-person all says that this is meant."
    ]


def _latest_rows(batch: Batch, person: str, dates: RowDates | None) -> tuple[Batch, list[str]]:
    """Keep the latest row of each person; return also a sentence on what was left out.

    Rows without a person or a day are rejects, where that person has several rows.

    Raises:
        CohortError: there are no dates.

    """
    if dates is None:
        raise CohortError(
            Problem(
                "--one-per-person latest",
                "no column of this file has the dates of its rows.",
                "Leave it out.",
            )
        )
    rows: dict[str, list[tuple[date | None, int]]] = {}
    alone = []
    for row, (id_, day) in enumerate(
        zip(batch.frame[person].cast(pl.String), dates.days(batch.frame), strict=True)
    ):
        if id_ is None or not id_.strip():
            alone.append(row)
        else:
            rows.setdefault(id_.strip(), []).append((day, row))
    rejects = list(batch.rejects)
    kept = set(alone)
    older = 0
    for entries in rows.values():
        dated = [(day, row) for day, row in entries if day is not None]
        if len(entries) > 1:
            rejects += [_no_date(batch, row, dates.column) for day, row in entries if day is None]
        kept.add(max(dated)[1] if dated and len(entries) > 1 else entries[0][1] if len(entries) == 1 else -1)
        older += max(len(dated) - 1, 0)
    mask = pl.Series([row in kept for row in range(batch.frame.height)], dtype=pl.Boolean)
    note = (
        f"One row of each person is answered, the latest by {quoted(dates.column)}; {older:,} older "
        f"{'row was' if older == 1 else 'rows were'} left out."
    )
    rejects.sort(key=lambda reject: reject.line)
    return Batch(batch.frame.filter(mask), batch.lines.filter(mask), tuple(rejects), 1.0), [note]


def _no_date(batch: Batch, row: int, column: str) -> Reject:
    value = batch.frame[column][row]
    message = "This person has several rows, and this one has no date that can be read."
    return Reject(int(batch.lines[row]), column, "" if value is None else str(value), "no_date", message)
