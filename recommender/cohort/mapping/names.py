"""What the name of a column says: which field it is, or what must be asked, or why it is kept apart."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import NamedTuple

T, Z, DENSITY = "t", "z", "density"
_LONG_ENOUGH = 6

_NUMBER_SIGN = re.compile(r"\bn\.?[º°]", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


class Role(Enum):
    """What to do with a column because of its name."""

    FIELD = "read it as its field"
    WITH_UNIT = "read it as its field if the unit stands behind"
    COUNTED = "read it as its field if it counts"
    FLAG = "read its yes and no as answers of its field"
    HEEL = "read it as a T-score if that is accepted"
    ASK = "ask which of its fields it is"
    APART = "keep it apart"
    NEVER = "keep it apart, and never make a score of it"


class Name(NamedTuple):
    """What a column of some name holds: one of `fields`, and what `yes` and `no` are as its answer where it only says those.

    `say` is the sentence for people about it, `heel` marks ultrasound of the heel, `languages` are those of the name.
    """

    role: Role
    fields: tuple[str, ...] = ()
    say: str = ""
    yes: str = ""
    no: str = ""
    heel: bool = False
    languages: frozenset[str] = frozenset()


class Site(NamedTuple):
    """A place that bone is measured at, and the fields its T-score and its Z-score could be."""

    t: tuple[str, ...]
    z: tuple[str, ...]
    say: str
    heel: bool = False


class WordSet(NamedTuple):
    """Codes that are understood together (`M` and `F`), in columns named in one of `languages` (none: in any)."""

    means: Mapping[str, str]
    languages: frozenset[str]
    known_as: str


class Scores(NamedTuple):
    """How a score of a bone is named, and what makes numbers doubtful as scores; `looks_like` is a pattern of the words for one."""

    words: Mapping[str, tuple[str, ...]]
    fillers: tuple[str, ...]
    sites: Mapping[str, Site]
    density_say: str
    density_range: tuple[float, float]
    enough: Mapping[str, int]
    looks_like: str


class Heel(NamedTuple):
    """What is said of ultrasound of the heel: why a column is kept apart, what is asked, and what settles it."""

    say: str
    ask: str
    settle: str


class ColumnDictionary(NamedTuple):
    """All that is known of the names and cells of real files; texts are in plain or in normalised form."""

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

    def of(self, column: str) -> Name | None:
        """Return what a column of this name holds, or nothing where nobody has said."""
        key = plain_name(column)
        return self.names.get(key) or self.taken_apart(key) or self._short_score(column)

    def taken_apart(self, key: str) -> Name | None:
        """Return what a plain name means as a score of a site, or as a name with a unit behind it."""
        return self._score(key) or self._with_unit(key)

    def _with_unit(self, key: str) -> Name | None:
        """Take the unit off the end, where it is the unit of the field that remains."""
        for field, units in self.units.items():
            for unit in units:
                rest = key.removesuffix(unit)
                if rest != key:
                    for found in (self.with_unit.get(rest), self.names.get(rest)):
                        if (
                            found is not None
                            and found.fields == (field,)
                            and found.role in (Role.FIELD, Role.WITH_UNIT)
                        ):
                            return found._replace(role=Role.FIELD)
        return None

    def _score(self, key: str) -> Name | None:
        """Take a name apart into a score and a site: `dexatscorehip`."""
        for kind, words in self.scores.words.items():
            for word in words:
                for whole in self._without_filler(key) if word in key else ():
                    if word in whole:
                        for site in self._without_filler(whole.replace(word, "", 1)):
                            if site in self.scores.sites:
                                return self._at(kind, self.scores.sites[site])
        return None

    def _short_score(self, column: str) -> Name | None:
        """Take apart a name in which a lone T says that it is a score: `T_FN`, `ls t`."""
        parts = [plain_name(part) for part in re.split(r"[\W_]+", column) if part]
        if parts.count(T) != 1:
            return None
        site = self.scores.sites.get("".join(part for part in parts if part != T))
        return self._at(T, site) if site is not None else None

    def speaks_of_score(self, column: str) -> bool:
        """Say whether the name of a column has the words for a T-score or a Z-score in it, whatever else it says."""
        return re.search(self.scores.looks_like, _without_accents(column)) is not None

    def _without_filler(self, text: str) -> Iterator[str]:
        yield text
        for filler in self.scores.fillers:
            if text.startswith(filler):
                yield text.removeprefix(filler)
            if text.endswith(filler):
                yield text.removesuffix(filler)

    def _at(self, kind: str, site: Site) -> Name:
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


def _without_accents(text: str) -> str:
    return "".join(
        char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char)
    )


def looks_like_score(words: Iterable[str]) -> str:
    """Return a pattern that finds the words for a score in a name, between other words: `t score` also as `tscore` and `T-Score`."""
    parts = (r"[\W_]*".join(map(re.escape, _without_accents(word).split())) for word in words)
    return "|".join(rf"(?<![^\W\d_]){part}s?(?![^\W\d_])" for part in parts)


def plain_name(text: str) -> str:
    """Return the letters and digits of a name without case and accents: `T-Score Col Fémoral` is `tscorecolfemoral`."""
    decomposed = unicodedata.normalize("NFKD", _NUMBER_SIGN.sub("num", text)).casefold()
    return "".join(char for char in unicodedata.normalize("NFKD", decomposed) if char.isalnum())


def plain_names(text: str) -> set[str]:
    """Return the plain forms that a name is written in: with ä also with ae."""
    return {plain_name(text), plain_name(text.translate(_UMLAUTS))}


def one_slip(name: str, known: str) -> bool:
    """Say whether a plain name differs from a known one by one letter, or by two that changed places."""
    if len(known) < _LONG_ENOUGH or abs(len(name) - len(known)) > 1 or name == known or name[:1] != known[:1]:
        return False
    start = _same_start(name, known)
    end = _same_start(name[start:][::-1], known[start:][::-1])
    one, other = name[start : len(name) - end], known[start : len(known) - end]
    return max(len(one), len(other)) == 1 or (len(one) == 2 and one == other[::-1])


def _same_start(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def normalised_value(text: str) -> str:
    """Return a cell as it is looked up: without case, and with single spaces inside only."""
    return " ".join(text.split()).casefold()


def normalised_values(text: str) -> set[str]:
    """Return the forms that a word is written in: with and without accents, with a hyphen, a space or nothing between."""
    word = normalised_value(text)
    bare = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    forms = {word, bare, normalised_value(text.translate(_UMLAUTS))}
    if word.strip("-") != word:
        return forms
    return {form.replace("-", between) for form in forms for between in ("-", " ", "")}
