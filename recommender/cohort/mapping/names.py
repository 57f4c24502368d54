"""The column dictionary: what the name of a column means, and how names and cells are normalised."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from recommender.cohort.mapping.time_names import TimeName, TimeWords

T, Z, DENSITY = "t", "z", "density"
_LONG_ENOUGH = 6
_MOST_FILLERS = 3

_ONE_NUMBER = re.compile(r"([^0-9]*)([0-9]{1,3})([^0-9]*)")
_NUMBER_SIGN = re.compile(r"\bn\.?[º°]", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


class Role(Enum):
    """What to do with a column because of its name."""

    FIELD = "read it as its field"
    WITH_UNIT = "read it as its field if the unit follows the name"
    COUNTED = "read it as its field if its numbers are counts"
    FLAG = "read its yes and no as answers of its field"
    HEEL = "read it as a T-score if the user accepts that"
    ASK = "ask which of its fields it is"
    APART = "do not read it"
    NEVER = "do not read it, and never read it as a score"


class Name(NamedTuple):
    """The meaning of a column name: a role, and the fields it may be.

    `yes` and `no` are the answers that a flag's yes and no stand for. `say` is a sentence for people.
    `heel` marks ultrasound of the heel, `languages` are those of the name. `unit` is that of a column of time
    that is not in the unit of its field, or says that it holds dates.
    """

    role: Role
    fields: tuple[str, ...] = ()
    say: str = ""
    yes: str = ""
    no: str = ""
    heel: bool = False
    languages: frozenset[str] = frozenset()
    unit: str = ""


class Site(NamedTuple):
    """A measured bone site, and the possible fields of its T-score and Z-score."""

    t: tuple[str, ...]
    z: tuple[str, ...]
    say: str
    heel: bool = False


class WordSet(NamedTuple):
    """Codes that are understood together, such as `M` and `F`.

    They hold for columns named in one of `languages`; if it is empty, for all. They do not hold for columns
    named only in languages of `outside`.
    """

    means: Mapping[str, str]
    languages: frozenset[str]
    outside: frozenset[str]
    known_as: str

    def holds_for(self, languages: frozenset[str]) -> bool:
        """Return whether the codes hold for a column named in these languages."""
        return bool(self.languages & languages or not self.languages) and bool(languages - self.outside)


class Scores(NamedTuple):
    """How bone scores are named, and when numbers are doubtful as scores.

    `words` maps "t", "z" and "density" to their words. `density_range` is in g/cm2.
    `enough` is how many cells are needed to judge a column. `looks_like` has a pattern for each kind.
    `fillers` may stand beside a site, `plain_fillers` also beside a score without a site.
    """

    words: Mapping[str, tuple[str, ...]]
    fillers: tuple[str, ...]
    plain_fillers: tuple[str, ...]
    sites: Mapping[str, Site]
    density_say: str
    density_range: tuple[float, float]
    enough: Mapping[str, int]
    looks_like: Mapping[str, str]


class Heel(NamedTuple):
    """Sentences about heel ultrasound: why it is not read, the question, and the options that settle it."""

    say: str
    ask: str
    settle: str


class ColumnDictionary(NamedTuple):
    """The dictionary of column names and cells in real files.

    `danger`, `breaks`, `categories` and `summary_words` are patterns. Names are in plain form (`plain_name`),
    cells in normalised form (`normalised_value`).
    """

    names: Mapping[str, Name]
    with_unit: Mapping[str, Name]
    units: Mapping[str, tuple[str, ...]]
    scores: Scores
    heel: Heel
    languages: frozenset[str]
    missing: frozenset[str]
    missing_scores: frozenset[str]
    codes: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]]
    sets: Mapping[str, tuple[WordSet, ...]]
    yes_no: Mapping[str, str]
    yes_no_sets: tuple[WordSet, ...]
    completed: frozenset[str]
    people: tuple[str, ...]
    unit_words: Mapping[str, tuple[str, ...]]
    foreign_units: Mapping[str, Mapping[str, frozenset[str]]]
    time: TimeWords
    danger: str
    breaks: str
    categories: str
    summary_words: str
    at_least: frozenset[str]
    more_than: frozenset[str]

    def least_number(self, text: str) -> str:
        """Return the number that `2+`, `≥3` or `more than 2` stand for at least; an empty text if none."""
        match = _ONE_NUMBER.fullmatch(normalised_value(text))
        if match is None:
            return ""
        words = " ".join(part.strip() for part in (match[1], match[3]) if part.strip())
        if words in self.at_least:
            return match[2]
        return str(int(match[2]) + 1) if words in self.more_than else ""

    def lookup(self, column: str) -> Name | None:
        """Return the meaning of a column name, or `None` if it is not known."""
        key = plain_name(column)
        return self.names.get(key) or self.parse_parts(key) or self._time(key) or self._short_score(column)

    def speaks_of_danger(self, column: str) -> bool:
        """Return whether a column name holds a word for a break, a fall, a medicine or a date."""
        return re.search(self.danger, plain_words(column)) is not None

    def person_column(self, columns: Iterable[str]) -> str:
        """Return the column with the best name for telling people apart, or an empty text."""
        by_name = {plain_name(column): column for column in columns}
        return next((by_name[name] for name in self.people if name in by_name), "")

    def _time(self, key: str) -> Name | None:
        """Look a name up as a date, or as a time in whatever unit."""
        time = self._other_unit(key) or self.time.lookup(key)
        if time is None:
            return None
        if not time.unit:
            return Name(Role.APART, say="It does not say in which unit: days, weeks, months or years.")
        return Name(Role.FIELD, (time.field,), unit=time.unit)

    def _other_unit(self, key: str) -> TimeName | None:
        """Look a name up with the unit of its field in place of the unit that it has."""
        for unit, words in self.time.units.items():
            for word in words:
                beginning, end = key.removeprefix(word), key.removesuffix(word)
                for own in self.time.units:
                    for name in (
                        self.with_unit.get(end) if end != key else None,
                        self.names.get(own + beginning) if beginning != key else None,
                        self.names.get(end + own) if end != key else None,
                    ):
                        if name is not None and name.role in (Role.FIELD, Role.WITH_UNIT):
                            return TimeName(name.fields[0], unit)
        return None

    def parse_parts(self, key: str) -> Name | None:
        """Return the meaning of a plain name as the score of a site, or as a name followed by a unit."""
        return self._score(key) or self._with_unit(key)

    def _with_unit(self, key: str) -> Name | None:
        """Look a name up without its unit, if that is the unit of the field."""
        by_field: dict[str, Name] = {}
        for end in range(1, len(key)):
            rest, unit = key[:end], key[end:]
            for name in (self.with_unit.get(rest), self.names.get(rest)):
                if name is not None and name.role in (Role.FIELD, Role.WITH_UNIT) and len(name.fields) == 1:
                    (field,) = name.fields
                    if unit in self.units.get(field, ()):
                        by_field.setdefault(field, name)
        return next(
            (by_field[field]._replace(role=Role.FIELD) for field in self.units if field in by_field), None
        )

    def _score(self, key: str) -> Name | None:
        """Split a name into a kind of score and a site: `dexatscorehip`."""
        for kind, words in self.scores.words.items():
            for word in words:
                if word not in key:
                    continue
                rest = key.replace(word, "", 1)
                if kind == T and rest and "" in _without_fillers(rest, self.scores.plain_fillers):
                    return self.names.get(word)
                for site in _without_fillers(rest, self.scores.fillers):
                    if site in self.scores.sites:
                        return self._score_name(kind, self.scores.sites[site])
        return None

    def _short_score(self, column: str) -> Name | None:
        """Split a name in which a single T means a T-score: `T_FN`, `ls t`."""
        parts = [plain_name(part) for part in re.split(r"[\W_]+", column) if part]
        if parts.count(T) != 1:
            return None
        site = self.scores.sites.get("".join(part for part in parts if part != T))
        return self._score_name(T, site) if site is not None else None

    def mentions_score(self, column: str, kind: str = "") -> bool:
        """Return whether a column name contains the words for a score of one kind, or of any."""
        patterns = [self.scores.looks_like[kind]] if kind else self.scores.looks_like.values()
        return any(re.search(pattern, _without_accents(column)) for pattern in patterns)

    def bare_score(self, column: str) -> str:
        """Return the kind of a column whose name is that of a score without a bone; empty if it is none."""
        key = plain_name(column)
        for kind in (T, Z):
            for word in self.scores.words[kind]:
                rest = key.replace(word, "", 1)
                if word in key and "" in _without_fillers(rest, self.scores.plain_fillers):
                    return kind
        return ""

    def site(self, text: str) -> Site | None:
        """Return the bone that a cell names, or `None`."""
        for key in _without_fillers(plain_name(text), self.scores.fillers):
            if key in self.scores.sites:
                return self.scores.sites[key]
        return None

    def mentions_heel(self, text: str) -> bool:
        """Return whether a text has a word for the heel or its ultrasound."""
        words = [plain_name(word) for word in re.split(r"[\W_]+", text)]
        known = ((self.scores.sites.get(word), self.names.get(word)) for word in words if word)
        return any((site and site.heel) or (name and name.heel) for site, name in known)

    def names_a_break(self, column: str) -> bool:
        """Return whether a column name speaks of broken bones."""
        return re.search(self.breaks, plain_words(column)) is not None

    def mentions_density(self, column: str) -> bool:
        """Return whether a column name contains the words for a bone density."""
        key = plain_name(column)
        return any(word in key for word in self.scores.words[DENSITY])

    def foreign_unit(self, phrase: str, unit: str) -> str:
        """Return the unit that a plain phrase names, if it measures the same as `unit` and is another."""
        for other, words in self.foreign_units.get(unit, {}).items():
            if phrase in words:
                return other
        return ""

    def _score_name(self, kind: str, site: Site) -> Name:
        if kind == DENSITY:
            return Name(
                Role.NEVER, say=self.heel.say if site.heel else self.scores.density_say, heel=site.heel
            )
        if site.heel:
            return (
                Name(Role.HEEL, ("t_score",), self.heel.say, heel=True)
                if kind == T
                else Name(Role.NEVER, say=self.heel.say, heel=True)
            )
        fields = site.t if kind == T else site.z
        if len(fields) == 1:
            return Name(Role.FIELD, fields)
        return Name(Role.ASK if fields else Role.APART, fields, site.say)


def _without_fillers(text: str, fillers: Iterable[str]) -> Iterator[str]:
    """Yield a text, and what is left of it without up to three fillers at its ends."""
    forms = [text]
    for _ in range(_MOST_FILLERS):
        yield from forms
        forms = list(
            dict.fromkeys(
                rest
                for form in forms
                for filler in fillers
                for rest in (form.removeprefix(filler), form.removesuffix(filler))
                if rest != form
            )
        )
    yield from forms


def _without_accents(text: str) -> str:
    return "".join(
        char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char)
    )


def looks_like_score(words: Iterable[str]) -> str:
    """Return a pattern that finds the words for a score in a name: `t score`, `tscore`, `T-Score`."""
    parts = (r"[\W_]*".join(map(re.escape, _without_accents(word).split())) for word in words)
    return "|".join(rf"(?<![^\W\d_]){part}s?(?![^\W\d_])" for part in parts)


def plain_name(text: str) -> str:
    """Return the letters and digits of a name without case and accents.

    `T-Score Col Fémoral` becomes `tscorecolfemoral`.
    """
    decomposed = unicodedata.normalize("NFKD", _NUMBER_SIGN.sub("num", text)).casefold()
    return "".join(char for char in unicodedata.normalize("NFKD", decomposed) if char.isalnum())


def plain_words(text: str) -> str:
    """Return the words of a name without case and accents: `priorHipFx_2` becomes `prior hip fx 2`."""
    apart = re.sub(r"(?<=[^\W\d_])(?=[0-9])|(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])", " ", text)
    return " ".join(re.split(r"[\W_]+", _without_accents(apart))).strip()


def plain_names(text: str) -> set[str]:
    """Return the plain forms of a name: ä is also written ae."""
    return {plain_name(text), plain_name(text.translate(_UMLAUTS))}


def one_slip(name: str, known: str) -> bool:
    """Return whether a plain name differs from a known one by one letter, or by two swapped letters."""
    if len(known) < _LONG_ENOUGH or abs(len(name) - len(known)) > 1 or name == known or name[:1] != known[:1]:
        return False
    start = _same_start(name, known)
    end = _same_start(name[start:][::-1], known[start:][::-1])
    middle, expected = name[start : len(name) - end], known[start : len(known) - end]
    return max(len(middle), len(expected)) == 1 or (len(middle) == 2 and middle == expected[::-1])


def _same_start(left: str, right: str) -> int:
    """Return the length of the common prefix."""
    return next(
        (index for index, (a, b) in enumerate(zip(left, right, strict=False)) if a != b),
        min(len(left), len(right)),
    )


def normalised_value(text: str) -> str:
    """Return the form in which a cell is looked up: without case, with single spaces."""
    return " ".join(text.split()).casefold()


def normalised_values(text: str) -> set[str]:
    """Return the normalised spellings of a word: with or without accents, with hyphen, space or neither."""
    word = normalised_value(text)
    bare = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    forms = {word, bare, normalised_value(text.translate(_UMLAUTS))}
    if word.strip("-") != word:
        return forms
    return {form.replace("-", joiner) for form in forms for joiner in ("-", " ", "")}
