"""Checks that words and movements agree: what a level says it lists, and what it lists it says."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from recommender.authoring.wording.reading import Wording
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import Problem

_IN_A_LEVEL = ("name", "position", "steps", "cautions")
_Texts = Iterable[tuple[Path_, str]]


def movement_problems(wording: Wording, documents: Iterable[Document]) -> Iterator[Problem]:
    """Yield texts that ask for a movement which is not listed, and listed movements that no text shows."""
    for document in documents:
        data = document.data if isinstance(document.data, dict) else {}
        for index, exercise in enumerate(data.get("exercises") or ()):
            for number, level in enumerate(exercise["levels"]):
                path = ("exercises", index, "levels", number)
                texts = [*_texts(level, _IN_A_LEVEL, path)]
                yield from _unlisted(wording, document, texts, level["movements"])
                words = " ".join(text for at, text in texts if "name" not in at).lower()
                for message, hint in _unshown(wording, level, words):
                    yield Problem(document.place(path), message, hint)
        for id_, movement in (data.get("movements") or {}).items():
            yield from _advice(wording, document, ("movements", id_), movement, "differently", [id_])
        for id_, part in (data.get("parts") or {}).items():
            yield from _advice(wording, document, ("parts", id_), part, "how", part["movements"])


def _advice(
    wording: Wording,
    document: Document,
    path: Path_,
    entry: Mapping[str, Any],
    how: str,
    own: Collection[str],
) -> Iterator[Problem]:
    """Check how to do something: in another way, with its own movements, or something else in its place."""
    uses = entry.get("uses", [])
    yield from _unlisted(wording, document, _texts(entry, [how], path), [*own, *uses])
    yield from _unlisted(wording, document, _texts(entry, ["instead"], path), uses)


def _texts(entry: Mapping[str, Any], keys: Iterable[str], path: Path_) -> _Texts:
    for key in keys:
        value = entry.get(key, [])
        if isinstance(value, str):
            yield (*path, key), " ".join(value.split())
        else:
            yield from (((*path, key, index), " ".join(text.split())) for index, text in enumerate(value))


def _unlisted(
    wording: Wording, document: Document, texts: _Texts, movements: Collection[str]
) -> Iterator[Problem]:
    cues = [cue for cue in wording.cues if not cue.movements & set(movements)]
    for path, text in texts:
        lower = text.lower()
        for cue in cues:
            if cue.words.search(lower) and (words := wording.sense.affirmed(cue.words, lower)):
                yield Problem(
                    document.place(path),
                    f"“{words}” asks for a movement that is not listed here.",
                    f"List one of: {', '.join(sorted(cue.movements))}; or say it otherwise.",
                )


def _unshown(wording: Wording, level: Mapping[str, Any], words: str) -> Iterator[tuple[str, str]]:
    for movement in level["movements"]:
        shown = wording.shown.get(movement)
        if shown is None:
            yield (
                f"nothing says which words show the movement `{movement}` of `{level['id']}`.",
                "Write them under `shown` in rules/wording/movements.yaml.",
            )
        elif not shown.search(words):
            yield (
                f"no word of `{level['id']}` shows its movement `{movement}`.",
                "Say it in the position or a step, or take it out; `shown` in rules/wording/ holds words.",
            )
