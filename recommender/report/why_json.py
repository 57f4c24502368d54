"""The answer to "why?" as JSON, schema `recommender.why.v1`."""

from collections.abc import Iterable
from typing import Any

from recommender.person.assessment import Assessment
from recommender.person.verdicts import Needs
from recommender.person.what_if import Change, outcomes
from recommender.report.head_json import answer_head
from recommender.rulebook.model import Exercise, Movement, Rule
from recommender.rulebook.scales import Verdict

SCHEMA = "recommender.why.v1"


def why_as_json(
    assessment: Assessment, asked: Exercise | Movement | None, opens: Needs, changes: Iterable[Change]
) -> dict[str, Any]:
    """Return why something is open or waits, what would open it, and what each answer could change.

    `opens` is what would open a movement; an exercise knows its own. Without `asked` only the answers that
    could change something are listed. While exercise is paused nothing has a verdict.
    """
    about: dict[str, Any] = {"asked": None, "verdict": None, "reasons": [], "would_need": []}
    if isinstance(asked, Exercise):
        about = _exercise(assessment, asked)
    elif asked is not None:
        entry = assessment.movement(asked.id)
        rules = [rule for rule in entry.rules if rule.limits[asked.id] == entry.verdict]
        about = _about(assessment, "movement", asked, entry.verdict, rules, opens)
    return {
        **answer_head(assessment, SCHEMA),
        **about,
        "changes": [
            {
                "field": field.id,
                "answer": answer,
                "clearance": other.shown_clearance,
                "verdict": _verdict(other, asked),
                "level": _level(other, asked),
                "exercises": len(other.offers),
            }
            for field, answer, other in outcomes(changes, lambda other: _standing(other, asked))
            if _standing(other, asked) != _standing(assessment, asked)
        ],
    }


def _exercise(assessment: Assessment, exercise: Exercise) -> dict[str, Any]:
    offer, withheld = assessment.offer(exercise.id), assessment.withheld_for(exercise.id)
    if offer:
        about = _about(
            assessment, "exercise", exercise, offer.verdict, assessment.closing(offer), offer.next_needs
        )
    else:
        verdict = withheld.verdict if withheld else Verdict.AVOID
        rules, needs = (withheld.rules, withheld.would_need) if withheld else ((), ())
        about = _about(assessment, "exercise", exercise, verdict, rules, needs)
    return {
        **about,
        "start": offer.start.level.id if offer else None,
        "up_to": offer.level.id if offer else None,
        "instead": list(withheld.instead) if withheld else [],
    }


def _about(
    assessment: Assessment,
    kind: str,
    asked: Exercise | Movement,
    verdict: Verdict,
    rules: Iterable[Rule],
    needs: Needs,
) -> dict[str, Any]:
    return {
        "asked": {"kind": kind, "id": asked.id, "name": asked.name},
        "verdict": verdict if assessment.clearance.has_plan else None,
        "reasons": [
            {
                "rule": rule.id,
                "say": rule.say,
                "because": rule.because,
                "certainty": rule.certainty,
                "source_status": rule.source_status,
            }
            for rule in rules
        ],
        "would_need": [{"field": name, "say": say} for name, say in needs],
    }


def _verdict(assessment: Assessment, asked: Exercise | Movement | None) -> Verdict | None:
    if asked is None or not assessment.clearance.has_plan:
        return None
    if isinstance(asked, Movement):
        return assessment.movement(asked.id).verdict
    held = assessment.offer(asked.id) or assessment.withheld_for(asked.id)
    return held.verdict if held else None


def _level(assessment: Assessment, asked: Exercise | Movement | None) -> str | None:
    offer = assessment.offer(asked.id) if isinstance(asked, Exercise) else None
    return offer.level.id if offer else None


def _standing(assessment: Assessment, asked: Exercise | Movement | None) -> tuple[object, ...]:
    """Return what an answer could change: of one thing its verdict, else everything that is offered."""
    if asked is not None:
        return assessment.clearance, _verdict(assessment, asked), _level(assessment, asked)
    levels = (form.level.id for offer in assessment.offers for form in offer.permitted)
    return (assessment.clearance, *levels)
