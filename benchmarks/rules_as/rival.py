"""What is measured of a rival: one run over rows that are in memory already, by rules that are compiled already."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.language.meaning import Facts
from recommender.rulebook import Rulebook

Answer = frozenset[str]
"""The ids of the rules that fire for one row."""


class Prepared(NamedTuple):
    """A rival with its rules compiled and its rows at hand.

    `run` answers all `rows` of them and is all that is timed; `read` turns what it returned into the answers to the first.
    """

    rows: int
    run: Callable[[], Any]
    read: Callable[[Any], list[Answer]]


Prepare = Callable[[Rulebook, Sequence[Facts]], Prepared]


def by_row(fired: Iterable[Iterable[str]]) -> list[Answer]:
    """Read a list of ids for each row."""
    return [frozenset(ids) for ids in fired]


def by_rule(fired: Mapping[str, NDArray[np.bool_]], rows: int) -> list[Answer]:
    """Read a mask for each rule, for the first rows."""
    ids = np.array(list(fired))
    masks = np.array([np.asarray(mask)[:rows] for mask in fired.values()])
    return [frozenset(ids[column].tolist()) for column in masks.T]
