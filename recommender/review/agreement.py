"""Chance-corrected agreement of ratings, with 95 % intervals by person.

Kappa is that of Cohen, AC1 that of Gwet (2008), alpha that of Krippendorff for nominal ratings. What one
person's decisions have in common makes them one cluster: intervals are from a bootstrap of whole people.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_NOTHING = 1e-12  # what binary arithmetic leaves of 0
_DRAWS = 1_000
_SEED = 1
MOST_CLUSTERS = 400  # of more people, some are drawn together
_LEAST_DEFINED = 0.9  # of all draws: else the interval would be that of the easy ones
FEWEST = 10
"""Of fewer people nothing but their number is shown."""
_FEWEST_FOR_INTERVAL = 30  # of fewer, some of what people differ in is likely to be missing

Table = NDArray[np.float64]
"""Counts of ratings (first, second); several of them are stacked along the first axis."""
Measure = Callable[[Table], NDArray[np.float64]]


class Interval(NamedTuple):
    """An estimate with its 95 % interval; None where it is not defined."""

    estimate: float | None
    low: float | None = None
    high: float | None = None


class Agreement(NamedTuple):
    """The table (rows: rules, columns: reviewer), observed share (0 to 1), and chance-corrected measures.

    Of `number` ratings, `decided` were made one by one; the others follow from agreeing with a whole plan.
    They are about so many `people`.
    """

    levels: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]
    number: int
    decided: int
    people: int
    observed: float | None
    kappa: Interval
    weighted: Interval
    ac1: float | None
    prevalence: tuple[float, ...]

    @property
    def too_few(self) -> bool:
        """Say whether the people are too few for anything but their number."""
        return self.people < FEWEST


def agreement(
    tables: Table,
    levels: Sequence[str],
    people: int | None = None,
    decided: int | None = None,
    intervals: bool = True,
) -> Agreement:
    """Return how the first ratings agree with the second, on ordered levels.

    `tables` (cluster, first, second) are the counts of each person or group of `people`.
    """
    table = tables.sum(axis=0)
    total = int(table.sum())
    prevalence = (table.sum(axis=0) + table.sum(axis=1)) / (2 * total) if total else np.zeros(len(levels))
    rated = int((tables.sum(axis=(1, 2)) > 0).sum()) if people is None else people
    drawn = rated if intervals else 0
    return Agreement(
        levels=tuple(levels),
        table=tuple(tuple(int(cell) for cell in row) for row in table),
        number=total,
        decided=total if decided is None else decided,
        people=rated,
        observed=float(np.trace(table)) / total if total else None,
        kappa=interval(tables, kappa, drawn),
        weighted=interval(tables, weighted_kappa, drawn),
        ac1=_ac1(table, prevalence),
        prevalence=tuple(map(float, prevalence)),
    )


def paired(pairs: Sequence[tuple[str, str]], levels: Sequence[str]) -> Table:
    """Return the tables of people with one pair of ratings each."""
    rank = {level: index for index, level in enumerate(levels)}
    tables = np.zeros((len(pairs), len(levels), len(levels)))
    for index, (first, second) in enumerate(pairs):
        tables[index, rank[first], rank[second]] = 1
    return tables


def coincidences(ratings: Sequence[Sequence[str]], levels: Sequence[str]) -> Table:
    """Return the tables of people with two or more ratings each, for `alpha`."""
    counts = np.array([[rated.count(level) for level in levels] for rated in ratings], dtype=np.float64)
    if not len(counts):
        return np.zeros((0, len(levels), len(levels)))
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(len(levels))
    return np.asarray(pairs / (counts.sum(axis=1) - 1)[:, None, None])


def kappa(tables: Table) -> NDArray[np.float64]:
    """Return Cohen's kappa of each table; nan where it is not defined."""
    return _beyond_chance(tables, 1 - np.eye(tables.shape[-1]))


def weighted_kappa(tables: Table) -> NDArray[np.float64]:
    """Return Cohen's kappa with linear weights of each table; nan where it is not defined."""
    ranks = np.arange(tables.shape[-1])
    return _beyond_chance(tables, np.abs(ranks[:, None] - ranks[None, :]).astype(np.float64))


def alpha(tables: Table) -> NDArray[np.float64]:
    """Return Krippendorff's alpha of each table of coincidences; nan where it is not defined."""
    counts = tables.sum(axis=-1)
    total = counts.sum(axis=-1)
    same = np.trace(tables, axis1=-2, axis2=-1)
    apart_by_chance = total**2 - (counts**2).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (total - same) * (total - 1) / apart_by_chance
    return np.where(apart_by_chance > _NOTHING, 1 - ratio, np.nan)


def interval(tables: Table, measure: Measure, people: int) -> Interval:
    """Return a measure of the sum of some tables, with its interval by cluster.

    There is none for few people, nor where every draw says the same: that is no certainty.
    """
    estimate = float(measure(tables.sum(axis=0)[None])[0])
    if np.isnan(estimate):
        return Interval(None)
    if people < _FEWEST_FOR_INTERVAL:
        return Interval(estimate)
    groups = grouped(tables)
    flat = groups.reshape(len(groups), tables.shape[1] ** 2)
    draws = measure((_weights(len(flat)) @ flat).reshape(_DRAWS, *tables.shape[1:]))
    defined = draws[~np.isnan(draws)]
    if len(defined) < _LEAST_DEFINED * _DRAWS or np.ptp(defined) < _NOTHING:
        return Interval(estimate)
    low, high = np.percentile(defined, [2.5, 97.5])
    return Interval(estimate, float(low), float(high))


def grouped(tables: Table) -> Table:
    """Return the tables of so few groups of people that they are drawn quickly."""
    groups = np.zeros_like(tables[:MOST_CLUSTERS])
    np.add.at(groups, np.arange(len(tables)) % MOST_CLUSTERS, tables)
    return groups


@lru_cache(maxsize=8)
def _weights(clusters: int) -> Table:
    """Return how often each cluster is drawn, in each draw."""
    chance = np.random.default_rng(_SEED)
    return chance.multinomial(clusters, np.full(clusters, 1 / clusters), _DRAWS).astype(np.float64)


def _beyond_chance(tables: Table, apart: Table) -> NDArray[np.float64]:
    """Return 1 less the mean distance of two ratings as a share of that by chance."""
    rows, columns, total = tables.sum(axis=-1), tables.sum(axis=-2), tables.sum(axis=(-2, -1))
    observed = (tables * apart).sum(axis=(-2, -1)) * total
    chance = np.einsum("...i,ij,...j->...", rows, apart, columns)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(chance > _NOTHING, 1 - observed / chance, np.nan)


def _ac1(table: Table, prevalence: NDArray[np.float64]) -> float | None:
    """Return Gwet's AC1, which, unlike kappa, stays high where one level is very common."""
    total = table.sum()
    if not total:
        return None
    observed = float(np.trace(table)) / float(total)
    chance = float((prevalence * (1 - prevalence)).sum()) / (len(table) - 1)
    return (observed - chance) / (1 - chance)
