"""Why: each rule that spoke, with the clause that held, the person's values against it, its reason and its source."""

from collections.abc import Iterator
from typing import NamedTuple

from recommender.assessment import Assessment
from recommender.engines.inference import Engine, infer
from recommender.language.meaning import NOT_APPLICABLE, Facts, evaluate, interval, support
from recommender.language.normal import AllOf, Literal, Normal, normal_form
from recommender.language.numbers import UNIT
from recommender.language.symbols import NumberSymbol
from recommender.language.tree import AtLeast, Atom, Compare, FieldRef, Lowest, Term, fields_of, fields_of_atom, scales_of
from recommender.profile import plain
from recommender.rulebook.model import Rule
from recommender.vocabulary import Vocabulary

FactValue = int | float | bool | str | None


class Reason(NamedTuple):
    """One rule that fired: the comparisons that decided it, and what was known of the fields it reads."""

    rule: Rule
    clause: tuple[str, ...]
    facts: dict[str, FactValue]


class NearMiss(NamedTuple):
    """A rule that one number kept silent by little: its field, the number, what did not hold, and how far it was off (0 to 1)."""

    rule: Rule
    field: str
    value: FactValue
    clause: str
    distance: float


def trace(assessment: Assessment) -> tuple[Reason, ...]:
    """Return the reasons of everything that fired, in the rulebook's order."""
    explainer = _Explainer(assessment)
    return tuple(explainer.explain(rule) for rule in assessment.findings.fired)


def explain(assessment: Assessment, rule: Rule) -> Reason:
    """Return the reason why one rule fired, following conclusions to the rules that reached them."""
    return _Explainer(assessment).explain(rule)


def near_misses(assessment: Assessment, engine: Engine) -> tuple[NearMiss, ...]:
    """Return the rules that would have spoken had one known number been a little other, the nearest first.

    How much is a little stands with each field of the vocabulary (`near`). The rules are tried again with the other number.
    """
    could = {rule.id for rule in assessment.findings.possible}
    silent = [rule for rule in assessment.rulebook.rules.values() if rule.id not in could]
    found = sorted((miss for rule in silent for miss in _missed(assessment, engine, rule)), key=lambda miss: miss.distance)
    nearest: dict[str, NearMiss] = {}
    for miss in found:
        nearest.setdefault(miss.rule.id, miss)
    return tuple(nearest.values())


def _missed(assessment: Assessment, engine: Engine, rule: Rule) -> Iterator[NearMiss]:
    facts, vocabulary = assessment.findings.facts, assessment.rulebook.vocabulary
    for atom, positive in _single_steps(normal_form(rule.condition, not rule.fails_closed), facts):
        name = _field_behind(atom.term, facts) if isinstance(atom, Compare) else None
        if not isinstance(atom, Compare) or name is None or not vocabulary.fields[name].near:
            continue
        field, value = vocabulary.fields[name], facts.values[name]
        strictly = (atom.operator in "<>") == positive  # then the threshold itself is not enough
        upwards = atom.operator.startswith(">") == positive
        other = atom.threshold + (1 if upwards else -1) * (UNIT // 10**field.decimals if strictly else 0)
        away = abs(value - atom.threshold) if isinstance(value, int) else field.near + 1
        if away > field.near or not field.low <= other <= field.high:
            continue
        others = Facts({**facts.values, name: other}, facts.scales)
        if not _go_together(vocabulary, others):
            continue
        if scales_of(rule.condition):  # the number may matter to what stands behind these, too
            speaks = rule in infer(assessment.rulebook, engine, Facts(others.values)).fired
        else:
            speaks = rule.truth(others) is True
        if speaks:
            yield NearMiss(rule, name, plain(value), atom.text if positive else f"not {atom.text}", away / field.near)


def _go_together(vocabulary: Vocabulary, facts: Facts) -> bool:
    """Say whether answers can hold of one person: none contradicts another, and each still applies."""
    known = (vocabulary.fields[name] for name, value in facts.values.items() if value is not NOT_APPLICABLE)
    applies = all(field.only_if is None or evaluate(field.only_if, facts) is not False for field in known)
    return applies and not any(evaluate(clash.when, facts) for clash in vocabulary.impossible)


def _field_behind(term: Term, facts: Facts) -> str | None:
    """Return the field whose number alone makes a term what it is, if there is one and it is known."""
    if isinstance(term, FieldRef):
        return term.name if _is_number(facts, term.name) else None
    if isinstance(term, Lowest):
        given = [name for part in term.of if (name := _field_behind(part, facts))]
        return min(given, key=lambda name: facts.values[name], default=None)  # type: ignore[arg-type, return-value]
    return None


def _is_number(facts: Facts, name: str) -> bool:
    value = facts.values.get(name)
    return isinstance(value, int) and not isinstance(value, bool)


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
