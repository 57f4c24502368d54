"""What the rules said of somebody in all: kept with a decision, to be compared with what they say of the same person later."""

from collections.abc import Mapping
from typing import Any

from recommender.cohort.answer_columns import SEPARATOR, answer_row
from recommender.person.assessment import Assessment
from recommender.review.chain import hashed
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Verdict

Plan = Mapping[str, str]
_WHOLE = ("clearance", "risk_tier", "bone_density")


class Plans:
    """Makes plans under one rulebook: what the rules say of somebody, by what it is about; what is free or not said has no entry."""

    def __init__(self, book: Rulebook) -> None:
        """Look up what belongs to what in `book`."""
        self._exercises = {
            level.id: exercise.id for exercise in book.exercises.values() for level in exercise.levels
        }
        self._urgencies = {rule.id: rule.refer.urgency for rule in book.rules.values() if rule.refer}

    def of(self, found: Assessment) -> Plan:
        """Return what is said of one person."""
        return self.of_row(answer_row(found))

    def of_row(self, row: Mapping[str, Any]) -> Plan:
        """Return the same from the answers of a row of a cohort."""
        plan = {name: str(row[name]) for name in _WHOLE}
        plan |= {
            f"movement:{id_}": str(verdict) for verdict in tuple(Verdict)[1:] for id_ in words(row[verdict])
        }
        plan |= {f"exercise:{self._exercises[level]}": level for level in words(row["exercises"])}
        plan |= {f"referral:{rule}": self._urgencies[rule] for rule in words(row["referral"])}
        return plan | {f"caution:{rule}": "given" for rule in words(row["cautions"])}


def plan_hash(plan: Plan) -> str:
    """Return the hash of a plan, in whatever order it was put together."""
    return hashed(sorted(plan.items()))


def changes(then: Plan, now: Plan) -> dict[str, tuple[str, str]]:
    """Return what is said otherwise now: about what, what then and what now; nothing where nothing was or is said."""
    return {
        about: (then.get(about, ""), now.get(about, ""))
        for about in {**then, **now}
        if then.get(about) != now.get(about)
    }


def words(text: Any) -> list[str]:
    """Return the words of a list in a row."""
    return str(text).split(SEPARATOR) if text else []
