"""Rules that can do nothing, or leave something out: what the solver sees in a rulebook that can be used.

An impossible rule or clause, an effect that other rules always bring anyway, a rule of which that is true altogether, and two
boundaries that leave a gap between them are mostly slips. What is meant stands under `kept` in `invariants.yaml`, with its reason.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import z3

from recommender.language.normal import Clause, Literal, clauses, normal_form
from recommender.language.numbers import UNIT, shown
from recommender.language.tree import And, Compare, Condition, Not, Term, atoms, references
from recommender.proof.symbolic import SymbolicPerson, SymbolicRulebook, solver_about
from recommender.rulebook.model import Rule
from recommender.rulebook.scales import Verdict
from recommender.vectorised.circuit import Bit

_NEAR = UNIT // 10
_UP = (">", ">=")


class Finding(NamedTuple):
    """Something in a rule that is likely a slip; `what` names it, so that it can be kept with a reason."""

    rule: Rule
    what: str
    message: str


def findings(world: SymbolicRulebook) -> Iterator[Finding]:
    """Yield what the solver sees, rule by rule."""
    yield from _Search(world).findings()
    yield from gaps(world)


class _Search:
    def __init__(self, world: SymbolicRulebook) -> None:
        self.world, self.book = world, world.book
        self.anybody = SymbolicPerson(world)
        self.solver = solver_about(self.anybody)

    def _somebody(self, bit: Bit) -> bool:
        """Say whether a bit is true of somebody; where the solver does not know, it may be."""
        return bool(self.solver.check(self.anybody.says(self.world, bit)) != z3.unsat)

    def findings(self) -> Iterator[Finding]:
        for rule in self.book.rules.values():
            if not self._somebody(self.world.columns.rules[rule.id].fired):
                yield Finding(rule, "when", "there is nobody for whom this rule fires.")
                continue
            yield from self._clauses(rule)
            yield from self._idle(rule)

    def _clauses(self, rule: Rule) -> Iterator[Finding]:
        if rule.fails_closed:
            return
        found = clauses(normal_form(rule.condition))
        of_use = [
            clause for clause in found if self._somebody(self.world.columns.truth(_joined(clause)).certain)
        ]
        for literal in dict.fromkeys(literal for clause in found for literal in clause):
            if not any(literal in clause for clause in of_use):
                yield Finding(
                    rule,
                    _words(literal),
                    f"there is nobody for whom this rule fires because of `{_words(literal)}`.",
                )

    def _idle(self, rule: Rule) -> Iterator[Finding]:
        effects = dict(self._effects(rule))
        idle = [what for what, others in effects.items() if not self._matters(rule, others)]
        if (
            effects
            and len(idle) == len(effects)
            and not (rule.caution or rule.note or rule.refer or rule.dose)
        ):
            yield Finding(rule, "rule", "whatever this rule does, other rules do whenever it fires.")
        else:
            for what in idle:
                yield Finding(
                    rule,
                    what,
                    f"`{what}` never matters: other rules are at least as strict whenever this one fires.",
                )

    def _effects(self, rule: Rule) -> Iterator[tuple[str, list[Rule]]]:
        """Yield every effect of a rule, with the other rules that do at least as much."""
        others = [other for other in self.book.rules.values() if other.id != rule.id]
        for movement, verdict in rule.limits.items():
            as_strict = [one for one in others if one.limits.get(movement, Verdict.OK) >= verdict]
            yield f"{verdict}: {movement}", as_strict
        if rule.clearance:
            least = rule.clearance
            yield (
                f"clearance: {rule.clearance}",
                [one for one in others if one.clearance and one.clearance >= least],
            )
        for scale, level in rule.concludes.items():
            levels = self.book.scales[scale]
            as_high = [
                one
                for one in others
                if scale in one.concludes and levels.index(one.concludes[scale]) >= levels.index(level)
            ]
            yield f"conclude: {scale}", as_high

    def _matters(self, rule: Rule, others: list[Rule]) -> bool:
        """Say whether there is somebody for whom only this rule does it, or only this rule could yet do it."""
        circuit, rules = self.world.circuit, self.world.columns.rules
        alone = circuit.negate(circuit.any_of(rules[one.id].fired for one in others))
        alone_yet = circuit.negate(circuit.any_of(rules[one.id].possible for one in others))
        here = circuit.any_of(
            (
                circuit.all_of((rules[rule.id].fired, alone)),
                circuit.all_of((rules[rule.id].possible, alone_yet)),
            ),
        )
        return self._somebody(here)


def gaps(world: SymbolicRulebook) -> Iterator[Finding]:
    """Yield pairs of boundaries on the same number, one from below and one from above, with a few answers between them."""
    by_term: Mapping[Term, list[tuple[Rule, Compare]]] = defaultdict(list)
    for rule in world.book.rules.values():
        for atom in dict.fromkeys(atoms(rule.condition)):
            if isinstance(atom, Compare):
                by_term[atom.term].append((rule, atom))
    for term, found in by_term.items():
        size = min(world.book.vocabulary.fields[reference.name].step for reference in references(term))
        from_above = [(rule, atom, _edge(atom, size)) for rule, atom in found if atom.operator in _UP]
        from_below = [(rule, atom, _edge(atom, size)) for rule, atom in found if atom.operator not in _UP]
        edges = {edge for _, _, edge in (*from_below, *from_above)}
        for rule, atom, first in from_above:
            for other, below, last in from_below:
                if size < first - last <= max(2 * size, _NEAR + size) and not any(
                    last < edge < first for edge in edges
                ):
                    between = f"between `{below.text}` ({other.id}) and `{atom.text}`"
                    yield Finding(
                        rule,
                        f"{below.text} / {atom.text}",
                        f"{between} lies {shown(last + size)}, of which neither is true.",
                    )


def _edge(atom: Compare, size: int) -> int:
    """Return the first answer of which a comparison from above is true, or the last of one from below."""
    if atom.operator in _UP:
        return -(-atom.threshold // size) * size + (
            size if atom.operator == ">" and atom.threshold % size == 0 else 0
        )
    return atom.threshold // size * size - (
        size if atom.operator == "<" and atom.threshold % size == 0 else 0
    )


def _joined(clause: Clause) -> Condition:
    return And(tuple(literal.atom if literal.positive else Not(literal.atom) for literal in clause))


def _words(literal: Literal) -> str:
    return literal.atom.text if literal.positive else f"not {literal.atom.text}"
