"""Reading a dose: how much, how often and how hard, in numbers and words that the rulebook lists."""

import re
from collections.abc import Iterable, Iterator, Mapping
from math import nan
from typing import Any, NamedTuple

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Path_
from recommender.errors import quoted

WORDS, CAPS = "dose_words", "dose_caps"
AXES = ("effort", "load", "range", "pace")
BOUTS = ("repeats", "seconds", "minutes")
OFTEN = ("times_a_day", "days_a_week")
_COUNTS = ("sets", "times", *BOUTS, "metres", "hold_seconds", "hold_breaths", "load_kg", "rest_minutes")
_NUMBERS = (*_COUNTS, *OFTEN, "learn_weeks", "months")
_LISTED = ("each", "hold_where", "add", "how", "then", "whenever", "leave_out")
_RANKED = ("manner", "load", "pace", "effort")
_BUILDS = (*BOUTS, *OFTEN)
_WORDS = ("of", *_LISTED)
_KEYS = (*_NUMBERS, *_WORDS, *_RANKED, "build_to")
_NOT_BOUTS = {"whenever": ("how",), "leave_out": ()}  # what may stand beside each
_NEEDS = {
    "sets": BOUTS,
    "times": BOUTS,
    "metres": ("repeats",),
    "of": ("repeats",),
    "manner": ("repeats",),
    "each": ("repeats", "seconds"),
    "hold_seconds": ("repeats",),
    "hold_breaths": ("repeats",),
    "hold_where": ("hold_seconds", "hold_breaths"),
    "add": ("repeats",),
    "rest_minutes": ("sets", "of"),
}
_APART = (("sets", "times"), ("hold_seconds", "hold_breaths"), ("minutes", "repeats"), ("minutes", "seconds"))
_RANKS = range(-3, 4)
_WHOLE, _HALVES = re.compile("[1-9][0-9]{0,2}"), re.compile("[1-9][0-9]{0,2}|[0-9]{1,2}[.]5")


class Span(NamedTuple):
    """A number, or two ends. `bound` is `at_least` or `up_to`, where only one end is named."""

    low: float
    high: float
    bound: str = ""


class Repeated(NamedTuple):
    """What is repeated: its name for one, and about how many seconds one takes."""

    one: str
    seconds: float


class DoseWords(NamedTuple):
    """The words that doses may hold.

    `listed` are texts by key. `ranked` are those that say how hard: below 0 on an axis is less than the level
    itself asks, above 0 is more. `often` has the number that a text such as "every other day" counts as.
    """

    of: Mapping[str, Repeated]
    listed: Mapping[str, tuple[str, ...]]
    ranked: Mapping[str, Mapping[str, Mapping[str, int]]]
    often: Mapping[str, Mapping[str, float]]


class Amount(NamedTuple):
    """One dose: numbers and words by key, the numbers it builds up to, and the highest rank of each axis."""

    numbers: Mapping[str, Span]
    words: Mapping[str, str]
    build_to: Mapping[str, Span]
    ranks: Mapping[str, int]


def read_words(check: Checker, raw: Any) -> DoseWords:
    """Read the words that doses may hold, recording every problem in `check`."""
    path: Path_ = (WORDS,)
    data = check.mapping(raw, path, (*_WORDS, *_RANKED, *OFTEN), ())
    of: dict[str, Repeated] = {}
    for name, entry in check.mapping(data.get("of"), (*path, "of")).items():
        at = (*path, "of", name)
        repeated = check.mapping(entry, at, ("one", "seconds"), ())
        one = check.text(repeated.get("one"), (*at, "one"))
        of[name] = Repeated(one, _number(check, repeated.get("seconds"), (*at, "seconds")))
    return DoseWords(
        of=of,
        listed={key: _remarks(check, data.get(key), (*path, key)) for key in _LISTED},
        ranked={key: _ranks(check, data.get(key), (*path, key)) for key in _RANKED},
        often={
            key: {
                text: _number(check, value, (*path, key, text))
                for text, value in check.mapping(data.get(key), (*path, key)).items()
            }
            for key in OFTEN
        },
    )


def _ranks(check: Checker, raw: Any, path: Path_) -> dict[str, dict[str, int]]:
    """Read texts with their ranks by axis."""
    return {
        text: {
            axis: check.whole_number(rank, (*path, text, axis), _RANKS, "rank")
            for axis, rank in check.mapping(axes, (*path, text), (), AXES).items()
        }
        for text, axes in check.mapping(raw, path).items()
    }


def read_amount(check: Checker, raw: Any, path: Path_, words: DoseWords) -> Amount:
    """Read one dose, recording every problem in `check`: nothing outside the known keys and words."""
    if isinstance(raw, str):
        check.fail(path, "a dose is numbers, not a sentence.", "Write {sets: 1, repeats: [5, 8], …}.")
        return Amount({}, {}, {}, {})
    data = check.mapping(raw, path, (), _KEYS)
    if isinstance(raw, dict) and not set(data) - set(_KEYS):
        for message in _mismatches(data):
            check.fail(path, message)
    often = {key: _often(check, data[key], (*path, key), words) for key in OFTEN if _is_text(data.get(key))}
    chosen = {key: _ranked(check, data[key], (*path, key), words) for key in _RANKED if key in data}
    listed = {key: _listed(check, data[key], (*path, key), words) for key in _WORDS if key in data}
    build = check.mapping(data.get("build_to"), (*path, "build_to"), (), _BUILDS)
    ranks: dict[str, int] = {}
    for key, texts in chosen.items():
        for axis, rank in (ranked for text in texts for ranked in words.ranked[key].get(text, {}).items()):
            ranks[axis] = max(rank, ranks.get(axis, rank))
    return Amount(
        numbers={
            **{key: _exactly(words.often[key].get(text, nan)) for key, text in often.items()},
            **_spans(check, data, path, [key for key in _NUMBERS if key not in often]),
        },
        words={**often, **listed, **{key: ", ".join(texts) for key, texts in chosen.items()}},
        build_to=_spans(check, build, (*path, "build_to"), _BUILDS),
        ranks=ranks,
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not _WHOLE.fullmatch(value)


def _often(check: Checker, raw: Any, path: Path_, words: DoseWords) -> str:
    return check.one_of(raw, path, words.often[str(path[-1])], _named(path))


def _listed(check: Checker, raw: Any, path: Path_, words: DoseWords) -> str:
    known: Iterable[str] = words.of if path[-1] == "of" else words.listed[str(path[-1])]
    return check.one_of(raw, path, known, _named(path))


def _ranked(check: Checker, raw: Any, path: Path_, words: DoseWords) -> tuple[str, ...]:
    """Read one text, or several."""
    known = words.ranked[str(path[-1])]
    if isinstance(raw, list):
        return check.some_of(raw, path, known, _named(path))
    return (check.one_of(raw, path, known, _named(path)),)


def _named(path: Path_) -> str:
    return f"`{path[-1]}` of a dose"


def _spans(check: Checker, data: Mapping[str, Any], path: Path_, keys: Iterable[str]) -> dict[str, Span]:
    return {key: _span(check, data[key], (*path, key)) for key in keys if key in data}


def _mismatches(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield why keys of a dose do not go together."""
    for key, beside in _NOT_BOUTS.items():
        if key in data:
            if others := [other for other in data if other not in (key, *beside)]:
                yield f"`{key}` stands without `{others[0]}`."
            return
    if not any(key in data for key in BOUTS):
        yield f"a dose needs {_either((*BOUTS, *_NOT_BOUTS))}."
    for key, needed in _NEEDS.items():
        if key in data and not any(other in data for other in needed):
            yield f"`{key}` needs {_either(needed)}."
    for one, other in _APART:
        if one in data and other in data:
            yield f"`{one}` stands without `{other}`."


def _either(keys: Iterable[str]) -> str:
    return " or ".join(f"`{key}`" for key in keys)


def _span(check: Checker, raw: Any, path: Path_) -> Span:
    """Read a number, [low, high], or one end: {up_to: 3}; only how often and how long may be `at_least`."""
    pattern = _HALVES if path[-1] == "load_kg" else _WHOLE
    if isinstance(raw, dict):
        bounds = ("up_to", "at_least") if path[-1] in (*OFTEN, "months") else ("up_to",)
        data = check.mapping(raw, path, (), bounds)
        if len(data) != 1:
            check.fail(path, f"name exactly one end: {_either(bounds)}.")
            return _exactly(nan)
        [(bound, value)] = data.items()
        number = _number(check, value, (*path, bound), pattern)
        return Span(number, number, bound)
    if not isinstance(raw, list):
        return _exactly(_number(check, raw, path, pattern))
    ends = [_number(check, value, item_path, pattern) for item_path, value in check.items(raw, path)]
    if len(ends) != 2 or ends[0] >= ends[1]:
        check.fail(path, "two numbers that rise are needed here, such as [8, 12].")
        return _exactly(nan)
    return Span(ends[0], ends[1])


def _exactly(number: float) -> Span:
    return Span(number, number)


def _number(check: Checker, raw: Any, path: Path_, pattern: re.Pattern[str] = _HALVES) -> float:
    """Read a number; what is missing, or was refused, is not a number."""
    if raw is None:  # a key that is missing was told already
        return nan
    if isinstance(raw, str) and pattern.fullmatch(raw):
        return float(raw)
    hint = "Write a whole number from 1 to 999."
    if pattern is _HALVES:
        hint = "Write a number from 1 to 999, or a half such as 0.5."
    check.fail(path, f"{quoted(str(raw))} is not a number for a dose.", hint)
    return nan


def _remarks(check: Checker, raw: Any, path: Path_) -> tuple[str, ...]:
    """Read texts that hold no number: each number of a dose has a key, which is held to a most."""
    texts = check.texts(raw, path)
    for index, text in enumerate(texts):
        if re.search("[0-9]", text):
            check.fail((*path, index), f"{quoted(text)} holds a number.", "Numbers of a dose have keys.")
    return texts
