"""Measures the coverage of all cases: rules, clauses of their conditions, comparisons and levels."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from recommender.authoring.cases.runner import CaseRunner
from recommender.language.normal import Clause, clauses, literals, normal_form
from recommender.language.tree import Always, IsKnown, fields_of_atom
from recommender.rulebook.model import Rule

_FIRED, _HELD = "rules that fire", "clauses that hold"
REQUIRED = (_FIRED, _HELD)


class Reached(NamedTuple):
    """The coverage of one kind of thing: how many there are, and the names of those that no case reached."""

    what: str
    total: int
    missed: tuple[str, ...]

    def __str__(self) -> str:
        percent = 100 * (self.total - len(self.missed)) / self.total if self.total else 100.0
        return f"{self.what}: {self.total - len(self.missed)} of {self.total} ({percent:.1f} %)"


def coverage(runner: CaseRunner) -> tuple[Reached, ...]:
    """Return the coverage of everybody whom the runner has assessed.

    A rule is reached when it fires for somebody, a clause when all of its comparisons hold for somebody. Each
    comparison should be true for somebody and false for somebody, each level offered to one and withheld from
    another.
    """
    rules = tuple(runner.rulebook.rules.values())
    fired = {rule.id for findings in runner.seen for rule in findings.fired}
    levels = [level.id for exercise in runner.rulebook.exercises.values() for level in exercise.levels]
    return (
        _reached(_FIRED, ((rule.id, rule.id in fired) for rule in rules)),
        _reached(_HELD, ((name, _held(runner, clause)) for rule in rules for name, clause in _clauses(rule))),
        _reached("outcomes of comparisons", _outcomes(runner, rules)),
        _reached("levels offered", ((id_, id_ in runner.offered) for id_ in levels)),
        _reached("levels withheld", ((id_, id_ in runner.withheld) for id_ in levels)),
    )


def _reached(what: str, entries: Iterable[tuple[str, bool]]) -> Reached:
    pairs = list(entries)
    return Reached(what, len(pairs), tuple(name for name, reached in pairs if not reached))


def _clauses(rule: Rule) -> Iterator[tuple[str, Clause]]:
    """Yield the named clauses that make a rule fire; for one that fails closed, those that keep it silent."""
    for clause in filter(_consistent, clauses(normal_form(rule.condition))):
        shown = " and ".join(
            sorted(f"{'' if literal.positive else 'not '}{literal.atom.text}" for literal in clause)
        )
        yield f"{rule.id}: {shown}", clause


def _consistent(clause: Clause) -> bool:
    """Return whether a clause can hold: it does not need a field that it also needs to be unknown.

    Multiplying out the `or`s of a condition can make such clauses.
    """
    unknown = {
        name
        for literal in clause
        if isinstance(literal.atom, IsKnown) and not literal.positive
        for name in literal.atom.names
    }
    return not any(
        set(fields_of_atom(literal.atom)) & unknown
        for literal in clause
        if not isinstance(literal.atom, IsKnown)
    )


def _held(runner: CaseRunner, clause: Clause) -> bool:
    return any(all(literal.truth(findings.facts) for literal in clause) for findings in runner.seen)


def _outcomes(runner: CaseRunner, rules: Iterable[Rule]) -> Iterator[tuple[str, bool]]:
    atoms = {literal.atom for rule in rules for literal in literals(normal_form(rule.condition))}
    positive = [literals(normal_form(atom))[0] for atom in atoms if not isinstance(atom, Always)]
    for literal in sorted(positive, key=lambda literal: literal.atom.text):
        truths = {literal.truth(findings.facts) for findings in runner.seen}
        for outcome in (True, False):
            yield f"{literal.atom.text} is {str(outcome).lower()}", outcome in truths
