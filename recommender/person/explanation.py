"""Why: each fired rule with the clause that held, the person's values, its reason and its source."""

from collections.abc import Iterator
from typing import NamedTuple

from recommender.errors import ProfileError
from recommender.language.meaning import NOT_APPLICABLE, Facts, evaluate, interval, support
from recommender.language.symbols import NumberSymbol
from recommender.language.tree import (
    AtLeast,
    Atom,
    Compare,
    FieldRef,
    Lowest,
    Term,
    atoms,
    fields_of,
    fields_of_atom,
    scales_of,
)
from recommender.person.assessment import Assessment
from recommender.person.engines.inference import Engine, infer
from recommender.rulebook.model import REPORTED_SCALES, START_SCALES, Rule
from recommender.vocabulary.answers import at_least, at_most, plain
from recommender.vocabulary.profile import profile_of

FactValue = int | float | bool | str | None


class Reason(NamedTuple):
    """One rule that fired: the comparisons that decided it, and what was known of the fields it reads."""

    rule: Rule
    clause: tuple[str, ...]
    facts: dict[str, FactValue]


class NearMiss(NamedTuple):
    """A number close to a threshold: its field and value, and the nearest `other` that crosses it.

    `words` say which numbers cross it, `rules` which rules fire there that do not fire now, `distance` how
    far the other number is off, as a share of what counts as close.
    """

    field: str
    value: FactValue
    other: int
    words: str
    rules: tuple[Rule, ...]
    distance: float


def trace(assessment: Assessment) -> tuple[Reason, ...]:
    """Return the reasons of everything that fired, in the rulebook's order."""
    explainer = _Explainer(assessment)
    return tuple(explainer.explain(rule) for rule in assessment.findings.fired)


def decisive(assessment: Assessment) -> tuple[Rule, ...]:
    """Return the fired rules without the gates that nobody reads: no other rule asks what they conclude.

    What decides where to begin, and what a report names, counts as read.
    """
    book, fired = assessment.rulebook, assessment.findings.fired
    read = {*REPORTED_SCALES, *START_SCALES, *(exercise.kind for exercise in book.exercises.values())}
    decisive = {rule.id for rule in fired if rule.has_effect}
    while True:
        for rule in fired:
            if rule.id in decisive:
                read |= scales_of(rule.condition)
        more = {rule.id for rule in fired if read & set(rule.concludes)} - decisive
        if not more:
            return tuple(rule for rule in fired if rule.id in decisive)
        decisive |= more


def explain(assessment: Assessment, rule: Rule) -> Reason:
    """Return the reason why one rule fired, following conclusions to the rules that reached them."""
    return _Explainer(assessment).explain(rule)


def near_misses(assessment: Assessment, engine: Engine) -> tuple[NearMiss, ...]:
    """Return which rules would speak as well had one known number been a little other, the nearest first.

    How much is a little stands with each field of the vocabulary (`near`). The rules are tried again with the
    other number.
    """
    book, profile = assessment.rulebook, assessment.profile
    spoken = {rule.id for rule in assessment.findings.fired}
    answered = profile.answered
    misses = []
    for name, value, other, distance in _little_others(assessment):
        try:
            facts = profile_of(book.vocabulary, {**answered, name: other}, {}).facts
        except ProfileError:  # nobody can be so
            continue
        more = tuple(rule for rule in infer(book, engine, facts).fired if rule.id not in spoken)
        if more:
            field = book.vocabulary.fields[name]
            words = at_least(field, other) if other > value else at_most(field, other)
            misses.append(NearMiss(name, plain(value), other, words, more, distance))
    return tuple(sorted(misses, key=lambda miss: miss.distance))


def _little_others(assessment: Assessment) -> Iterator[tuple[str, int, int, float]]:
    """Yield each known number with the close ones at which some comparison changes its truth.

    Each stands as field, value, other value, and distance as a share of what counts as close.
    """
    facts, fields = assessment.findings.facts, assessment.rulebook.vocabulary.fields
    compared = dict.fromkeys(
        atom
        for rule in assessment.rulebook.rules.values()
        for atom in atoms(rule.condition)
        if isinstance(atom, Compare)
    )
    nearby: dict[tuple[str, int, int, float], None] = {}
    for atom in compared:
        behind = _number_behind(atom.term, facts)
        if behind is None:
            continue
        name, value = behind
        field = fields[name]
        first = (
            atom.threshold - field.step if atom.operator in ("<", ">=") else atom.threshold
        )  # the last before the truth changes
        other = first + field.step if value <= first else first
        off = abs(other - value)
        if field.near is not None and off <= field.near and field.low <= other <= field.high:
            nearby[name, value, other, off / field.near] = None
    yield from nearby


def _number_behind(term: Term, facts: Facts) -> tuple[str, int] | None:
    """Return the field, with its number, that alone makes a term what it is, if there is a known one."""
    if isinstance(term, FieldRef):
        value = facts.values.get(term.name)
        return (term.name, value) if isinstance(value, int) else None
    if isinstance(term, Lowest):
        known = [number for part in term.of if (number := _number_behind(part, facts))]
        return min(known, key=lambda number: number[1], default=None)
    return None


class _Explainer:
    """Explains the rules that fired for one person; what several of them rest on is worked out once."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self._decided: dict[str, tuple[Atom, ...]] = {}
        self._facts_of: dict[str, dict[str, FactValue]] = {}

    def explain(self, rule: Rule) -> Reason:
        clause = tuple(dict.fromkeys(_told(self.assessment, atom) for atom in self.decisive(rule)))
        return Reason(rule, clause, dict(self.facts(rule)))

    def decisive(self, rule: Rule) -> tuple[Atom, ...]:
        """Return the comparisons that made a rule fire."""
        if rule.id not in self._decided:
            facts = self.assessment.findings.facts
            self._decided[rule.id] = support(rule.condition, facts, evaluate(rule.condition, facts))
        return self._decided[rule.id]

    def facts(self, rule: Rule) -> dict[str, FactValue]:
        """Return the measures and fields that decided, with their values; `None` for what a gate lacks."""
        if rule.id not in self._facts_of:
            self._facts_of[rule.id] = self._work_out(rule, self.decisive(rule))
        return self._facts_of[rule.id]

    def _work_out(self, rule: Rule, decisive: tuple[Atom, ...]) -> dict[str, FactValue]:
        assessment = self.assessment
        values = assessment.findings.facts.values
        decisive_fields = {name for atom in decisive for name in fields_of_atom(atom)}
        facts: dict[str, FactValue] = _measures(assessment, decisive)
        for name in fields_of(rule.condition):
            value = values.get(name)
            if value is None and rule.fails_closed and name in decisive_fields:
                facts[name] = None
            elif value is not None and value is not NOT_APPLICABLE and name in decisive_fields:
                facts[name] = plain(value)
        for atom in decisive:
            if isinstance(atom, AtLeast):
                low, _ = assessment.findings.facts.scales[atom.scale]
                facts[atom.scale] = assessment.rulebook.scales[atom.scale][low]
                for concluding in _behind(assessment, atom):
                    behind = self.facts(concluding)
                    facts |= {
                        name: value for name, value in behind.items() if value is not None or concluding.opens
                    }
        return facts


def _told(assessment: Assessment, atom: Atom) -> str:
    if not isinstance(atom, AtLeast):
        return atom.text
    behind = ", ".join(rule.id for rule in _behind(assessment, atom))
    return f"{atom.text} (by {behind})" if behind else atom.text


def _behind(assessment: Assessment, atom: AtLeast) -> list[Rule]:
    """Return the rules that fired and concluded at least the level that a comparison asks for."""
    levels = assessment.rulebook.scales[atom.scale]
    concluding = [rule for rule in assessment.findings.fired if atom.scale in rule.concludes]
    return [rule for rule in concluding if levels.index(rule.concludes[atom.scale]) >= atom.level]


def _measures(assessment: Assessment, decisive: tuple[Atom, ...]) -> dict[str, FactValue]:
    """Return the known values of the measures that stand in the comparisons which decided."""
    terms = {
        atom.term for atom in decisive if isinstance(atom, Compare) and not isinstance(atom.term, FieldRef)
    }
    values: dict[str, FactValue] = {}
    for id_, measure in assessment.rulebook.vocabulary.measures.items():
        if isinstance(measure.symbol, NumberSymbol) and measure.symbol.term in terms:
            ends = set(interval(measure.symbol.term, assessment.findings.facts) or ())
            if len(ends) == 1:
                values[id_] = plain(ends.pop())
    return values
