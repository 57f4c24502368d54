"""Equality by kind, for the values of formal languages: conditions, leaves of a circuit, outcomes of a law.

Named tuples are equal when their members are, whatever their class. In a circuit an equal key is the same
bit, and in a proof the same claim: there `Limited("a", 1)` must differ from `CouldBeLimited("a", 1)`.
"""

from typing import Any, TypeVar

Class = TypeVar("Class", bound=type)


def equal_by_kind(cls: Class) -> Class:
    """Make the values of a named tuple equal only to values of the same class; use as a decorator."""
    for name, method in {"__eq__": _equal, "__ne__": _unequal, "__hash__": _hash}.items():
        setattr(cls, name, method)
    return cls


def _equal(self: tuple[Any, ...], other: object) -> bool:
    return type(self) is type(other) and tuple.__eq__(self, other)


def _unequal(self: tuple[Any, ...], other: object) -> bool:
    return not _equal(self, other)


def _hash(self: tuple[Any, ...]) -> int:
    return hash((type(self), tuple.__hash__(self)))
