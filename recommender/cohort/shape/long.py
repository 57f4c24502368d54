"""Long tables, with one row for each scanned bone: one row for each person is made of them.

Of each bone that counts, the scores of its latest day are taken, and of those the lowest.
"""

import shlex
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import polars as pl

from recommender.cohort.mapping.names import ColumnDictionary, Site, T, Z, normalised_value
from recommender.cohort.mapping.phrasing import question, some
from recommender.cohort.mapping.values import cell_number, cell_texts, number_form
from recommender.cohort.model import Batch, Reject
from recommender.cohort.shape.row_dates import RowDates
from recommender.errors import CohortError, Problem, did_you_mean, quoted
from recommender.language.numbers import is_number
from recommender.vocabulary import Vocabulary

_MOST = 0.6
_LONG = "--long"


class LongColumns(NamedTuple):
    """The columns of a long table: of the person, the bone (several together), and the scores by kind."""

    person: str
    sites: tuple[str, ...]
    scores: dict[str, str]
    dates: RowDates | None


class _Score(NamedTuple):
    day: date
    text: str


def maybe_long(frame: pl.DataFrame, dictionary: ColumnDictionary, ignored: frozenset[str]) -> Problem | None:
    """Ask about a file with a score without a bone, and a column that names a bone in each row."""
    if not score_columns(frame.columns, dictionary):
        return None
    for column in frame.columns:
        if column in ignored or dictionary.names_a_break(column) or frame[column].dtype != pl.String:
            continue
        texts = [text for text in cell_texts(frame[column]) if text.strip()]
        known = [text for text in texts if dictionary.site(text) is not None]
        if texts and len(known) >= _MOST * len(texts):
            bones = tuple(dict.fromkeys(known))
            return question(
                column,
                f"it names the bone of each row: {some(bones)}. One row for each person must be made.",
                f"Write {_LONG} {shlex.quote(column)}: of each bone that counts, the lowest score of its "
                "latest day is taken.",
            )
    return None


def score_columns(columns: Sequence[str], dictionary: ColumnDictionary) -> dict[str, str]:
    """Return the columns of scores without a bone, by kind."""
    return {kind: column for column in reversed(columns) if (kind := dictionary.bare_score(column))}


def check_columns(
    stated: Sequence[str], columns: Sequence[str], dictionary: ColumnDictionary
) -> dict[str, str]:
    """Return the columns of scores of a long table.

    Raises:
        CohortError: a stated column is not there, or there are no scores.

    """
    for column in stated:
        if column not in columns:
            raise CohortError(
                Problem(_LONG, f"this file has no column {quoted(column)}.", did_you_mean(column, columns))
            )
    scores = score_columns(columns, dictionary)
    if not scores:
        message = "this file has no column of scores without a bone, such as `T-score`."
        raise CohortError(Problem(_LONG, message, "Leave it out."))
    return scores


def one_row_per_person(
    batch: Batch, columns: LongColumns, dictionary: ColumnDictionary, vocabulary: Vocabulary, decimal: str
) -> tuple[Batch, list[str]]:
    """Return one row for each person, and sentences on what was left out.

    The columns of bones and scores give way to one column for each field; the others are those of a
    person's latest row.
    """
    pivot = _Pivot(batch, columns, dictionary, vocabulary, decimal)
    for row in range(batch.frame.height):
        pivot.add(row)
    return pivot.result(), pivot.notes()


class _Pivot:
    def __init__(
        self,
        batch: Batch,
        columns: LongColumns,
        dictionary: ColumnDictionary,
        vocabulary: Vocabulary,
        decimal: str,
    ) -> None:
        self.batch, self.columns, self.dictionary = batch, columns, dictionary
        self.vocabulary, self.decimal = vocabulary, decimal
        frame = batch.frame
        self.ids = frame[columns.person].cast(pl.String).to_list()
        self.places = [frame[column].cast(pl.String).to_list() for column in columns.sites]
        self.scores = {
            kind: frame[column].cast(pl.String).to_list() for kind, column in columns.scores.items()
        }
        self.days = columns.dates.days(frame) if columns.dates else [date.min] * frame.height
        self.sites: dict[str, Site | None] = {}
        self.latest: dict[str, tuple[date, int]] = {}
        self.found: dict[str, dict[str, list[_Score]]] = {}
        self.rejects = list(batch.rejects)
        self.uncounted: Counter[str] = Counter()
        self.older = 0

    def add(self, row: int) -> None:
        """Add the scores of one row to its person."""
        id_ = (self.ids[row] or "").strip()
        text = " ".join(places[row] or "" for places in self.places).strip()
        day = self.days[row]
        if text not in self.sites:
            self.sites[text] = self.dictionary.site(text)
        site = self.sites[text]
        if not id_:
            self._reject(row, self.columns.person, "no_person", "This row does not say whose it is.")
        elif day is None:
            column = self.columns.dates.column if self.columns.dates else ""
            self._reject(row, column, "no_date", "This row has no date that can be read.")
        elif site is None or (not site.heel and len(site.t) > 1):
            say = site.say if site else "It is no known name of a bone."
            self._reject(row, self.columns.sites[-1], "unknown_site", f"{quoted(text)}: {say}")
        else:
            self.latest[id_] = max(self.latest.get(id_, (day, row)), (day, row))
            fields = {T: site.t, Z: site.z}
            if site.heel or not site.t:
                self.uncounted[text] += 1
                return
            for kind, cells in self.scores.items():
                cell = cells[row] or ""
                if normalised_value(cell) not in self.dictionary.missing | self.dictionary.missing_scores:
                    person = self.found.setdefault(id_, {})
                    person.setdefault(fields[kind][0], []).append(_Score(day, cell))

    def result(self) -> Batch:
        """Return the rows of people."""
        people = list(self.latest)
        gone = {*self.columns.sites, *self.columns.scores.values()}
        rows = [self.latest[id_][1] for id_ in people]
        kept = self.batch.frame[rows].select(name for name in self.batch.frame.columns if name not in gone)
        fields = [
            field for field in self.vocabulary.fields if any(field in found for found in self.found.values())
        ]
        if clash := next((field for field in fields if field in kept.columns), ""):
            message = f"the file has a column {quoted(clash)} beside its rows of bones."
            raise CohortError(Problem(_LONG, message, "Give that column another name."))
        scores = [
            pl.Series(
                field,
                [self._lowest(field, self.found.get(id_, {}).get(field, [])) for id_ in people],
                pl.String,
            )
            for field in fields
        ]
        self.rejects.sort(key=lambda reject: reject.line)
        return Batch(kept.hstack(scores), self.batch.lines[rows], tuple(self.rejects), 1.0)

    def notes(self) -> list[str]:
        """Return what was made of the rows, and what was left out."""
        by = f"of the latest day by {quoted(self.columns.dates.column)}, " if self.columns.dates else ""
        sentences = [
            f"{self.batch.frame.height:,} rows are read as {len(self.latest):,} people: of each bone the "
            f"lowest score counts, {by}and other columns are those of the last row."
        ]
        if self.uncounted:
            left = ", ".join(f"{quoted(text)} ({count:,})" for text, count in self.uncounted.most_common())
            sentences.append(f"Left out, as scores of these parts of the body do not count: {left}.")
        if self.older:
            sentences.append(f"Left out, as a later one is there: {self.older:,} older scores.")
        return sentences

    def _lowest(self, field: str, scores: Sequence[_Score]) -> str | None:
        """Return the lowest score of the latest day; a text that is no number goes before, to be rejected."""
        if not scores:
            return None
        day = max(score.day for score in scores)
        texts = [score.text for score in scores if score.day == day]
        self.older += len(scores) - len(texts)
        numbers = {text: self._number(field, text) for text in texts}
        unread = [text for text in texts if not is_number(numbers[text])]
        return unread[0] if unread else min(texts, key=lambda text: float(numbers[text]))

    def _number(self, field: str, text: str) -> str:
        known = self.vocabulary.fields[field]
        return cell_number(known, text, self.decimal, number_form(known, self.dictionary))

    def _reject(self, row: int, column: str, code: str, message: str) -> None:
        value = self.batch.frame[column][row] if column else None
        self.rejects.append(
            Reject(int(self.batch.lines[row]), column, "" if value is None else str(value), code, message)
        )
