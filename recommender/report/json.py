"""An assessment as JSON: `recommender.assessment.v2`, or its first form `recommender.assessment.v1`."""

from typing import Any

from recommender.person.assessment import Assessment, Form, MovementVerdict, Offer, Withheld
from recommender.person.explanation import Reason, trace
from recommender.report.vouched import Vouched, vouched
from recommender.rulebook.model import Exercise, Rulebook
from recommender.rulebook.signing import reviewed
from recommender.vocabulary.answers import plain

SCHEMAS = ("v2", "v1")


def assessment_as_json(assessment: Assessment, audience: str, schema: str = SCHEMAS[0]) -> dict[str, Any]:
    """Return the whole assessment as plain data, ready for `json.dumps`, in one of `SCHEMAS`."""
    behind = vouched(assessment)
    first = _first_form(assessment, audience, behind)
    if schema == "v1":
        return first
    return {
        **first,
        "schema": "recommender.assessment.v2",
        "signed_off": {
            **first["signed_off"],
            "texts": behind.texts,
            "texts_signed": behind.texts_signed,
        },
        "clearance": assessment.shown_clearance,
        "exercises": [
            {
                **entry,
                "start": _start(assessment.rulebook, offer.start),
                "next": _next(offer),
                "up_to": offer.level.id,
            }
            for entry, offer in zip(first["exercises"], assessment.offers, strict=True)
        ],
        "withheld": [
            {**entry, "made_for": assessment.rulebook.exercises[entry["id"]].made_for or None}
            for entry in first["withheld"]
        ],
        "session": _session(assessment),
        "referrals": [
            {**entry, "about": rule.refer.about or None}
            for entry, rule in zip(first["referrals"], assessment.referrals, strict=True)
            if rule.refer
        ],
        "week": [
            {**entry, "days": plan.days} for entry, plan in zip(first["week"], assessment.week, strict=True)
        ],
    }


def _session(assessment: Assessment) -> dict[str, Any] | None:
    plan, session = assessment.session, assessment.rulebook.session
    if plan is None or session is None:
        return None
    return {
        "minutes": plan.minutes,
        "warm_up": session.warm_up,
        "exercises": list(plan.exercises),
        "cool_down": session.cool_down,
        "say": session.say,
        "going_on": [*([session.trains_already] if assessment.trains_session else []), *session.going_on],
    }


def _first_form(assessment: Assessment, audience: str, behind: Vouched) -> dict[str, Any]:
    book = assessment.rulebook
    return {
        "schema": "recommender.assessment.v1",
        "rulebook": {"version": book.version, "sha256": book.sha256, "reviewed": reviewed(book)},
        "signed_off": {"rules_fired": behind.rules, "signed": behind.rules_signed},
        "disclaimer": book.words["disclaimer"][audience],
        "profile": assessment.profile.answers,
        "classification": _classification(assessment),
        "risk_tier": assessment.risk_tier,
        "risk_tier_possible": assessment.risk_tier_possible,
        "clearance": assessment.clearance,
        "clearance_possible": assessment.clearance_possible,
        "clearance_reasons": [{"say": rule.say, "rules": [rule.id]} for rule in assessment.clearance_rules],
        "movements": [_movement(verdict) for verdict in assessment.movements],
        "exercises": [_offer(book, offer) for offer in assessment.offers],
        "withheld": [
            *(_withheld(entry) for entry in assessment.withheld),
            *(_made_for_others(assessment, exercise) for exercise in assessment.made_for_others),
        ],
        "always": [*book.always, *book.stop],
        "week": [
            {
                "goal": plan.goal,
                "say": plan.say,
                "exercises": list(plan.exercises),
                "start_with": plan.start_with,
            }
            for plan in assessment.week
        ],
        "cautions": [{"say": rule.caution, "rules": [rule.id]} for rule in assessment.cautions],
        "referrals": [
            {
                "urgency": rule.refer.urgency,
                "to": rule.refer.to,
                "say": rule.refer.say,
                "rules": [rule.id],
            }
            for rule in assessment.referrals
            if rule.refer
        ],
        "questions": [
            {
                "field": question.field,
                "kind": question.kind,
                "ask": book.vocabulary.fields[question.field].ask,
                "could_change": question.could_change,
            }
            for question in assessment.questions
        ],
        "rules_fired": [rule.id for rule in assessment.findings.fired],
        "rules_possible": [
            rule.id for rule in assessment.findings.possible if rule not in assessment.findings.fired
        ],
        "trace": [_reason(reason) for reason in trace(assessment)],
    }


def _classification(assessment: Assessment) -> dict[str, Any]:
    named = assessment.classification
    return {
        "bone_density": named.bone_density,
        "lowest_t": None if named.lowest_t is None else plain(named.lowest_t),
        "site": named.site or None,
        "sites_used": list(named.sites_used),
        "regime": named.regime,
        "notes": [rule.id for rule in named.notes],
    }


def _movement(entry: MovementVerdict) -> dict[str, Any]:
    return {
        "id": entry.movement.id,
        "name": entry.movement.name,
        "verdict": entry.verdict,
        "possible": entry.possible,
        "say": entry.say,
        "instead": entry.instead,
        "rules": [rule.id for rule in entry.rules],
    }


def _offer(book: Rulebook, offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.exercise.id,
        "name": offer.exercise.name,
        "level": offer.level.id,
        "level_name": offer.level.name,
        "start": _form(book, offer.start),
        "verdict": offer.verdict,
        "goals": list(offer.exercise.goals),
        "why": offer.exercise.why,
        "position": offer.level.position,
        "dose": offer.dose,
        "dose_sources": list(offer.level.dose_sources),
        "steps": list(offer.level.steps),
        "cautions": list(offer.level.cautions),
        "stop_if": list(offer.exercise.stop_if),
        "check_first": _check_first(book, offer.check_first),
        "not_beyond": [level.id for level in offer.beyond],
        "rules": [rule.id for rule in offer.rules],
        "sources": list(offer.exercise.sources),
        "certainty": offer.exercise.certainty,
    }


def _form(book: Rulebook, form: Form) -> dict[str, Any]:
    return {
        "level": form.level.id,
        "level_name": form.level.name,
        "verdict": form.verdict,
        "position": form.level.position,
        "dose": form.dose,
        "steps": list(form.level.steps),
        "cautions": list(form.level.cautions),
        "check_first": _check_first(book, form.check_first),
    }


def _start(book: Rulebook, form: Form) -> dict[str, Any]:
    start = _form(book, form)
    return {"level": start.pop("level"), "name": start.pop("level_name"), **start}


def _next(offer: Offer) -> dict[str, str] | None:
    if offer.next is None:
        return None
    level = offer.next.level
    return {"level": level.id, "name": level.name, "after": level.after}


def _check_first(book: Rulebook, check_first: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    fields = book.vocabulary.fields
    return [{"field": name, "say": fields[name].check, "could_become": worst} for name, worst in check_first]


def _withheld(entry: Withheld) -> dict[str, Any]:
    return {
        "id": entry.exercise.id,
        "name": entry.exercise.name,
        "verdict": entry.verdict,
        "movements": list(entry.movements),
        "rules": [rule.id for rule in entry.rules],
        "instead": list(entry.instead),
        "would_need": [{"field": name, "say": say} for name, say in entry.would_need],
    }


def _made_for_others(assessment: Assessment, exercise: Exercise) -> dict[str, Any]:
    """Return an exercise that no rule takes away and that is not made for this person."""
    movements = map(assessment.movement, exercise.levels[0].movements)
    return {
        "id": exercise.id,
        "name": exercise.name,
        "verdict": max(movement.verdict for movement in movements),
        "movements": [],
        "rules": [],
        "instead": [],
        "would_need": [],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    rule = reason.rule
    return {
        "rule": rule.id,
        "title": rule.title,
        "when": rule.when,
        "fails_closed": rule.fails_closed,
        "clause": list(reason.clause),
        "facts": reason.facts,
        "because": rule.because,
        "certainty": rule.certainty,
        "source_status": rule.source_status,
        "sources": list(rule.sources),
        **({"guideline_year": int(rule.guideline_year)} if rule.guideline_year else {}),
    }
