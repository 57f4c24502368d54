"""How lines, rules and what can be decided are called on the pages of the desk."""

from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from recommender.explanation import FactValue
from recommender.report.counts import plain_name
from recommender.rulebook.model import Exercise, Level, Rule, Rulebook
from recommender.vocabulary import Field


class Names:
    """The names of one rulebook; what it does not know (any more) keeps its id."""

    def __init__(self, book: Rulebook) -> None:
        """Look up the names of `book`."""
        self.book = book
        self.levels = {level.id: level_name(exercise, level) for exercise in book.exercises.values() for level in exercise.levels}

    def line(self, about: str) -> str:
        """Return what something is that can be decided about: a movement, an exercise, or the whole plan."""
        kind, _, id_ = about.partition(":")
        known = self.book.movements if kind == "movement" else self.book.exercises
        return known[id_].name if id_ in known else about or "The whole plan"

    def rule(self, id_: str) -> str:
        """Return a rule with its title; there is none where the rules say nothing."""
        if not id_:
            return "No rule spoke"
        return f"{id_} {self.book.rules[id_].title}" if id_ in self.book.rules else f"{id_} (no longer in the rulebook)"

    def choice(self, id_: str) -> str:
        """Return what can be decided: a clearance, a verdict, or the level of an exercise."""
        return self.levels.get(id_, plain_name(id_))

    def fields(self, names: Iterable[str]) -> str:
        """Return the labels of fields."""
        return ", ".join(self.book.vocabulary.fields[name].label for name in names)

    def reason(self, code: str) -> str:
        """Return the words of a reason for deciding otherwise."""
        return next((codes[code] for codes in self.book.override_reasons.values() if code in codes), code)


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


def facts_in_words(facts: Mapping[str, FactValue]) -> str:
    """Return what is known of the fields and measures that a rule reads, in the words of the rules."""
    words = {None: "not known", True: "yes", False: "no"}
    return ", ".join(f"{name} {words[value] if value is None or isinstance(value, bool) else value}" for name, value in facts.items())
