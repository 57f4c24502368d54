"""The shipped rulebook as it was parsed and checked when the wheel was built.

It is believed only for exactly the rule files, the version and the kinds of values that it was built from,
and only when no byte of it has changed; otherwise the rules are parsed. It lies in the installed program:
whoever could forge it could as well change the code beside it, so no other place is ever read.

It holds plain values in Python's marshal format, from which only this program's own frozen values are made.
As JSON it took 5 ms longer, a tenth of what importing click and yaml takes.
"""

import marshal
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import partial
from itertools import chain
from typing import Any
from zlib import crc32

from recommender.language import symbols, tree
from recommender.rulebook import model, scales
from recommender.rulebook.files import package, shipped_files
from recommender.rulebook.model import Rulebook
from recommender.version import __version__
from recommender.vocabulary import model as vocabulary

LOCATION = "rulebook/prebuilt.marshal"
"""Where the build of a wheel puts it, in the package. A checkout has none."""

_VALUES: tuple[Any, ...] = tuple(
    value
    for module in (tree, symbols, vocabulary, model, scales)
    for _, value in sorted(vars(module).items())
    if isinstance(value, type)
    and value.__module__ == module.__name__
    and (hasattr(value, "_fields") or issubclass(value, StrEnum))
)
_FORMAT = 2  # without references between values: the same bytes in every build, for every Python
_KINDS: tuple[type[Any], ...] = (tuple, frozenset, dict, *_VALUES)
_Node = tuple[int, list[Any], dict[int, int]]
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}


def load_prebuilt() -> Rulebook | None:
    """Return the prebuilt rulebook, if there is one and it was built from the rule files as they are."""
    try:
        content = (package() / LOCATION).read_bytes()
    except OSError:
        return None
    check, _, body = content.partition(b"\n")
    if check != _check(body):
        return None
    rulebook: Rulebook = _rebuild(marshal.loads(body))
    return rulebook


def prebuild(rulebook: Rulebook) -> bytes:
    """Return the file that stands for the shipped rulebook, parsed and checked."""
    writer = _Writer()
    writer.write(rulebook)
    body = marshal.dumps(tuple(writer.nodes), _FORMAT)
    return _check(body) + b"\n" + body


def _check(body: bytes) -> bytes:
    """Return check sums of the version, the kinds of values, each shipped file and the body.

    They find what was changed by accident, in a twentieth of the time that loading and running SHA-256 takes.
    """
    kinds = [f"{kind.__name__}{getattr(kind, '_fields', ())}" for kind in _KINDS]
    parts = {"": "\0".join([__version__, *kinds]).encode(), **shipped_files(), "body": body}
    return " ".join(
        f"{crc32(name.encode()):x}.{len(part)}.{crc32(part):x}" for name, part in parts.items()
    ).encode()


class _Writer:
    """Writes a value as `nodes`: each different value once, after those that it is made of.

    A node is (kind, parts, numbers) for an own value or a container of such: `numbers` has, by place, the
    nodes whose values belong there, and every other part stands for itself.
    """

    def __init__(self) -> None:
        self.nodes: list[_Node] = []
        self._numbers: dict[bytes, int] = {}

    def write(self, value: Any) -> Any:
        """Return a value as it is where it can be, or else its number among the nodes, in a list."""
        if isinstance(value, StrEnum):
            return self._node(type(value), [value.value])
        if isinstance(value, frozenset):
            return self._node(frozenset, sorted(value))
        if isinstance(value, Mapping):
            entries = {str(key): self.write(item) for key, item in value.items()}
            return self._node(dict, chain(*entries.items())) if _has_nodes(entries.values()) else entries
        if isinstance(value, tuple):
            parts = tuple(map(self.write, value))
            is_plain = type(value) is tuple and not _has_nodes(parts)
            return parts if is_plain else self._node(type(value), parts)
        return str(value) if isinstance(value, str) else value

    def _node(self, kind: type[Any], parts: Iterable[Any]) -> list[int]:
        parts = list(parts)
        numbers = {place: part[0] for place, part in enumerate(parts) if type(part) is list}
        plain = [None if place in numbers else part for place, part in enumerate(parts)]
        node = (_NUMBERS[kind], plain, numbers)
        number = self._numbers.setdefault(marshal.dumps(node, _FORMAT), len(self.nodes))
        if number == len(self.nodes):
            self.nodes.append(node)
        return [number]


def _has_nodes(parts: Iterable[Any]) -> bool:
    return list in map(type, parts)


def _maker(kind: type[Any]) -> Callable[[list[Any]], Any]:
    """Return what makes a value of a kind from its parts."""
    if kind is dict:
        return lambda parts: dict(zip(parts[::2], parts[1::2], strict=True))
    if issubclass(kind, StrEnum):
        return lambda parts: kind(*parts)
    return partial(tuple.__new__, kind) if issubclass(kind, tuple) else kind


_MAKERS = list(map(_maker, _KINDS))


def _rebuild(nodes: Iterable[_Node]) -> Any:
    """Make every value from the values before it, and return the last, which holds them all."""
    values: list[Any] = []
    for kind, parts, numbers in nodes:
        for place, number in numbers.items():
            parts[place] = values[number]
        values.append(_MAKERS[kind](parts))
    return values[-1]
