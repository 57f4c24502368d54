"""Map each column of a file to a field, by its name or by overrides; ask where several fields fit."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from recommender.cohort.mapping import questions as ask
from recommender.cohort.mapping.codes import common_unread, maybe_coded
from recommender.cohort.mapping.contradictions import contradiction
from recommender.cohort.mapping.conversion import Conversion, converted
from recommender.cohort.mapping.names import (
    ColumnDictionary,
    Name,
    Role,
    normalised_value,
    one_slip,
    plain_name,
)
from recommender.cohort.mapping.overrides import ANY, HEEL_ULTRASOUND, Overrides
from recommender.cohort.mapping.result import ColumnMapping, FieldColumn, mapping_report
from recommender.cohort.mapping.score_guards import NO_SITE, refused_name, refused_numbers
from recommender.cohort.mapping.score_kinds import is_score
from recommender.cohort.mapping.time_columns import TimeColumns, day_note
from recommender.cohort.mapping.time_names import DATE
from recommender.cohort.mapping.values import ColumnValues, cell_texts, number_form, read_values
from recommender.errors import CohortError, Problem, did_you_mean, quoted
from recommender.vocabulary import Field, Vocabulary

__all__ = ["ColumnMapping", "FieldColumn", "map_columns", "mapping_report", "normalised_value"]

_READABLE = (Role.FIELD, Role.COUNTED, Role.FLAG, Role.HEEL)
_FRACTURES = ("vertebral_fractures", "hip_fracture", "other_fractures")
_MOST_SHOWN = 6
_LEFT_ALONE = "left alone, as stated"
_NO_DATES = "Its name is that of a date, and its cells are no dates."
_MOST_NEAR = 50
_ENOUGH = 3
_WHOLE = re.compile(r"[+-]?[0-9]{1,2}")
_DIGITS = re.compile(r"[0-9]{1,3}")


class NamesBeside(NamedTuple):
    """What a file says besides the names of its columns.

    `labels` are second names, which count where the first is not known; `above` is text above the names.
    """

    labels: Mapping[str, str] = MappingProxyType({})
    above: str = ""


_NOTHING_BESIDE = NamesBeside()


def map_columns(
    header: Sequence[str],
    repeated: frozenset[str],
    sample: pl.DataFrame,
    decimal: str,
    vocabulary: Vocabulary,
    dictionary: ColumnDictionary,
    overrides: Overrides,
    beside: NamesBeside = _NOTHING_BESIDE,
) -> ColumnMapping:
    """Map the columns of a file to fields.

    `repeated` are the names that its header has more than once, `sample` its first rows. `beside` is what
    the file says besides its names.

    Raises:
        CohortError: the overrides do not fit this file.

    """
    mapper = _Mapper(header, repeated, sample, decimal, vocabulary, dictionary, overrides)
    mapper.name_columns(beside)
    return mapper.mapping()


class _Mapper:
    def __init__(
        self,
        header: Sequence[str],
        repeated: frozenset[str],
        sample: pl.DataFrame,
        decimal: str,
        vocabulary: Vocabulary,
        dictionary: ColumnDictionary,
        overrides: Overrides,
    ) -> None:
        self.header, self.repeated, self.sample, self.decimal = tuple(header), repeated, sample, decimal
        self.vocabulary, self.dictionary, self.overrides = vocabulary, dictionary, overrides
        self.spelling = overrides.spelling
        self.names: dict[str, Name | None] = {}
        self.called: dict[str, str] = {}
        self.heel = False
        self.accepted = HEEL_ULTRASOUND in overrides.accept
        self.candidates: dict[str, list[str]] = {
            field: [column] for field, column in overrides.columns.items()
        }
        self.asked: list[tuple[str, Name]] = []
        self.columns: list[FieldColumn] = []
        self.apart: list[tuple[str, str]] = []
        self.ignored: list[tuple[str, str]] = []
        self.questions: list[Problem] = []
        self.notes: list[str] = []
        self.absences: list[str] = []
        self.codes: dict[str, list[str]] = {}
        self.time = TimeColumns(sample, dictionary, overrides)
        self.dated: dict[str, list[str]] = {}

    def name_columns(self, beside: NamesBeside) -> None:
        """Look up the names of columns, and their labels where the names are not known."""
        for column in self.header:
            known = self.dictionary.lookup(column) is not None or self.dictionary.mentions_score(column)
            self.called[column] = column if known else beside.labels.get(column) or column
            self.names[column] = self.dictionary.lookup(self.called[column])
        self.heel = self.dictionary.mentions_heel(beside.above) or any(
            name is not None and name.heel for name in self.names.values()
        )

    def mapping(self) -> ColumnMapping:
        self._check_columns()
        for column in self.header:
            self._classify(column, self.names[column])
        for dated, columns in self.dated.items():
            self._classify_dates(dated, columns)
        self._check_fields()
        for field in self.vocabulary.fields.values():
            if field.id in self.candidates:
                self._settle(field, self.candidates[field.id])
        for column, name in self.asked:
            self._ask(column, name)
        self._finish()
        return ColumnMapping(
            tuple(self.columns),
            tuple(self.apart),
            tuple(self.ignored),
            tuple(self.questions),
            tuple(self.notes),
            tuple(self.absences),
        )

    # ── overrides ──

    def _check_columns(self) -> None:
        named = [("map", column) for column in self.overrides.columns.values()] + [
            ("ignore", column) for column in sorted(self.overrides.ignore)
        ]
        missing = [(kind, column) for kind, column in named if column not in self.header]
        if missing:
            raise CohortError(
                Problem(
                    self.spelling.name(kind),
                    f"there is no column {quoted(column)}.",
                    did_you_mean(column, self.header),
                )
                for kind, column in missing
            )

    def _check_fields(self) -> None:
        """Refuse the meanings of cells of a field that no column could be."""
        could_be = {*self.candidates, *(field for _, name in self.asked for field in name.fields)}
        named = [("values", field) for field in self.overrides.values] + [
            ("missing", field) for field in self.overrides.missing if field != ANY
        ]
        problems = [
            Problem(
                self.spelling.name(kind),
                f"no column is read as `{field}`.",
                f"Write {self.spelling.map(field, 'COLUMN')} with the name of its column, or leave this out.",
            )
            for kind, field in named
            if field not in could_be
        ]
        if problems:
            raise CohortError(problems)

    # ── each column ──

    def _classify(self, column: str, name: Name | None) -> None:
        """Make a column a candidate for its field, or ask about it, keep it apart or ignore it."""
        if column in self.overrides.columns.values():
            return
        if column in self.overrides.ignore:
            self.ignored.append((column, _LEFT_ALONE))
        elif name is None and self.dictionary.mentions_score(self.called[column]):
            self.questions.append(ask.which_bone(self.spelling, column, self._scores_like(column)))
        elif name is None:
            self.ignored.append((column, self._near(column)))
        elif name.role == Role.ASK:
            self.asked.append((column, name))
        elif name.role in (Role.APART, Role.NEVER):
            self.apart.append((column, self.spelling.sentence(name.say, column)))
        elif name.fields[0] in self.overrides.columns:
            other = quoted(self.overrides.columns[name.fields[0]])
            self.apart.append((column, f"`{name.fields[0]}` is read from {other}, as stated."))
        elif name.role == Role.HEEL and not self.accepted and self._has_sites():
            self.apart.append((column, self.spelling.sentence(name.say, column)))
        elif name.unit == DATE:
            self.dated.setdefault(name.fields[0], []).append(column)
        else:
            self.candidates.setdefault(name.fields[0], []).append(column)

    def _classify_dates(self, field: str, columns: list[str]) -> None:
        """Make dates candidates for their field, unless it has a column of its own or no day to count to."""
        dates = [column for column in columns if self.time.is_date(column, self._name(column))]
        self.ignored += [(column, _NO_DATES) for column in columns if column not in dates]
        if field in self.candidates:
            own = quoted(self.candidates[field][0])
            self.apart += [(column, f"`{field}` is read from {own}.") for column in dates]
        elif self.overrides.as_of or field in self.dictionary.time.asked:
            self.candidates.update({field: dates} if dates else {})
        else:
            self.ignored += [(column, f"With --as-of DATE it is read as `{field}`.") for column in dates]

    def _name(self, column: str) -> Name:
        name = self.names[column]
        assert name is not None
        return name

    def _has_sites(self) -> bool:
        """Return whether the file has scores of a named bone, so that heel ultrasound is not needed."""
        named = {
            name.fields[0] for name in self.names.values() if name is not None and name.role == Role.FIELD
        }
        return any(
            is_score(self.vocabulary.fields[field]) for field in {*named, *self.overrides.columns} - {NO_SITE}
        )

    def _near(self, column: str) -> str:
        """Return a hint for a column whose name is one typing slip away from a known name.

        In a very wide file, only the first columns get one, as the search is slow.
        """
        key = plain_name(self.called[column])
        if len(self.ignored) > _MOST_NEAR:
            return ""
        similar = next(
            (name for known, name in self.dictionary.names.items() if name.fields and one_slip(key, known)),
            None,
        )
        fields = [
            field
            for field in (similar.fields if similar else ())
            if not self._contradiction(self.vocabulary.fields[field], column)
        ]
        return ask.near(self.spelling, column, fields) if fields else ""

    def _scores_like(self, column: str) -> list[Field]:
        """Return the scores that the name of a column leaves possible."""
        return [
            field
            for field in self.vocabulary.fields.values()
            if is_score(field) and not self._contradiction(field, column)
        ]

    def _contradiction(self, field: Field, column: str) -> str:
        return contradiction(field, self.called[column], self.dictionary, self.vocabulary)

    # ── each field ──

    def _settle(self, field: Field, columns: list[str]) -> None:
        """Map a field to its column, or ask first."""
        column, is_stated = columns[0], field.id in self.overrides.columns
        if column in self.repeated and not is_stated:
            columns = [
                *columns,
                *(other for other in self.header if re.fullmatch(f"{re.escape(column)}_[0-9]+", other)),
            ]
        if len(columns) > 1:
            reasons = [
                (name, refused_name(field, self.names[name], self.heel, self.accepted, self.dictionary))
                for name in columns
            ]
            self.questions += [
                ask.refused(self.spelling, name, reason) for name, reason in reasons if reason
            ][:1]
            self.questions.append(ask.which_column(self.spelling, field, columns))
            return
        if is_stated and field.id not in self.overrides.accept:
            reason = self._contradiction(field, column)
            if reason and not self._is_refused(field, column):
                self.questions.append(ask.contradicted(self.spelling, field, column, reason))
                return
        convert = self.time.conversion(field, column, self.names[column])
        if isinstance(convert, Problem):
            self.questions.append(convert)
            return
        name = self._name_of(field, column)
        values = self._values(field, column, convert)
        if name is not None and not is_stated and self._is_uninformative(name, values):
            yes = next(
                (
                    text
                    for text in values.answered
                    if self.dictionary.yes_no.get(normalised_value(text)) == "yes"
                ),
                "yes",
            )
            self.apart.append((column, self.spelling.sentence(name.say, column, yes)))
        elif question := self._question(field, column, values, is_stated):
            self.questions.append(question)
        else:
            self._accept(field, column, values, is_stated, convert)

    def _is_refused(self, field: Field, column: str) -> bool:
        """Return whether a column must not be read as a score, whatever is stated."""
        name = self.names[column]
        return refused_name(field, name, self.heel, self.accepted, self.dictionary) is not None

    def _name_of(self, field: Field, column: str) -> Name | None:
        """Return the dictionary entry of a column's name, if it is one of this field."""
        name = self.names[column]
        return name if name is not None and name.role in _READABLE and name.fields == (field.id,) else None

    def _values(self, field: Field, column: str, convert: Conversion | None = None) -> ColumnValues:
        sample = self.sample if convert is None else converted(self.sample, {column: convert})
        return read_values(
            field,
            self._name_of(field, column),
            sample[column],
            self.decimal,
            self.dictionary,
            self.overrides,
        )

    def _is_uninformative(self, name: Name, values: ColumnValues) -> bool:
        """Return whether a yes-no column holds no answer of its field."""
        both_unknown = name.role == Role.FLAG and name.yes == name.no == "unknown"
        return (
            both_unknown
            and bool(values.answered)
            and all(values.answer(text) == "unknown" for text in values.answered)
        )

    def _question(self, field: Field, column: str, values: ColumnValues, is_stated: bool) -> Problem | None:
        """Return the question to answer before a column may be read as a field, if any."""
        name = self.names[column]
        by_name = refused_name(field, name, self.heel, self.accepted, self.dictionary)
        if not is_stated and (question := ask.maybe_shares(self.spelling, field, column, values)):
            return question
        if reason := by_name or refused_numbers(field, values, self.dictionary):
            return ask.refused(self.spelling, column, reason)
        if self._may_not_count(field, name, values, is_stated):
            return ask.not_counted(self.spelling, field, column, values, self.dictionary, is_stated)
        if values.unread_share > ask.MOST_UNREAD:
            return ask.not_understood(self.spelling, field, column, values)
        return (
            common_unread(self.spelling, field, column, values)
            or maybe_coded(field, column, values, self.overrides)
            or ask.maybe_codes(self.spelling, field, column, values, self.dictionary)
        )

    def _may_not_count(self, field: Field, name: Name | None, values: ColumnValues, is_stated: bool) -> bool:
        """Return whether a count may only say yes or no, or has cells such as `yes` and `2+`."""
        if field.kind != "count":
            return False
        if any(
            self.dictionary.yes_no.get(normalised_value(text)) == "yes" or self.dictionary.least_number(text)
            for text in values.unread
        ):
            return True
        above_one = any(number > 1 for text, number in values.numbers.items() if text not in values.unread)
        is_count = name is not None and name.role == Role.COUNTED
        return is_count and not is_stated and bool(values.answered) and not above_one

    def _accept(
        self, field: Field, column: str, values: ColumnValues, is_stated: bool, convert: Conversion | None
    ) -> None:
        how = ["as stated" if is_stated else "by its name"]
        how += [values.known_as] * bool(values.known_as)
        if self.heel and field.id == NO_SITE:
            how.append("heel ultrasound, accepted")
            self.notes.append(
                f"{quoted(column)}: scores of the heel, treated like T-scores of a DXA scan "
                "because that was accepted."
            )
        shown = []
        for text in list(values.seen)[:_MOST_SHOWN]:
            answer = values.answer(text).replace("unknown", "not known")
            shown.append(f"{text} = {answer}" if answer and answer != normalised_value(text) else text)
        if codes := ask.codes_read(values):
            self.codes.setdefault(codes, []).append(column)
        part_years = field.id in self.dictionary.completed
        self.columns.append(
            FieldColumn(
                field,
                column,
                "; ".join(how),
                values.words,
                values.missing,
                part_years,
                tuple(shown),
                convert,
                number_form(field, self.dictionary),
            )
        )
        if convert is not None:
            self.notes.append(day_note(column, convert))
        self.notes += ask.notes(
            self.spelling, field, column, self._name_of(field, column), values, self.dictionary
        )

    def _ask(self, column: str, name: Name) -> None:
        """Ask which field a column is, unless all possible fields have a column already."""
        fields = [self.vocabulary.fields[field] for field in name.fields if field not in self.candidates]
        if fields:
            self.questions.append(
                ask.which_field(
                    self.spelling,
                    column,
                    name,
                    [(field, self._values(field, column)) for field in fields],
                    self.dictionary,
                )
            )
        else:
            self.apart.append((column, f"{name.say} What it could be has a column of its own."))

    # ── the whole file ──

    def _decimals_beside(self, score: FieldColumn) -> str:
        """Return the column right of a score that may hold its decimals, else an empty text.

        A decimal comma in a comma-separated file splits a score into two such columns.
        """
        index = self.header.index(score.column) + 1
        beside = self.header[index] if index < len(self.header) else ""
        unused = {column for column, hint in self.ignored if hint != _LEFT_ALONE}
        if not is_score(score.field) or beside not in unused:
            return ""
        scores, decimals = (cell_texts(self.sample[column]) for column in (score.column, beside))
        split = (
            len(decimals) >= _ENOUGH
            and all(_WHOLE.fullmatch(cell.strip()) for cell in scores)
            and all(_DIGITS.fullmatch(cell.strip()) for cell in decimals)
        )
        return beside if split else ""

    def _finish(self) -> None:
        """Ask about split decimals and about a file without any field; note what the file lacks."""
        self.questions += [
            ask.maybe_decimals(self.spelling, mapped.column, beside)
            for mapped in self.columns
            if (beside := self._decimals_beside(mapped))
        ]
        if not self.columns and not self.questions:
            self.questions.append(ask.nothing_read(self.spelling, self.header))
        possible = {*self.candidates, *(field for _, name in self.asked for field in name.fields)}
        scores = {field.id for field in self.vocabulary.fields.values() if is_score(field)}
        for fields, what in (
            (scores, "a T-score or Z-score"),
            ({*_FRACTURES}, "a broken bone"),
            ({"age"}, "the age"),
        ):
            if not fields & possible:
                self.absences.append(f"No column is read as {what}, so it is not known for any row.")
        for codes, columns in self.codes.items():
            self.notes.append(f"Codes read: {codes}, in {', '.join(map(quoted, columns))}.")
        unused = self.time.unused(
            {column: self.called[column] for column, hint in self.ignored if hint != _LEFT_ALONE}
        )
        if unused:
            self.absences.append(
                f"Not used, though they may matter: {ask.listed(unused)}. "
                f"If one is a field, write {self.spelling.map('FIELD', 'COLUMN')}."
            )
        if self.apart:
            names = ", ".join(quoted(column) for column, _ in self.apart)
            note = f"Not read, though they look like a field: {names}. {self.spelling.reasons}"
            self.absences.append(note.rstrip())
        if self.accepted and not self.heel:
            self.notes.append(
                f"{self.spelling.accept(HEEL_ULTRASOUND)} changes nothing: "
                "no column is of an ultrasound of the heel."
            )
