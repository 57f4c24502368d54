"""How well two readings of the same people agree, beyond what chance alone would bring.

Kappa with the large-sample variance of Fleiss, Cohen and Everitt (1969); AC1 after Gwet (2008); intervals of 95 %.
"""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

_Z = 1.959963984540054


class Interval(NamedTuple):
    """An estimate with its interval of 95 %; `None` where it cannot be worked out."""

    estimate: float | None
    low: float | None = None
    high: float | None = None


class Agreement(NamedTuple):
    """How two readings agree: the table (rows: rules, columns: reviewer), the share, and three ways of allowing for chance."""

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
    place = {level: index for index, level in enumerate(levels)}
    table = [[0] * len(levels) for _ in levels]
    for one, other in pairs:
        table[place[one]][place[other]] += 1
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
        kappa=kappa(
            table, [[float(one == other) for other in range(len(levels))] for one in range(len(levels))]
        ),
        weighted=kappa(table, _linear(len(levels))),
        ac1=_ac1(table, prevalence),
        prevalence=prevalence,
    )


def _linear(size: int) -> list[list[float]]:
    """Return weights that fall evenly with the distance between two levels."""
    return [[1 - abs(one - other) / max(size - 1, 1) for other in range(size)] for one in range(size)]


def kappa(table: Sequence[Sequence[int]], weights: Sequence[Sequence[float]]) -> Interval:
    """Return Cohen's kappa with agreement weights (1 on the diagonal); nothing where chance alone explains everything."""
    total = sum(map(sum, table))
    if not total:
        return Interval(None)
    size = range(len(table))
    share = [[cell / total for cell in row] for row in table]
    rows, columns = [sum(row) for row in share], [sum(column) for column in zip(*share, strict=True)]
    observed = sum(weights[i][j] * share[i][j] for i in size for j in size)
    chance = sum(weights[i][j] * rows[i] * columns[j] for i in size for j in size)
    if abs(1 - chance) < 1e-12:
        return Interval(None)
    estimate = (observed - chance) / (1 - chance)
    by_row = [sum(weights[i][j] * columns[j] for j in size) for i in size]
    by_column = [sum(weights[i][j] * rows[i] for i in size) for j in size]
    spread = sum(
        share[i][j] * (weights[i][j] - (by_row[i] + by_column[j]) * (1 - estimate)) ** 2
        for i in size
        for j in size
    )
    variance = (spread - (estimate - chance * (1 - estimate)) ** 2) / (total * (1 - chance) ** 2)
    if (
        variance < 1e-12
    ):  # somebody said the same of all, or both of each: nothing to work out how sure that is
        return Interval(estimate)
    reach = _Z * sqrt(variance)
    return Interval(estimate, max(estimate - reach, -1.0), min(estimate + reach, 1.0))


def _ac1(table: Sequence[Sequence[int]], prevalence: Sequence[float]) -> float | None:
    """Return Gwet's AC1, which a very common level does not pull down as it does kappa."""
    total = sum(map(sum, table))
    if not total or len(table) < 2:
        return None
    observed = sum(table[index][index] for index in range(len(table))) / total
    chance = sum(share * (1 - share) for share in prevalence) / (len(table) - 1)
    return (observed - chance) / (1 - chance)
