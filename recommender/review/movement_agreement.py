"""Agreement on movements, those decided one by one and those implied by agreeing with a whole plan.

What is implied is a matrix of verdicts: a row for each plan that was agreed with, a column for each movement.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.review.agreement import Agreement, Table, agreement, tabulated
from recommender.review.said_plans import MOVEMENT, NO_VERDICT, SaidPlans
from recommender.rulebook.scales import Verdict

VERDICTS = tuple(map(str, Verdict))
_LEVELS = len(VERDICTS)
_CELLS = _LEVELS**2
_DIAGONAL = np.arange(_LEVELS) * (_LEVELS + 1)

Row = Mapping[str, Any]
Latest = Mapping[tuple[int, str, str], Row]
"""The last decision by person, line and reviewer."""


class MovementAgreement:
    """The agreement of rules and reviewers on movements, from the last decision on each line."""

    def __init__(self, latest: Latest, plans: SaidPlans, tiers: Sequence[str]) -> None:
        """Lay out the decisions; `tiers` are in the order in which they are shown."""
        self._tiers, self._movements = tiers, dict(plans.movements)
        self._people: dict[int, int] = {}
        whole = [row for row in latest.values() if row["kind"] == "agree" and plans.has(row)]
        self._implied = _implied(whole, latest, plans)
        self._implied_of = np.array([self._person(row) for row in whole], dtype=np.int64)
        self._implied_tier = np.array([self._tier(row) for row in whole], dtype=np.int64)
        rows = (self._on_movement(row) for row in latest.values() if row["about"].startswith(MOVEMENT))
        # the person, the movement, the tier and the cell of the table of each decision
        self._decided = np.array([row for row in rows if row], dtype=np.int64).reshape(-1, 4)

    @property
    def everything(self) -> Agreement:
        """Return the agreement on all movements."""
        return self._of(self._implied, self._implied_of, self._decided)

    @property
    def one_by_one(self) -> Agreement:
        """Return the agreement on the movements that have a decision of their own."""
        return self._of(self._implied[:0], self._implied_of[:0], self._decided)

    @property
    def by_tier(self) -> Iterator[tuple[str, Agreement]]:
        """Yield the agreement of each tier."""
        for index, tier in enumerate(self._tiers):
            chosen, decided = self._implied_tier == index, self._decided[self._decided[:, 2] == index]
            if chosen.any() or len(decided):
                yield tier, self._of(self._implied[chosen], self._implied_of[chosen], decided)

    @property
    def by_movement(self) -> Iterator[tuple[str, Agreement]]:
        """Yield the agreement on each movement, in the order of their ids, without intervals."""
        width, (person, movement, _, cell) = len(self._movements), self._decided.T
        implied = np.full((len(self._implied), width), NO_VERDICT, dtype=np.uint8)
        implied[:, : self._implied.shape[1]] = self._implied
        tables = np.zeros((width, _CELLS))
        for rank, diagonal in enumerate(_DIAGONAL):
            tables[:, diagonal] = (implied == rank).sum(axis=0)
        tables += np.bincount(movement * _CELLS + cell, minlength=width * _CELLS).reshape(width, _CELLS)
        rated = np.zeros((len(self._people), width), dtype=np.bool_)
        np.logical_or.at(rated, self._implied_of, implied != NO_VERDICT)
        rated[person, movement] = True
        people, decided = rated.sum(axis=0), np.bincount(movement, minlength=width)
        for about in sorted(self._movements):
            index = self._movements[about]
            if people[index]:
                table: Table = tables[index].reshape(1, _LEVELS, _LEVELS)
                counts = int(people[index]), int(decided[index])
                yield about, agreement(table, VERDICTS, *counts, intervals=False)

    def _of(
        self, implied: NDArray[np.uint8], implied_of: NDArray[np.int64], decided: NDArray[np.int64]
    ) -> Agreement:
        """Return the agreement on some of the matrix, whose rows are of `implied_of`, and some decisions."""
        counts = np.stack([(implied == rank).sum(axis=1) for rank in range(_LEVELS)])
        people = np.concatenate([np.tile(implied_of, _LEVELS), decided[:, 0]])
        cells = np.concatenate([np.repeat(_DIAGONAL, len(implied_of)), decided[:, 3]])
        times = np.concatenate([counts.ravel(), np.ones(len(decided))])
        return agreement(tabulated(people, cells, _LEVELS, times), VERDICTS, decided=len(decided))

    def _on_movement(self, row: Row) -> tuple[int, int, int, int] | None:
        """Return person, movement, tier and cell of a decision; none where the scale lacks its verdict."""
        movement = self._movements.setdefault(row["about"], len(self._movements))
        if row["rules_say"] not in VERDICTS or row["verdict"] not in VERDICTS:
            return None
        cell = VERDICTS.index(row["rules_say"]) * _LEVELS + VERDICTS.index(row["verdict"])
        return self._person(row), movement, self._tier(row), cell

    def _person(self, row: Row) -> int:
        return self._people.setdefault(row["listed"], len(self._people))

    def _tier(self, row: Row) -> int:
        return self._tiers.index(row["tier"]) if row["tier"] in self._tiers else -1


def _implied(whole: Sequence[Row], latest: Latest, plans: SaidPlans) -> NDArray[np.uint8]:
    """Return what agreeing with each whole plan implies, on movements without their own decision."""
    verdicts = plans.verdicts(whole)
    place = {(row["listed"], row["by"]): index for index, row in enumerate(whole)}
    for number, about, by in latest:
        if about in plans.movements and (number, by) in place:
            verdicts[place[number, by], plans.movements[about]] = NO_VERDICT
    return verdicts
