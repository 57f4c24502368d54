"""Checks of doses: a gentle one asks no more than the usual one, and none more than its movements bear."""

from collections.abc import Iterable, Iterator, Mapping
from math import inf
from typing import Any, NamedTuple

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import Problem
from recommender.rulebook.doses import (
    AXES,
    BOUTS,
    CAPS,
    OFTEN,
    WORDS,
    Amount,
    DoseWords,
    Span,
    read_amount,
    read_words,
)
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Dose

_EXERCISES = "exercises"
_EVERY_DAY = 7
_REPEAT = "repeats"  # what is repeated where a dose does not name it
_BREATH = "breaths"
_LENGTHS = ("repeats", "minutes", "metres", "load_kg")
_CAPPED = ("sets", *_LENGTHS, "seconds", "hold_seconds", *OFTEN, "minutes_a_day", "repeats_a_week", *AXES)


class Cap(NamedTuple):
    """The most of some movements, by key of a dose; an entry without movements holds what no other names."""

    movements: tuple[str, ...]
    at_most: Mapping[str, float]


def dose_problems(book: Rulebook, documents: Iterable[Document]) -> Iterator[Problem]:
    """Yield what is wrong with the doses of a usable rulebook; `documents` are its source."""
    checkers = [Checker(document) for document in documents if isinstance(document.data, dict)]
    words, caps = next(
        (read_words(check, check.document.data[WORDS]), _read_caps(check, book))
        for check in checkers
        if WORDS in check.document.data
    )
    for check in checkers:
        for path, exercise in check.items(check.document.data.get(_EXERCISES), (_EXERCISES,)):
            for level_path, level in check.items(exercise["levels"], (*path, "levels")):
                check.owner = level["id"]
                _Level(check, level, (*level_path, "dose"), words).check(_strictest(caps, level["movements"]))
    for check in checkers:
        yield from check.problems


def _read_caps(check: Checker, book: Rulebook) -> list[Cap]:
    caps: list[Cap] = []
    for path, item in check.items(check.document.data[CAPS], (CAPS,)):
        data = check.mapping(item, path, ("movements", "at_most", "because"), ())
        check.text(data.get("because"), (*path, "because"))
        most = check.mapping(data.get("at_most"), (*path, "at_most"), (), _CAPPED)
        numbers = {key: float(check.number(most[key], (*path, "at_most", key))) for key in most}
        movements = check.some_of(data.get("movements"), (*path, "movements"), book.movements, "movement")
        caps.append(Cap(movements, numbers))
    general = {key for cap in caps if not cap.movements for key in cap.at_most}
    for key in _CAPPED:
        if key not in general:
            check.fail((CAPS,), f"an entry without movements must name the most of `{key}`.")
    return caps


def _strictest(caps: Iterable[Cap], movements: Iterable[str]) -> dict[str, float]:
    """Return the lowest number of all kinds that a level contains, and the general one of all else."""
    own = [cap.at_most for cap in caps if set(cap.movements) & set(movements)]
    general = [cap.at_most for cap in caps if not cap.movements]
    most: dict[str, float] = {}
    for key in _CAPPED:
        named = [numbers[key] for numbers in own if key in numbers]
        most[key] = min(named or [numbers[key] for numbers in general if key in numbers], default=inf)
    return most


class _Level:
    """Checks the two doses of one level, which stand at `path`."""

    def __init__(self, check: Checker, level: Mapping[str, Any], path: Path_, words: DoseWords) -> None:
        self._check, self._path, self._words = check, path, words
        self._doses = {key: read_amount(check, level["dose"][key], (*path, key.value), words) for key in Dose}

    def check(self, most: Mapping[str, float]) -> None:
        """Record a dose above `most`, one that does not say how often, and a gentle one above the usual."""
        for key, amount in self._doses.items():
            for name, value in self._tops(amount):
                if value > most[name]:
                    message = f"the {key} dose has {value:g} `{name}`: {most[name]:g} is the most here."
                    self._fail(key, message, f"The reason stands under `{CAPS}`.")
            if _is_bout(amount) and not any(often in amount.numbers for often in OFTEN):
                self._fail(key, f"the {key} dose does not say how often.", f"Add {' or '.join(OFTEN)}.")
        usual, gentle = self._doses[Dose.USUAL], self._doses[Dose.GENTLE]
        for name, more, less in self._compared(gentle, usual):
            if more > less:
                self._fail(Dose.GENTLE, f"the gentle dose asks more than the usual one: {name}.")

    def _compared(self, gentle: Amount, usual: Amount) -> Iterator[tuple[str, float, float]]:
        """Yield each measure that both doses have: its name, of the gentle one, of the usual one."""
        for axis in AXES:
            yield axis, gentle.ranks.get(axis, 0), usual.ranks.get(axis, 0)
        if _is_bout(gentle) and _is_bout(usual):
            least = dict(self._measures(usual))
            yield from ((name, value, least[name]) for name, value in self._measures(gentle) if name in least)

    def _tops(self, amount: Amount) -> Iterator[tuple[str, float]]:
        """Yield what is held to a most: ranks and highest numbers, also of what a dose builds up to."""
        for numbers in (amount.numbers, amount.build_to):
            yield from ((key, numbers[key].high) for key in (*_LENGTHS, *OFTEN) if key in numbers)
            times, days = _often({**amount.numbers, **numbers})
            if "minutes" in numbers:
                yield "minutes_a_day", numbers["minutes"].high * _sets(amount) * times
            if "seconds" in numbers:
                yield "hold_seconds" if "repeats" in amount.numbers else "seconds", numbers["seconds"].high
            if "repeats" in numbers:
                yield "repeats_a_week", numbers["repeats"].high * _sets(amount) * times * days
        yield from amount.ranks.items()
        yield "sets", _sets(amount)
        yield "hold_seconds", self._hold(amount)

    def _measures(self, amount: Amount) -> Iterator[tuple[str, float]]:
        """Yield what is compared between doses, in words of a message."""
        numbers, sets = amount.numbers, _sets(amount)
        if "repeats" in numbers:
            yield f"{amount.words.get('of', _REPEAT)} at a time", sets * numbers["repeats"].high
            yield "hold", self._hold(amount)
        for key in ("seconds", "metres", "load_kg"):
            if key in numbers:
                yield key, numbers[key].high
        times, days = _often(numbers)
        yield "time in a day", sets * self._seconds(amount) * times
        yield "time in a week", sets * self._seconds(amount) * times * days

    def _seconds(self, amount: Amount) -> float:
        """Return how many seconds one set takes at most; what is said of each side or leg counts once."""
        numbers = amount.numbers
        if "minutes" in numbers:
            return numbers["minutes"].high * 60
        if "repeats" not in numbers:
            return numbers["seconds"].high
        one = numbers["seconds"].high if "seconds" in numbers else self._repeated(amount)
        return numbers["repeats"].high * (one + self._hold(amount))

    def _repeated(self, amount: Amount) -> float:
        return self._words.of[amount.words.get("of", _REPEAT)].seconds

    def _hold(self, amount: Amount) -> float:
        numbers = amount.numbers
        if "hold_breaths" in numbers:
            return numbers["hold_breaths"].high * self._words.of[_BREATH].seconds
        return numbers["hold_seconds"].high if "hold_seconds" in numbers else 0

    def _fail(self, key: Dose, message: str, hint: str = "") -> None:
        self._check.fail((*self._path, key.value), message, hint)


def _is_bout(amount: Amount) -> bool:
    return any(key in amount.numbers for key in BOUTS)


def _sets(amount: Amount) -> float:
    return max((amount.numbers[key].high for key in ("sets", "times") if key in amount.numbers), default=1)


def _often(numbers: Mapping[str, Span]) -> tuple[float, float]:
    """Return how many times a day at most, and on how many days a week; not said: once, and every day."""
    times, days = (numbers[key].high if key in numbers else 0 for key in OFTEN)
    return times or 1, days or _EVERY_DAY
