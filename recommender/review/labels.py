"""How lines, rules and what can be decided are called on the pages of the desk."""

from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from recommender.person.assessment import Assessment
from recommender.person.explanation import FactValue
from recommender.report.counts import plain_name
from recommender.rulebook.model import Exercise, Level, Rule, Rulebook
from recommender.vocabulary import Field


class Names:
    """The names of one rulebook; what it does not know (any more) keeps its id."""

    def __init__(self, book: Rulebook) -> None:
        """Look up the names of `book`."""
        self.book = book
        self.levels = {
            level.id: level_name(exercise, level)
            for exercise in book.exercises.values()
            for level in exercise.levels
        }

    def line(self, about: str) -> str:
        """Return what something is that is said or decided: of a movement, an exercise, a rule, or the whole plan."""
        kind, _, id_ = about.partition(":")
        if not id_:
            return plain_name(about).capitalize() if about else "The whole plan"
        if kind == "movement" and id_ in self.book.movements:
            return f"Movement: {self.book.movements[id_].name}"
        if kind == "exercise" and id_ in self.book.exercises:
            return f"Exercise: {self.book.exercises[id_].name}"
        return f"{kind.capitalize()}: {self.rule(id_)}"

    def said(self, found: Assessment) -> dict[str, str]:
        """Return everything that is said of somebody, in words, by what it is about."""
        scales = {
            "clearance": (found.clearance, found.clearance_possible),
            "risk_tier": (found.risk_tier, found.risk_tier_possible),
        }
        said = {about: _possibly(*levels) for about, levels in scales.items()}
        said["safety_questions"] = f"{sum(question.kind == 'safety' for question in found.questions)} open"
        said["bone_density"] = " by ".join(
            filter(None, (plain_name(found.classification.bone_density), self._site(found)))
        )
        said |= {
            f"referral:{rule.id}": f"{rule.refer.urgency}: {rule.refer.say}"
            for rule in found.referrals
            if rule.refer
        }
        said |= {f"caution:{rule.id}": rule.caution for rule in found.cautions}
        said |= {f"note:{rule.id}": rule.note for rule in found.classification.notes}
        for one in found.movements:
            said[f"movement:{one.movement.id}"] = ". ".join(
                filter(None, (_possibly(one.verdict, one.possible), one.say, one.instead))
            )
        said |= {f"exercise:{entry.exercise.id}": "withheld" for entry in found.withheld}
        for offer in found.offers:
            check = (
                f" Check first: {self.fields(name for name, _ in offer.check_first)}."
                if offer.check_first
                else ""
            )
            said[f"exercise:{offer.exercise.id}"] = f"{offer.level.name}. {offer.dose}{check}"
        return said

    def rule(self, id_: str) -> str:
        """Return a rule with its title; there is none where the rules say nothing."""
        if not id_:
            return "No rule spoke"
        return (
            f"{id_} {self.book.rules[id_].title}"
            if id_ in self.book.rules
            else f"{id_} (no longer in the rulebook)"
        )

    def choice(self, id_: str) -> str:
        """Return what can be decided: a clearance, a verdict, or the level of an exercise."""
        return self.levels.get(id_, plain_name(id_))

    def fields(self, names: Iterable[str]) -> str:
        """Return the labels of fields."""
        known = self.book.vocabulary.fields
        return ", ".join(known[name].label if name in known else name for name in names)

    def _site(self, found: Assessment) -> str:
        return self.fields([found.classification.site]) if found.classification.site else ""

    def facts(self, facts: Mapping[str, FactValue]) -> str:
        """Return what is known of the fields and measures that a rule reads."""
        known = self.book.vocabulary.fields
        return ", ".join(
            f"{known[name].label if name in known else plain_name(name)}: {_fact(value)}"
            for name, value in facts.items()
        )

    def reason(self, code: str) -> str:
        """Return the words of a reason for deciding otherwise."""
        return next((codes[code] for codes in self.book.override_reasons.values() if code in codes), code)


def _possibly(level: str, possible: str) -> str:
    return plain_name(level) if level == possible else f"{plain_name(level)}, possibly {plain_name(possible)}"


def level_name(exercise: Exercise, level: Level) -> str:
    """Return an exercise with its level, where it has several."""
    return exercise.name if len(exercise.levels) == 1 else f"{exercise.name}: {level.name}"


def unit(field: Field) -> str:
    """Return the unit of a field, unless its label says it or it is a count of what the label says."""
    return "" if field.kind == "count" or field.unit.casefold() in field.label.casefold() else field.unit


def links(rules: Iterable[Rule]) -> Markup:
    """Return links to where a page says of rules why they fired."""
    ids = (escape(rule.id) for rule in rules)
    return Markup(", ".join(f'<a href="#rule-{id_}">{id_}</a>' for id_ in ids))


def _fact(value: FactValue) -> str:
    if value is None or isinstance(value, bool):
        return {None: "not known", True: "yes", False: "no"}[value]
    return plain_name(value) if isinstance(value, str) else str(value)
