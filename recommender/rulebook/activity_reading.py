"""From the plain data of `rules/activities/*.yaml` to activities, telling every problem at its place."""

from collections.abc import Iterable, Iterator
from typing import Any

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import RulebookError
from recommender.rulebook.activities import (
    Activities,
    Activity,
    Addition,
    Kind,
    Part,
    PartWords,
    Spellings,
    Symptom,
    Words,
    normalised,
)
from recommender.rulebook.model import SOURCE_STATUSES, Rulebook

FEWEST_NAMES = 5
_LONGEST_NAME, _LONGEST_ADVICE = 48, 80
_STATUS = "source_status"
_SECTIONS = ("parts", "activities", "kinds", "additions", "symptoms", "part_words", "filler", "spellings")


def read_activities(documents: Iterable[Document], book: Rulebook) -> Activities:
    """Build the activities of a rulebook from its documents.

    Raises:
        RulebookError: with every problem found, each with its file, line and column.

    """
    return _Reader([Checker(document) for document in documents], book).read()


class _Reader:
    def __init__(self, checkers: list[Checker], book: Rulebook) -> None:
        self.checkers, self.book = checkers, book
        self.filler: tuple[str, ...] = ()
        self.spellings = Spellings({})
        self.parts: dict[str, Part] = {}
        self.names: dict[str, str] = {}

    def read(self) -> Activities:
        for check in self.checkers:
            check.mapping(check.document.data, (), (), (*_SECTIONS, _STATUS))
        self.filler = tuple(
            word for check, data in self._sections("filler") for word in check.texts(data, ("filler",))
        )
        self.spellings = Spellings(
            {
                normalised(other): normalised(check.text(usual, ("spellings", other)))
                for check, data in self._sections("spellings")
                for other, usual in check.mapping(data, ("spellings",)).items()
            }
        )
        for check, data in self._sections("parts"):
            for id_, raw in check.mapping(data, ("parts",)).items():
                self._unique(check, id_, self.parts, ("parts", id_))
                self.parts[id_] = self._part(check, id_, raw, ("parts", id_))
        activities: dict[str, Activity] = {}
        for check, path, raw in self._items("activities"):
            activity = self._activity(check, raw, path)
            self._unique(check, activity.id, activities, (*path, "id"))
            activities[activity.id] = activity
        known = Activities(
            parts=self.parts,
            activities=activities,
            kinds=tuple(
                self._kind(check, raw, path, activities) for check, path, raw in self._items("kinds")
            ),
            additions=tuple(
                addition
                for check, path, raw in self._items("additions")
                if (addition := self._addition(check, raw, path))
            ),
            symptoms=tuple(self._symptom(check, raw, path) for check, path, raw in self._items("symptoms")),
            part_words=tuple(
                self._part_words(check, raw, path) for check, path, raw in self._items("part_words")
            ),
            filler=self.filler,
            spellings=self.spellings,
        )
        problems = [problem for check in self.checkers for problem in check.problems]
        if problems:
            raise RulebookError(problems)
        return known

    def _sections(self, section: str) -> Iterator[tuple[Checker, Any]]:
        for check in self.checkers:
            if isinstance(check.document.data, dict) and section in check.document.data:
                yield check, check.document.data[section]

    def _items(self, section: str) -> Iterator[tuple[Checker, Path_, Any]]:
        for check, data in self._sections(section):
            for path, raw in check.items(data, (section,)):
                yield check, path, raw

    def _unique(self, check: Checker, id_: str, known: Iterable[str], path: Path_) -> None:
        if id_ in known:
            check.fail(path, f"`{id_}` is defined twice.", "Give one of them another id.")

    def _part(self, check: Checker, id_: str, raw: Any, path: Path_) -> Part:
        data = check.mapping(raw, path, ("name", "movements", "how", "instead"), ("uses",))
        part = Part(
            id=id_,
            name=self._short(check, data.get("name"), (*path, "name"), _LONGEST_NAME),
            movements=check.some_of(
                data.get("movements"), (*path, "movements"), self.book.movements, "movement"
            ),
            how=self._short(check, data.get("how"), (*path, "how"), _LONGEST_ADVICE),
            instead=self._short(check, data.get("instead"), (*path, "instead"), _LONGEST_ADVICE),
            uses=check.some_of(data.get("uses"), (*path, "uses"), self.book.movements, "movement"),
        )
        if not part.movements:
            check.fail(
                path, f"`{id_}` contains no movement.", "A part that contains nothing is never limited."
            )
        return part

    def _short(self, check: Checker, raw: Any, path: Path_, most: int) -> str:
        text = check.text(raw, path)
        if len(text) > most:
            check.fail(path, f"this has {len(text)} characters, and an answer has room for {most}.")
        return text

    def _activity(self, check: Checker, raw: Any, path: Path_) -> Activity:
        data = check.mapping(raw, path, ("id", "names", "parts"), ("rather", "say", "paused", _STATUS))
        id_ = check.text(data.get("id"), (*path, "id"))
        check.owner = id_
        whole = check.document.data.get(_STATUS)
        status, status_path = (data[_STATUS], (*path, _STATUS)) if _STATUS in data else (whole, (_STATUS,))
        if status is None:
            check.fail(path, f"`{id_}` lacks `{_STATUS}`.", "Write it once for the file, or here.")
        activity = Activity(
            id=id_,
            names=self._names(check, id_, data.get("names"), (*path, "names")),
            parts=self._named_parts(check, data.get("parts"), (*path, "parts")),
            rather=self._named_parts(check, data.get("rather"), (*path, "rather")),
            say=check.text(data.get("say"), (*path, "say")),
            paused=check.text(data.get("paused"), (*path, "paused")),
            source_status=check.one_of(status, status_path, SOURCE_STATUSES, "source status"),
            place=check.document.place((*path, "id")),
        )
        if data.get("parts") == []:
            check.fail(path, f"`{id_}` has no part.")
        check.owner = ""
        return activity

    def _names(self, check: Checker, id_: str, raw: Any, path: Path_) -> tuple[str, ...]:
        names = check.texts(raw, path)
        if raw is not None and len(set(names)) < FEWEST_NAMES:
            check.fail(path, f"`{id_}` has fewer than {FEWEST_NAMES} names.", "Write how people ask for it.")
        for index, name in enumerate(names):
            other = self.names.setdefault(self.spellings.usual(normalised(name, self.filler)), id_)
            if other != id_:
                check.fail((*path, index), f"`{name}` is a name of `{other}` too.", "Keep it at one of them.")
        return names

    def _named_parts(self, check: Checker, raw: Any, path: Path_) -> tuple[Part, ...]:
        parts = (self._named_part(check, item, item_path) for item_path, item in check.items(raw, path))
        return tuple(part for part in parts if part)

    def _named_part(self, check: Checker, raw: Any, path: Path_) -> Part | None:
        """Read a part by its id, alone or with the name that it has here."""
        id_, name = next(iter(raw.items())) if isinstance(raw, dict) and len(raw) == 1 else (raw, None)
        known = check.one_of(id_, path, self.parts, "part")
        if not known or name is None:
            return self.parts.get(known)
        return self.parts[known]._replace(name=self._short(check, name, (*path, known), _LONGEST_NAME))

    def _kind(self, check: Checker, raw: Any, path: Path_, activities: Iterable[str]) -> Kind:
        data = check.mapping(raw, path, ("activity", "every"), ("none",))
        activity = check.one_of(data.get("activity"), (*path, "activity"), activities, "activity")
        return Kind(activity, self._respelt(self._words(check, data, path)))

    def _addition(self, check: Checker, raw: Any, path: Path_) -> Addition | None:
        data = check.mapping(raw, path, ("part", "every"), ("none",))
        part = self._named_part(check, data.get("part"), (*path, "part"))
        words = self._respelt(self._words(check, data, path))
        return Addition(part, words, check.document.place((*path, "part"))) if part else None

    def _symptom(self, check: Checker, raw: Any, path: Path_) -> Symptom:
        data = check.mapping(raw, path, ("id", "name", "fields", "words"), ("say",))
        fields = self.book.vocabulary.fields
        return Symptom(
            id=check.text(data.get("id"), (*path, "id")),
            name=check.text(data.get("name"), (*path, "name")),
            words=tuple(
                self._words(check, check.mapping(item, item_path, ("every",), ("none",)), item_path)
                for item_path, item in check.items(data.get("words"), (*path, "words"))
            ),
            fields=check.some_of(data.get("fields"), (*path, "fields"), fields, "field"),
            say=check.text(data.get("say"), (*path, "say")),
        )

    def _words(self, check: Checker, data: dict[str, Any], path: Path_) -> Words:
        """Read groups of words; `|` stands between those of one group."""
        return Words(
            tuple(
                tuple(normalised(word) for word in group.split("|"))
                for group in check.texts(data.get("every"), (*path, "every"))
            ),
            tuple(normalised(word) for word in check.texts(data.get("none"), (*path, "none"))),
        )

    def _respelt(self, words: Words) -> Words:
        return Words(
            tuple(tuple(map(self.spellings.usual, group)) for group in words.every),
            tuple(map(self.spellings.usual, words.none)),
        )

    def _part_words(self, check: Checker, raw: Any, path: Path_) -> PartWords:
        data = check.mapping(raw, path, ("words", "movements"))
        return PartWords(
            tuple(normalised(word) for word in check.texts(data.get("words"), (*path, "words"))),
            check.some_of(data.get("movements"), (*path, "movements"), self.book.movements, "movement"),
        )
