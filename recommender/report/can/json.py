"""The answer to "can I …?" as JSON, schema `recommender.can.v1`."""

from typing import Any

from recommender.activities.answer import PartAnswer, answer
from recommender.activities.matching import Match, Subject
from recommender.person.assessment import Assessment
from recommender.report.head_json import answer_head

SCHEMA = "recommender.can.v1"


def can_as_json(assessment: Assessment, asked: str, match: Match | None) -> dict[str, Any]:
    """Return the answer to a question as plain data, ready for `json.dumps`.

    While exercise is paused nothing has a verdict, so `parts` is empty.
    """
    subject = match.subject if match else None
    plan = assessment.clearance.has_plan
    answered = answer(assessment, subject) if plan and isinstance(subject, Subject) else None
    return {
        **answer_head(assessment, SCHEMA),
        "asked": asked,
        "match": _match(match) if match else None,
        "parts": [_part(assessment, each) for each in answered.parts] if answered else [],
        "builds_up": answered.builds_up if answered else False,
        "rather": [_part(assessment, each) for each in answered.rather] if answered else [],
    }


def _match(match: Match) -> dict[str, Any]:
    subject = match.subject
    kind = subject.kind if isinstance(subject, Subject) else "symptom"
    matched = {"by": match.by, "kind": kind, "id": subject.id, "name": subject.name, "taken_as": match.name}
    return matched if isinstance(subject, Subject) else {**matched, "fields": list(subject.fields)}


def _part(assessment: Assessment, each: PartAnswer) -> dict[str, Any]:
    fields = assessment.rulebook.vocabulary.fields
    return {
        "id": each.part.id,
        "name": each.part.name,
        "verdict": each.verdict,
        "permitted": each.permitted,
        "advice": each.advice,
        "movements": list(each.part.movements),
        "rules": [rule.id for rule in each.rules],
        "would_need": [{"field": name, "say": say} for name, say in each.needs],
        "check_first": [{"field": name, "say": fields[name].check} for name in each.checks],
    }
