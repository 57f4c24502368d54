"""Finds the rules that may break a law about changed answers, from the polarity of their comparisons alone.

Most rules only become true as answers get worse, and a rulebook of such rules cannot relax. The test is sound
and incomplete: a field with no suspect rule is proved; for the others the solver is asked.
"""

from collections.abc import Iterable, Iterator

from recommender.language.normal import literals, normal_form
from recommender.language.tree import (
    Always,
    AtLeast,
    Atom,
    Compare,
    FieldRef,
    IsKnown,
    IsOneOf,
    IsYes,
    Lowest,
    Sum,
    Term,
    atoms,
    fields_of,
    fields_of_atom,
    references,
    scales_of,
)
from recommender.rulebook.model import Rule, Rulebook
from recommender.vocabulary import Field, Vocabulary

WORSE_IS_MORE = ("higher", "yes", "last")


class Polarity:
    """The rules of a rulebook by what their comparisons can do; each rule is read once."""

    def __init__(self, book: Rulebook) -> None:
        """Work out what each rule reads, and what decides whether that applies."""
        self._vocabulary, rules = book.vocabulary, book.rules.values()
        self._deciding = tuple(rule for rule in rules if rule.limits or rule.clearance or rule.concludes)
        self._referring = tuple(rule for rule in rules if rule.refer or rule.concludes)
        self._rules = tuple(rules)
        self._literals = {
            rule.id: tuple(literals(normal_form(rule.condition, positive=not rule.fails_closed)))
            for rule in rules
        }
        self._scales = {rule.id: scales_of(rule.condition) for rule in rules}
        self._needs = {name: _prerequisites(book.vocabulary, name) for name in book.vocabulary.fields}
        self._may_depend = {
            rule.id: {
                each
                for literal in self._literals[rule.id]
                for name in fields_of_atom(literal.atom)
                for each in (name, *self._needs[name])
            }
            for rule in rules
        }

    def may_relax(self, field: str) -> tuple[Rule, ...]:
        """Return the rules that may relax something when the answer to a field gets worse."""
        return self._not_only_worsening(self._deciding, field)

    def may_calm(self, field: str) -> tuple[Rule, ...]:
        """Return the rules that may make a referral less urgent when the answer to a field gets worse."""
        return self._not_only_worsening(self._referring, field)

    def reading_absence(self, field: str) -> tuple[Rule, ...]:
        """Return the rules whose comparisons may depend on a field having no answer."""
        return tuple(
            rule
            for rule in self._deciding
            if field in self._may_depend[rule.id]
            and any(self._counts_absence(atom, field) for atom in atoms(rule.condition))
        )

    def reading(self, field: str) -> tuple[Rule, ...]:
        """Return the rules whose comparisons may depend on a field."""
        return tuple(rule for rule in self._rules if field in self._may_depend[rule.id])

    def moved_by(self, suspects: Iterable[Rule]) -> tuple[Rule, ...]:
        """Return some rules, and all that read what these conclude, directly or not."""
        moved = {rule.id: rule for rule in suspects}
        more = list(moved.values())
        while more:
            scales = {scale for rule in more for scale in rule.concludes}
            reading = (rule for rule in self._rules if not scales.isdisjoint(self._scales[rule.id]))
            more = [rule for rule in reading if rule.id not in moved]
            moved |= {rule.id: rule for rule in more}
        return tuple(moved.values())

    def _not_only_worsening(self, rules: Iterable[Rule], name: str) -> tuple[Rule, ...]:
        field = self._vocabulary.fields[name]
        return tuple(
            rule
            for rule in rules
            if name in self._may_depend[rule.id] and not self._only_worsens(rule, field)
        )

    def _only_worsens(self, rule: Rule, field: Field) -> bool:
        for literal in self._literals[rule.id]:
            fields = fields_of_atom(literal.atom)
            if any(field.id in self._needs[name] for name in fields):
                return False
            if field.id not in fields:
                continue
            # "never" makes a comparison false, so its negation can become false with an answer
            if not _rises(literal.atom, field, literal.positive) or (field.never and not literal.positive):
                return False
        return True

    def _counts_absence(self, atom: Atom, field: str) -> bool:
        """Return whether a missing answer may settle a comparison: `known`, `unknown`, or a `lowest`."""
        names = (
            fields_of_atom(atom)
            if isinstance(atom, IsKnown)
            else _in_lowest(atom)
            if isinstance(atom, Compare)
            else ()
        )
        return any(field == name or field in self._needs[name] for name in names)


def _prerequisites(vocabulary: Vocabulary, name: str) -> set[str]:
    """Return the fields on which it depends, directly or not, whether a field applies."""
    only_if = vocabulary.fields[name].only_if
    direct = set(fields_of(only_if)) if only_if is not None else set()
    return direct.union(*(_prerequisites(vocabulary, other) for other in direct))


def _rises(atom: Atom, field: Field, positive: bool) -> bool:
    """Return whether a comparison (or its negation) can only become true as a field gets worse."""
    upwards = positive == (field.worse in WORSE_IS_MORE)
    if isinstance(atom, IsKnown | Always | AtLeast):  # unchanged: the field is answered before and after
        return True
    if isinstance(atom, IsYes):
        return upwards
    if isinstance(atom, IsOneOf):
        holds = [choice in atom.wanted for choice in field.choices]
        return holds == sorted(holds, reverse=not upwards)
    above = atom.operator in (">", ">=")
    return all(
        above == (sign > 0) if upwards else above != (sign > 0) for sign in _signs(atom.term, field.id)
    )


def _signs(term: Term, field: str, sign: int = 1) -> Iterator[int]:
    """Yield the sign of each occurrence of a field in a term: 1 where the term grows with it, else -1."""
    if isinstance(term, FieldRef):
        if term.name == field:
            yield sign
    elif isinstance(term, Sum):
        yield from _signs(term.left, field, sign)
        yield from _signs(term.right, field, sign * term.sign)
    else:
        for part in term.of:
            yield from _signs(part, field, sign)


def _in_lowest(atom: Compare) -> tuple[str, ...]:
    def lowest(term: Term) -> Iterator[FieldRef]:
        if isinstance(term, Lowest):
            yield from references(term)
        elif isinstance(term, Sum):
            yield from lowest(term.left)
            yield from lowest(term.right)
        elif not isinstance(term, FieldRef):
            for part in term.of:
                yield from lowest(part)

    return tuple(reference.name for reference in lowest(atom.term))
