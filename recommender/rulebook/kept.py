"""The kept form of a finished rulebook, so that the next run need not parse and check the same files again.

Kept are only what the files say, never anything about a person, under the hash of all their bytes and of this program's
version. Only this program's own frozen values, text and numbers can be written and read back: reading a kept file never
runs code from it. A damaged or foreign file is ignored, and the rules are read again.
"""

import hashlib
import marshal
import os
from pathlib import Path
from typing import Any, TypeVar

from recommender.language import symbols, tree
from recommender.rulebook import model
from recommender.vocabulary import model as vocabulary

_CLASSES: tuple[type[Any], ...] = tuple(
    value
    for module in (tree, symbols, vocabulary, model)
    for _, value in sorted(vars(module).items())
    if isinstance(value, type) and hasattr(value, "_fields") and value.__module__ == module.__name__
)
_TUPLE, _MAPPING = -1, -2
_NUMBERS = {kind: number for number, kind in enumerate(_CLASSES)}


Kept = TypeVar("Kept", model.Rulebook, vocabulary.Vocabulary)


def recall(key: str, kind: type[Kept]) -> Kept | None:
    """Return what is kept under `key`, or nothing if there is none that is whole."""
    try:
        digest, body = (content := _file(key).read_bytes())[:32], content[32:]
        if hashlib.sha256(body).digest() != digest:
            return None
        kept = _rebuild(marshal.loads(body))
    except (OSError, ValueError, EOFError, TypeError, IndexError):
        return None
    return kept if isinstance(kept, kind) else None


def keep(key: str, value: Kept) -> None:
    """Keep a value whole or not at all; a folder that cannot be written to only costs time."""
    import tempfile  # only where something is kept for the first time

    body = marshal.dumps(_flatten(value))
    file = _file(key)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as output:
            output.write(hashlib.sha256(body).digest() + body)
        Path(temporary).replace(file)
    except OSError:
        return


def _file(key: str) -> Path:
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "recommender" / f"{key}.rulebook"


def _flatten(value: Any) -> Any:
    """Write own values, and what contains any, as lists [kind, parts …]; everything else stays as it is."""
    number = _NUMBERS.get(type(value))
    if number is not None:
        return [number, *map(_flatten, value)]
    if isinstance(value, tuple):
        parts = tuple(map(_flatten, value))
        return [_TUPLE, *parts] if list in map(type, parts) else parts
    if isinstance(value, dict):
        entries = {key: _flatten(item) for key, item in value.items()}
        return [_MAPPING, entries] if list in map(type, entries.values()) else entries
    return str(value) if isinstance(value, str) else value


def _rebuild(value: Any) -> Any:
    if type(value) is not list:
        return value
    kind = value[0]
    if kind == _TUPLE:
        return tuple(map(_rebuild, value[1:]))
    if kind == _MAPPING:
        return {key: _rebuild(item) for key, item in value[1].items()}
    return _CLASSES[kind](*map(_rebuild, value[1:]))
