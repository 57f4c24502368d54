"""Checks that no rule claims more than its sources: its status, and the numbers in its condition."""

from collections.abc import Iterator

from recommender.errors import Problem
from recommender.language.numbers import UNIT
from recommender.language.tree import Compare, FieldRef, atoms
from recommender.rulebook.model import SOURCE_STATUSES, Rule, Rulebook

_READ = SOURCE_STATUSES[:3]  # a rule from memory, or of our own choice, says so of its numbers as well


def overclaims(book: Rulebook) -> Iterator[Problem]:
    """Yield the rules whose status is above that of their best source, and numbers that no source carries."""
    for rule in book.rules.values():
        best = min(SOURCE_STATUSES.index(book.sources[id_].checked) for id_ in rule.sources)
        if SOURCE_STATUSES.index(rule.source_status) < best:
            yield Problem(
                rule.place,
                f"{rule.id} says `{rule.source_status}`, and its best source is `{SOURCE_STATUSES[best]}`.",
                "Lower `source_status`, or cite the source that was checked better.",
            )
        if rule.source_status in _READ:
            yield from _numbers(book, rule)


def _numbers(book: Rulebook, rule: Rule) -> Iterator[Problem]:
    for atom in dict.fromkeys(atoms(rule.condition)):
        if isinstance(atom, Compare) and atom.text in rule.when and not _any_or_none(book, atom):
            name = atom.text.split(f" {atom.operator} ")[0]
            carried = any(atom.threshold in book.sources[id_].numbers.get(name, ()) for id_ in rule.sources)
            if not carried and atom.text not in rule.numbers:
                yield Problem(
                    rule.place,
                    f"{rule.id}: no source that it cites carries the number of `{atom.text}`.",
                    f"Write its own status under `numbers:`, or `{name}` under `numbers:` of the source.",
                )


def _any_or_none(book: Rulebook, atom: Compare) -> bool:
    """Return whether a comparison only asks for any or none, as `>= 1` of a count does."""
    counted = isinstance(atom.term, FieldRef) and book.vocabulary.fields[atom.term.name].kind == "count"
    return atom.threshold == 0 or (counted and atom.threshold == UNIT and atom.operator in (">=", "<"))
