"""What other answers change: the clearance, and what is closed or opened by them."""

from collections.abc import Sequence
from typing import NamedTuple

from recommender.person.assessment import Assessment
from recommender.person.comparison import LevelChange, MovementChange, compare
from recommender.rulebook.model import Rule


class Effects(NamedTuple):
    """What is different after other answers, the more cautious first.

    `before` and `after` are clearances as shown; `open_before` and `open_after` count safety questions.
    """

    before: str
    after: str
    open_before: int
    open_after: int
    referrals: Sequence[Rule]
    referrals_gone: Sequence[Rule]
    stricter: Sequence[MovementChange]
    freer: Sequence[MovementChange]
    closed: Sequence[LevelChange]
    opened: Sequence[LevelChange]


def effects(before: Assessment, after: Assessment) -> Effects:
    """Return what is different between two assessments of one person."""
    comparison = compare(before, after, {})
    return Effects(
        before.shown_clearance,
        after.shown_clearance,
        open_safety(before),
        open_safety(after),
        _only_in(after, before),
        _only_in(before, after),
        [change for change in comparison.movements if change.after > change.before],
        [change for change in comparison.movements if change.after < change.before],
        comparison.closed,
        comparison.opened,
    )


def open_safety(assessment: Assessment) -> int:
    """Return the number of safety questions that are open."""
    return sum(question.kind == "safety" for question in assessment.questions)


def _only_in(one: Assessment, other: Assessment) -> list[Rule]:
    there = {rule.id for rule in other.referrals}
    return [rule for rule in one.referrals if rule.id not in there]
