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
_MOST_CLUSTERS = 400  # of more people, some are drawn together
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

    `tables` (person, first, second) are the counts of each person; without `intervals` one table may have the
    counts of all `people`.
    """
    table = tables.sum(axis=0)
    total = int(table.sum())
    prevalence = (table.sum(axis=0) + table.sum(axis=1)) / (2 * total) if total else np.zeros(len(levels))
    tables = tables[tables.any(axis=(1, 2))]
    rated = len(tables) if people is None else people
    kappas = intervals_of(tables, (kappa, weighted_kappa), rated if intervals else 0)
    return Agreement(
        levels=tuple(levels),
        table=tuple(tuple(int(cell) for cell in row) for row in table),
        number=total,
        decided=total if decided is None else decided,
        people=rated,
        observed=float(np.trace(table)) / total if total else None,
        kappa=kappas[0],
        weighted=kappas[1],
        ac1=_ac1(table, prevalence),
        prevalence=tuple(map(float, prevalence)),
    )


def tabulated(
    people: NDArray[np.int64], cells: NDArray[np.int64], levels: int, times: Table | None = None
) -> Table:
    """Return the table of each person.

    `people` counts from 0, `cells` are places in the flat table (`levels` by `levels`) of first and second,
    `times` tells how many of each there are (else 1).
    """
    number, size = int(people.max(initial=-1)) + 1, levels**2
    counts = np.bincount(people * size + cells, times, number * size)
    return counts.astype(np.float64).reshape(number, levels, levels)


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
    """Return a measure of the sum of some tables, with its interval by cluster."""
    return intervals_of(tables, (measure,), people)[0]


def intervals_of(tables: Table, measures: Sequence[Measure], people: int) -> list[Interval]:
    """Return measures of the sum of some tables, with their intervals by cluster from the same draws.

    There is none for few people, nor where every draw says the same: that is no certainty.
    """
    total = tables.sum(axis=0)[None]
    estimates = [float(measure(total)[0]) for measure in measures]
    drawn = _drawn(tables) if people >= _FEWEST_FOR_INTERVAL else None
    return [
        Interval(None)
        if np.isnan(estimate)
        else Interval(estimate)
        if drawn is None
        else _reach(estimate, measure(drawn))
        for estimate, measure in zip(estimates, measures, strict=True)
    ]


def _drawn(tables: Table) -> Table:
    """Return the sum of the tables of each draw of people, or of groups of them where they are many."""
    clusters = tables.reshape(len(tables), -1)
    if len(clusters) > _MOST_CLUSTERS:
        filled_up = np.pad(clusters, ((0, -len(clusters) % _MOST_CLUSTERS), (0, 0)))
        clusters = filled_up.reshape(-1, _MOST_CLUSTERS, clusters.shape[1]).sum(axis=0)
    # not a product of matrices: that is so small that starting threads for it costs more than the sum
    sums = np.einsum("cd,ck->kd", _weights(len(clusters)), clusters)
    return np.asarray(sums.T.reshape(_DRAWS, *tables.shape[1:]))


def _reach(estimate: float, draws: NDArray[np.float64]) -> Interval:
    defined = draws[~np.isnan(draws)]
    if len(defined) < _LEAST_DEFINED * _DRAWS or np.ptp(defined) < _NOTHING:
        return Interval(estimate)
    low, high = np.percentile(defined, [2.5, 97.5])
    return Interval(estimate, float(low), float(high))


@lru_cache(maxsize=8)
def _weights(clusters: int) -> Table:
    """Return how often each cluster (first axis) is drawn, in each draw."""
    chance = np.random.default_rng(_SEED)
    drawn = chance.multinomial(clusters, np.full(clusters, 1 / clusters), _DRAWS)
    return np.ascontiguousarray(drawn.T, dtype=np.float64)


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
