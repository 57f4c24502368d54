"""Reads `rules/wording/`: which words need which movements, and what texts must and must never say.

Every pattern is a regular expression, held against text in lower case. Words that a denial turns round do not
count.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from recommender.authoring.wording.sense import Sense
from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import RulebookError
from recommender.rulebook.model import Rulebook

_SECTIONS = ("denials", "cues", "shown", "never", "texts", "about", "unscreened", "unnamed")
_NOTHING = re.compile("(?!)")
_CAPITAL = re.compile(r"(?<!\\)[A-Z]")
_Key = tuple[str, ...]
_Pattern = re.Pattern[str]


class Cue(NamedTuple):
    """Words that stand only where one of some movements is listed."""

    words: _Pattern
    movements: frozenset[str]


class Banned(NamedTuple):
    """Words that no text under one of some keys says, and why; no keys: no text for people.

    The phrases `but` do not count.
    """

    words: _Pattern
    because: str
    keys: frozenset[str]
    but: _Pattern


class Expected(NamedTuple):
    """What some texts of a section say: all of `says`, none of `never`; `reads` is all that they may be.

    They stand at `key` of the entries that fit `where` (patterns by key). Of a list, one item has to say all
    patterns of one group of `says`.
    """

    section: str
    key: _Key
    where: Mapping[_Key, _Pattern]
    says: tuple[tuple[_Pattern, ...], ...]
    never: tuple[_Pattern, ...]
    reads: _Pattern | None
    location: str


class Wording(NamedTuple):
    """All of `rules/wording/`.

    `shown` holds the words that show each movement of a level, and `about` those that name what each field is
    about. `unscreened` are the fields that the screen of a rule need not name, and `unnamed` the rules whose
    referral need not name what was asked.
    """

    sense: Sense
    cues: tuple[Cue, ...]
    shown: Mapping[str, _Pattern]
    banned: tuple[Banned, ...]
    expected: tuple[Expected, ...]
    about: Mapping[str, _Pattern]
    unscreened: Mapping[str, frozenset[str]]
    unnamed: frozenset[str]


def read_wording(documents: Iterable[Document], book: Rulebook) -> Wording:
    """Read the files of `rules/wording/`.

    Raises:
        RulebookError: with every problem found, each at its location.

    """
    readers = [_Reader(Checker(document), book) for document in documents]
    wording = Wording(
        Sense(pattern.pattern for reader in readers for pattern in reader.denials()),
        tuple(cue for reader in readers for cue in reader.cues()),
        {id_: words for reader in readers for id_, words in reader.by_id("shown", book.movements)},
        tuple(banned for reader in readers for banned in reader.banned()),
        tuple(expected for reader in readers for expected in reader.expected()),
        {id_: words for reader in readers for id_, words in reader.by_id("about", book.vocabulary.fields)},
        {rule: fields for reader in readers for rule, fields in reader.unscreened()},
        frozenset(rule for reader in readers for rule in reader.unnamed()),
    )
    problems = [problem for reader in readers for problem in reader.check.problems]
    if problems:
        raise RulebookError(problems)
    return wording


class _Reader:
    """Reads the sections of one file."""

    def __init__(self, check: Checker, book: Rulebook) -> None:
        self.check, self.book = check, book
        self.data = check.mapping(check.document.data, (), (), _SECTIONS)

    def denials(self) -> Iterator[_Pattern]:
        return (self._pattern(raw, path) for path, raw in self._items("denials"))

    def cues(self) -> Iterator[Cue]:
        for path, raw in self._items("cues"):
            data = self.check.mapping(raw, path, ("words", "needs"), ())
            needs = self.check.some_of(data.get("needs"), (*path, "needs"), self.book.movements, "movement")
            yield Cue(self._pattern(data.get("words"), (*path, "words")), frozenset(needs))

    def by_id(self, section: str, known: Iterable[str]) -> Iterator[tuple[str, _Pattern]]:
        data = self.check.mapping(self.data.get(section, {}), (section,), (), known)
        return ((id_, self._pattern(raw, (section, id_))) for id_, raw in data.items())

    def banned(self) -> Iterator[Banned]:
        for path, raw in self._items("never"):
            data = self.check.mapping(raw, path, ("words", "because"), ("keys", "but"))
            yield Banned(
                self._pattern(data.get("words"), (*path, "words")),
                self.check.text(data.get("because"), (*path, "because")),
                frozenset(self.check.texts(data.get("keys"), (*path, "keys"))),
                self._pattern(data["but"], (*path, "but")) if "but" in data else _NOTHING,
            )

    def expected(self) -> Iterator[Expected]:
        for path, raw in self._items("texts"):
            data = self.check.mapping(raw, path, ("of",), ("where", "says", "never", "reads"))
            section, *key = self.check.text(data.get("of"), (*path, "of")).split(".")
            where = self.check.mapping(data.get("where", {}), (*path, "where"))
            says = self.check.items(data.get("says"), (*path, "says"))
            never = self.check.items(data.get("never"), (*path, "never"))
            yield Expected(
                section,
                tuple(key),
                {
                    tuple(name.split(".")): self._pattern(text, (*path, "where", name))
                    for name, text in where.items()
                },
                tuple(self._group(item, item_path) for item_path, item in says),
                tuple(self._pattern(item, item_path) for item_path, item in never),
                self._pattern(data["reads"], (*path, "reads")) if "reads" in data else None,
                self.check.document.place(path),
            )

    def unscreened(self) -> Iterator[tuple[str, frozenset[str]]]:
        fields = self.book.vocabulary.fields
        for path, raw in self._items("unscreened"):
            data = self.check.mapping(raw, path, ("rule", "fields", "because"), ())
            self.check.text(data.get("because"), (*path, "because"))
            rule = self.check.one_of(data.get("rule"), (*path, "rule"), self.book.rules, "rule")
            names = self.check.some_of(data.get("fields"), (*path, "fields"), fields, "field")
            yield rule, frozenset(names)

    def unnamed(self) -> Iterator[str]:
        for path, raw in self._items("unnamed"):
            data = self.check.mapping(raw, path, ("rules", "because"), ())
            self.check.text(data.get("because"), (*path, "because"))
            yield from self.check.some_of(data.get("rules"), (*path, "rules"), self.book.rules, "rule")

    def _items(self, section: str) -> list[tuple[Path_, Any]]:
        return self.check.items(self.data.get(section), (section,))

    def _group(self, raw: Any, path: Path_) -> tuple[_Pattern, ...]:
        return tuple(self._pattern(each, path) for each in (raw if isinstance(raw, list) else [raw]))

    def _pattern(self, raw: Any, path: Path_) -> _Pattern:
        text = self.check.text(raw, path)
        try:
            return re.compile(_CAPITAL.sub(lambda capital: capital.group().lower(), text))
        except re.error as error:
            self.check.fail(path, f"this pattern cannot be read: {error}.")
            return _NOTHING
