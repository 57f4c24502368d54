"""A cache of finished rulebooks, so that the next run need not parse and check the same files again.

It holds only what the files say, never anything about a person, under a key made of all that it was read from
and by. Only this program's own frozen values, text and numbers can be written and read back: reading an entry
never runs code from it. A damaged or foreign entry is ignored, and the rules are read again.
"""

import hashlib
import marshal
import os
import re
import stat
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from recommender.documents.atomic import write_whole
from recommender.language import symbols, tree
from recommender.rulebook import model, scales
from recommender.vocabulary import model as vocabulary

_CLASSES: tuple[type[Any], ...] = tuple(
    value
    for module in (tree, symbols, vocabulary, model, scales)
    for _, value in sorted(vars(module).items())
    if isinstance(value, type)
    and value.__module__ == module.__name__
    and (hasattr(value, "_fields") or issubclass(value, StrEnum))
)
_TUPLE, _MAPPING = -1, -2
_DIGEST = 32
_NUMBERS = {kind: number for number, kind in enumerate(_CLASSES)}


Cached = TypeVar("Cached", model.Rulebook, vocabulary.Vocabulary)

_FOLDER = ("recommender-bone-health", "rulebooks")  # a name that no other program has
_NAME = re.compile(r"[0-9a-f]{64}\.cache", re.ASCII)
_MOST_ENTRIES = 12
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def get(key: str, kind: type[Cached]) -> Cached | None:
    """Return the entry under `key` (64 hexadecimal digits), if it is whole and was put under this key."""
    folder = _folder()
    if folder is None or not _is_ours(folder):
        return None
    try:
        content = (folder / f"{key}.cache").read_bytes()
        if content[:_DIGEST] != _digest(key, content[_DIGEST:]):
            return None
        value = _rebuild(marshal.loads(content[_DIGEST:]))
    except Exception:  # whatever is wrong with an entry, the rules themselves are there to be read
        return None
    return value if isinstance(value, kind) else None


def put(key: str, value: Cached) -> None:
    """Write an entry whole or not at all; a folder that cannot be used only costs time."""
    folder = _folder()
    if folder is None:
        return
    body = marshal.dumps(_flatten(value))
    with suppress(OSError):
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True, mode=0o700)
        if _is_ours(folder):
            write_whole(folder / f"{key}.cache", _digest(key, body) + body)
            _remove_oldest(folder)


def _remove_oldest(folder: Path) -> None:
    """Remove the oldest entries; what is not an entry is left alone."""
    entries = [
        file for file in folder.iterdir() if _NAME.fullmatch(file.name) and stat.S_ISREG(file.lstat().st_mode)
    ]
    for file in sorted(entries, key=lambda file: file.stat().st_mtime, reverse=True)[_MOST_ENTRIES:]:
        file.unlink(missing_ok=True)


def _is_ours(folder: Path) -> bool:
    """Say whether the folder is a real one that only this user can write to: others could forge entries."""
    try:
        states = [folder.parent.lstat(), folder.lstat()]
    except OSError:
        return False
    user = os.geteuid() if hasattr(os, "geteuid") else states[0].st_uid
    return all(
        stat.S_ISDIR(state.st_mode) and state.st_uid == user and not state.st_mode & _WRITABLE_BY_OTHERS
        for state in states
    )


def _digest(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode() + body).digest()


def _folder() -> Path | None:
    """Return the folder of entries in the user's cache, or nothing for somebody without a home."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    if Path(cache).is_absolute():
        return Path(cache).joinpath(*_FOLDER)
    try:
        return Path.home().joinpath(".cache", *_FOLDER)
    except RuntimeError:
        return None


def _flatten(value: Any) -> Any:
    """Write own values, and what contains any, as lists [kind, parts …]; everything else stays as it is."""
    number = _NUMBERS.get(type(value))
    if number is not None:
        return [number, value.value] if isinstance(value, StrEnum) else [number, *map(_flatten, value)]
    if isinstance(value, tuple):
        parts = tuple(map(_flatten, value))
        return [_TUPLE, *parts] if list in map(type, parts) else parts
    if isinstance(value, dict):
        entries = {str(key): _flatten(item) for key, item in value.items()}
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
