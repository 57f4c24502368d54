"""What people ask about: everyday activities in their parts, and the words by which they are known.

A part contains movements, as a level of an exercise does, and never a verdict of its own.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import NamedTuple

_APOSTROPHES = str.maketrans("", "", "'\u2019`\u00b4")
_WORD = re.compile(r"[^\W_]+")
_LONG = 2
"""A word of up to so many letters is never a plural."""


class Part(NamedTuple):
    """One part of an activity: `how` to do it more safely, and what to do `instead` where it is left out.

    `uses` are the movements which that alternative contains.
    """

    id: str
    name: str
    movements: tuple[str, ...]
    how: str
    instead: str
    uses: tuple[str, ...]


class Activity(NamedTuple):
    """Something people do, by the names they give it, the first of which is shown.

    `rather` are other things to do where a part of it waits. `say` is a sentence for everybody who asks;
    `paused` is what to do meanwhile where exercise is paused.
    """

    id: str
    names: tuple[str, ...]
    parts: tuple[Part, ...]
    rather: tuple[Part, ...]
    say: str
    paused: str
    source_status: str
    place: str


class Words(NamedTuple):
    """Words that a question must hold, one of each group of `every`, and words that it must not hold."""

    every: tuple[tuple[str, ...], ...]
    none: tuple[str, ...]

    def match(self, words: str) -> bool:
        """Say whether normalised words fit."""
        padded = f" {words} "
        return all(any(f" {word} " in padded for word in group) for group in self.every) and not any(
            f" {word} " in padded for word in self.none
        )


class Kind(NamedTuple):
    """A kind of activity that is known by the words in its name."""

    activity: str
    words: Words


class Spellings:
    """Other ways to write a word, and words of the same meaning, each with the usual one."""

    def __init__(self, usual: Mapping[str, str]) -> None:
        self._usual = usual
        self._pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, usual))})\b")

    def usual(self, words: str) -> str:
        """Return normalised words as names and kinds write them."""
        return self._pattern.sub(lambda match: self._usual[match[0]], words) if self._usual else words


class Addition(NamedTuple):
    """Words that add a part to the kind they stand beside: a weight, one leg, a bench that slopes down."""

    part: Part
    words: Words
    place: str


class Symptom(NamedTuple):
    """A symptom that people ask about in place of an activity: the fields about it, and what to say first."""

    id: str
    name: str
    words: tuple[Words, ...]
    fields: tuple[str, ...]
    say: str


class PartWords(NamedTuple):
    """Words in the name of a part that promise one of some movements."""

    words: tuple[str, ...]
    movements: tuple[str, ...]


class Activities(NamedTuple):
    """All of `rules/activities/`; `filler` are words that tell no two questions apart."""

    parts: Mapping[str, Part]
    activities: Mapping[str, Activity]
    kinds: tuple[Kind, ...]
    additions: tuple[Addition, ...]
    symptoms: tuple[Symptom, ...]
    part_words: tuple[PartWords, ...]
    filler: tuple[str, ...]
    spellings: Spellings


def normalised(text: str, filler: Collection[str] = ()) -> str:
    """Return the words of a name in one spelling, without accents, signs, plural endings and filler words.

    Where all words are filler, all of them count.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    words = _WORD.findall(plain)
    return " ".join(_singular(word) for word in ([word for word in words if word not in filler] or words))


def _singular(word: str) -> str:
    if len(word) <= _LONG or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-2] if word.endswith(("shes", "ches", "xes", "sses")) else word[:-1]
