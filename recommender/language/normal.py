"""Negation normal form: the shape in which plain two-valued matching gives both passes of three-valued logic.

`not` is pushed down to the comparisons. A literal whose truth is unknown then counts as false when asking
whether a rule *fires*, and as true when asking whether it *could* fire; no engine needs a logic with nulls.
"""

from collections.abc import Iterable
from itertools import chain, product, starmap
from math import prod
from typing import NamedTuple

from recommender.errors import ConditionError
from recommender.language.kinds import equal_by_kind
from recommender.language.meaning import Facts, Truth, evaluate, negation
from recommender.language.tree import And, Atom, Condition, Not, Or

MOST_CLAUSES = 64


@equal_by_kind
class Literal(NamedTuple):
    """A comparison, or its negation."""

    atom: Atom
    positive: bool

    def truth(self, facts: Facts) -> Truth:
        """Return whether the literal is true, false or unknown (`None`)."""
        truth = evaluate(self.atom, facts)
        return truth if self.positive else negation(truth)


@equal_by_kind
class AllOf(NamedTuple):
    """Every part holds."""

    of: tuple["Normal", ...]


@equal_by_kind
class AnyOf(NamedTuple):
    """Some part holds."""

    of: tuple["Normal", ...]


Normal = Literal | AllOf | AnyOf
Clause = frozenset[Literal]


def normal_form(condition: Condition, positive: bool = True) -> Normal:
    """Return `condition` (or its negation, with `positive=False`) with `not` only at the comparisons."""
    if isinstance(condition, Not):
        return normal_form(condition.of, not positive)
    if isinstance(condition, (And, Or)):
        parts = tuple(normal_form(part, positive) for part in condition.of)
        return AllOf(parts) if isinstance(condition, And) == positive else AnyOf(parts)
    return Literal(condition, positive)


def literals(normal: Normal) -> tuple[Literal, ...]:
    """Return every comparison of a condition in normal form, left to right."""
    return (
        (normal,)
        if isinstance(normal, Literal)
        else tuple(literal for part in normal.of for literal in literals(part))
    )


def clauses(normal: Normal) -> tuple[Clause, ...]:
    """Return the alternatives (disjunctive normal form), each a set of literals that must all hold.

    Raises:
        ConditionError: where there would be more than `MOST_CLAUSES` alternatives.

    """
    return tuple(dict.fromkeys(_clauses(normal)))


def _clauses(normal: Normal) -> list[Clause]:
    if isinstance(normal, Literal):
        return [frozenset([normal])]
    parts = [_clauses(part) for part in normal.of]
    alternatives: Iterable[Clause]
    if isinstance(normal, AnyOf):
        count, alternatives = sum(map(len, parts)), chain.from_iterable(parts)
    else:
        count, alternatives = prod(map(len, parts)), starmap(frozenset[Literal]().union, product(*parts))
    if count > MOST_CLAUSES:
        raise ConditionError(
            f"the condition has {count} alternatives; {MOST_CLAUSES} is the most.", "Split the rule."
        )
    return list(alternatives)
