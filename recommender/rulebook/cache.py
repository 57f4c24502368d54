"""The kept form of a finished rulebook, so that the next run need not parse and check the same files again.

Kept is only what the files say, never anything about a person, under a key made of all that it was read from and by.
Only this program's own frozen values, text and numbers can be written and read back: reading a kept file never runs
code from it. A damaged or foreign file is ignored, and the rules are read again.
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
_DIGEST = 32
_NUMBERS = {kind: number for number, kind in enumerate(_CLASSES)}


Kept = TypeVar("Kept", model.Rulebook, vocabulary.Vocabulary)

_MOST_KEPT = 12


def recall(key: str, kind: type[Kept]) -> Kept | None:
    """Return what is kept under `key`, or nothing if there is none that is whole and was kept under this key."""
    folder = _folder()
    if folder is None:
        return None
    try:
        content = (folder / key).read_bytes()
        if content[:_DIGEST] != _digest(key, content[_DIGEST:]):
            return None
        kept = _rebuild(marshal.loads(content[_DIGEST:]))
    except Exception:  # whatever is wrong with a kept file, the rules themselves are there to be read
        return None
    return kept if isinstance(kept, kind) else None


def keep(key: str, value: Kept) -> None:
    """Keep a value whole or not at all; a folder that cannot be written to only costs time."""
    import tempfile  # only where something is kept for the first time

    folder = _folder()
    if folder is None:
        return
    body = marshal.dumps(_flatten(value))
    temporary: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=folder)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as output:
            output.write(_digest(key, body) + body)
        temporary.replace(folder / key)
        _forget_oldest(folder)
    except OSError:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _forget_oldest(folder: Path) -> None:
    newest_first = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in newest_first[_MOST_KEPT:]:
        file.unlink(missing_ok=True)


def _digest(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode() + body).digest()


def _folder() -> Path | None:
    """Return the folder for kept files: the user's cache, or nothing for somebody without a home."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    if Path(cache).is_absolute():
        return Path(cache) / "recommender"
    try:
        return Path.home() / ".cache" / "recommender"
    except RuntimeError:
        return None


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
