"""Open a file and map its columns from a sample of the first rows."""

from collections.abc import Generator, Iterator
from itertools import chain
from typing import NamedTuple

from recommender.cohort.files.limit import first_rows
from recommender.cohort.files.opening import open_table
from recommender.cohort.files.options import ReadOptions
from recommender.cohort.mapping.dictionary import load_column_dictionary
from recommender.cohort.mapping.mapper import map_columns
from recommender.cohort.mapping.overrides import Overrides
from recommender.cohort.mapping.result import ColumnMapping
from recommender.cohort.model import Batch, Table
from recommender.cohort.sanity import dominating_columns
from recommender.cohort.scoring import Scoring, positive_score_policies
from recommender.errors import CohortError
from recommender.rulebook.model import Rulebook
from recommender.vocabulary import Vocabulary

_SAMPLE = 10_000


class OpenedCohort(NamedTuple):
    """An opened file: its column mapping, the first batch, and an iterator over the rest."""

    table: Table
    overrides: Overrides
    mapping: ColumnMapping
    first: Batch
    rest: Generator[Batch, None, None]

    @property
    def batches(self) -> Iterator[Batch]:
        """All batches of the file."""
        return chain([self.first], self.rest)

    def scoring(self, book: Rulebook) -> Scoring:
        """Return a rulebook compiled for the columns of this file.

        Raises:
            CohortError: the mapping has open questions, or a column decides the tier of nearly everybody.

        """
        if self.mapping.questions:
            raise CohortError(self.mapping.questions)
        columns = self.mapping.columns
        policies = positive_score_policies(columns, self.first.frame, self.overrides)
        scoring = Scoring(book, columns, self.table.decimal, policies)
        if doubts := dominating_columns(scoring, self.first.frame, self.overrides):
            raise CohortError(doubts)
        return scoring


def open_cohort(
    source: str, options: ReadOptions, overrides: Overrides, vocabulary: Vocabulary, limit: int | None = None
) -> OpenedCohort:
    """Open a file and map its columns; `limit` is the number of rows to read (`None`: all).

    Raises:
        CohortError: it cannot be read, or the overrides do not fit it.

    """
    table = open_table(source, options)
    batches = first_rows(table, limit)
    first = next(batches)
    mapping = map_columns(
        table.header,
        table.repeated,
        first.frame.head(_SAMPLE),
        table.decimal,
        vocabulary,
        load_column_dictionary(),
        overrides,
    )
    return OpenedCohort(table, overrides, mapping, first, batches)
