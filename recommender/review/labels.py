"""Labels of lines, rules, verdicts and facts on the pages of the desk."""

from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from recommender.person.assessment import Assessment, Offer
from recommender.person.explanation import FactValue
from recommender.report.counts import plain_name
from recommender.rulebook.model import Exercise, Level, Rule, Rulebook
from recommender.vocabulary import Field


class Names:
    """The labels of one rulebook; an id it does not know (any more) is its own label."""

    def __init__(self, book: Rulebook) -> None:
        """Look up the names of `book`."""
        self.book = book
        self.levels = {
            level.id: level_name(exercise, level)
            for exercise in book.exercises.values()
            for level in exercise.levels
        }

    def line(self, about: str) -> str:
        """Return the label of a line: a movement, an exercise, a rule, or the whole plan."""
        kind, _, id_ = about.partition(":")
        if not id_:
            return plain_name(about).capitalize() if about else "The whole plan"
        if kind == "movement" and id_ in self.book.movements:
            return f"Movement: {self.book.movements[id_].name}"
        if kind in ("exercise", "start") and id_ in self.book.exercises:
            return f"{'Exercise' if kind == 'exercise' else 'Begin'}: {self.book.exercises[id_].name}"
        return f"{kind.capitalize()}: {self.rule(id_)}"

    def statements(self, assessment: Assessment) -> dict[str, str]:
        """Return everything a person is told, in words, by line."""
        scales = {
            "clearance": (assessment.shown_clearance, assessment.clearance_possible),
            "risk_tier": (assessment.risk_tier, assessment.risk_tier_possible),
        }
        statements = {about: _possibly(*levels) for about, levels in scales.items()}
        statements["safety_questions"] = (
            f"{sum(question.kind == 'safety' for question in assessment.questions)} open"
        )
        statements["bone_density"] = " by ".join(
            filter(None, (plain_name(assessment.classification.bone_density), self._site(assessment)))
        )
        statements |= {
            f"referral:{rule.id}": f"{rule.refer.urgency}: {rule.refer.say}"
            for rule in assessment.referrals
            if rule.refer
        }
        statements |= {f"caution:{rule.id}": rule.caution for rule in assessment.cautions}
        statements |= {f"note:{rule.id}": rule.note for rule in assessment.classification.notes}
        for limit in assessment.movements:
            statements[f"movement:{limit.movement.id}"] = ". ".join(
                filter(None, (_possibly(limit.verdict, limit.possible), limit.say, limit.instead))
            )
        statements |= {f"exercise:{entry.exercise.id}": "withheld" for entry in assessment.withheld}
        for offer in assessment.offers:
            check = (
                f" Check first: {self.fields(name for name, _ in offer.check_first)}."
                if offer.check_first
                else ""
            )
            statements[f"exercise:{offer.exercise.id}"] = f"{_ladder(offer)} {offer.start.dose}{check}"
        return statements

    def rule(self, id_: str) -> str:
        """Return the id and title of a rule; an empty id means that no rule fired."""
        if not id_:
            return "No rule fired"
        return (
            f"{id_} {self.book.rules[id_].title}"
            if id_ in self.book.rules
            else f"{id_} (no longer in the rulebook)"
        )

    def choice(self, id_: str) -> str:
        """Return the label of a verdict: a clearance, a movement verdict, or the level of an exercise."""
        return self.levels.get(id_, plain_name(id_))

    def fields(self, names: Iterable[str]) -> str:
        """Return the labels of fields."""
        known = self.book.vocabulary.fields
        return ", ".join(known[name].label if name in known else name for name in names)

    def _site(self, assessment: Assessment) -> str:
        return self.fields([assessment.classification.site]) if assessment.classification.site else ""

    def facts(self, facts: Mapping[str, FactValue]) -> str:
        """Return the values of the fields and measures that a rule reads."""
        known = self.book.vocabulary.fields
        return ", ".join(
            f"{known[name].label if name in known else plain_name(name)}: {_fact(value)}"
            for name, value in facts.items()
        )

    def reason(self, code: str) -> str:
        """Return the label of an override reason."""
        return next((codes[code] for codes in self.book.override_reasons.values() if code in codes), code)


def _ladder(offer: Offer) -> str:
    """Return where somebody begins, what follows after what, and how far an exercise may go."""
    following = f" Next: {offer.next.level.name}. After: {offer.next.level.after}" if offer.next else ""
    return f"Now: {offer.start.level.name}.{following} Up to: {offer.level.name}."


def _possibly(level: str, possible: str) -> str:
    return plain_name(level) if level == possible else f"{plain_name(level)}, possibly {plain_name(possible)}"


def level_name(exercise: Exercise, level: Level) -> str:
    """Return the name of an exercise, with its level where it has several."""
    return exercise.name if len(exercise.levels) == 1 else f"{exercise.name}: {level.name}"


def unit(field: Field) -> str:
    """Return the unit of a field, unless its label contains it or it is a count."""
    return "" if field.kind == "count" or field.unit.casefold() in field.label.casefold() else field.unit


def links(rules: Iterable[Rule]) -> Markup:
    """Return links to the reasons of rules on the same page."""
    ids = (escape(rule.id) for rule in rules)
    return Markup(", ".join(f'<a href="#rule-{id_}">{id_}</a>' for id_ in ids))


def _fact(value: FactValue) -> str:
    if value is None or isinstance(value, bool):
        return {None: "not known", True: "yes", False: "no"}[value]
    return plain_name(value) if isinstance(value, str) else str(value)
