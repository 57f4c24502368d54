"""What can be told of a law by reading the rules alone, at once: which of them count an answer the other way round.

Most rules only ever ask for worse answers, and a rulebook of such rules cannot relax when one gets worse. Where that cannot be
seen by reading, the solver is asked; what is cleared here is cleared for certain.
"""

from collections.abc import Iterator

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


def read_the_other_way(book: Rulebook, field: str) -> tuple[Rule, ...]:
    """Return the rules whose verdicts might relax as the answer to a field gets worse, as far as reading can tell."""
    worse = book.vocabulary.fields[field]
    return tuple(rule for rule in deciding(book) if not _only_worsens(book.vocabulary, rule, worse))


def read_as_missing(book: Rulebook, field: str) -> tuple[Rule, ...]:
    """Return the rules that may count it against a person, or for them, that a field has no answer yet."""
    return tuple(
        rule
        for rule in deciding(book)
        if any(_counts_absence(book.vocabulary, atom, field) for atom in atoms(rule.condition))
    )


def deciding(book: Rulebook) -> tuple[Rule, ...]:
    """Return the rules that limit, stop, or conclude on a scale; the others only tell something."""
    return tuple(rule for rule in book.rules.values() if rule.limits or rule.clearance or rule.concludes)


def _only_worsens(vocabulary: Vocabulary, rule: Rule, field: Field) -> bool:
    for literal in literals(normal_form(rule.condition, positive=not rule.fails_closed)):
        atom = literal.atom
        if any(field.id in _behind(vocabulary, name) for name in fields_of_atom(atom)):
            return False
        if field.id in fields_of_atom(atom) and (
            not _rises(atom, field, literal.positive) or (field.never and not literal.positive)
        ):
            return False  # "never" makes a comparison false, so its negation can fall when an answer comes
    return True


def _behind(vocabulary: Vocabulary, name: str) -> set[str]:
    """Return the fields that say whether a field applies at all."""
    only_if = vocabulary.fields[name].only_if
    first = set(fields_of(only_if)) if only_if is not None else set()
    return first.union(*(_behind(vocabulary, other) for other in first))


def _rises(atom: Atom, field: Field, positive: bool) -> bool:
    """Say whether a comparison, or its negation, can only become true as the answer to a field gets worse."""
    upwards = positive == (field.worse in WORSE_IS_MORE)
    if isinstance(atom, IsKnown | Always | AtLeast):  # of a field that is answered, both before and after
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
    """Yield which way a number goes as a field in it grows."""
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
    """Say whether a comparison may be settled by a field's having no answer: `known`, `unknown`, or the lowest of those given."""
    names = (
        fields_of_atom(atom)
        if isinstance(atom, IsKnown)
        else _in_lowest(atom)
        if isinstance(atom, Compare)
        else ()
    )
    return any(field == name or field in _behind(vocabulary, name) for name in names)


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
