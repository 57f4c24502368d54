"""The beginning of every run over a file: open it, look at its first rows, and understand its columns."""

from collections.abc import Generator, Iterator
from itertools import chain
from typing import NamedTuple

from recommender.cohort.files.limit import first_rows
from recommender.cohort.files.opening import open_table
from recommender.cohort.files.options import ReadOptions
from recommender.cohort.mapping.dictionary import load_column_dictionary
from recommender.cohort.mapping.mapper import understand
from recommender.cohort.mapping.overrides import Overrides
from recommender.cohort.mapping.result import ColumnMapping
from recommender.cohort.model import Batch, Table
from recommender.cohort.scoring import Scoring, positive_score_policies
from recommender.errors import CohortError
from recommender.rulebook.model import Rulebook
from recommender.vocabulary import Vocabulary

_SAMPLE = 10_000


class OpenedCohort(NamedTuple):
    """A file whose columns were understood as far as they can be: its first rows, and the batches after them."""

    table: Table
    stated: Overrides
    understood: ColumnMapping
    first: Batch
    others: Generator[Batch, None, None]

    @property
    def batches(self) -> Iterator[Batch]:
        """Return all of its rows."""
        return chain([self.first], self.others)

    def scoring(self, book: Rulebook) -> Scoring:
        """Return a rulebook made ready for the columns of this file.

        Raises:
            CohortError: where something about the columns must be asked first.

        """
        if self.understood.questions:
            raise CohortError(self.understood.questions)
        columns = self.understood.columns
        return Scoring(
            book, columns, self.table.decimal, positive_score_policies(columns, self.first.frame, self.stated)
        )


def open_cohort(
    source: str, form: ReadOptions, stated: Overrides, vocabulary: Vocabulary, limit: int | None = None
) -> OpenedCohort:
    """Open a file and understand its columns.

    Raises:
        CohortError: where it cannot be read at all.

    """
    table = open_table(source, form)
    batches = first_rows(table, limit)
    first = next(batches)
    understood = understand(
        table.header,
        table.repeated,
        first.frame.head(_SAMPLE),
        table.decimal,
        vocabulary,
        load_column_dictionary(),
        stated,
    )
    return OpenedCohort(table, stated, understood, first, batches)
