"""What every JSON answer to a question begins with: rulebook, person, clearance, and whom to see."""

from typing import Any

from recommender.person.assessment import Assessment
from recommender.rulebook.signing import reviewed


def answer_head(assessment: Assessment, schema: str) -> dict[str, Any]:
    """Return the keys that the answers to `can` and to `why` have in common."""
    book = assessment.rulebook
    return {
        "schema": schema,
        "rulebook": {"version": book.version, "sha256": book.sha256, "reviewed": reviewed(book)},
        "disclaimer": book.words["disclaimer"]["person"],
        "profile": assessment.profile.answers,
        "clearance": assessment.shown_clearance,
        "clearance_possible": assessment.clearance_possible,
        "clearance_reasons": [{"say": rule.say, "rules": [rule.id]} for rule in assessment.clearance_rules],
        "referrals": [
            {"urgency": rule.refer.urgency, "to": rule.refer.to, "say": rule.refer.say}
            for rule in assessment.referrals
            if rule.refer
        ],
    }
