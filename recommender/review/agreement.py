"""Chance-corrected agreement between two ratings of the same people.

Kappa has the large-sample variance of Fleiss, Cohen and Everitt (1969), AC1 is that of Gwet (2008).
Intervals are 95 %.
"""

from collections.abc import Callable, Sequence
from math import sqrt
from typing import NamedTuple

_Z = 1.959963984540054
_NOTHING = 1e-12  # what binary arithmetic leaves of 0


class Interval(NamedTuple):
    """An estimate with its 95 % interval; None where it is not defined."""

    estimate: float | None
    low: float | None = None
    high: float | None = None


class Agreement(NamedTuple):
    """The table (rows: rules, columns: reviewer), observed share (0 to 1), and chance-corrected measures."""

    levels: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]
    number: int
    observed: float | None
    kappa: Interval
    weighted: Interval
    ac1: float | None
    prevalence: tuple[float, ...]


def agreement(pairs: Sequence[tuple[str, str]], levels: Sequence[str]) -> Agreement:
    """Return how the first of each pair agrees with the second, on ordered levels."""
    rank = {level: index for index, level in enumerate(levels)}
    table = [[0] * len(levels) for _ in levels]
    for first, second in pairs:
        table[rank[first]][rank[second]] += 1
    total = len(pairs)
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    prevalence = tuple(
        (row + column) / (2 * total) if total else 0.0 for row, column in zip(rows, columns, strict=True)
    )
    return Agreement(
        levels=tuple(levels),
        table=tuple(tuple(row) for row in table),
        number=total,
        observed=sum(table[index][index] for index in range(len(levels))) / total if total else None,
        kappa=_kappa(table, lambda i, j: int(i != j)),
        weighted=_kappa(table, lambda i, j: abs(i - j)),
        ac1=_ac1(table, prevalence),
        prevalence=prevalence,
    )


def _kappa(table: Sequence[Sequence[int]], distance: Callable[[int, int], int]) -> Interval:
    """Return Cohen's kappa: 1 less the mean distance of two ratings as a share of that by chance."""
    total = sum(map(sum, table))
    if not total:
        return Interval(None)
    size = range(len(table))
    apart = [[distance(i, j) for j in size] for i in size]
    share = [[cell / total for cell in row] for row in table]
    rows, columns = [sum(row) for row in share], [sum(column) for column in zip(*share, strict=True)]
    observed = sum(apart[i][j] * share[i][j] for i in size for j in size)
    chance = sum(apart[i][j] * rows[i] * columns[j] for i in size for j in size)
    if chance < _NOTHING:
        return Interval(None)
    ratio = observed / chance
    by_row = [sum(apart[i][j] * columns[j] for j in size) for i in size]
    by_column = [sum(apart[i][j] * rows[i] for i in size) for j in size]
    spread = sum(
        share[i][j] * (apart[i][j] - (by_row[i] + by_column[j]) * ratio) ** 2 for i in size for j in size
    )
    variance = (spread - observed**2) / (total * chance**2)
    if variance < _NOTHING:  # one rater is constant, or agreement is perfect: no interval
        return Interval(1 - ratio)
    reach = _Z * sqrt(variance)
    return Interval(1 - ratio, max(1 - ratio - reach, -1.0), min(1 - ratio + reach, 1.0))


def _ac1(table: Sequence[Sequence[int]], prevalence: Sequence[float]) -> float | None:
    """Return Gwet's AC1, which, unlike kappa, stays high where one level is very common."""
    total = sum(map(sum, table))
    if not total or len(table) < 2:
        return None
    observed = sum(table[index][index] for index in range(len(table))) / total
    chance = sum(share * (1 - share) for share in prevalence) / (len(table) - 1)
    return (observed - chance) / (1 - chance)
