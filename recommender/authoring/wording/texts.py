"""Checks what no text says, and what some texts must say, by section, key and entry."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recommender.authoring.wording.reading import Expected, Wording
from recommender.authoring.wording.sense import Sense
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import Problem
from recommender.rulebook.leaves import patient_texts


def text_problems(wording: Wording, documents: Iterable[Document]) -> Iterator[Problem]:
    """Yield the texts that say what none may, or do not say what they must."""
    documents = tuple(documents)
    for document in documents:
        for path, text in patient_texts(document):
            yield from _banned(wording, document, path, text.lower())
    for expected in wording.expected:
        entries = [entry for document in documents for entry in _entries(document, expected)]
        for document, path, text in entries:
            for message in _unsaid(wording.sense, expected, text):
                yield Problem(document.place(path), f"`{'.'.join(map(str, path))}` {message}")
        if not entries:
            hint = "Mend it, or take it out."
            yield Problem(expected.location, "there is no text that this is about.", hint)


def _banned(wording: Wording, document: Document, path: Path_, text: str) -> Iterator[Problem]:
    for banned in wording.banned:
        if banned.keys and banned.keys.isdisjoint(path):
            continue
        words = banned.words.search(text) and wording.sense.affirmed(banned.words, banned.but.sub("", text))
        if words:
            yield Problem(document.place(path), f"“{words}” is never said.", banned.because)


def _unsaid(sense: Sense, expected: Expected, text: Any) -> Iterator[str]:
    items = [_joined(item) for item in (text if isinstance(text, list) else [text or ""])]
    for group in expected.says:
        if not any(all(sense.affirmed(pattern, item) for pattern in group) for item in items):
            yield f"must say “{'” and “'.join(pattern.pattern for pattern in group)}”."
    for pattern in expected.never:
        if words := next(filter(None, (sense.affirmed(pattern, item) for item in items)), ""):
            yield f"must not say “{words}”."
    for item in items:
        if expected.reads and not expected.reads.fullmatch(item.lower()):
            yield f"is “{item}”, which `reads` in {expected.location} does not allow."


def _entries(document: Document, expected: Expected) -> Iterator[tuple[Document, Path_, Any]]:
    """Yield the texts that are meant: of the section itself if the key leads into it, else of its entries.

    An entry without the text counts only if `where` asks for it.
    """
    data = document.data.get(expected.section) if isinstance(document.data, dict) else None
    if _at(data, expected.key) is not None:
        yield document, (expected.section, *expected.key), _at(data, expected.key)
        return
    for name, entry in enumerate(data) if isinstance(data, list) else (data or {}).items():
        text = _at(entry, expected.key)
        if (expected.where or text is not None) and _fits(entry, expected):
            yield document, (expected.section, name, *expected.key), text


def _fits(entry: Any, expected: Expected) -> bool:
    return all(
        pattern.fullmatch(str(_at(entry, key) or "").lower()) for key, pattern in expected.where.items()
    )


def _at(data: Any, key: Iterable[str]) -> Any:
    for name in key:
        data = data.get(name) if isinstance(data, Mapping) else None
    return data


def _joined(item: Any) -> str:
    """Return a text in one line; of a mapping all its texts."""
    return " ".join((item if isinstance(item, str) else " ".join(item.values())).split())
