"""What the people of all cases reached: every rule, every alternative of its condition, every comparison both ways."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from recommender.authoring.cases.runner import CaseRunner
from recommender.language.normal import Clause, clauses, literals, normal_form
from recommender.language.tree import Always, IsKnown, fields_of_atom
from recommender.rulebook.model import Rule

_FIRED, _HELD = "rules that fire", "clauses that hold"
REQUIRED = (_FIRED, _HELD)


class Reached(NamedTuple):
    """How many of one kind were reached, and the names of those that were not."""

    what: str
    total: int
    missed: tuple[str, ...]

    def __str__(self) -> str:
        percent = 100 * (self.total - len(self.missed)) / self.total if self.total else 100.0
        return f"{self.what}: {self.total - len(self.missed)} of {self.total} ({percent:.1f} %)"


def coverage(bench: CaseRunner) -> tuple[Reached, ...]:
    """Return how far the people on the bench reached.

    A rule is reached when it fires for somebody, a clause when all of its comparisons hold for somebody, an outcome when
    a comparison is known to be true (or false) for somebody, a level when somebody is offered it and somebody is not.
    """
    rules = tuple(bench.rulebook.rules.values())
    fired = {rule.id for findings in bench.seen for rule in findings.fired}
    levels = [level.id for exercise in bench.rulebook.exercises.values() for level in exercise.levels]
    return (
        _reached(_FIRED, ((rule.id, rule.id in fired) for rule in rules)),
        _reached(_HELD, ((name, _held(bench, clause)) for rule in rules for name, clause in _clauses(rule))),
        _reached("outcomes of comparisons", _outcomes(bench, rules)),
        _reached("levels offered", ((id_, id_ in bench.offered) for id_ in levels)),
        _reached("levels withheld", ((id_, id_ in bench.withheld) for id_ in levels)),
    )


def _reached(what: str, found: Iterable[tuple[str, bool]]) -> Reached:
    every = list(found)
    return Reached(what, len(every), tuple(name for name, reached in every if not reached))


def _clauses(rule: Rule) -> Iterator[tuple[str, Clause]]:
    """Yield the alternatives that make a rule fire; for one that fails closed, those that open it."""
    for clause in filter(_consistent, clauses(normal_form(rule.condition))):
        shown = " and ".join(
            sorted(f"{'' if literal.positive else 'not '}{literal.atom.text}" for literal in clause)
        )
        yield f"{rule.id}: {shown}", clause


def _consistent(clause: Clause) -> bool:
    """Say whether a clause does not ask for a field to be both unknown and of some value, which only a product of `or`s does."""
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


def _held(bench: CaseRunner, clause: Clause) -> bool:
    return any(all(literal.truth(findings.facts) for literal in clause) for findings in bench.seen)


def _outcomes(bench: CaseRunner, rules: Iterable[Rule]) -> Iterator[tuple[str, bool]]:
    atoms = {literal.atom for rule in rules for literal in literals(normal_form(rule.condition))}
    positive = [literals(normal_form(atom))[0] for atom in atoms if not isinstance(atom, Always)]
    for literal in sorted(positive, key=lambda found: found.atom.text):
        truths = {literal.truth(findings.facts) for findings in bench.seen}
        for outcome in (True, False):
            yield f"{literal.atom.text} is {str(outcome).lower()}", outcome in truths
