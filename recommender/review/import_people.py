"""Import of people from a cohort file: their answers, the cells behind them, and the plan in short."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from recommender.cohort.mapping.dictionary import load_column_dictionary
from recommender.cohort.model import Batch
from recommender.cohort.opening import OpenedCohort
from recommender.cohort.scoring import Scored, Scoring, rounding_notes
from recommender.errors import CohortError, Problem, did_you_mean, quoted, visible
from recommender.language.meaning import NOT_APPLICABLE
from recommender.review.models import Entered
from recommender.review.snapshot import Plans, plan_hash, words
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance, Urgency, Verdict
from recommender.vectorised.leaves import NEVER
from recommender.vocabulary import Field
from recommender.vocabulary.answers import decode_answer, write_answer


class Intake:
    """Reads the people of a file; the counts `read` and `refused` are final once all batches were read."""

    def __init__(self, opened: OpenedCohort, book: Rulebook, id_column: str | None) -> None:
        """Prepare to read.

        Raises:
            CohortError: where the mapping of the columns needs an answer, or there is no such column.

        """
        self._opened, self.book, self.plans = opened, book, Plans(book)
        self.scoring = opened.scoring(book)
        if id_column is not None and id_column not in opened.first.frame.columns:
            hint = did_you_mean(id_column, opened.first.frame.columns) or "It is one of those in the header."
            raise CohortError(Problem("--id", f"there is no column {quoted(id_column)}.", hint))
        self.id_column = id_column or load_column_dictionary().person_column(opened.first.frame.columns)
        self.read = self.refused = 0
        self._rounded: Counter[str] = Counter()

    def batches(self) -> Iterator[list[Entered]]:
        """Yield the people of each batch, in the order of the file."""
        for batch in self._opened.batches:
            scored = self.scoring.score(batch.frame)
            people = list(self._people(batch, scored, self.scoring))
            self._rounded.update(scored.rounded)
            self.read += batch.frame.height + len({reject.line for reject in batch.rejects})
            self.refused += batch.frame.height - len(people) + len({reject.line for reject in batch.rejects})
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

    def _people(self, batch: Batch, scored: Scored, scoring: Scoring) -> Iterator[Entered]:
        fields = {
            name: self.book.vocabulary.fields[name]
            for name in scored.facts.columns
            if not name.endswith(NEVER)
        }
        columns = {parsed.field.id: column for column, parsed in scoring.cells.items()}
        rows = zip(
            scored.facts.iter_rows(named=True),
            batch.frame.iter_rows(named=True),
            scoring.answers(scored).cast(pl.String).fill_null("").iter_rows(named=True),
            batch.lines,
            scored.accepted,
            strict=True,
        )
        for facts, cells, row, line, accepted in rows:
            if accepted:
                fired = set(words(row["rules_fired"]))
                answers = {
                    name: answer for name, field in fields.items() if (answer := _answer(field, facts))
                }
                given = {
                    name: str(cells[columns[name]])
                    for name in fields
                    if str(cells[columns[name]] or "").strip()
                }
                yield Entered(
                    name=visible(str(cells.get(self.id_column) or "").strip()) or f"row {line}",
                    line=line,
                    answers=answers,
                    given={columns[name]: cell for name, cell in given.items()},
                    unread={columns[name]: cell for name, cell in given.items() if name not in answers},
                    clearance=Clearance.read(row["clearance"]).rank,
                    urgency=Urgency(row["urgency"]).rank + 1 if row["urgency"] else 0,
                    tier=self.book.scales["risk_tier"].index(row["risk_tier"]),
                    missing=len(words(row["check_first"])),
                    screened=int(row["clearance"] == Clearance.CLEAR),
                    verdicts=self._verdicts(row),
                    fired="".join("1" if rule in fired else "0" for rule in self.book.rules),
                    plan=plan_hash(self.plans.of_row(row)),
                )

    def _verdicts(self, row: Mapping[str, str]) -> str:
        verdicts = {
            movement: str(verdict.rank) for verdict in tuple(Verdict)[1:] for movement in words(row[verdict])
        }
        return "".join(verdicts.get(movement, "0") for movement in self.book.movements)


def _answer(field: Field, facts: Mapping[str, Any]) -> str:
    """Return an answer exactly, as a profile has it; empty where it is not known."""
    if facts.get(field.id + NEVER):
        return write_answer(field, NOT_APPLICABLE)
    return "" if facts[field.id] is None else write_answer(field, decode_answer(field, facts[field.id]))
