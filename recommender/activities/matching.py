"""Find what somebody asks about: by name, by a name that is nearly so, or by the words of a kind.

Words that stand beside those of a kind add parts to it, such as a weight, and never take one away.

A name nearly matches where the plain ratio of common letters is at least 85 of 100, and 8 above that of
anything else. Weighted ratios turn a horse into a push-up.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

from recommender.rulebook.activities import Activities, Activity, Part, Symptom, normalised
from recommender.rulebook.model import Exercise, Movement, Rulebook

_NEAR, _MARGIN = 0.85, 0.08
_BETWEEN = re.compile(r"\s*[,;&]\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_SAME_WORD, _SHORTEST = 0.82, 6
"""The least ratio, and the fewest letters, of two words that are taken for one: `chain` is no `chair`."""


class By(StrEnum):
    """How a question was understood."""

    NAME = "name"
    SPELLING = "spelling"
    KIND = "kind"
    SYMPTOM = "symptom"


class Subject(NamedTuple):
    """What somebody can ask about: an activity, an exercise or a movement, in its parts.

    `rather` are other things to do where a part of it waits. `added` are parts that further words of the
    question add.
    """

    kind: str
    id: str
    name: str
    parts: tuple[Part, ...]
    rather: tuple[Part, ...] = ()
    say: str = ""
    paused: str = ""
    added: tuple[Part, ...] = ()


class Match(NamedTuple):
    """What a question is about, how that was understood, and the name that it was taken for."""

    by: By
    subject: Subject | Symptom
    name: str


class Catalogue:
    """Everything that can be asked about, by its names; the first that bears a name keeps it."""

    def __init__(self, known: Activities, book: Rulebook) -> None:
        self.known = known
        self._names: dict[str, tuple[str, Subject]] = {}
        for titles, subject in _subjects(known, book):
            for title in titles:
                self._names.setdefault(self._words(title, known.filler), (title, subject))

    def match(self, question: str) -> Match | None:
        """Return what a question is about, or nothing where no name, symptom or kind fits."""
        asked = self._words(question, self.known.filler)
        if not asked:
            return None
        if asked in self._names:
            name, subject = self._names[asked]
            return Match(By.NAME, subject, name)
        return self._symptom(question) or self._nearest(asked) or self._of_a_kind(question)

    def match_each(self, question: str) -> list[tuple[str, Match | None]]:
        """Return each thing that a question asks about, as typed, with what it is about.

        What has a name is one thing, and a symptom comes before all. Else a list is taken apart where that
        loses nothing: words that add a part to a kind stay beside it.
        """
        whole = self.match(question)
        if whole is not None and (whole.by is not By.KIND or self._adds(whole)):
            return [(question, whole)]
        each = [(text, self.match(text)) for text in _BETWEEN.split(question) if text.strip()]
        return each if any(match for _, match in each) else [(question, whole)]

    @staticmethod
    def _adds(match: Match) -> bool:
        return isinstance(match.subject, Subject) and bool(match.subject.added)

    def _words(self, text: str, filler: Collection[str] = ()) -> str:
        return self.known.spellings.usual(normalised(text, filler))

    def _symptom(self, question: str) -> Match | None:
        words = normalised(question)
        for symptom in self.known.symptoms:
            if any(each.match(words) for each in symptom.words):
                return Match(By.SYMPTOM, symptom, symptom.name)
        return None

    def _nearest(self, asked: str) -> Match | None:
        if not any(_same_words(asked, words) for words in self._names):
            return None
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(asked)
        lowest = _NEAR - _MARGIN
        best: dict[str, tuple[float, str, Subject]] = {}
        for words, (title, subject) in self._names.items():
            matcher.set_seq1(words)
            if matcher.real_quick_ratio() < lowest or matcher.quick_ratio() < lowest:
                continue
            ratio = matcher.ratio() if _same_words(asked, words) else lowest
            if ratio > best.get(subject.id, (0.0,))[0]:
                best[subject.id] = (ratio, title, subject)
        first, second, *_ = [*sorted(best.values(), key=lambda each: -each[0]), None, None]
        if first is None or first[0] < _NEAR or (second is not None and first[0] - second[0] < _MARGIN):
            return None
        return Match(By.SPELLING, first[2], first[1])

    def _of_a_kind(self, question: str) -> Match | None:
        words = self._words(question)
        kind = next((kind for kind in self.known.kinds if kind.words.match(words)), None)
        if kind is None:
            return None
        subject = of_activity(self.known.activities[kind.activity])
        added = tuple(self._added(words, subject.parts))
        return Match(By.KIND, subject._replace(added=added), subject.name)

    def _added(self, words: str, parts: Iterable[Part]) -> Iterator[Part]:
        """Yield the parts that further words add to a kind, unless it contains their movements already."""
        contained = {id_ for part in parts for id_ in part.movements}
        for each in self.known.additions:
            if each.words.match(words) and not contained.issuperset(each.part.movements):
                contained.update(each.part.movements)
                yield each.part


def find_exercise_or_movement(name: str, book: Rulebook) -> Exercise | Movement | None:
    """Return what bears a name or id, whatever its capitals and hyphens; an exercise also by its levels."""
    asked = normalised(name)
    for exercise in book.exercises.values():
        ids = (exercise.id, exercise.name, *(level.id for level in exercise.levels))
        if asked in map(normalised, ids):
            return exercise
    for movement in book.movements.values():
        if asked in (normalised(movement.id), normalised(movement.name)):
            return movement
    return None


def of_activity(activity: Activity) -> Subject:
    """Return an activity as something to ask about."""
    return Subject(
        "activity",
        activity.id,
        activity.names[0],
        activity.parts,
        activity.rather,
        activity.say,
        activity.paused,
    )


def of_exercise(exercise: Exercise) -> Subject:
    """Return an exercise as something to ask about: its levels are the parts."""
    parts = tuple(
        Part(level.id, _lowered(level.name), level.movements, "", "", ()) for level in exercise.levels
    )
    return Subject("exercise", exercise.id, exercise.name, parts)


def of_movement(movement: Movement) -> Subject:
    """Return a movement as something to ask about: it is its only part."""
    how = movement.differently or movement.instead
    part = Part(movement.id, _lowered(movement.name), (movement.id,), how, movement.instead, movement.uses)
    return Subject("movement", movement.id, movement.name, (part,))


def _lowered(name: str) -> str:
    return f"{name[0].lower()}{name[1:]}"


def _subjects(known: Activities, book: Rulebook) -> Iterator[tuple[tuple[str, ...], Subject]]:
    for activity in known.activities.values():
        yield (*activity.names, activity.id), of_activity(activity)
    for exercise in book.exercises.values():
        yield (exercise.name, exercise.id, *(level.id for level in exercise.levels)), of_exercise(exercise)
    for movement in book.movements.values():
        yield (movement.name, movement.id), of_movement(movement)


def _same_words(typed: str, name: str) -> bool:
    """Say whether two names differ by slips only: word by word, or by a space that is missing."""
    if typed.count(" ") == name.count(" "):
        return all(map(_same_word, typed.split(), name.split()))
    return _same_word(typed.replace(" ", ""), name.replace(" ", ""))


def _same_word(typed: str, name: str) -> bool:
    """Say whether two words differ by a slip: `karting` is no `skating`, and `skipping` no `skiing`."""
    if typed == name:
        return True
    lengths = sorted((len(typed), len(name)))
    if typed[0] != name[0] or lengths[0] < _SHORTEST or lengths[1] - lengths[0] > 1:
        return False
    return SequenceMatcher(None, typed, name, autojunk=False).ratio() >= _SAME_WORD
