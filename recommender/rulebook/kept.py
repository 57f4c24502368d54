"""The kept form of a finished rulebook, so that the next run need not parse and check the same files again.

Kept are only what the files say, never anything about a person, under the hash of all their bytes and of this program's
version. Only this program's own frozen values, text and numbers can be written and read back: reading a kept file never
runs code from it. A damaged or foreign file is ignored, and the rules are read again.
"""

import hashlib
import marshal
import os
import tempfile
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

from recommender.language import symbols, tree
from recommender.rulebook import model
from recommender.vocabulary import model as vocabulary

_CLASSES: tuple[type[Any], ...] = tuple(
    value
    for module in (tree, symbols, vocabulary, model)
    for _, value in sorted(vars(module).items())
    if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.__name__
)
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
    body = marshal.dumps(_flatten(value))
    file = _file(key)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as output:
            output.write(hashlib.sha256(body).digest() + body)
        os.replace(temporary, file)
    except OSError:
        return


def _file(key: str) -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(home) / "recommender" / f"{key}.rulebook"


def _flatten(value: Any) -> Any:
    """Write own values as tuples (class number, fields …), and tuples as lists."""
    number = _NUMBERS.get(type(value))
    if number is not None:
        return (number, *(_flatten(getattr(value, field.name)) for field in fields(value)))
    if isinstance(value, tuple):
        return [_flatten(item) for item in value]
    if isinstance(value, dict):
        return {key: _flatten(item) for key, item in value.items()}
    return str(value) if isinstance(value, str) else value


def _rebuild(value: Any) -> Any:
    kind = type(value)
    if kind is tuple:
        return _CLASSES[value[0]](*map(_rebuild, value[1:]))
    if kind is list:
        return tuple(map(_rebuild, value))
    if kind is dict:
        return {key: _rebuild(item) for key, item in value.items()}
    return value
