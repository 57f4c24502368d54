"""Snapshots of plans: stored with a decision, to be compared with the plan of a later rulebook."""

from collections.abc import Mapping
from typing import Any

from recommender.cohort.answer_columns import SEPARATOR, answer_row
from recommender.person.assessment import Assessment
from recommender.review.chain import hashed
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance, Verdict

Plan = Mapping[str, str]
_WHOLE = ("clearance", "risk_tier", "bone_density")


class Plans:
    """Makes plans under one rulebook: verdicts by line, without the free movements and withheld exercises."""

    def __init__(self, book: Rulebook) -> None:
        """Index the exercises and referrals of `book`."""
        self._exercises = {
            level.id: exercise.id for exercise in book.exercises.values() for level in exercise.levels
        }
        self._urgencies = {rule.id: rule.refer.urgency for rule in book.rules.values() if rule.refer}

    def of(self, assessment: Assessment) -> Plan:
        """Return the plan of an assessment."""
        return self.of_row(answer_row(assessment))

    def of_row(self, row: Mapping[str, Any]) -> Plan:
        """Return the plan of an answer row of a cohort."""
        plan = {name: str(row[name]) for name in _WHOLE}
        plan["clearance"] = Clearance.read(plan["clearance"])
        plan |= {
            f"movement:{id_}": str(verdict) for verdict in tuple(Verdict)[1:] for id_ in words(row[verdict])
        }
        plan |= {f"exercise:{self._exercises[level]}": level for level in words(row["exercises"])}
        plan |= {f"start:{self._exercises[level]}": level for level in words(row["start_with"])}
        plan |= {f"referral:{rule}": self._urgencies[rule] for rule in words(row["referral"])}
        return plan | {f"caution:{rule}": "given" for rule in words(row["cautions"])}


def plan_hash(plan: Plan) -> str:
    """Return the hash of a plan, independent of its order."""
    return hashed(sorted(plan.items()))


def changes(then: Plan, now: Plan) -> dict[str, tuple[str, str]]:
    """Return the lines that differ, with (then, now); an empty text means no entry."""
    return {
        about: (then.get(about, ""), now.get(about, ""))
        for about in {**then, **now}
        if then.get(about) != now.get(about)
    }


def words(text: Any) -> list[str]:
    """Split a list cell of an answer row."""
    return str(text).split(SEPARATOR) if text else []
