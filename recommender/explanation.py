"""Why: each rule that spoke, with the clause that held, the person's values against it, its reason and its source."""

from typing import NamedTuple

from recommender.assessment import Assessment
from recommender.language.meaning import NOT_APPLICABLE, Facts, evaluate, interval, support
from recommender.language.normal import AllOf, Literal, Normal, normal_form
from recommender.language.symbols import NumberSymbol
from recommender.language.tree import AtLeast, Atom, Compare, FieldRef, fields_of, fields_of_atom, references
from recommender.profile import plain
from recommender.rulebook.model import Rule

FactValue = int | float | bool | str | None


class Reason(NamedTuple):
    """One rule that fired: the comparisons that decided it, and what was known of the fields it reads."""

    rule: Rule
    clause: tuple[str, ...]
    facts: dict[str, FactValue]


class NearMiss(NamedTuple):
    """A rule that one number alone kept silent: the comparison that did not hold, the number, and how far it was.

    `distance` is a share of all that the number can be.
    """

    rule: Rule
    clause: str
    value: FactValue
    distance: float


def trace(assessment: Assessment) -> tuple[Reason, ...]:
    """Return the reasons of everything that fired, in the rulebook's order."""
    explainer = _Explainer(assessment)
    return tuple(explainer.explain(rule) for rule in assessment.findings.fired)


def explain(assessment: Assessment, rule: Rule) -> Reason:
    """Return the reason why one rule fired, following conclusions to the rules that reached them."""
    return _Explainer(assessment).explain(rule)


def near_misses(assessment: Assessment) -> tuple[NearMiss, ...]:
    """Return the rules that would have spoken had one known number been another, the nearest first."""
    facts = assessment.findings.facts
    could = {rule.id for rule in assessment.findings.possible}
    silent = [rule for rule in assessment.rulebook.rules.values() if rule.id not in could]
    found = [miss for rule in silent for miss in _missed(rule, facts)]
    nearest = {miss.rule.id: miss for miss in sorted(found, key=lambda miss: -miss.distance)}
    return tuple(sorted(nearest.values(), key=lambda miss: miss.distance))


def _missed(rule: Rule, facts: Facts) -> list[NearMiss]:
    found = []
    for atom, positive in _single_steps(normal_form(rule.condition, not rule.fails_closed), facts):
        span = interval(atom.term, facts) if isinstance(atom, Compare) else None
        if isinstance(atom, Compare) and span and span[0] == span[1]:
            reach = max(reference.high - reference.low for reference in references(atom.term))
            clause = atom.text if positive else f"not {atom.text}"
            found.append(NearMiss(rule, clause, plain(span[0]), abs(span[0] - atom.threshold) / reach))
    return found


def _single_steps(normal: Normal, facts: Facts) -> tuple[Literal, ...]:
    """Return the comparisons of what is false that would each, if it held, make the whole true."""
    if isinstance(normal, Literal):
        return (normal,) if normal.truth(facts) is False else ()
    missing = [part for part in normal.of if not _holds(part, facts)]
    if isinstance(normal, AllOf) and len(missing) > 1:
        return ()
    return tuple(step for part in missing for step in _single_steps(part, facts))


def _holds(normal: Normal, facts: Facts) -> bool:
    if isinstance(normal, Literal):
        return normal.truth(facts) is True
    held = (_holds(part, facts) for part in normal.of)
    return all(held) if isinstance(normal, AllOf) else any(held)


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
        """Return the measures and fields that decided, with their values; for a rule that fails closed, also what is missing (`None`)."""
        if rule.id not in self._facts_of:
            self._facts_of[rule.id] = self._work_out(rule, self.decisive(rule))
        return self._facts_of[rule.id]

    def _work_out(self, rule: Rule, decisive: tuple[Atom, ...]) -> dict[str, FactValue]:
        assessment = self.assessment
        values = assessment.findings.facts.values
        decisive_fields = {name for atom in decisive for name in fields_of_atom(atom)}
        found: dict[str, FactValue] = _measures(assessment, decisive)
        for name in fields_of(rule.condition):
            value = values.get(name)
            if value is None and rule.fails_closed and name in decisive_fields:
                found[name] = None
            elif value is not None and value is not NOT_APPLICABLE and name in decisive_fields:
                found[name] = plain(value)
        for atom in decisive:
            if isinstance(atom, AtLeast):
                low, _ = assessment.findings.facts.scales[atom.scale]
                found[atom.scale] = assessment.rulebook.scales[atom.scale][low]
                for concluding in _behind(assessment, atom):
                    behind = self.facts(concluding)
                    found |= {name: value for name, value in behind.items() if value is not None or concluding.opens}
        return found


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
    terms = {atom.term for atom in decisive if isinstance(atom, Compare) and not isinstance(atom.term, FieldRef)}
    found: dict[str, FactValue] = {}
    for id_, measure in assessment.rulebook.vocabulary.measures.items():
        if isinstance(measure.symbol, NumberSymbol) and measure.symbol.term in terms:
            span = interval(measure.symbol.term, assessment.findings.facts)
            if span and span[0] == span[1]:
                found[id_] = plain(span[0])
    return found
