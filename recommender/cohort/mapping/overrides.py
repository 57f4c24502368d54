"""What the user states about columns, by options or in a saved mapping; it outranks column names."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from recommender.cohort.mapping.names import normalised_value
from recommender.cohort.mapping.spelling import OPTIONS, Spelling
from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_, read_file
from recommender.errors import CohortError, Problem, ProfileError, did_you_mean, quoted
from recommender.vocabulary import Field, Vocabulary
from recommender.vocabulary.answers import read_answer

HEEL_ULTRASOUND = "heel_ultrasound"
HIGH_SCORES = "high_scores"
ACCEPTABLE = (HEEL_ULTRASOUND, HIGH_SCORES)
ANY = "any"
DATES = ("dmy", "mdy")
_KEYS = ("columns", "values", "missing", "ignore", "accept", "as_of", "dates")


class Overrides(NamedTuple):
    """What the user states about a file.

    `columns` maps a field to its column. `values` maps a field to the answers that its cells stand for.
    `missing` maps a field, or `any` for all fields, to cells that mean not known.
    `ignore` are columns to leave alone. `accept` holds words of `ACCEPTABLE`, and fields whose column is read
    although its name or its numbers look like something else. `as_of` is a date (2026-05-31) or a column of
    dates from which ages and times are counted; `dates` is the order of day and month, one of `DATES`.
    `spelling` is how hints write further statements.
    """

    columns: Mapping[str, str] = {}
    values: Mapping[str, Mapping[str, str]] = {}
    missing: Mapping[str, frozenset[str]] = {}
    ignore: frozenset[str] = frozenset()
    accept: frozenset[str] = frozenset()
    as_of: str = ""
    dates: str = ""
    spelling: Spelling = OPTIONS

    def joined(self, later: "Overrides") -> "Overrides":
        """Merge two overrides; `later` wins where they differ."""
        mapped = frozenset(later.columns.values())
        columns = {
            field: column for field, column in self.columns.items() if column not in later.ignore | mapped
        }
        values, missing = dict(later.values), dict(later.missing)
        for field, cells in self.values.items():
            remaining = {
                text: answer for text, answer in cells.items() if text not in later.missing.get(field, ())
            }
            values[field] = {**remaining, **later.values.get(field, {})}
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
            later.as_of or self.as_of,
            later.dates or self.dates,
            later.spelling,
        )

    def means(self, field: str) -> dict[str, str]:
        """Return the stated answers for the cells of a field, by normalised text."""
        return {normalised_value(text): answer for text, answer in self.values.get(field, {}).items()}

    def unknown(self, field: str) -> frozenset[str]:
        """Return the normalised cells that mean not known for a field.

        A meaning stated for the field outranks a missing value stated for all fields.
        """
        of_all = {normalised_value(token) for token in self.missing.get(ANY, ())} - set(self.means(field))
        return frozenset(of_all | {normalised_value(token) for token in self.missing.get(field, ())})


def read_overrides(
    vocabulary: Vocabulary,
    maps: Iterable[str] = (),
    values: Iterable[str] = (),
    missing: Iterable[str] = (),
    ignore: Iterable[str] = (),
    accept: Iterable[str] = (),
    as_of: str | None = None,
    dates: str | None = None,
) -> Overrides:
    """Read the values of options.

    These are `--map FIELD=COLUMN`, `--values FIELD:TEXT=ANSWER`, `--missing [FIELD=]TEXT`, `--ignore COLUMN`,
    `--accept WORD`, `--as-of DATE|COLUMN` and `--dates dmy|mdy`.

    Raises:
        CohortError: every option that cannot be understood.

    """
    reader = OverridesReader(vocabulary)
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
    if dates is not None:
        reader.dates("--dates", dates)
    return reader.overrides(ignore)._replace(as_of=as_of or "", dates=dates or "")


def load_overrides(path: Path, vocabulary: Vocabulary) -> Overrides:
    """Read the file of a saved mapping.

    Raises:
        CohortError, DocumentError: every problem, each with its location.

    """
    return read_saved(read_file(path), vocabulary)


def read_saved(document: Document, vocabulary: Vocabulary) -> Overrides:
    """Read the data of a saved mapping.

    Raises:
        CohortError: every problem, each with its location.

    """
    check, reader = Checker(document), OverridesReader(vocabulary)
    data = check.mapping(document.data, (), (), _KEYS)

    def text(value: Any, path: Path_) -> str:
        if not isinstance(value, str):
            check.fail(path, "this must be text.")
            return ""
        return str(value)

    def texts(value: Any, path: Path_, use: Callable[[str, str], None]) -> None:
        for item_path, item in check.items(value, path):
            use(document.place(item_path), text(item, item_path))

    for name, column in check.mapping(data.get("columns"), ("columns",)).items():
        path: Path_ = ("columns", name)
        reader.map(document.place(path), name, text(column, path))
    for name, cells in check.mapping(data.get("values"), ("values",)).items():
        for cell, answer in check.mapping(cells, ("values", name)).items():
            path = ("values", name, cell)
            reader.value(document.place(path), name, cell, text(answer, path))
    for name, tokens in check.mapping(data.get("missing"), ("missing",)).items():
        texts(tokens, ("missing", name), partial(_add_token, reader, name))
    ignored: list[str] = []
    texts(data.get("ignore"), ("ignore",), lambda _, column: ignored.append(column))
    texts(data.get("accept"), ("accept",), reader.accept)
    as_of, dates = (text(data[key], (key,)) if key in data else "" for key in ("as_of", "dates"))
    if dates:
        reader.dates(document.place(("dates",)), dates)
    reader.problems.extend(check.problems)
    return reader.overrides(ignored)._replace(as_of=as_of, dates=dates)


def saved(overrides: Overrides) -> str:
    """Return the overrides as YAML for `read_saved`."""
    import yaml

    data = {
        "columns": dict(overrides.columns),
        "values": {field: dict(cells) for field, cells in overrides.values.items()},
        "missing": {field: sorted(tokens) for field, tokens in overrides.missing.items()},
        "ignore": sorted(overrides.ignore),
        "accept": sorted(overrides.accept),
        "as_of": overrides.as_of,
        "dates": overrides.dates,
    }
    entries = {key: value for key, value in data.items() if value}
    # Control characters and unusual line breaks must be escaped, or YAML would lose them.
    readable = "\\" not in repr(entries)
    return str(yaml.safe_dump(entries, sort_keys=False, allow_unicode=readable))


def _add_token(reader: "OverridesReader", field: str, location: str, token: str) -> None:
    reader.token(location, field, token)


class OverridesReader:
    """Collects overrides one by one, and the problem of each."""

    def __init__(self, vocabulary: Vocabulary, spelling: Spelling = OPTIONS) -> None:
        self.vocabulary, self.spelling = vocabulary, spelling
        self.problems: list[Problem] = []
        self.columns: dict[str, str] = {}
        self.values: dict[str, dict[str, str]] = {}
        self.missing: dict[str, set[str]] = {}
        self.accepted: set[str] = set()

    def map(self, location: str, name: str, column: str | None) -> None:
        """Add the column of a field; `None` means that the text has no column."""
        if column is None:
            self._fail(
                location,
                f"{quoted(name)} does not say which column is which field.",
                "Write --map field=Column.",
            )
        elif self._field(location, name) is None:
            return
        elif self.columns.setdefault(name, column) != column:
            self._fail(
                location,
                f"`{name}` is mapped to two columns: {quoted(self.columns[name])} and {quoted(column)}.",
                "Keep one of them.",
            )

    def value(self, location: str, name: str, cell: str | None, answer: str) -> None:
        """Add the answer that a cell of a field stands for; `None` means that the text has no cell."""
        if cell is None:
            self._fail(
                location,
                f"{quoted(name)} does not say what a cell means.",
                "Write --values field:TEXT=ANSWER.",
            )
            return
        field = self._field(location, name)
        if field is None or not self._is_answer(location, field, answer):
            return
        answers = self.values.setdefault(name, {})
        if answers.setdefault(cell, answer.strip()) != answer.strip():
            self._fail(
                location,
                f"{quoted(cell)} has two meanings in `{name}`: {answers[cell]} and {answer.strip()}.",
                "Keep one of them.",
            )

    def _is_answer(self, location: str, field: Field, answer: str) -> bool:
        try:
            read_answer(field, answer, "")
        except ProfileError as error:
            problem = error.problems[0]
            self._fail(location, f"`{field.id}`: {problem.message}", problem.hint)
            return False
        return True

    def token(self, location: str, name: str, token: str) -> None:
        """Add a cell that means not known, for one field or for `any`."""
        if name == ANY or self._field(location, name) is not None:
            self.missing.setdefault(name, set()).add(token)

    def accept(self, location: str, word: str) -> None:
        """Add a word of `ACCEPTABLE`, or a field whose column is read as it is."""
        if word in ACCEPTABLE or word in self.vocabulary.fields:
            self.accepted.add(word)
        else:
            hint = did_you_mean(word, (*ACCEPTABLE, *self.vocabulary.fields))
            self._fail(
                location,
                f"{quoted(word)} cannot be accepted. Known: {', '.join(ACCEPTABLE)}, or a field.",
                hint,
            )

    def dates(self, location: str, order: str) -> None:
        """Check the order of day and month."""
        if order not in DATES:
            self._fail(
                location, f"{quoted(order)} is no order of day and month.", f"Write {' or '.join(DATES)}."
            )

    def overrides(self, ignore: Iterable[str]) -> Overrides:
        """Return the collected overrides, if they have no problems and do not contradict each other."""
        ignored = frozenset(ignore)
        self._contradictions(ignored)
        if self.problems:
            raise CohortError(self.problems)
        missing = {field: frozenset(tokens) for field, tokens in self.missing.items()}
        return Overrides(
            self.columns, self.values, missing, ignored, frozenset(self.accepted), spelling=self.spelling
        )

    def _contradictions(self, ignored: frozenset[str]) -> None:
        columns: Sequence[str] = list(self.columns.values())
        for column in dict.fromkeys(column for column in columns if columns.count(column) > 1):
            names = ", ".join(f"`{name}`" for name, mapped in self.columns.items() if mapped == column)
            self._fail(
                self.spelling.name("map"),
                f"the column {quoted(column)} is mapped to several fields: {names}.",
                "A column can be one field only.",
            )
        for column in dict.fromkeys(column for column in columns if column in ignored):
            self._fail(
                self.spelling.name("ignore"),
                f"the column {quoted(column)} is mapped to a field and also ignored.",
                "Keep one of them.",
            )
        for name, cells in self.values.items():
            for cell in cells:
                if cell in self.missing.get(name, ()):
                    self._fail(
                        self.spelling.name("missing"),
                        f"{quoted(cell)} means {cells[cell]} in `{name}`, and also not known.",
                        "Keep one of them.",
                    )

    def _field(self, location: str, name: str) -> Field | None:
        field = self.vocabulary.fields.get(name)
        if field is None:
            hint = (
                did_you_mean(name, self.vocabulary.fields) or "`recommender fields` lists what can be given."
            )
            self._fail(location, f"{quoted(name)} is not a field.", hint)
        return field

    def _fail(self, location: str, message: str, hint: str) -> None:
        self.problems.append(Problem(location, message, hint))
