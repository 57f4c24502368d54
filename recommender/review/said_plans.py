"""What whole plans said that reviewers agreed with, read once: decisions never change."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from recommender.rulebook.scales import Verdict

MOVEMENT = "movement:"
NO_VERDICT = 255
_RANKS = {str(verdict): rank for rank, verdict in enumerate(Verdict)}


class Said(NamedTuple):
    """One plan: the ranks of its verdicts, as bytes in the order of `SaidPlans.movements`; fired rules."""

    verdicts: bytes
    fired: tuple[str, ...]


class SaidPlans:
    """The plans in decisions, by the id of the decision; `movements` grows as plans are read."""

    def __init__(self) -> None:
        self.movements: dict[str, int] = {}
        self._plans: dict[int, Said] = {}
        self.last = 0

    def read(self, decision: Mapping[str, Any]) -> None:
        """Read the plan of a decision; only those on the whole plan have one."""
        id_ = decision["id"]
        self.last = max(self.last, id_)
        if decision["said"]:
            said = json.loads(decision["said"])
            verdicts = bytearray([NO_VERDICT] * len(self.movements))
            for about, verdict in said["says"].items():
                if about.startswith(MOVEMENT) and verdict in _RANKS:
                    index = self.movements.setdefault(about, len(self.movements))
                    if index >= len(verdicts):
                        verdicts.append(NO_VERDICT)
                    verdicts[index] = _RANKS[verdict]
            self._plans[id_] = Said(bytes(verdicts), tuple(said["fired"]))

    def of(self, decision: Mapping[str, Any]) -> Said | None:
        """Return the plan of a decision, or None where it has none."""
        return self._plans.get(decision["id"])

    def verdicts(self, decisions: Sequence[Mapping[str, Any]]) -> bytes:
        """Return the ranks of the verdicts of several plans, a row each, as wide as there are movements."""
        width = len(self.movements)
        rows = (self._plans[decision["id"]].verdicts for decision in decisions)
        return b"".join(row.ljust(width, bytes([NO_VERDICT])) for row in rows)
