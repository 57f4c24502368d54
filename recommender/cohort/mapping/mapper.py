"""Which column of a file is which field: by its name, or as stated. Where it could be two things, that is asked and never guessed."""

import re
from collections.abc import Sequence

import polars as pl

from recommender.cohort.mapping import questions as ask
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
from recommender.cohort.mapping.score_guards import NO_SITE, is_score, refused_name, refused_numbers
from recommender.cohort.mapping.values import ColumnValues, cell_texts, read_values
from recommender.errors import CohortError, Problem, did_you_mean, quoted
from recommender.vocabulary import Field, Vocabulary

__all__ = ["ColumnMapping", "FieldColumn", "mapping_report", "normalised_value", "understand"]

_READABLE = (Role.FIELD, Role.COUNTED, Role.FLAG, Role.HEEL)
_FRACTURES = ("vertebral_fractures", "hip_fracture", "other_fractures")
_MOST_SHOWN = 6
_LEFT_ALONE = "left alone, as stated"
_MOST_NEAR = 50
_ENOUGH = 3
_WHOLE = re.compile(r"[+-]?[0-9]{1,2}")
_DIGITS = re.compile(r"[0-9]{1,3}")


def understand(
    header: Sequence[str],
    repeated: frozenset[str],
    sample: pl.DataFrame,
    decimal: str,
    vocabulary: Vocabulary,
    words: ColumnDictionary,
    stated: Overrides,
) -> ColumnMapping:
    """Say what each column of a file is; `sample` are its first rows, `repeated` the names that stand in its header twice.

    Raises:
        CohortError: when what is stated does not fit this file.

    """
    return _Mapper(header, repeated, sample, decimal, vocabulary, words, stated).understanding()


class _Mapper:
    def __init__(
        self,
        header: Sequence[str],
        repeated: frozenset[str],
        sample: pl.DataFrame,
        decimal: str,
        vocabulary: Vocabulary,
        words: ColumnDictionary,
        stated: Overrides,
    ) -> None:
        self.header, self.repeated, self.sample, self.decimal = tuple(header), repeated, sample, decimal
        self.vocabulary, self.words, self.stated = vocabulary, words, stated
        self.names = {column: words.of(column) for column in header}
        self.heel = any(name is not None and name.heel for name in self.names.values())
        self.accepted = HEEL_ULTRASOUND in stated.accept
        self.candidates: dict[str, list[str]] = {field: [column] for field, column in stated.columns.items()}
        self.asked: list[tuple[str, Name]] = []
        self.columns: list[FieldColumn] = []
        self.apart: list[tuple[str, str]] = []
        self.ignored: list[tuple[str, str]] = []
        self.questions: list[Problem] = []
        self.notes: list[str] = []

    def understanding(self) -> ColumnMapping:
        self._check_columns()
        for column in self.header:
            self._sort(column, self.names[column])
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
        )

    # ── what was stated ──

    def _check_columns(self) -> None:
        named = [("--map", column) for column in self.stated.columns.values()] + [
            ("--ignore", column) for column in sorted(self.stated.ignore)
        ]
        missing = [(option, column) for option, column in named if column not in self.header]
        if missing:
            raise CohortError(
                Problem(
                    option, f"this file has no column {quoted(column)}.", did_you_mean(column, self.header)
                )
                for option, column in missing
            )

    def _check_fields(self) -> None:
        """Refuse to state what the cells of a field mean that no column could be."""
        could_be = {*self.candidates, *(field for _, name in self.asked for field in name.fields)}
        named = [("--values", field) for field in self.stated.values] + [
            ("--missing", field) for field in self.stated.missing if field != ANY
        ]
        problems = [
            Problem(
                option,
                f"no column of this file is read as `{field}`.",
                f"Write --map {field}=… with its column, or leave this out.",
            )
            for option, field in named
            if field not in could_be
        ]
        if problems:
            raise CohortError(problems)

    # ── each column ──

    def _sort(self, column: str, name: Name | None) -> None:
        """Put a column with the field that its name says, or with those that are asked about, kept apart or not used."""
        if column in self.stated.columns.values():
            return
        if column in self.stated.ignore:
            self.ignored.append((column, _LEFT_ALONE))
        elif name is None and self.words.speaks_of_score(column):
            self.questions.append(ask.which_bone(column))
        elif name is None:
            self.ignored.append((column, self._near(column)))
        elif name.role == Role.ASK:
            self.asked.append((column, name))
        elif name.role in (Role.APART, Role.NEVER):
            self.apart.append((column, ask.filled(name.say, column)))
        elif name.fields[0] in self.stated.columns:
            self.apart.append(
                (
                    column,
                    f"`{name.fields[0]}` is read from {quoted(self.stated.columns[name.fields[0]])}, as stated.",
                )
            )
        elif name.role == Role.HEEL and not self.accepted and self._has_sites():
            self.apart.append((column, ask.filled(name.say, column)))
        else:
            self.candidates.setdefault(name.fields[0], []).append(column)

    def _has_sites(self) -> bool:
        """Say whether the file has scores of a named bone, so that ultrasound of the heel can be left aside."""
        named = {
            name.fields[0] for name in self.names.values() if name is not None and name.role == Role.FIELD
        }
        return any(
            is_score(self.vocabulary.fields[field]) for field in {*named, *self.stated.columns} - {NO_SITE}
        )

    def _near(self, column: str) -> str:
        """Say which field a column may be whose name is known but for one slip; in a very wide file only of the first columns."""
        key = plain_name(column)
        if len(self.ignored) > _MOST_NEAR:
            return ""
        found = next(
            (name for known, name in self.words.names.items() if name.fields and one_slip(key, known)), None
        )
        return ask.near(column, found.fields) if found else ""

    # ── each field ──

    def _settle(self, field: Field, columns: list[str]) -> None:
        """Read a field from its column, or ask what stands in the way."""
        column, stated = columns[0], field.id in self.stated.columns
        if column in self.repeated and not stated:
            columns = [
                *columns,
                *(other for other in self.header if re.fullmatch(f"{re.escape(column)}_[0-9]+", other)),
            ]
        if len(columns) > 1:
            reasons = [
                (one, refused_name(field, self.names[one], self.heel, self.accepted, self.words))
                for one in columns
            ]
            self.questions += [ask.refused(field, one, reason) for one, reason in reasons if reason][:1]
            self.questions.append(ask.which_column(field, columns))
            return
        said = self._said(field, column)
        values = self._values(field, column)
        if said is not None and not stated and self._tells_nothing(said, values):
            yes = next(
                (text for text in values.told if self.words.yes_no.get(normalised_value(text)) == "yes"),
                "yes",
            )
            self.apart.append((column, ask.filled(said.say, column, yes)))
        elif question := self._doubt(field, column, values, stated):
            self.questions.append(question)
        else:
            self._read(field, column, values, stated)

    def _said(self, field: Field, column: str) -> Name | None:
        """Return what the name of a column says, if it is of this field."""
        name = self.names[column]
        return name if name is not None and name.role in _READABLE and name.fields == (field.id,) else None

    def _values(self, field: Field, column: str) -> ColumnValues:
        return read_values(
            field, self._said(field, column), self.sample[column], self.decimal, self.words, self.stated
        )

    def _tells_nothing(self, name: Name, values: ColumnValues) -> bool:
        """Say whether a column holds only yes and no, and neither is an answer of its field."""
        both_unknown = name.role == Role.FLAG and name.yes == name.no == "unknown"
        return (
            both_unknown
            and bool(values.told)
            and all(values.answer(text) == "unknown" for text in values.told)
        )

    def _doubt(self, field: Field, column: str, values: ColumnValues, stated: bool) -> Problem | None:
        """Return what must be asked before a column may be read as a field."""
        name = self.names[column]
        by_name = refused_name(field, name, self.heel, self.accepted, self.words)
        if not stated and (question := ask.maybe_shares(field, column, values)):
            return question
        if reason := by_name or refused_numbers(field, values, self.words):
            return ask.refused(field, column, reason)
        above_one = any(number > 1 for text, number in values.numbers.items() if text not in values.unread)
        if name is not None and name.role == Role.COUNTED and not stated and values.told and not above_one:
            return ask.not_counted(field, column, values)
        if values.unread_share > ask.MOST_UNREAD:
            return ask.not_understood(field, column, values)
        return ask.maybe_codes(field, column, values, self.words)

    def _read(self, field: Field, column: str, values: ColumnValues, stated: bool) -> None:
        said = self._said(field, column)
        how = ["as stated" if stated else "by its name"]
        how += [values.known_as] * bool(values.known_as)
        if self.heel and field.id == NO_SITE:
            how.append("heel ultrasound, accepted")
            self.notes.append(
                f"{quoted(column)}: scores of the heel, treated like T-scores of a DXA scan because that was accepted."
            )
        shown = []
        for text in list(values.seen)[:_MOST_SHOWN]:
            answer = values.answer(text).replace("unknown", "not known")
            shown.append(f"{text} = {answer}" if answer and answer != normalised_value(text) else text)
        part_years = field.id in self.words.completed
        self.columns.append(
            FieldColumn(field, column, "; ".join(how), values.words, values.missing, part_years, tuple(shown))
        )
        self.notes += ask.notes(field, column, said, values, self.words)

    def _ask(self, column: str, name: Name) -> None:
        """Ask which field a column is, unless every field that it could be has a column already."""
        fields = [self.vocabulary.fields[field] for field in name.fields if field not in self.candidates]
        if fields:
            self.questions.append(
                ask.which_field(column, name, [(field, self._values(field, column)) for field in fields])
            )
        else:
            self.apart.append((column, f"{name.say} What it could be has a column of its own."))

    # ── the whole file ──

    def _decimals_beside(self, of: FieldColumn) -> str:
        """Return the column right of a score that may hold its decimals, as a decimal comma between commas leaves them."""
        place = self.header.index(of.column) + 1
        beside = self.header[place] if place < len(self.header) else ""
        if not is_score(of.field) or beside not in {
            column for column, hint in self.ignored if hint != _LEFT_ALONE
        }:
            return ""
        score, decimals = (cell_texts(self.sample[column]) for column in (of.column, beside))
        whole = all(_WHOLE.fullmatch(cell.strip()) for cell in score)
        return (
            beside
            if whole
            and len(decimals) >= _ENOUGH
            and all(_DIGITS.fullmatch(cell.strip()) for cell in decimals)
            else ""
        )

    def _finish(self) -> None:
        """Note what the file lacks; without any field there is nothing to go on."""
        self.questions += [
            ask.maybe_decimals(of.column, beside)
            for of in self.columns
            if (beside := self._decimals_beside(of))
        ]
        if not self.columns and not self.questions:
            self.questions.append(ask.nothing_read(self.header))
        open_ = {*self.candidates, *(field for _, name in self.asked for field in name.fields)}
        scores = {field.id for field in self.vocabulary.fields.values() if is_score(field)}
        for fields, what in (
            (scores, "a T-score or Z-score"),
            ({*_FRACTURES}, "a broken bone"),
            ({"age"}, "the age"),
        ):
            if not fields & open_:
                self.notes.append(f"No column of this file is read as {what}, so nobody's is known.")
        if self.apart:
            names = ", ".join(quoted(column) for column, _ in self.apart)
            self.notes.append(f"Not read, though they look like a field: {names}. --show-mapping says why.")
        if self.accepted and not self.heel:
            self.notes.append(
                f"--accept {HEEL_ULTRASOUND} changes nothing: no column of this file is of an ultrasound of the heel."
            )
