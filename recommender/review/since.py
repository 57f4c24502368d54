"""What changed since a person was decided on: the rules, the answers, or the list that has them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from recommender.review.amendments import amendments, told, with_told
from recommender.review.desk import WITHHELD, Desk, Review
from recommender.review.history import latest_whole, standing
from recommender.review.snapshot import changes
from recommender.rulebook.scales import Verdict

Row = Mapping[str, Any]


class Changed(NamedTuple):
    """What changed since a reviewer decided: (before, now) by line, and whether words or doses differ.

    `answers` says that an answer was filled in or taken back since; else the rulebook is another one.
    """

    by: str
    changes: Mapping[str, tuple[str, str]]
    words: bool
    answers: bool


class Earlier(NamedTuple):
    """The same person in another list: (before, now) by field, and the decisions that stand there."""

    person: Row
    changes: Mapping[str, tuple[str, str]]
    decisions: Sequence[Row]


def changed_since(desk: Desk, review: Review) -> list[Changed]:
    """Return what changed for each reviewer whose last decision on the plan had other rules or answers."""
    says, words = desk.says(review), desk.words(review.assessment)
    changed = []
    for decision in latest_whole(review.decisions).values():
        answers = decision["amended"] != review.amended
        if answers or decision["rulebook"] != desk.book.sha256:
            before = json.loads(decision["said"])
            differing = {
                about: (then, now)
                for about, (then, now) in changes(before["says"], says).items()
                if then or now not in (Verdict.OK, WITHHELD)
            }
            changed.append(Changed(decision["by"], differing, before["words"] != words, answers))
    return changed


def earlier(desk: Desk, review: Review) -> list[Earlier]:
    """Return what was decided about this person in other lists, when some answers were different."""
    if latest_whole(review.decisions):
        return []
    lists = []
    for there in desk.store.earlier(desk.run, review.person["number"]):
        decisions = desk.store.decisions_of(there["run"], there["number"])
        before = with_told(there["answers"], told(amendments(decisions)), ())
        lists.append(Earlier(there, changes(before, review.answers), standing(decisions)))
    return lists
