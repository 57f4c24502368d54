"""Import of people from a cohort file: their answers, the cells behind them, and the plan in short."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from recommender.cohort.mapping.dictionary import load_column_dictionary
from recommender.cohort.model import Batch, Reject
from recommender.cohort.opening import OpenedCohort
from recommender.cohort.scoring import Scored, rounding_notes
from recommender.cohort.shape.extra_rows import NO_PEOPLE
from recommender.errors import CohortError, Problem, did_you_mean, quoted, visible
from recommender.language.meaning import NOT_APPLICABLE
from recommender.review.doubtful import Doubtful
from recommender.review.models import Doubt, Entered, LeftOut, row_name
from recommender.review.short_plan import ShortPlans
from recommender.rulebook.model import Rulebook
from recommender.vectorised.leaves import NEVER
from recommender.vocabulary import Field
from recommender.vocabulary.answers import decode_answer, write_answer


class Intake:
    """Reads the people of a file; what was counted is final once all batches were read.

    A row with cells that cannot be read, or contradict others, is scored with these cells as not known.
    `read` counts all rows, `in_doubt` such rows; `left_out` are those that are no people.
    """

    def __init__(
        self, opened: OpenedCohort, book: Rulebook, id_column: str | None, shown: Sequence[str] = ()
    ) -> None:
        """Prepare to read; `shown` are columns that a reader wants to see beside the name.

        Raises:
            CohortError: where the mapping of the columns needs an answer, or there is no such column.

        """
        self._opened, self.book = opened, book
        self._plans = ShortPlans(book, *self.digits)
        self.scoring = opened.scoring(book)
        _check_columns("--id", [id_column] if id_column is not None else [], opened)
        _check_columns("--show", shown, opened)
        self.shown = tuple(shown)
        self.id_column = id_column or load_column_dictionary().person_column(opened.first.frame.columns)
        self.read = self.in_doubt = 0
        self.left_out: list[LeftOut] = []
        self._rounded: Counter[str] = Counter()

    def batches(self) -> Iterator[list[Entered]]:
        """Yield the people of each batch, in the order of the file."""
        for batch in self._opened.batches:
            scored = self.scoring.score(batch.frame)
            people = list(self._people(batch, scored, {}))
            again = Doubtful(batch, scored, self.scoring)
            in_doubt = list(self._people(again.batch, again.scored, again.doubts))
            in_doubt += self._nothing_read(batch.rejects)
            people = sorted([*people, *in_doubt], key=lambda person: person.line)
            self.left_out += _no_people(batch.rejects)
            self.left_out += [LeftOut(line, [Doubt("", "", why)]) for line, why in again.empty.items()]
            self._rounded.update(scored.rounded)
            self.read += batch.frame.height + len({reject.line for reject in batch.rejects})
            self.in_doubt += len(in_doubt)
            yield people

    @property
    def rounding(self) -> list[str]:
        """Return notes on rounded numbers, once all batches were read."""
        return rounding_notes(self._rounded)

    @property
    def note(self) -> str:
        """Say which column identifies people."""
        return (
            f"People are found by {quoted(self.id_column)}."
            if self.id_column
            else "People are found by their row; --id names a column."
        )

    @property
    def digits(self) -> tuple[list[str], list[str]]:
        """Return the movements and the rules, in the order of the digits."""
        return list(self.book.movements), list(self.book.rules)

    def _people(
        self, batch: Batch, scored: Scored, doubts: Mapping[int, Sequence[Doubt]]
    ) -> Iterator[Entered]:
        """Yield the people whose rows were accepted; `doubts` are the cells in doubt, by line."""
        fields = {
            name: self.book.vocabulary.fields[name]
            for name in scored.facts.columns
            if not name.endswith(NEVER)
        }
        columns = {parsed.field.id: column for column, parsed in self.scoring.cells.items()}
        rows = zip(
            scored.facts.iter_rows(named=True),
            batch.frame.iter_rows(named=True),
            self.scoring.answers(scored).cast(pl.String).fill_null("").iter_rows(named=True),
            batch.lines,
            scored.accepted,
            strict=True,
        )
        for facts, cells, row, line, accepted in rows:
            if accepted:
                answers = {
                    name: answer for name, field in fields.items() if (answer := _answer(field, facts))
                }
                given = {
                    name: str(cells[columns[name]])
                    for name in fields
                    if str(cells[columns[name]] or "").strip()
                }
                yield Entered(
                    name=self._name(cells, line),
                    line=line,
                    answers=answers,
                    given={columns[name]: cell for name, cell in given.items()},
                    unread={columns[name]: cell for name, cell in given.items() if name not in answers},
                    plan=self._plans.of_row(row),
                    identified=self._name(cells, line) != row_name(line),
                    doubts=doubts.get(line, ()),
                    shown=self._shown(cells),
                )

    def _nothing_read(self, rejects: Iterable[Reject]) -> Iterator[Entered]:
        """Yield people of whose rows no cell was read, such as one with too many cells."""
        lines: dict[int, list[Doubt]] = {}
        for reject in rejects:
            if reject.code not in NO_PEOPLE:
                lines.setdefault(reject.line, []).append(Doubt(reject.column, reject.value, reject.message))
        for line, doubts in lines.items():
            plan = self._plans.of_nobody_known
            yield Entered(row_name(line), line, {}, {}, {}, plan, identified=False, doubts=doubts)

    def _name(self, cells: Mapping[str, Any], line: int) -> str:
        return visible(str(cells.get(self.id_column) or "").strip()) or row_name(line)

    def _shown(self, cells: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(visible(str(cells[column] or "").strip()) for column in self.shown)


def _check_columns(option: str, columns: Sequence[str], opened: OpenedCohort) -> None:
    """Refuse the name of a column that the file does not have."""
    for column in columns:
        if column not in opened.first.frame.columns:
            hint = did_you_mean(column, opened.first.frame.columns) or "It is one of those in the header."
            raise CohortError(Problem(option, f"there is no column {quoted(column)}.", hint))


def _no_people(rejects: Iterable[Reject]) -> list[LeftOut]:
    """Return the rows that the reader of the file took for no people, such as a total."""
    return [
        LeftOut(reject.line, [Doubt(reject.column, reject.value, reject.message)])
        for reject in rejects
        if reject.code in NO_PEOPLE
    ]


def _answer(field: Field, facts: Mapping[str, Any]) -> str:
    """Return an answer exactly, as a profile has it; empty where it is not known."""
    if facts.get(field.id + NEVER):
        return write_answer(field, NOT_APPLICABLE)
    return "" if facts[field.id] is None else write_answer(field, decode_answer(field, facts[field.id]))
