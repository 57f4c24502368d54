"""The reference: what a condition means for a person of whom some things are known and some are not.

A condition is true, false, or unknown (`None`): Kleene's strong logic. Every engine must agree with this
module. A comparison holds for the whole interval its fields may still take. A field that does not apply to
this person (months since a fracture, with no fracture) makes its comparisons false.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, NamedTuple

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
    IsOneOf,
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
    return _MEANING[type(condition)](condition, facts)


def negation(truth: Truth) -> Truth:
    """Kleene's not: unknown stays unknown."""
    return None if truth is None else not truth


def _not(condition: Not, facts: Facts) -> Truth:
    return negation(evaluate(condition.of, facts))


def _and(condition: And, facts: Facts) -> Truth:
    """Kleene's and: false if any part is false, else unknown if any is unknown, else true."""
    result: Truth = True
    for part in condition.of:
        truth = evaluate(part, facts)
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def _or(condition: Or, facts: Facts) -> Truth:
    """Kleene's or: true if any part is true, else unknown if any is unknown, else false."""
    result: Truth = False
    for part in condition.of:
        truth = evaluate(part, facts)
        if truth is True:
            return True
        if truth is None:
            result = None
    return result


def _at_least(atom: AtLeast, facts: Facts) -> Truth:
    low, high = facts.scales[atom.scale]
    return True if low >= atom.level else None if high >= atom.level else False


def _is_known(atom: IsKnown, facts: Facts) -> Truth:
    known = [name in facts.values for name in atom.names]
    return any(known) if atom.any_of else all(known)


def _always(_: Always, __: Facts) -> Truth:
    return True


def _is_yes(atom: IsYes, facts: Facts) -> Truth:
    value = facts.values.get(atom.name)
    return None if value is None else value is True


def _is_one_of(atom: IsOneOf, facts: Facts) -> Truth:
    value = facts.values.get(atom.name)
    if value is None:
        return True if atom.wanted >= atom.choices and not atom.may_not_apply else None
    return value in atom.wanted


def _compare(atom: Compare, facts: Facts) -> Truth:
    span = interval(atom.term, facts)
    if span is None:
        return False
    holds = OPERATORS[atom.operator]
    low: bool = holds(span[0], atom.threshold)
    high: bool = holds(span[1], atom.threshold)
    if low != high or (low and _may_not_apply(atom.term, facts)):
        return None
    return low


_MEANING: Mapping[type[Condition], Callable[[Any, Facts], Truth]] = {
    Not: _not,
    And: _and,
    Or: _or,
    AtLeast: _at_least,
    IsKnown: _is_known,
    Always: _always,
    IsYes: _is_yes,
    IsOneOf: _is_one_of,
    Compare: _compare,
}


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
    actual, decisive = _supported(condition, facts)
    return decisive if actual is truth else ()


def _supported(condition: Condition, facts: Facts) -> tuple[Truth, tuple[Atom, ...]]:
    """Return the truth of a condition, and the comparisons that give it."""
    if isinstance(condition, Not):
        truth, decisive = _supported(condition.of, facts)
        return negation(truth), decisive
    if isinstance(condition, (And, Or)):
        parts = [_supported(part, facts) for part in condition.of]
        truths = {truth for truth, _ in parts}
        strongest = isinstance(condition, Or)
        truth = strongest if strongest in truths else None if None in truths else not strongest
        return truth, tuple(atom for of_part, decisive in parts if of_part is truth for atom in decisive)
    return evaluate(condition, facts), (condition,)
