"""Finds likely slips in a usable rulebook with the solver.

These are rules and clauses that nobody can meet, effects that other rules always have as well, and boundaries
with a gap between them. What is intended is listed with its reason under `kept` in `invariants.yaml`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import z3

from recommender.language.meaning import Facts
from recommender.language.normal import Clause, Literal, clauses, normal_form
from recommender.language.numbers import UNIT, shown
from recommender.language.tree import And, Compare, Condition, Not, Term, atoms, references
from recommender.proof.symbolic import SymbolicRulebook
from recommender.proof.symbols import any_of
from recommender.proof.witnesses import Witnesses
from recommender.rulebook.model import Rule
from recommender.vectorised.circuit import Bit

_NEAR = UNIT // 10
_UP = (">", ">=")


class Finding(NamedTuple):
    """A likely slip in a rule; `what` names it under `kept` in `invariants.yaml`."""

    rule: Rule
    what: str
    message: str


def findings(symbolic: SymbolicRulebook, people: Iterable[Facts] = ()) -> Iterator[Finding]:
    """Yield the findings of each rule, then the gaps; what holds for one of some `people` is not asked."""
    yield from _Search(symbolic, people).findings()
    yield from gaps(symbolic)


class _Search:
    def __init__(self, symbolic: SymbolicRulebook, people: Iterable[Facts]) -> None:
        self.symbolic, self.book = symbolic, symbolic.book
        self.anybody, self.solver = symbolic.anybody, symbolic.solver
        self.witnesses = Witnesses(self.book, people)
        self._limiting: defaultdict[str, list[Rule]] = defaultdict(list)
        self._concluding: defaultdict[str, list[Rule]] = defaultdict(list)
        for rule in self.book.rules.values():
            for movement in rule.limits:
                self._limiting[movement].append(rule)
            for scale in rule.concludes:
                self._concluding[scale].append(rule)

    def _satisfiable(self, bit: Bit) -> bool:
        """Return whether a bit can be true of somebody; yes where the solver does not know."""
        return bool(self.solver.check(self.anybody.formula(self.symbolic, bit)) != z3.unsat)

    def findings(self) -> Iterator[Finding]:
        for rule in self.book.rules.values():
            fired = self.symbolic.columns.rules[rule.id].fired
            if not (self.witnesses.fires(rule) or self._satisfiable(fired)):
                yield Finding(rule, "when", "there is nobody for whom this rule fires.")
                continue
            yield from self._clauses(rule)
            yield from self._idle(rule)

    def _clauses(self, rule: Rule) -> Iterator[Finding]:
        if rule.fails_closed:
            return
        alternatives = clauses(normal_form(rule.condition))
        if len(alternatives) == 1:  # somebody meets it, as the rule fires
            return
        met: list[Clause] = []
        for literal in dict.fromkeys(literal for clause in alternatives for literal in clause):
            if any(literal in clause for clause in met):
                continue
            holding = [clause for clause in alternatives if literal in clause]
            met_by_somebody = (each for each in holding if self.witnesses.meets(rule, _joined(each)))
            clause = next(met_by_somebody, None) or next(filter(self._is_possible, holding), None)
            if clause is None:
                yield Finding(
                    rule,
                    _text(literal),
                    f"there is nobody for whom this rule fires because of `{_text(literal)}`.",
                )
            else:
                met.append(clause)

    def _is_possible(self, clause: Clause) -> bool:
        return self._satisfiable(self.symbolic.columns.truth(_joined(clause)).certain)

    def _idle(self, rule: Rule) -> Iterator[Finding]:
        effects = dict(self._effects(rule))
        doubtful = {
            what: self._decisive(rule, others)
            for what, others in effects.items()
            if not self.witnesses.alone(rule, others)
        }
        idle = self._never_true(doubtful)
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
        """Yield every effect of a rule, with the other rules whose effect is at least as strong."""
        for movement, verdict in rule.limits.items():
            limiting = ((other, other.limits[movement]) for other in self._limiting[movement])
            as_strict = [other for other, limit in limiting if limit >= verdict and other.id != rule.id]
            yield f"{verdict}: {movement}", as_strict
        if rule.clearance:
            least = rule.clearance
            yield (
                f"clearance: {rule.clearance}",
                [
                    other
                    for other in self.book.rules.values()
                    if other.clearance and other.clearance >= least and other.id != rule.id
                ],
            )
        for scale, level in rule.concludes.items():
            levels = self.book.scales[scale]
            as_high = [
                other
                for other in self._concluding[scale]
                if levels.index(other.concludes[scale]) >= levels.index(level) and other.id != rule.id
            ]
            yield f"conclude: {scale}", as_high

    def _decisive(self, rule: Rule, others: list[Rule]) -> Bit:
        """Return the bit that this rule alone has the effect, or alone may yet have it."""
        circuit, rules = self.symbolic.circuit, self.symbolic.columns.rules
        alone = circuit.negate(circuit.any_of(rules[other.id].fired for other in others))
        alone_yet = circuit.negate(circuit.any_of(rules[other.id].possible for other in others))
        return circuit.any_of(
            (
                circuit.all_of((rules[rule.id].fired, alone)),
                circuit.all_of((rules[rule.id].possible, alone_yet)),
            ),
        )

    def _never_true(self, bits: Mapping[str, Bit]) -> list[str]:
        """Return the names of the bits that are true of nobody, none where the solver does not know.

        They are asked about together, and whoever is found settles all that are true of them.
        """
        left = {what: self.anybody.formula(self.symbolic, bit) for what, bit in bits.items()}
        while left and (answer := self.solver.check(any_of([*left.values()]))) != z3.unsat:
            if answer == z3.unknown:
                return []
            model = self.solver.model()
            left = {
                what: formula
                for what, formula in left.items()
                if not z3.is_true(model.eval(formula, model_completion=True))
            }
        return [*left]


def gaps(symbolic: SymbolicRulebook) -> Iterator[Finding]:
    """Yield pairs of opposite comparisons of the same term that leave a small gap between them."""
    by_term: Mapping[Term, list[tuple[Rule, Compare]]] = defaultdict(list)
    for rule in symbolic.book.rules.values():
        for atom in dict.fromkeys(atoms(rule.condition)):
            if isinstance(atom, Compare):
                by_term[atom.term].append((rule, atom))
    for term, comparisons in by_term.items():
        size = min(symbolic.book.vocabulary.fields[reference.name].step for reference in references(term))
        from_above = [(rule, atom, _edge(atom, size)) for rule, atom in comparisons if atom.operator in _UP]
        from_below = [
            (rule, atom, _edge(atom, size)) for rule, atom in comparisons if atom.operator not in _UP
        ]
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
    """Return the lowest answer that meets a `>` or `>=`, the highest that meets a `<` or `<=`."""
    if atom.operator in _UP:
        return -(-atom.threshold // size) * size + (
            size if atom.operator == ">" and atom.threshold % size == 0 else 0
        )
    return atom.threshold // size * size - (
        size if atom.operator == "<" and atom.threshold % size == 0 else 0
    )


def _joined(clause: Clause) -> Condition:
    return And(tuple(literal.atom if literal.positive else Not(literal.atom) for literal in clause))


def _text(literal: Literal) -> str:
    return literal.atom.text if literal.positive else f"not {literal.atom.text}"
