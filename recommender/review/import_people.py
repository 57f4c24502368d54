"""Import of people from a cohort file: their answers, the cells behind them, and the plan in short."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from recommender.cohort.mapping.dictionary import load_column_dictionary
from recommender.cohort.model import Batch, Reject
from recommender.cohort.opening import OpenedCohort
from recommender.cohort.scoring import Scored, rounding_notes
from recommender.errors import CohortError, Problem, did_you_mean, quoted, visible
from recommender.language.meaning import NOT_APPLICABLE
from recommender.review.doubtful import Doubtful
from recommender.review.models import Doubt, Entered, Unreadable, row_name
from recommender.review.short_plan import ShortPlans
from recommender.review.snapshot import words
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance
from recommender.vectorised.leaves import NEVER
from recommender.vocabulary import Field
from recommender.vocabulary.answers import decode_answer, write_answer


class Intake:
    """Reads the people of a file; `read` and `unreadable` are final once all batches were read.

    A row that contradicts itself is scored with the cell in doubt as not known.
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
        self.read = 0
        self.unreadable: list[Unreadable] = []
        self._rounded: Counter[str] = Counter()

    def batches(self) -> Iterator[list[Entered]]:
        """Yield the people of each batch, in the order of the file."""
        for batch in self._opened.batches:
            scored = self.scoring.score(batch.frame)
            people = list(self._people(batch, scored, {}))
            again = Doubtful(batch, scored, self.scoring)
            people += self._people(again.batch, again.scored, again.contradictions)
            people.sort(key=lambda person: person.line)
            rejects = _by_line(batch.rejects)
            self.unreadable += [*self._unreadable(again), *rejects]
            self._rounded.update(scored.rounded)
            self.read += batch.frame.height + len(rejects)
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
                    doubts=[
                        doubt._replace(field=self.scoring.cells[doubt.column].field.id)
                        for doubt in doubts.get(line, ())
                    ],
                    shown=self._shown(cells),
                )

    def _unreadable(self, again: "Doubtful") -> Iterator[Unreadable]:
        """Yield the rows that could not be read, with what the rest of each says."""
        answers = self.scoring.answers(again.scored).cast(pl.String).fill_null("")
        rows = zip(
            again.given.iter_rows(named=True),
            answers.iter_rows(named=True),
            again.batch.lines,
            again.readable_otherwise,
            strict=True,
        )
        for cells, row, line, readable in rows:
            if line in again.contradictions:
                continue
            flags = [id_ for id_ in words(row["rules_fired"]) if self.book.rules[id_].clearance]
            yield Unreadable(
                line=line,
                name=self._name(cells, line),
                shown=self._shown(cells),
                cells=again.doubts[line],
                clearance=Clearance.read(row["clearance"]).rank if readable else 0,
                flags=flags if readable else (),
            )

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


def _by_line(rejects: Iterable[Reject]) -> list[Unreadable]:
    """Return the rows that the reader of the file left out."""
    lines: dict[int, list[Doubt]] = {}
    for reject in rejects:
        lines.setdefault(reject.line, []).append(Doubt(reject.column, reject.value, reject.message))
    return [Unreadable(line, row_name(line), (), cells, 0, ()) for line, cells in lines.items()]


def _answer(field: Field, facts: Mapping[str, Any]) -> str:
    """Return an answer exactly, as a profile has it; empty where it is not known."""
    if facts.get(field.id + NEVER):
        return write_answer(field, NOT_APPLICABLE)
    return "" if facts[field.id] is None else write_answer(field, decode_answer(field, facts[field.id]))
