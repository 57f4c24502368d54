"""Measures how hard a sentence is to read: its Flesch-Kincaid grade, in years of schooling.

Kincaid JP et al. Derivation of new readability formulas. Naval Technical Training Command, Research Branch
Report 8-75, 1975. Sentences end at . ? ! : or ; as Flesch counted them.
"""

import re
from collections.abc import Collection, Iterator
from functools import cache

_SENTENCE = re.compile(r"(?<=[.!?;:])\s+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?")
_SILENT = re.compile(
    r"(?<=[^aeiouylr])e$|(?<=[aeiouy][lr])e$"  # bone, chair, where; but table
    r"|(?<=[^aeiouyscxzghlr])es$|(?<=[aeiouy][lr])es$"  # times, but hinges
    r"|(?<=[^aeiouytd])ed$"  # walked, but started
    r"|e(?=(?:ly|ful|less|ment|ness|time|where|thing)\w*$)"
)
_VOWELS = re.compile(
    r"i(?=[aou])(?!(?<=[csgtx]i)(?:on|ou|al|an))"  # ra-di-o, but sta-tion
    r"|e(?=a$|o(?!p))|[eo](?=ing$)"  # i-de-a, vi-de-o, be-ing; but peo-ple
    r"|[aeiouy]+"
)
_FAMILIAR_SYLLABLES = 2


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text."""
    yield from (sentence.strip() for sentence in _SENTENCE.split(text) if _WORD.search(sentence.lower()))


def grade(sentence: str, familiar: Collection[str] = ()) -> float:
    """Return the Flesch-Kincaid grade of one sentence; a `familiar` word counts as two syllables."""
    words = _WORD.findall(sentence.lower().replace("\u2019", "'"))
    if not words:
        return 0.0
    count = sum(_FAMILIAR_SYLLABLES if word in familiar else syllables(word) for word in words)
    return 0.39 * len(words) + 11.8 * count / len(words) - 15.59


@cache
def syllables(word: str) -> int:
    """Estimate the syllables of an English word: its groups of vowels that are pronounced."""
    return max(1, len(_VOWELS.findall(_SILENT.sub("", word))))
