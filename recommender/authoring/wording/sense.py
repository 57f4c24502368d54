"""Says whether a text affirms something, or names it only to deny it."""

import re
from collections.abc import Iterable
from functools import lru_cache

_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+|\s(?=but\b)")
_CLAUSE = re.compile(r"[^,]*(?:(?:,(?: [^\s,]+){1,3})+,? (?:or|nor)\b[^,]*)?")  # goes on in a list with "or"


class Sense:
    """Finds what texts affirm; a word of `denials` turns round what follows it in its clause."""

    def __init__(self, denials: Iterable[str]) -> None:
        self._denial = re.compile("|".join(f"(?:{denial})" for denial in denials) or "(?!)")
        self._denied = lru_cache(maxsize=None)(self._denied_parts)

    def affirmed(self, pattern: re.Pattern[str], text: str) -> str:
        """Return the first words of a text that fit and are not denied, in lower case, or nothing."""
        text = text.lower()
        if not pattern.search(text):
            return ""
        for sentence in _SENTENCE_END.split(text):
            for match in pattern.finditer(sentence):
                if not any(first <= match.start() < last for first, last in self._denied(sentence)):
                    return match.group()
        return ""

    def _denied_parts(self, sentence: str) -> tuple[tuple[int, int], ...]:
        """Return from where to where what follows each denial is denied."""
        starts = [denial.end() for denial in self._denial.finditer(sentence)]
        return tuple((start, clause.end()) for start in starts if (clause := _CLAUSE.match(sentence, start)))
