"""The reference: what a condition means for a person of whom some things are known and some are not.

A condition is true, false, or unknown (`None`): Kleene's strong logic. Every engine must agree with this
module. A comparison holds for the whole interval its fields may still take. A field that does not apply to
this person (months since a fracture, with no fracture) makes its comparisons false.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple

from recommender.language.numbers import UNIT
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
    IsYes,
    Lowest,
    Not,
    Or,
    Sum,
    Term,
    references,
)


class Absent(Enum):
    """The answer "this does not apply to me" (never had surgery, no fracture to date)."""

    NOT_APPLICABLE = "not applicable"


NOT_APPLICABLE = Absent.NOT_APPLICABLE

Value = int | bool | str | Absent
Truth = bool | None
Interval = tuple[int, int]
UNREACHED: Interval = (0, 0)  # the level of a scale on which nothing is concluded


class Facts(NamedTuple):
    """What is known: `values` by field (a missing name is unknown), and the range of each scale's level."""

    values: Mapping[str, Value]
    scales: Mapping[str, Interval] = {}


def evaluate(condition: Condition, facts: Facts) -> Truth:
    """Return whether `condition` is true, false, or unknown (`None`) given `facts`."""
    if isinstance(condition, Not):
        return negation(evaluate(condition.of, facts))
    if isinstance(condition, And):
        return conjunction(evaluate(part, facts) for part in condition.of)
    if isinstance(condition, Or):
        return negation(conjunction(negation(evaluate(part, facts)) for part in condition.of))
    return evaluate_atom(condition, facts)


def negation(truth: Truth) -> Truth:
    """Kleene's not: unknown stays unknown."""
    return None if truth is None else not truth


def conjunction(truths: Iterable[Truth]) -> Truth:
    """Kleene's and: false if any is false, else unknown if any is unknown, else true."""
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def evaluate_atom(atom: Atom, facts: Facts) -> Truth:
    """Return the truth of one comparison."""
    if isinstance(atom, Compare):
        return _compare(atom, facts)
    if isinstance(atom, AtLeast):
        low, high = facts.scales[atom.scale]
        return True if low >= atom.level else None if high >= atom.level else False
    if isinstance(atom, IsKnown):
        scores = [name in facts.values for name in atom.names]
        return any(scores) if atom.any_of else all(scores)
    if isinstance(atom, Always):
        return True
    value = facts.values.get(atom.name)
    if value is NOT_APPLICABLE:
        return False
    if isinstance(atom, IsYes):
        return None if value is None else value is True
    if value is None:
        return True if atom.wanted >= atom.choices and not atom.may_not_apply else None
    return value in atom.wanted


def _compare(atom: Compare, facts: Facts) -> Truth:
    span = interval(atom.term, facts)
    if span is None:
        return False
    low, high = (bool(OPERATORS[atom.operator](end, atom.threshold)) for end in span)
    if low != high or (low and _may_not_apply(atom.term, facts)):
        return None
    return low


def _may_not_apply(term: Term, facts: Facts) -> bool:
    """Say whether an unanswered field may turn out not to apply, which makes its comparison false."""
    return any(
        reference.may_not_apply and reference.name not in facts.values for reference in references(term)
    )


def interval(term: Term, facts: Facts) -> Interval | None:
    """Return the lowest and highest number a term may still be, or `None` where it does not apply.

    Each field stands at most once in a term and every operation is monotone in each operand, so this is
    exact.
    """
    if isinstance(term, FieldRef):
        value = facts.values.get(term.name)
        if value is NOT_APPLICABLE:
            return None
        if value is None:
            return (term.low, term.high)
        number = value * UNIT if isinstance(value, bool) else int(value)
        return (number, number)
    if isinstance(term, Sum):
        left, right = interval(term.left, facts), interval(term.right, facts)
        if left is None or right is None:
            return None
        return (
            (left[0] + right[0], left[1] + right[1])
            if term.sign == 1
            else (left[0] - right[1], left[1] - right[0])
        )
    spans = [span for part in term.of if (span := interval(part, facts)) is not None]
    if isinstance(term, Lowest):
        scores = [low for low, high in spans if low == high]
        if scores:
            return (min(scores), min(scores))
        return (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None
    return (
        (max(low for low, _ in spans), max(high for _, high in spans)) if len(spans) == len(term.of) else None
    )


def support(condition: Condition, facts: Facts, truth: Truth) -> tuple[Atom, ...]:
    """Return the comparisons that give `condition` this truth; for unknown, those that keep it open.

    Only live branches count: in `a or b` with `a` true, an unknown `b` keeps nothing open.
    """
    if evaluate(condition, facts) is not truth:
        return ()
    if isinstance(condition, Not):
        return support(condition.of, facts, negation(truth))
    if isinstance(condition, And | Or):
        return tuple(atom for part in condition.of for atom in support(part, facts, truth))
    return (condition,)
