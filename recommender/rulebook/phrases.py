"""The sentences and labels that people read, from the files of `rules/phrases/`.

The words are data of the rulebook; which keys the program needs, and the placeholders of each, stands in
`phrase_keys.txt`. A plural has the keys `one` and `other`. Those of the web pages (`web_phrase_keys.txt`) are
read apart, as no other answer needs them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import Problem, RulebookError, did_you_mean, quoted
from recommender.rulebook.files import package
from recommender.rulebook.model import ReportLimits

SECTION, LIMITS = "phrases", "report_limits"
_AGES = "age_bands"
_COUNTS = tuple(name for name in ReportLimits._fields if name != _AGES)
_WHOLE = re.compile("[1-9][0-9]{0,2}")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


WEB = "web"
_INSTEAD = f"{WEB}.instead."


def placeholders(file: str) -> dict[str, tuple[str, ...]]:
    """Return the keys in a file of keys beside this module, each with its placeholders."""
    lines = (package() / "rulebook" / file).read_text(encoding="utf-8").splitlines()
    return {key: tuple(names) for key, *names in map(str.split, lines)}


PLACEHOLDERS: Mapping[str, tuple[str, ...]] = placeholders("phrase_keys.txt")
_GROUPS = tuple(dict.fromkeys(key.partition(".")[0] for key in PLACEHOLDERS))


def read_phrases(checkers: Sequence[Checker]) -> dict[str, str]:
    """Return the phrases by key, such as `report.title`; record each wrong key and placeholder.

    Each group of keys, such as `report`, must stand in exactly one of the files. A former rulebook has the
    keys and placeholders of its time.
    """
    if any(check.document.former for check in checkers):
        return dict(pair for check in checkers for pair in _former(check.document.data))
    groups: dict[str, list[tuple[Checker, Any]]] = {group: [] for group in _GROUPS}
    for check in checkers:
        data = check.document.data
        own = data.get(SECTION) if isinstance(data, dict) else None
        for group, raw in check.mapping(own, (SECTION,), (), _GROUPS).items():
            if group in groups:
                groups[group].append((check, raw))
    phrases: dict[str, str] = {}
    for group, sources in groups.items():
        if len(sources) == 1:
            check, raw = sources[0]
            phrases |= _group(check, raw, (SECTION, group), f"{group}.", PLACEHOLDERS)
        else:
            names = ", ".join(check.document.name for check, _ in sources) or "no file"
            message = f"exactly one file must hold the phrases `{group}`."
            checkers[0].problems.append(Problem(names, message))
    return phrases


def read_web_phrases(document: Document) -> dict[str, str]:
    """Return the phrases of the web pages; those under `instead` by the key of the phrase that they replace.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    check, path = Checker(document), (SECTION, WEB)
    data = check.mapping(document.data, (), (SECTION,), ())
    own = check.mapping(data.get(SECTION), (SECTION,), (WEB,), ())
    phrases = dict(_group(check, own.get(WEB), path, f"{WEB}.", placeholders("web_phrase_keys.txt")))
    if check.problems:
        raise RulebookError(check.problems)
    return {key.removeprefix(_INSTEAD): text for key, text in phrases.items()}


def _former(data: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in (data.get(SECTION, {}) if not prefix else data).items():
        if isinstance(value, dict):
            yield from _former(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", " ".join(str(value).split())


def _group(
    check: Checker, raw: Any, path: Path_, prefix: str, keys: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, str]]:
    own = [key.removeprefix(prefix).partition(".")[0] for key in keys if key.startswith(prefix)]
    known = tuple(dict.fromkeys(own))
    for key, value in check.mapping(raw, path, known, ()).items():
        if f"{prefix}{key}" in keys:
            expected = keys[f"{prefix}{key}"]
            yield f"{prefix}{key}", _phrase(check, value, (*path, key), f"{prefix}{key}", expected)
        elif key in known:
            yield from _group(check, value, (*path, key), f"{prefix}{key}.", keys)


def _phrase(check: Checker, raw: Any, path: Path_, key: str, expected: tuple[str, ...]) -> str:
    text = check.text(raw, path)
    names = _PLACEHOLDER.findall(text)
    if set("{}") & set(_PLACEHOLDER.sub("", text)):
        check.fail(path, f"the braces of `{key}` do not match.", "Write a placeholder as {name}.")
        return ""
    for name in dict.fromkeys(names):
        if name not in expected:
            known = ", ".join(f"{{{each}}}" for each in expected)
            hint = did_you_mean(name, expected) or (f"Known here: {known}." if known else "It takes none.")
            check.fail(path, f"`{key}` has the unknown placeholder {{{name}}}.", hint)
    for name in expected:
        if text and name not in names:
            check.fail(path, f"`{key}` lacks the placeholder {{{name}}}.")
    return text


def read_limits(check: Checker, raw: Any) -> ReportLimits:
    """Return how much a report shows: whole numbers of 1 or more, and ages that rise."""
    path: Path_ = (LIMITS,)
    data = check.mapping(raw, path, ReportLimits._fields, ())
    counts = {name: _whole(check, data.get(name), (*path, name)) for name in _COUNTS}
    ages = tuple(
        _whole(check, age, item_path) for item_path, age in check.items(data.get(_AGES), (*path, _AGES))
    )
    if _AGES in data and (not ages or any(low >= high for low, high in pairwise(ages))):
        check.fail((*path, _AGES), "these must be ages that rise, such as [50, 60, 70].")
    return ReportLimits(**counts, age_bands=ages)


def _whole(check: Checker, raw: Any, path: Path_) -> int:
    if isinstance(raw, str) and _WHOLE.fullmatch(raw):
        return int(raw)
    if raw is not None:
        check.fail(path, f"{quoted(str(raw))} is not a whole number from 1 to 999.")
    return 0
