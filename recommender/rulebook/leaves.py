"""Which leaves of the files of a rulebook people read, and which a comparison of decisions judges.

One table for whoever checks words, compares rulebooks or asks for a signature. A leaf that the table does not
name steers something (an order, a pointer, a source), and is treated like words that people read.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recommender.documents.yaml_json import Document, Path_


def _keys(by_section: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {section: frozenset(keys.split()) for section, keys in by_section.items()}


# What a person reads, by section of the files: the texts at any depth under one of these keys.
READ_BY_PEOPLE = _keys(
    {
        "rules": "say brief screen caution note opens why_not",
        "movements": "name what instead differently",
        "families": "name do",
        "exercises": "name after why position steps cautions stop_if",
        "fields": "ask where unsure label check",
        "measures": "label",
        "impossible": "say",
        "always": "always",
        "stop": "stop",
        "week": "say",
        "session": "warm_up cool_down say trains_already going_on",
        "words": "words",
        "supervised": "opens",
        "led_set": "title say",
        "first_screen": "emergency name of means say",
        "phrases": "phrases",
        "parts": "name how instead",
        "activities": "parts rather say paused",
        "additions": "part",
        "symptoms": "name say",
        "figures": "shows",
        "twins": "shows",
        "recalled": "wrong do",
        "questions": "title ask say",
        "scan_report_sentences": "doubts notes refusals asking",
    }
)
_READ_BY_CLINICIANS = (
    ("words", "disclaimer", "clinician"),
    ("phrases", "clinician"),
    ("phrases", "desk"),
    ("phrases", "pack"),
    ("phrases", "proof"),
    ("phrases", "difference"),
)

# What a comparison judges by its effect on every possible person: another spelling of it is no change.
_JUDGED = _keys(
    {
        "rules": "when unless limit conclude clearance dose urgency cases",
        "exercises": "movements",
        "fields": "type range choices worse only_if decimals",
        "laws": "when unless at_clearance only_answered limits at_most stops starts refers concludes "
        "never_suggested never_suggested_at only_suggested suggested_for_each never_begins_with "
        "begins_with_first_level begins_within changes changes_nothing fields moves_only somebody",
    }
)


def patient_texts(document: Document) -> Iterator[tuple[Path_, str]]:
    """Yield each text for people of one document, with its path."""
    for path, value in _ends(document.data):
        keys = READ_BY_PEOPLE.get(str(path[0]), frozenset()) if path else frozenset()
        if keys.isdisjoint(path) or any(path[: len(each)] == each for each in _READ_BY_CLINICIANS):
            continue
        yield path, " ".join(value.split())


def leaves(documents: Iterable[Document]) -> dict[tuple[str, ...], str]:
    """Return what a comparison of decisions does not judge: all other text, by section, entry and key.

    An entry is found by its `id`, wherever it stands, so that a text which only moved is the same text.
    """
    return {
        names: " ".join(value.split())
        for document in documents
        for names, value in _named(document.data, ())
        if not _JUDGED.get(names[0], frozenset()) & set(names)
    }


def _ends(data: Any) -> Iterator[tuple[Path_, str]]:
    """Yield each text with its path, in their order; without recursion, as there are tens of thousands."""
    pending: list[tuple[Path_, Any]] = [((), data)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict):
            pending += [((*path, key), below) for key, below in reversed(value.items())]
        elif isinstance(value, list):
            pending += [((*path, index), below) for index, below in reversed([*enumerate(value)])]


def _named(data: Any, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if names[-2:-1] == ("dose",):  # as one text, as a person reads it
        yield names, _in_one_line(data)
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _named(value, (*names, str(key)))
    elif isinstance(data, list) and all(isinstance(value, str) for value in data):
        yield names, " | ".join(data)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _named(value, (*names, _name(value, index)))
    else:
        yield names, str(data)


def _in_one_line(data: Any) -> str:
    if isinstance(data, dict):
        return ", ".join(f"{key} {_in_one_line(value)}" for key, value in data.items())
    return " | ".join(data) if isinstance(data, list) else str(data)


def _name(entry: Any, index: int) -> str:
    """Return the name of an entry of a list: its id, else the text with which it begins."""
    if isinstance(entry, dict):
        first = next((value for value in entry.values() if isinstance(value, str)), "")
        return str(entry.get("id") or first or index)
    return str(index)
