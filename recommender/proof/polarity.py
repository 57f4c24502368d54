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
)
from recommender.rulebook.model import Rule, Rulebook
from recommender.vocabulary import Field, Vocabulary

WORSE_IS_MORE = ("higher", "yes", "last")


def rules_that_may_relax(book: Rulebook, field: str) -> tuple[Rule, ...]:
    """Return the rules that may relax something when the answer to a field gets worse."""
    return _not_only_worsening(book, deciding_rules(book), field)


def rules_that_may_calm(book: Rulebook, field: str) -> tuple[Rule, ...]:
    """Return the rules that may make a referral less urgent when the answer to a field gets worse."""
    return _not_only_worsening(book, referring_rules(book), field)


def _not_only_worsening(book: Rulebook, rules: Iterable[Rule], name: str) -> tuple[Rule, ...]:
    field = book.vocabulary.fields[name]
    return tuple(rule for rule in rules if not _only_worsens(book.vocabulary, rule, field))


def rules_reading_absence(book: Rulebook, field: str) -> tuple[Rule, ...]:
    """Return the rules whose comparisons may depend on a field having no answer."""
    return tuple(
        rule
        for rule in deciding_rules(book)
        if any(_counts_absence(book.vocabulary, atom, field) for atom in atoms(rule.condition))
    )


def deciding_rules(book: Rulebook) -> tuple[Rule, ...]:
    """Return the rules that limit, set a clearance or conclude; the others only add text."""
    return tuple(rule for rule in book.rules.values() if rule.limits or rule.clearance or rule.concludes)


def referring_rules(book: Rulebook) -> tuple[Rule, ...]:
    """Return the rules that refer, or conclude what another rule may refer for."""
    return tuple(rule for rule in book.rules.values() if rule.refer or rule.concludes)


def _only_worsens(vocabulary: Vocabulary, rule: Rule, field: Field) -> bool:
    for literal in literals(normal_form(rule.condition, positive=not rule.fails_closed)):
        atom = literal.atom
        if any(field.id in _prerequisites(vocabulary, name) for name in fields_of_atom(atom)):
            return False
        if field.id in fields_of_atom(atom) and (
            not _rises(atom, field, literal.positive) or (field.never and not literal.positive)
        ):
            return False  # "never" makes a comparison false, so its negation can become false with an answer
    return True


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


def _counts_absence(vocabulary: Vocabulary, atom: Atom, field: str) -> bool:
    """Return whether a missing answer may settle a comparison: `known`, `unknown`, or a `lowest`."""
    names = (
        fields_of_atom(atom)
        if isinstance(atom, IsKnown)
        else _in_lowest(atom)
        if isinstance(atom, Compare)
        else ()
    )
    return any(field == name or field in _prerequisites(vocabulary, name) for name in names)


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
