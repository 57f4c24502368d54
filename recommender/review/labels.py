"""Labels of lines, rules, verdicts and facts on the pages of the desk."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from recommender.person.assessment import Assessment, Offer
from recommender.person.explanation import FactValue
from recommender.report.counts import plain_name
from recommender.review.models import AMENDED, ANSWERS, REMARK, SETTLED, SIGNED, WITHDRAWN
from recommender.rulebook.model import Exercise, Level, Rulebook
from recommender.vocabulary import Field


class Names:
    """The labels of one rulebook; an id it does not know (any more) is its own label."""

    def __init__(self, book: Rulebook) -> None:
        """Look up the names of `book`."""
        self.book = book
        self.levels = {
            level.id: self._level_name(exercise, level)
            for exercise in book.exercises.values()
            for level in exercise.levels
        }
        self._acts = {
            "agree": book.phrase("desk.acts.agree"),
            "modify": book.phrase("desk.acts.modify"),
            "override": book.phrase("desk.acts.override"),
            SIGNED: book.phrase("desk.acts.signed"),
            WITHDRAWN: book.phrase("desk.acts.withdrawn"),
            "blind": book.phrase("desk.acts.blind"),
            AMENDED: book.phrase("desk.acts.amended"),
            SETTLED: book.phrase("desk.acts.settled"),
            REMARK: book.phrase("desk.acts.remark"),
        }

    def duty(self, duty: str) -> str:
        """Return what an account may do."""
        phrase = self.book.phrase
        return {
            "reviewer": phrase("desk.team.reviewer"),
            "adjudicator": phrase("desk.team.adjudicator"),
            "administrator": phrase("desk.team.administrator"),
        }[duty]

    def plain(self, id_: str) -> str:
        """Return a word of a scale, a code or an id as it is read."""
        return plain_name(self.book, id_)

    def line(self, about: str) -> str:
        """Return the label of a line: a movement, an exercise, a rule, or the whole plan."""
        kind, _, id_ = about.partition(":")
        if about == ANSWERS:
            return self.book.phrase("desk.answers.heading")
        if not id_:
            return self.plain(about).capitalize() if about else self.book.phrase("desk.labels.plan")
        if kind == "movement" and id_ in self.book.movements:
            return self.book.phrase("desk.labels.movement", name=self.book.movements[id_].name)
        if kind == "exercise" and id_ in self.book.exercises:
            return self.book.phrase("desk.labels.exercise", name=self.book.exercises[id_].name)
        if kind == "start" and id_ in self.book.exercises:
            return self.book.phrase("desk.labels.start", name=self.book.exercises[id_].name)
        return self.book.phrase("desk.labels.other", kind=kind.capitalize(), name=self.rule(id_))

    def statements(self, assessment: Assessment) -> dict[str, str]:
        """Return everything a person is told, in words, by line."""
        phrase, classification = self.book.phrase, assessment.classification
        scales = {
            "clearance": (assessment.shown_clearance, assessment.clearance_possible),
            "risk_tier": (assessment.risk_tier, assessment.risk_tier_possible),
        }
        statements = {about: self._possibly(*levels) for about, levels in scales.items()}
        safety = sum(question.kind == "safety" for question in assessment.questions)
        statements["safety_questions"] = phrase("desk.labels.safety_questions", count=safety)
        density = self.plain(classification.bone_density)
        statements["bone_density"] = (
            phrase("desk.labels.density_by", density=density, site=self.fields([classification.site]))
            if classification.site
            else density
        )
        statements |= {
            f"referral:{rule.id}": phrase(
                "desk.labels.referral", urgency=rule.refer.urgency, say=rule.refer.say
            )
            for rule in assessment.referrals
            if rule.refer
        }
        statements |= {f"caution:{rule.id}": rule.caution for rule in assessment.cautions}
        statements |= {f"note:{rule.id}": rule.note for rule in classification.notes}
        for limit in assessment.movements:
            statements[f"movement:{limit.movement.id}"] = ". ".join(
                filter(None, (self._possibly(limit.verdict, limit.possible), limit.say, limit.instead))
            )
        statements |= {
            f"exercise:{entry.exercise.id}": phrase("desk.labels.withheld") for entry in assessment.withheld
        }
        for offer in assessment.offers:
            ladder, dose = self.ladder(offer), offer.start.dose
            fields = self.fields(name for name, _ in offer.check_first)
            statements[f"exercise:{offer.exercise.id}"] = (
                phrase("desk.labels.offer_check", ladder=ladder, dose=dose, fields=fields)
                if fields
                else phrase("desk.labels.offer", ladder=ladder, dose=dose)
            )
        return statements

    def rule(self, id_: str) -> str:
        """Return the id and title of a rule; an empty id means that no rule fired."""
        if not id_:
            return self.book.phrase("desk.labels.no_rule")
        if id_ not in self.book.rules:
            return self.book.phrase("desk.labels.gone", id=id_)
        return self.book.phrase("desk.labels.rule", id=id_, title=self.book.rules[id_].title)

    def choice(self, id_: str) -> str:
        """Return the label of a verdict: a clearance, a movement verdict, or the level of an exercise."""
        return self.levels.get(id_) or self.plain(id_)

    def fields(self, names: Iterable[str]) -> str:
        """Return the labels of fields."""
        known = self.book.vocabulary.fields
        return ", ".join(known[name].label if name in known else name for name in names)

    def facts(self, facts: Mapping[str, FactValue]) -> str:
        """Return the values of the fields and measures that a rule reads."""
        known = self.book.vocabulary.fields
        return ", ".join(
            self.book.phrase(
                "desk.labels.fact",
                fact=known[name].label if name in known else self.plain(name),
                value=self._fact(value),
            )
            for name, value in facts.items()
        )

    def _fact(self, value: FactValue) -> str:
        if value is None:
            return self.book.phrase("answer.not_known")
        if isinstance(value, bool):
            return self.book.phrase("answer.yes") if value else self.book.phrase("answer.no")
        return self.plain(value) if isinstance(value, str) else str(value)

    def reason(self, code: str) -> str:
        """Return the label of an override reason, or of what was done."""
        groups = (*self.book.override_reasons.values(), *self.book.dispositions.values())
        return next((codes[code] for codes in groups if code in codes), code)

    def act_name(self, decision: Mapping[str, Any]) -> str:
        """Return what a reviewer did: agreed, adapted, overrode, signed, withdrew, or judged blind."""
        if decision["together"] and decision["kind"] == "agree":
            return self.book.phrase("desk.acts.in_bulk", count=decision["together"])
        return self._acts[decision["kind"]]

    def act(self, decision: Mapping[str, Any]) -> str:
        """Return a decision in short: what was done, on what, and the verdict."""
        name, line = self.act_name(decision), self.line(decision["about"])
        if decision["about"] == ANSWERS:
            answers = self.answers(json.loads(decision["amends"])) if decision["amends"] else line
            return self.book.phrase("desk.acts.answered", act=name, answers=answers)
        return self.book.phrase(
            "desk.acts.short", act=name, line=line, verdict=self.choice(decision["verdict"])
        )

    def decision(self, decision: Mapping[str, Any]) -> str:
        """Return a decision in full: with its reason, what was done for the person, and the comment."""
        phrase, says = self.book.phrase, self.act(decision)
        if decision["reason"]:
            says = phrase("desk.acts.with_reason", decision=says, reason=self.reason(decision["reason"]))
        if decision["disposition"]:
            done = f"{self.reason(decision['disposition'])} {decision['recheck']}".strip()
            says = phrase("desk.acts.with_done", decision=says, done=done)
        if decision["comment"]:
            says = phrase("desk.acts.with_comment", decision=says, comment=decision["comment"])
        return says

    def answer(self, name: str, answer: str) -> str:
        """Return an answer with its unit; an empty one is not known."""
        if not answer:
            return self.book.phrase("answer.not_known")
        field = self.book.vocabulary.fields.get(name)
        words = self.plain(answer)
        return f"{words} {unit(field)}".rstrip() if field and answer != "never" else words

    def answers(self, answers: Mapping[str, str]) -> str:
        """Return answers with the labels of their fields."""
        phrase = self.book.phrase
        return "; ".join(
            phrase("desk.labels.fact", fact=self.fields([name]), value=self.answer(name, answer))
            for name, answer in answers.items()
        )

    def ladder(self, offer: Offer) -> str:
        """Return where somebody begins, what follows after what, and how far an exercise may go."""
        start, following, up_to = offer.start.level.name, offer.next, offer.level.name
        if following is None:
            return self.book.phrase("desk.labels.ladder_end", start=start)
        level, after = following.level.name, following.level.after
        return self.book.phrase("desk.labels.ladder", start=start, next=level, after=after, up_to=up_to)

    def _possibly(self, level: str, possible: str) -> str:
        if level == possible:
            return self.plain(level)
        return self.book.phrase(
            "desk.labels.possibly", level=self.plain(level), possible=self.plain(possible)
        )

    def _level_name(self, exercise: Exercise, level: Level) -> str:
        """Return the name of an exercise, with its level where it has several."""
        if len(exercise.levels) == 1:
            return exercise.name
        return self.book.phrase("desk.labels.level", exercise=exercise.name, level=level.name)


def unit(field: Field) -> str:
    """Return the unit of a field, unless its label contains it or it is a count."""
    return "" if field.kind == "count" or field.unit.casefold() in field.label.casefold() else field.unit


def minute(at: str) -> str:
    """Return the day and minute of a time in ISO 8601, by the clock and the zone of this machine."""
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M %Z}"
