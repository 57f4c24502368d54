"""Names of columns of time, and their units: `date of hip fracture`, `years since last hip fracture`."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

DATE = "date"
_MOST_SMALL_WORDS = 3


class TimeName(NamedTuple):
    """The field of a column of time; `unit` is `DATE`, a unit of time, or empty if the name has none."""

    field: str
    unit: str


class TimeWords(NamedTuple):
    """Words of time in plain form, see `profiles/time.yaml`.

    `events` and `dates` map names of an event, and of its date, to fields. `asked` are the fields for whose
    dates a day to count from is asked. `months` maps the names of months to their numbers.
    """

    events: Mapping[str, str]
    dates: Mapping[str, str]
    asked: frozenset[str]
    date: tuple[str, ...]
    since: tuple[str, ...]
    small: tuple[str, ...]
    units: Mapping[str, tuple[str, ...]]
    months: Mapping[str, int]

    def lookup(self, key: str) -> TimeName | None:
        """Return the meaning of a plain name, or `None` if it is no date and no time since a known event."""
        if field := self.dates.get(key):
            return TimeName(field, DATE)
        if field := self._event(rest for rest in _without(key, self.date)):
            return TimeName(field, DATE)
        for unit, words in self.units.items():
            if field := self._since(_without(key, words)):
                return TimeName(field, unit)
        field = self._since([key])
        return TimeName(field, "") if field else None

    def _since(self, keys: Iterable[str]) -> str:
        """Return the field of an event behind a word such as since, or before one such as ago."""
        return self._event(rest for key in keys for rest in _without(key, self.since))

    def _event(self, keys: Iterable[str]) -> str:
        """Return the field of an event, with or without small words about it."""
        waiting = set(keys)
        for _ in range(_MOST_SMALL_WORDS + 1):
            for key in sorted(waiting):
                if key in self.events:
                    return self.events[key]
            waiting = {rest for key in waiting for rest in _without(key, self.small)}
        return ""


def _without(key: str, words: Iterable[str]) -> Iterable[str]:
    """Yield what is left of a name without a word at its beginning or its end."""
    for word in words:
        if key.startswith(word) and key != word:
            yield key.removeprefix(word)
        if key.endswith(word) and key != word:
            yield key.removesuffix(word)
