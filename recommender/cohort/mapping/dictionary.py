"""Read `profiles/columns.yaml`, the dictionary of column names and cells; report every problem."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from recommender.cohort.mapping.cell_dictionary import KEYS, CellWords
from recommender.cohort.mapping.names import (
    ColumnDictionary,
    Heel,
    Name,
    Role,
    Scores,
    Site,
    looks_like_score,
    normalised_values,
    plain_name,
    plain_names,
    plain_words,
)
from recommender.cohort.mapping.time_dictionary import read_time_words
from recommender.cohort.mapping.time_names import TimeWords
from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_, read_bytes
from recommender.errors import Problem, RulebookError, did_you_mean, quoted
from recommender.rulebook.files import data_folder
from recommender.rulebook.loading import load_vocabulary
from recommender.vocabulary import Field, Vocabulary

_FILES = ("columns.yaml", "more_languages.yaml", "time.yaml")
_NAME_ROLES = {"names": Role.FIELD, "with_unit": Role.WITH_UNIT, "counted": Role.COUNTED}
_FILE_KEYS = (
    "languages",
    "people",
    "units",
    "missing",
    "yes_no",
    "never",
    "none",
    "at_least",
    "danger",
    "summary_rows",
    "categories",
    "foreign_units",
    "more_than",
    "scores",
    "heel",
    "apart",
    "ambiguous",
    "fields",
)


@cache
def load_column_dictionary() -> ColumnDictionary:
    """Read the dictionary of this package, once.

    Clashes between its names are left to the tests, as that check doubles the time.

    Raises:
        RulebookError, DocumentError: it has problems.

    """
    columns, more, time = (_document(name) for name in _FILES)
    return _Reader(_with(columns, more), time, load_vocabulary()).read(check_names=False)


def _with(columns: Document, more: Document) -> Document:
    """Return the data of `columns.yaml` with more languages added."""
    return columns._replace(data=_joined(columns.data, more.data))


def _joined(left: Any, right: Any) -> Any:
    """Join mappings by key and lists end to end; else the left holds."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left | {
            key: _joined(left[key], value) if key in left else value for key, value in right.items()
        }
    return [*left, *right] if isinstance(left, list) and isinstance(right, list) else left


def _document(name: str) -> Document:
    try:
        content = (data_folder("profiles") / name).read_bytes()
    except OSError as error:
        raise RulebookError(
            Problem(f"profiles/{name}", f"this file cannot be read: {error.strerror}.")
        ) from None
    return read_bytes(content, f"profiles/{name}", as_json=False)


def read_column_dictionary(document: Document, vocabulary: Vocabulary) -> ColumnDictionary:
    """Build the dictionary from the data of `columns.yaml`, with all checks.

    Raises:
        RulebookError: every problem, each with its location.

    """
    more, time = (_document(name) for name in _FILES[1:])
    return _Reader(_with(document, more), time, vocabulary).read(check_names=True)


class _Reader:
    def __init__(self, document: Document, time: Document, vocabulary: Vocabulary) -> None:
        self.check = check = Checker(document)
        self.time = time
        self.vocabulary = vocabulary
        self.data = check.mapping(document.data, (), _FILE_KEYS, ())
        self.languages = check.texts(self.data.get("languages"), ("languages",))
        self.cells = CellWords(check, vocabulary, self.data, self.languages)
        self.names: dict[str, Name] = {}
        self.with_unit: dict[str, Name] = {}

    def read(self, check_names: bool) -> ColumnDictionary:
        check, cells, data = self.check, self.cells, self.data
        missing = check.mapping(self.data.get("missing"), ("missing",), ("words", "scores", "codes"), ())
        heel = self._heel(self.data.get("heel"))
        self._apart(self.data.get("apart"))
        self._ambiguous(self.data.get("ambiguous"))
        self._fields(self.data.get("fields"))
        units = self._units(self.data.get("units"))
        time = read_time_words(self.time, self.vocabulary, self.data.get("units") or {})
        dictionary = ColumnDictionary(
            names=self.names,
            with_unit=self.with_unit,
            units={
                field.id: units[field.unit]
                for field in self.vocabulary.fields.values()
                if field.unit in units
            },
            unit_words=units,
            foreign_units=self._foreign_units(self.data.get("foreign_units"), time),
            time=time,
            danger=self._danger(self.data.get("danger")),
            breaks=self._pattern((self.data.get("danger") or {}).get("breaks"), ("danger", "breaks")),
            categories=self._forms(self.data.get("categories"), ("categories",)),
            summary_words=self._summary_words(self.data.get("summary_rows")),
            scores=self._scores(self.data.get("scores"), self.data.get("heel")),
            heel=heel,
            languages=frozenset(self.languages),
            missing=cells.texts(missing.get("words"), ("missing", "words")) | {""},
            missing_scores=cells.texts(missing.get("scores"), ("missing", "scores")),
            codes=tuple(
                check.number(code, path)
                for path, code in check.items(missing.get("codes"), ("missing", "codes"))
            ),
            words=cells.words,
            sets=cells.sets,
            yes_no=cells.yes_no,
            yes_no_sets=cells.yes_no_sets,
            completed=frozenset(cells.completed),
            people=tuple(
                key
                for name in check.texts(self.data.get("people"), ("people",))
                for key in sorted(plain_names(name))
            ),
            at_least=cells.texts(data.get("at_least"), ("at_least",)),
            more_than=cells.texts(data.get("more_than"), ("more_than",)),
        )
        if check_names:
            self._check_names(dictionary)
        if check.problems:
            raise RulebookError(check.problems)
        return dictionary

    def _add(self, path: Path_, alias: str, name: Name) -> None:
        """Define a name; the same name must not have two meanings."""
        names = self.with_unit if name.role == Role.WITH_UNIT else self.names
        for key in sorted(plain_names(alias)):
            existing = names.get(key)
            if not key:
                self.check.fail(path, f"{quoted(alias)} has no letters or digits.")
            elif existing is None:
                names[key] = name
            elif existing._replace(languages=name.languages) != name:
                hint = "A name that could be more than one thing belongs under `ambiguous`."
                self.check.fail(
                    path, f"{quoted(alias)} stands for {_meaning(existing)} and for {_meaning(name)}.", hint
                )
            elif existing.languages & name.languages or existing.languages == name.languages:
                self.check.fail(
                    path,
                    f"{quoted(alias)} is listed twice.",
                    "Case, accents, spaces and signs make no difference.",
                )
            else:
                names[key] = existing._replace(languages=existing.languages | name.languages)

    def _listed(self, value: Any, path: Path_, name: Name) -> None:
        """Define each name of a list."""
        for alias_path, item in self.check.items(value, path):
            if alias := self.check.text(item, alias_path):
                self._add(alias_path, alias, name)

    def _by_language(self, value: Any, path: Path_, name: Name) -> None:
        """Define lists of names, one list for each language."""
        for language, aliases in self.check.mapping(value, path, (), self.languages).items():
            self._listed(aliases, (*path, language), name._replace(languages=frozenset({language})))

    def _heel(self, value: Any) -> Heel:
        check, path = self.check, ("heel",)
        data = check.mapping(value, path, ("signs", "t", "sites", "say", "ask", "settle"), ())
        say, ask, settle = (check.text(data.get(key), (*path, key)) for key in ("say", "ask", "settle"))
        self._listed(data.get("signs"), (*path, "signs"), Name(Role.NEVER, say=say, heel=True))
        self._listed(data.get("t"), (*path, "t"), Name(Role.HEEL, ("t_score",), say, heel=True))
        return Heel(say, ask, settle)

    def _apart(self, value: Any) -> None:
        for path, raw in self.check.items(value, ("apart",)):
            entry = self.check.mapping(raw, path, ("columns", "say"), ("never",))
            never = "never" in entry and self.check.yes_no(entry["never"], (*path, "never"))
            say = self.check.text(entry.get("say"), (*path, "say"))
            self._listed(
                entry.get("columns"), (*path, "columns"), Name(Role.NEVER if never else Role.APART, say=say)
            )

    def _ambiguous(self, value: Any) -> None:
        for path, raw in self.check.items(value, ("ambiguous",)):
            entry = self.check.mapping(raw, path, ("columns", "fields", "say"), ())
            fields = self._some_fields(entry.get("fields"), (*path, "fields"))
            name = Name(Role.ASK, fields, self.check.text(entry.get("say"), (*path, "say")))
            self._listed(entry.get("columns"), (*path, "columns"), name)

    def _some_fields(self, value: Any, path: Path_) -> tuple[str, ...]:
        return self.check.some_of(value, path, self.vocabulary.fields, "field")

    def _fields(self, value: Any) -> None:
        data = self.check.mapping(value, ("fields",), self.vocabulary.fields)
        for id_, raw in data.items():
            field = self.vocabulary.fields.get(id_)
            if field is None:
                hint = did_you_mean(id_, self.vocabulary.fields)
                self.check.fail_key(
                    ("fields", id_), f"{quoted(id_)} is not a field of profiles/fields.yaml.", hint
                )
                continue
            entry = self.check.mapping(raw, ("fields", id_), ("names",), (*_NAME_ROLES, "flags", *KEYS))
            for key, role in _NAME_ROLES.items():
                self._by_language(entry.get(key), ("fields", id_, key), Name(role, (id_,)))
            self._flags(field, entry.get("flags"))
            if plain_name(id_) not in self.names:
                self._add(
                    ("fields", id_), id_, Name(Role.FIELD, (id_,), languages=frozenset(self.languages[:1]))
                )
            self.cells.add(field, entry)

    def _flags(self, field: Field, value: Any) -> None:
        """Define yes-no columns whose yes and no are other answers of a field."""
        for path, raw in self.check.items(value, ("fields", field.id, "flags")):
            entry = self.check.mapping(raw, path, ("yes", "no", "names"), ("say",))
            yes, no = (self.cells.answer(field, entry.get(key), (*path, key)) for key in ("yes", "no"))
            say = self.check.text(entry["say"], (*path, "say")) if "say" in entry else ""
            self._by_language(
                entry.get("names"), (*path, "names"), Name(Role.FLAG, (field.id,), say, yes, no)
            )

    def _units(self, value: Any) -> dict[str, tuple[str, ...]]:
        """Return the spellings of each unit, longest first."""
        known = {field.unit for field in self.vocabulary.fields.values() if field.unit}
        units: dict[str, tuple[str, ...]] = {}
        for unit, words in self.check.mapping(value, ("units",), (), known).items():
            keys = {plain_name(word) for word in self.check.texts(words, ("units", unit))}
            units[unit] = tuple(sorted(keys, key=len, reverse=True))
        return units

    def _foreign_units(self, value: Any, time: TimeWords) -> dict[str, dict[str, frozenset[str]]]:
        """Return, for each unit of a field, the words of other units that measure the same."""
        foreign = {
            unit: {other: frozenset(words) for other, words in time.units.items() if other != unit}
            for unit in time.units
        }
        known = {field.unit for field in self.vocabulary.fields.values() if field.unit}
        for unit, others in self.check.mapping(value, ("foreign_units",), (), known).items():
            path = ("foreign_units", unit)
            foreign[unit] = {
                other: frozenset(self._plain(words, (*path, other)))
                for other, words in self.check.mapping(others, path).items()
            }
        return foreign

    def _summary_words(self, value: Any) -> str:
        """Return a pattern for cells of words for totals and means, alone or with numbers: `Mean ± SD`."""
        word = self._forms(value, ("summary_rows",))
        return rf"\W*(?:{word})(?:\W+(?:{word}|\d+(?:[.,]\d+)?))*\W*"

    def _forms(self, value: Any, path: Path_) -> str:
        """Return a pattern for the spellings of words, longest first."""
        forms = {
            r"\W+".join(map(re.escape, re.split(r"[\s.-]+", form.strip(" .-"))))
            for text in self.check.texts(value, path)
            for form in normalised_values(text)
        }
        return "|".join(sorted(forms, key=lambda form: (-len(form), form)))

    def _danger(self, value: Any) -> str:
        """Return a pattern for names of columns that speak of a danger, in `plain_words` form."""
        keys = ("breaks", "anywhere", "begins", "words")
        data = self.check.mapping(value, ("danger",), keys, ())
        breaks, anywhere, begins, words = (self._pattern(data.get(key), ("danger", key)) for key in keys)
        return rf"(?:{breaks}|{anywhere})|(?:^| )(?:{begins})|(?:^| )(?:{words})(?:$| )"

    def _pattern(self, value: Any, path: Path_) -> str:
        return "|".join(re.escape(plain_words(text)) for text in self.check.texts(value, path))

    def _scores(self, value: Any, heel: Any) -> Scores:
        check, path = self.check, ("scores",)
        keys = (
            "t",
            "z",
            "density",
            "fillers",
            "plain_fillers",
            "density_say",
            "density_range",
            "enough",
            "sites",
        )
        data = check.mapping(value, path, keys, ())
        low, high = (
            [
                check.number(bound, bound_path)
                for bound_path, bound in check.items(data.get("density_range"), (*path, "density_range"))
            ]
            * 2
        )[:2]
        fillers, plain = (self._plain(data.get(key), (*path, key)) for key in ("fillers", "plain_fillers"))
        enough = check.mapping(data.get("enough"), (*path, "enough"), ("t", "z"), ())
        return Scores(
            words={kind: self._plain(data.get(kind), (*path, kind)) for kind in ("t", "z", "density")},
            fillers=tuple(sorted({*fillers, *plain})),
            plain_fillers=plain,
            sites=self._sites(data.get("sites"), heel),
            density_say=check.text(data.get("density_say"), (*path, "density_say")),
            density_range=(float(low), float(high)),
            looks_like={
                kind: looks_like_score(check.texts(data.get(kind), (*path, kind))) for kind in ("t", "z")
            },
            enough={
                kind: int(check.number(number, (*path, "enough", kind))) for kind, number in enough.items()
            },
        )

    def _plain(self, value: Any, path: Path_) -> tuple[str, ...]:
        keys = {key for text in self.check.texts(value, path) for key in plain_names(text)}
        return tuple(sorted(keys, key=lambda key: (-len(key), key)))

    def _sites(self, value: Any, heel: Any) -> dict[str, Site]:
        sites: dict[str, Site] = {}
        named = [
            ((*path, "names"), entry.get("names"), self._site(entry, path))
            for path, raw in self.check.items(value, ("scores", "sites"))
            for entry in (self.check.mapping(raw, path, ("names",), ("t", "z", "say")),)
        ]
        heel_sites = heel.get("sites") if isinstance(heel, dict) else None
        for path, names, site in [*named, (("heel", "sites"), heel_sites, Site((), (), "", heel=True))]:
            for name_path, name in self.check.items(names, path):
                for key in plain_names(self.check.text(name, name_path)):
                    if key in sites:
                        self.check.fail(name_path, f"{quoted(str(name))} is listed twice as a site.")
                    sites[key] = site
        return sites

    def _site(self, entry: Mapping[str, Any], path: Path_) -> Site:
        t, z = (self._some_fields(entry.get(kind), (*path, kind)) for kind in ("t", "z"))
        if "say" not in entry and (len(t) != 1 or len(z) != 1):
            self.check.fail(
                path,
                "a site that is not one T-score and one Z-score needs `say`: "
                "why it is asked about or kept apart.",
            )
        return Site(t, z, self.check.text(entry["say"], (*path, "say")) if "say" in entry else "")

    def _check_names(self, dictionary: ColumnDictionary) -> None:
        """Check that no listed name has another meaning as a name with a unit or as a score of a site."""
        for key, name in self.names.items():
            other = dictionary.parse_parts(key)
            if (
                other is not None
                and (other.role, other.fields) != (name.role, name.fields)
                and Role.FIELD in (name.role, other.role)
            ):
                self.check.fail(
                    ("fields",),
                    f"`{key}` stands for {_meaning(name)} and, taken apart, for {_meaning(other)}.",
                )


def _meaning(name: Name) -> str:
    return " or ".join(f"`{field}`" for field in name.fields) or "something to keep apart"
