"""Open a file, find the shape of its table, and map its columns from a sample of the first rows."""

from collections.abc import Generator, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from recommender.cohort.answer_columns import COLUMNS
from recommender.cohort.files.limit import first_rows
from recommender.cohort.files.opening import open_table
from recommender.cohort.files.options import ReadOptions
from recommender.cohort.files.source import TooLargeError
from recommender.cohort.mapping.dictionary import load_column_dictionary
from recommender.cohort.mapping.mapper import NamesBeside, map_columns
from recommender.cohort.mapping.names import ColumnDictionary
from recommender.cohort.mapping.overrides import Overrides
from recommender.cohort.mapping.result import ColumnMapping
from recommender.cohort.model import Batch, Table
from recommender.cohort.sanity import dominating_columns
from recommender.cohort.scoring import Scoring, positive_score_policies
from recommender.cohort.shape.encoding_search import better_encoding
from recommender.cohort.shape.extra_rows import without_extra_rows
from recommender.cohort.shape.header_search import find_header_row
from recommender.cohort.shape.long import maybe_long
from recommender.cohort.shape.options import LATEST, ShapeOptions
from recommender.cohort.shape.people import gathered, one_row_each, person_column, repeated_people_note
from recommender.errors import CohortError, Problem
from recommender.rulebook.model import Rulebook
from recommender.vocabulary import Vocabulary

_SAMPLE = 10_000
_AS_THEY_ARE = ShapeOptions()


class OpenedCohort(NamedTuple):
    """An opened file: its column mapping, the first batch, and an iterator over the rest.

    `shape_notes` are sentences on how its rows were made people.
    """

    table: Table
    overrides: Overrides
    mapping: ColumnMapping
    first: Batch
    rest: Generator[Batch, None, None]
    shape_notes: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on how the file was read and its columns understood; complete when all is read."""
        return (*self.table.notes, *self.shape_notes, *self.mapping.notes)

    @property
    def batches(self) -> Iterator[Batch]:
        """All batches of the file."""
        return chain([self.first], self.rest)

    def scoring(self, book: Rulebook, answers: Sequence[str] = COLUMNS) -> Scoring:
        """Return a rulebook compiled for the columns of this file; `answers` are the columns wanted.

        Raises:
            CohortError: the mapping has open questions, or a column decides the tier of nearly everybody.

        """
        if self.mapping.questions:
            raise CohortError(self.mapping.questions)
        columns = self.mapping.columns
        policies = positive_score_policies(columns, self.first.frame, self.overrides)
        scoring = Scoring(book, columns, self.table.decimal, policies, answers)
        if doubts := dominating_columns(scoring, self.first.frame, self.overrides):
            raise CohortError(doubts)
        return scoring


def open_cohort(
    source: str,
    options: ReadOptions,
    overrides: Overrides,
    vocabulary: Vocabulary,
    limit: int | None = None,
    shape: ShapeOptions = _AS_THEY_ARE,
) -> OpenedCohort:
    """Open a file and map its columns; `limit` is the number of rows to read (`None`: all).

    Raises:
        CohortError: it cannot be read, or what is stated does not fit it.

    """
    dictionary = load_column_dictionary()
    try:
        opened = _open(source, options, overrides, vocabulary, limit, shape, dictionary)
    except TooLargeError:
        raise
    except CohortError:
        if proposal := _proposal(source, options, dictionary):
            raise CohortError(proposal) from None
        raise
    proposal = (
        _proposal(source, options, dictionary)
        if not opened.mapping.columns
        else better_encoding(source, options, dictionary)
    )
    if proposal:
        opened.rest.close()
        raise CohortError(proposal)
    return opened


def _proposal(source: str, options: ReadOptions, dictionary: ColumnDictionary) -> Problem | None:
    """Return how else a file may be meant to be read, tried with the reader."""
    if encoding := better_encoding(source, options, dictionary):
        return encoding
    row = find_header_row(source, options, dictionary)
    return _names_in(source, row) if row else None


def _names_in(source: str, row: str) -> Problem:
    lines = f"lines {row}" if "-" in row else f"line {row}"
    return Problem(
        source, f"the names of the columns seem to stand in {lines}.", f"Write --header-row {row}."
    )


def _open(
    source: str,
    options: ReadOptions,
    overrides: Overrides,
    vocabulary: Vocabulary,
    limit: int | None,
    shape: ShapeOptions,
    dictionary: ColumnDictionary,
) -> OpenedCohort:
    table = open_table(source, options)
    person = person_column(table.header, shape.person, dictionary)
    batches = without_extra_rows(first_rows(table, limit), dictionary, person)
    if shape.long or shape.one_per_person == LATEST:
        first, notes = one_row_each(
            gathered(batches), shape, overrides, dictionary, vocabulary, table.decimal
        )
        batches = _nothing()
    else:
        first = next(batches)
        told = bool(person) and shape.one_per_person is None
        notes = repeated_people_note(first.frame, person) if told else []
    sample = first.frame.head(_SAMPLE)
    mapping = map_columns(
        sample.columns,
        table.repeated,
        sample,
        table.decimal,
        vocabulary,
        dictionary,
        overrides,
        NamesBeside(table.labels, table.above),
    )
    if not shape.long and (long := maybe_long(sample, dictionary, overrides.ignore)):
        mapping = mapping._replace(questions=(long, *mapping.questions))
    return OpenedCohort(table, overrides, mapping, first, batches, tuple(notes))


def _nothing() -> Generator[Batch, None, None]:
    yield from ()
