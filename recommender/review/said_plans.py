"""What whole plans said that reviewers agreed with, read once: decisions never change."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.rulebook.scales import Verdict

MOVEMENT = "movement:"
NO_VERDICT = 255
_RANKS = {str(verdict): rank for rank, verdict in enumerate(Verdict)}

Row = Mapping[str, Any]


class Said(NamedTuple):
    """One plan: the rank of each verdict, and 1 for each rule that fired, in the order of `SaidPlans`."""

    verdicts: bytes
    fired: bytes


class SaidPlans:
    """The plans in decisions, by the id of the decision; `movements` and `rules` grow as plans are read."""

    def __init__(self) -> None:
        self.movements: dict[str, int] = {}
        self.rules: dict[str, int] = {}
        self._lines: set[str] = set()
        self._plans: dict[int, Said] = {}
        self.last = 0

    def read(self, id_: int, said: str) -> None:
        """Read the plan of a decision; only those on the whole plan have one, others an empty text."""
        self.last = max(self.last, id_)
        if said:
            plan = json.loads(said)
            says, fired = plan["says"], set(plan["fired"])
            if not self._lines.issuperset(says):  # nearly all plans have the same lines
                self._lines.update(says)
                _number(self.movements, (about for about in says if about.startswith(MOVEMENT)))
            _number(self.rules, fired)
            verdicts = bytes([_RANKS.get(says.get(about), NO_VERDICT) for about in self.movements])
            self._plans[id_] = Said(verdicts, bytes([rule in fired for rule in self.rules]))

    def has(self, decision: Row) -> bool:
        """Say whether a decision has a plan."""
        return decision["id"] in self._plans

    def verdicts(self, decisions: Sequence[Row]) -> NDArray[np.uint8]:
        """Return the ranks of the verdicts (decision, movement)."""
        return _matrix(
            (self._plans[row["id"]].verdicts for row in decisions), len(self.movements), NO_VERDICT
        )

    def fired(self, decisions: Sequence[Row]) -> NDArray[np.uint8]:
        """Return 1 where a rule fired (decision, rule)."""
        return _matrix((self._plans[row["id"]].fired for row in decisions), len(self.rules), 0)


def _number(numbered: dict[str, int], names: Iterable[str]) -> None:
    """Number names that are new."""
    for name in names:
        numbered.setdefault(name, len(numbered))


def _matrix(rows: Iterable[bytes], width: int, absent: int) -> NDArray[np.uint8]:
    """Return rows below each other; those read when there were fewer names are filled up."""
    filled = b"".join(row.ljust(width, bytes([absent])) for row in rows)
    return np.frombuffer(filled, dtype=np.uint8).reshape(-1, width or 1)[:, :width].copy()
