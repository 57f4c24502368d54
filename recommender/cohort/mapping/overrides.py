"""What the user states about a file's columns, on the command line or in a saved mapping: it outranks what their names say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from recommender.cohort.mapping.names import normalised_value
from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_, read_file
from recommender.errors import CohortError, Problem, ProfileError, did_you_mean, quoted
from recommender.vocabulary import Field, Vocabulary
from recommender.vocabulary.answers import read_answer

HEEL_ULTRASOUND = "heel_ultrasound"
HIGH_SCORES = "high_scores"
ACCEPTABLE = (HEEL_ULTRASOUND, HIGH_SCORES)
ANY = "any"
_KEYS = ("columns", "values", "missing", "ignore", "accept")


class Overrides(NamedTuple):
    """Facts about a file that nobody needs to guess.

    `columns` maps a field to its column, `values` a field to what cells mean (as they would be answered for one person),
    `missing` a field, or `any` for all, to cells that say nothing; `ignore` are columns to leave alone, `accept` what is used
    although it is not what it is taken for.
    """

    columns: Mapping[str, str] = {}
    values: Mapping[str, Mapping[str, str]] = {}
    missing: Mapping[str, frozenset[str]] = {}
    ignore: frozenset[str] = frozenset()
    accept: frozenset[str] = frozenset()

    def joined(self, later: "Overrides") -> "Overrides":
        """Return both together; where they differ, `later` holds."""
        mapped = frozenset(later.columns.values())
        columns = {
            field: column for field, column in self.columns.items() if column not in later.ignore | mapped
        }
        values, missing = dict(later.values), dict(later.missing)
        for field, cells in self.values.items():
            kept = {
                text: answer for text, answer in cells.items() if text not in later.missing.get(field, ())
            }
            values[field] = {**kept, **later.values.get(field, {})}
        for field, tokens in self.missing.items():
            missing[field] = tokens - frozenset(later.values.get(field, ())) | later.missing.get(
                field, frozenset()
            )
        return Overrides(
            {**columns, **later.columns},
            values,
            missing,
            self.ignore - mapped | later.ignore,
            self.accept | later.accept,
        )

    def means(self, field: str) -> dict[str, str]:
        """Return what cells of a field mean, by their normalised text."""
        return {normalised_value(text): answer for text, answer in self.values.get(field, {}).items()}

    def unknown(self, field: str) -> frozenset[str]:
        """Return the normalised cells of a field that say nothing; what is stated of the field alone outranks what is of all."""
        of_all = {normalised_value(token) for token in self.missing.get(ANY, ())} - set(self.means(field))
        return frozenset(of_all | {normalised_value(token) for token in self.missing.get(field, ())})


def read_overrides(
    vocabulary: Vocabulary,
    maps: Iterable[str] = (),
    values: Iterable[str] = (),
    missing: Iterable[str] = (),
    ignore: Iterable[str] = (),
    accept: Iterable[str] = (),
) -> Overrides:
    """Read `--map field=Column`, `--values field:TEXT=ANSWER`, `--missing [field=]TOKEN`, `--ignore COLUMN` and `--accept WORD`.

    Raises:
        CohortError: with every option that cannot be understood.

    """
    reader = _Reader(vocabulary)
    for text in maps:
        name, sign, column = text.partition("=")
        reader.map("--map", name, column if sign else None)
    for text in values:
        name, _, rest = text.partition(":")
        cell, sign, answer = rest.rpartition("=")
        reader.value("--values", name, cell if sign else None, answer)
    for text in missing:
        name, sign, token = text.partition("=")
        reader.token("--missing", name if sign else ANY, token if sign else text)
    for text in accept:
        reader.accept("--accept", text)
    return reader.stated(ignore)


def load_overrides(path: Path, vocabulary: Vocabulary) -> Overrides:
    """Read a saved mapping.

    Raises:
        CohortError, DocumentError: with every problem found, each at its place.

    """
    return read_saved(read_file(path), vocabulary)


def read_saved(document: Document, vocabulary: Vocabulary) -> Overrides:
    """Read the data of a saved mapping.

    Raises:
        CohortError: with every problem found, each at its place.

    """
    check, reader = Checker(document), _Reader(vocabulary)
    data = check.mapping(document.data, (), (), _KEYS)

    def text(value: Any, path: Path_) -> str:
        if not isinstance(value, str):
            check.fail(path, "this must be text.")
            return ""
        return str(value)

    def texts(value: Any, path: Path_, use: Callable[[str, str], None]) -> None:
        for place, item in check.items(value, path):
            use(document.place(place), text(item, place))

    for name, column in check.mapping(data.get("columns"), ("columns",)).items():
        path: Path_ = ("columns", name)
        reader.map(document.place(path), name, text(column, path))
    for name, cells in check.mapping(data.get("values"), ("values",)).items():
        for cell, answer in check.mapping(cells, ("values", name)).items():
            path = ("values", name, cell)
            reader.value(document.place(path), name, cell, text(answer, path))
    for name, tokens in check.mapping(data.get("missing"), ("missing",)).items():
        texts(tokens, ("missing", name), lambda place, token, name=name: reader.token(place, name, token))  # type: ignore[misc]
    ignored: list[str] = []
    texts(data.get("ignore"), ("ignore",), lambda _, column: ignored.append(column))
    texts(data.get("accept"), ("accept",), reader.accept)
    reader.problems.extend(check.problems)
    return reader.stated(ignored)


def saved(stated: Overrides) -> str:
    """Return the same facts as YAML, to be read by `read_saved`."""
    import yaml

    data = {
        "columns": dict(stated.columns),
        "values": {field: dict(cells) for field, cells in stated.values.items()},
        "missing": {field: sorted(tokens) for field, tokens in stated.missing.items()},
        "ignore": sorted(stated.ignore),
        "accept": sorted(stated.accept),
    }
    told = {key: value for key, value in data.items() if value}
    readable = "\\" not in repr(
        told
    )  # else some characters need to be escaped, and an unusual line break would be lost
    return str(yaml.safe_dump(told, sort_keys=False, allow_unicode=readable))


class _Reader:
    """Takes one statement after the other, and what is wrong with each."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.problems: list[Problem] = []
        self.columns: dict[str, str] = {}
        self.values: dict[str, dict[str, str]] = {}
        self.missing: dict[str, set[str]] = {}
        self.accepted: set[str] = set()

    def map(self, place: str, name: str, column: str | None) -> None:
        """Take a field's column; `None` where the text was no such statement."""
        if column is None:
            self._fail(
                place,
                f"{quoted(name)} does not say which column is which field.",
                "Write --map field=Column.",
            )
        elif self._field(place, name) is None:
            return
        elif self.columns.setdefault(name, column) != column:
            self._fail(
                place,
                f"`{name}` is said to be in {quoted(self.columns[name])} and in {quoted(column)}.",
                "Keep one of them.",
            )

    def value(self, place: str, name: str, cell: str | None, answer: str) -> None:
        """Take what a cell of a field means."""
        if cell is None:
            self._fail(
                place, f"{quoted(name)} does not say what a cell means.", "Write --values field:TEXT=ANSWER."
            )
            return
        field = self._field(place, name)
        if field is None or not self._is_answer(place, field, answer):
            return
        before = self.values.setdefault(name, {})
        if before.setdefault(cell, answer.strip()) != answer.strip():
            self._fail(
                place,
                f"{quoted(cell)} is said to mean {before[cell]} and {answer.strip()} in `{name}`.",
                "Keep one of them.",
            )

    def _is_answer(self, place: str, field: Field, answer: str) -> bool:
        try:
            read_answer(field, answer, "")
        except ProfileError as error:
            found = error.problems[0]
            self._fail(place, f"`{field.id}`: {found.message}", found.hint)
            return False
        return True

    def token(self, place: str, name: str, token: str) -> None:
        """Take a cell that says nothing, in one field or in any."""
        if name == ANY or self._field(place, name) is not None:
            self.missing.setdefault(name, set()).add(token)

    def accept(self, place: str, word: str) -> None:
        """Take the name of what is accepted."""
        if word in ACCEPTABLE:
            self.accepted.add(word)
        else:
            hint = did_you_mean(word, ACCEPTABLE)
            self._fail(
                place,
                f"{quoted(word)} is nothing that can be accepted. Known: {', '.join(ACCEPTABLE)}.",
                hint,
            )

    def stated(self, ignore: Iterable[str]) -> Overrides:
        """Return all that was taken, if it holds together."""
        ignored = frozenset(ignore)
        self._contradictions(ignored)
        if self.problems:
            raise CohortError(self.problems)
        missing = {field: frozenset(tokens) for field, tokens in self.missing.items()}
        return Overrides(self.columns, self.values, missing, ignored, frozenset(self.accepted))

    def _contradictions(self, ignored: frozenset[str]) -> None:
        columns: Sequence[str] = list(self.columns.values())
        for column in dict.fromkeys(column for column in columns if columns.count(column) > 1):
            names = ", ".join(f"`{name}`" for name, mapped in self.columns.items() if mapped == column)
            self._fail(
                "--map",
                f"the column {quoted(column)} is said to be {names}.",
                "A column can be one field only.",
            )
        for column in dict.fromkeys(column for column in columns if column in ignored):
            self._fail(
                "--ignore",
                f"the column {quoted(column)} is said to be a field, and to be left alone.",
                "Keep one of them.",
            )
        for name, cells in self.values.items():
            for cell in cells:
                if cell in self.missing.get(name, ()):
                    self._fail(
                        "--missing",
                        f"{quoted(cell)} is said to mean {cells[cell]}, and nothing, in `{name}`.",
                        "Keep one of them.",
                    )

    def _field(self, place: str, name: str) -> Field | None:
        field = self.vocabulary.fields.get(name)
        if field is None:
            hint = (
                did_you_mean(name, self.vocabulary.fields) or "`recommender fields` lists what can be given."
            )
            self._fail(place, f"{quoted(name)} is not a field.", hint)
        return field

    def _fail(self, place: str, message: str, hint: str) -> None:
        self.problems.append(Problem(place, message, hint))
