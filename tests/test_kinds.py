"""Formal values of different classes are never equal: else they would share a bit or a claim."""

from itertools import combinations
from types import ModuleType
from typing import Any

import pytest

from recommender.language import normal, symbols, tree
from recommender.proof import laws, outcomes
from recommender.vectorised import leaves

MODULES = (tree, normal, symbols, leaves, outcomes, laws)


def named_tuples(module: ModuleType) -> list[Any]:
    classes = [
        value for value in vars(module).values() if isinstance(value, type) and hasattr(value, "_fields")
    ]
    return [cls for cls in classes if cls.__module__ == module.__name__]


FORMAL = [cls for module in MODULES for cls in named_tuples(module)]


def test_every_module_of_formal_values_is_looked_at() -> None:
    assert all(named_tuples(module) for module in MODULES)


def test_no_two_formal_values_of_different_classes_are_equal() -> None:
    """They are made of the same members, which is all that a named tuple compares."""
    values = [cls._make("abcdefghijklmnop"[: len(cls._fields)]) for cls in FORMAL]
    same = [(one, other) for one, other in combinations(values, 2) if one == other or len({one, other}) < 2]

    assert same == []


@pytest.mark.parametrize("cls", FORMAL, ids=lambda cls: cls.__name__)
def test_equal_members_of_one_class_are_equal_and_one_key(cls: Any) -> None:
    members = tuple(range(len(cls._fields)))

    assert cls._make(members) == cls._make(members)
    assert len({cls._make(members), cls._make(members)}) == 1
    assert cls._make(members) != members
