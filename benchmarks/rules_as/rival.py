"""The interface of a rival: what is timed is one run of compiled rules over rows in memory."""

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

    `run` answers all `rows` and is all that is timed; `read` turns its result into the answers to the first
    rows.
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
