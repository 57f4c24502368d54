"""Compile the rules for all rows of a table at once.

Each comparison becomes a leaf over a frame of facts (`leaves.py`). Each condition becomes two bits of
a circuit: *certain* (known to be true) and *possible* (not known to be false). With such pairs, three-valued
logic needs only and, or, not. `language/meaning.py` defines what conditions mean; tests compare the two.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from recommender.errors import EngineError, Problem
from recommender.language.meaning import Facts, interval
from recommender.language.tree import (
    OPERATORS,
    Always,
    And,
    AtLeast,
    Atom,
    Compare,
    Condition,
    FieldRef,
    IsKnown,
    IsOneOf,
    IsYes,
    Lowest,
    Not,
    Or,
    Sum,
    Term,
    fields_of_term,
    references,
)
from recommender.rulebook.model import Rule, Rulebook
from recommender.vectorised.circuit import FALSE, TRUE, Bit, Circuit
from recommender.vectorised.leaves import NEVER, Among, Answered, Holds, HoldsAtEnd, Never
from recommender.vocabulary import Field


class Truth(NamedTuple):
    """The truth of a condition: the rows where it is certain, and those where it is possible."""

    certain: Bit
    possible: Bit


class FieldBits(NamedTuple):
    """The state of a field: the rows with an answer, and those where it is known not to apply.

    `applies` is the truth of the field's `only_if`.
    """

    answered: Bit
    absent: Bit
    applies: Truth


class RuleBits(NamedTuple):
    """The state of a rule: the rows where it fires, where it fires or could, and where it is open."""

    fired: Bit
    possible: Bit
    open: Bit


class Columns:
    """A rulebook compiled for frames of facts with the columns in `present`.

    `rules` and `fields` hold the bits of each. `reached` holds, by scale, the truth of reaching each level.
    """

    def __init__(self, rulebook: Rulebook, present: frozenset[str]) -> None:
        """Compile the rules.

        Raises:
            EngineError: a condition takes the lowest of numbers that may not apply, which is not supported.

        """
        self.book = rulebook
        self.present = present
        self.circuit = Circuit()
        self.symbols = rulebook.vocabulary.fields
        self.reached: dict[str, list[Truth]] = {
            scale: [Truth(TRUE, TRUE), *[Truth(FALSE, FALSE)] * (len(levels) - 1)]
            for scale, levels in rulebook.scales.items()
        }
        self._comparisons: dict[Atom, Truth] = {}
        self.fields: dict[str, FieldBits] = {}
        for field in rulebook.vocabulary.fields.values():
            self.fields[field.id] = self._field(field)
        self.rules: dict[str, RuleBits] = {}
        for stratum in rulebook.strata:
            self.rules |= {rule.id: self._rule(rule) for rule in stratum}
            for rule in stratum:
                self._conclude(rule)

    def known(self, name: str) -> Bit:
        """Return the rows where a field is answered or does not apply."""
        field = self.fields[name]
        return self.circuit.any_of((field.answered, field.absent))

    def truth(self, condition: Condition) -> Truth:
        """Return the truth of a condition."""
        circuit = self.circuit
        if isinstance(condition, Not):
            negated = self.truth(condition.of)
            return Truth(circuit.negate(negated.possible), circuit.negate(negated.certain))
        if isinstance(condition, And | Or):
            join = circuit.all_of if isinstance(condition, And) else circuit.any_of
            parts = [self.truth(part) for part in condition.of]
            return Truth(join(part.certain for part in parts), join(part.possible for part in parts))
        return self._atom(condition)

    def undecided(self, truth: Truth) -> Bit:
        """Return the rows where a truth is possible and not certain."""
        return self.circuit.all_of((truth.possible, self.circuit.negate(truth.certain)))

    def open_atoms(self, condition: Condition, within: Bit = TRUE) -> Iterator[tuple[Atom, Bit]]:
        """Yield each atom with the rows `within`, if any, where it and all around it are undecided."""
        undecided = self.circuit.all_of((within, self.undecided(self.truth(condition))))
        if undecided == FALSE:
            return
        if isinstance(condition, Not):
            yield from self.open_atoms(condition.of, undecided)
        elif isinstance(condition, And | Or):
            for part in condition.of:
                yield from self.open_atoms(part, undecided)
        else:
            yield condition, undecided

    def _field(self, field: Field) -> FieldBits:
        circuit = self.circuit
        answered = circuit.leaf(Answered(field.id)) if field.id in self.present else FALSE
        never = circuit.leaf(Never(field.id)) if field.id + NEVER in self.present else FALSE
        applies = Truth(TRUE, TRUE) if field.only_if is None else self.truth(field.only_if)
        return FieldBits(answered, circuit.any_of((never, circuit.negate(applies.possible))), applies)

    def _rule(self, rule: Rule) -> RuleBits:
        truth = self.truth(rule.condition)
        if rule.fails_closed:
            fired = self.circuit.negate(truth.certain)
            return RuleBits(fired, fired, FALSE)
        return RuleBits(truth.certain, truth.possible, self.undecided(truth))

    def _conclude(self, rule: Rule) -> None:
        bits = self.rules[rule.id]
        for scale, level in rule.concludes.items():
            reached = self.reached[scale]
            for index in range(1, self.book.scales[scale].index(level) + 1):
                certain, possible = reached[index]
                reached[index] = Truth(
                    self.circuit.any_of((certain, bits.fired)), self.circuit.any_of((possible, bits.possible))
                )

    def _atom(self, atom: Atom) -> Truth:
        if isinstance(atom, AtLeast):
            return self.reached[atom.scale][atom.level]
        if atom not in self._comparisons:
            self._comparisons[atom] = self._comparison(atom)
        return self._comparisons[atom]

    def _comparison(self, atom: Always | Compare | IsKnown | IsOneOf | IsYes) -> Truth:
        circuit = self.circuit
        if isinstance(atom, Always):
            return Truth(TRUE, TRUE)
        if isinstance(atom, IsKnown):
            bits = [self.known(name) for name in atom.names]
            known = circuit.any_of(bits) if atom.any_of else circuit.all_of(bits)
            return Truth(known, known)
        if isinstance(atom, Compare):
            return self._compare(atom)
        leaf: Among | Holds
        leaf, unknown = (
            self._choice(atom)
            if isinstance(atom, IsOneOf)
            else (Holds(atom.name, ">", 0), Truth(FALSE, TRUE))
        )
        holds = circuit.leaf(leaf) if atom.name in self.present else FALSE
        return self._field_truth(atom.name, holds, unknown)

    def _choice(self, atom: IsOneOf) -> tuple[Among, Truth]:
        choices = self.symbols[atom.name].choices
        indices = tuple(index for index, choice in enumerate(choices) if choice in atom.wanted)
        always = atom.wanted >= atom.choices and not atom.may_not_apply
        return Among(atom.name, indices), Truth(TRUE if always else FALSE, TRUE)

    def _field_truth(self, name: str, holds: Bit, unknown: Truth) -> Truth:
        """Return the truth of a comparison with a field.

        `holds` marks the answers for which it holds; `unknown` is its truth in rows without an answer.
        """
        circuit, field = self.circuit, self.fields[name]
        applies = circuit.negate(field.absent)
        unanswered = circuit.negate(field.answered)
        certain = circuit.any_of((holds, circuit.all_of((unanswered, unknown.certain))))
        possible = circuit.any_of((holds, circuit.all_of((unanswered, unknown.possible))))
        return Truth(circuit.all_of((applies, certain)), circuit.all_of((applies, possible)))

    def _compare(self, atom: Compare) -> Truth:
        if isinstance(atom.term, FieldRef):
            return self._compare_field(atom.term, atom)
        self._refuse_absent_in_lowest(atom.term, atom.text)
        circuit = self.circuit
        ends = [self._holds_at_end(atom, high) for high in (False, True)]
        parts = [(reference, self.fields[reference.name]) for reference in references(atom.term)]
        applies = [circuit.negate(field.absent) for _, field in parts]
        settled = [
            circuit.any_of((field.answered, field.absent))
            for reference, field in parts
            if reference.may_not_apply
        ]
        return Truth(
            circuit.all_of((*ends, *applies, *settled)), circuit.all_of((circuit.any_of(ends), *applies))
        )

    def _compare_field(self, field: FieldRef, atom: Compare) -> Truth:
        ends = [OPERATORS[atom.operator](number, atom.threshold) for number in (field.low, field.high)]
        unknown = Truth(int(all(ends) and not field.may_not_apply), int(any(ends)))
        holds = (
            self.circuit.leaf(Holds(field.name, atom.operator, atom.threshold))
            if field.name in self.present
            else FALSE
        )
        return self._field_truth(field.name, holds, unknown)

    def _holds_at_end(self, atom: Compare, high: bool) -> Bit:
        if self.present.isdisjoint(fields_of_term(atom.term)) and (span := interval(atom.term, Facts({}))):
            return TRUE if OPERATORS[atom.operator](span[high], atom.threshold) else FALSE
        return self.circuit.leaf(HoldsAtEnd(atom.term, high, self.present, atom.operator, atom.threshold))

    def _refuse_absent_in_lowest(self, term: Term, text: str) -> None:
        if isinstance(term, Sum):
            self._refuse_absent_in_lowest(term.left, text)
            self._refuse_absent_in_lowest(term.right, text)
        elif isinstance(term, Lowest) and any(reference.may_not_apply for reference in references(term)):
            raise EngineError(
                Problem(
                    text,
                    "the lowest of numbers that may not apply cannot be worked out for tables.",
                    "Split the rule.",
                )
            )


def concluded(columns: Columns, scale: str) -> Mapping[str, Bit]:
    """Return, for each level of a scale, the rows where it is the conclusion."""
    levels, reached = columns.book.scales[scale], columns.reached[scale]
    higher = [*(truth.certain for truth in reached[1:]), FALSE]
    circuit = columns.circuit
    return {
        level: circuit.all_of((truth.certain, circuit.negate(above)))
        for level, truth, above in zip(levels, reached, higher, strict=True)
    }
