"""What changed since a person was decided on: the rules, the answers, or the list that has them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from recommender.review.amendments import amendments, answers_told, with_told
from recommender.review.bulk import may_agree_again
from recommender.review.desk import WITHHELD, Desk, Review, Reviewer
from recommender.review.history import latest_whole, standing
from recommender.review.snapshot import changes
from recommender.review.worklist import Wanted
from recommender.rulebook.scales import Verdict

MOST_TOUCHED = 300

Row = Mapping[str, Any]


class Changed(NamedTuple):
    """What changed since reviewers decided: (before, now) by line, and whether words or doses differ.

    `answers` says that an answer was filled in or taken back since; else the rulebook is another one.
    """

    by: Sequence[str]
    changes: Mapping[str, tuple[str, str]]
    words: bool
    answers: bool


class LineChange(NamedTuple):
    """What a new rulebook says otherwise of one line, and the people for whom it does."""

    about: str
    before: str
    now: str
    people: Sequence[Row]


class Touched(NamedTuple):
    """People for whom a new rulebook changed the same: (before, now) by line, and whom they are.

    `may_agree` are those whom the reviewer may agree with again in bulk.
    """

    changes: Mapping[str, tuple[str, str]]
    people: Sequence[Row]
    may_agree: frozenset[int]


class Earlier(NamedTuple):
    """The same person in another list: (before, now) by field, and the decisions that stand there."""

    person: Row
    changes: Mapping[str, tuple[str, str]]
    decisions: Sequence[Row]


def changed_since(desk: Desk, review: Review) -> list[Changed]:
    """Return what changed since the last decision of each reviewer on the plan; the same once for all."""
    reviewers: dict[tuple[tuple[tuple[str, tuple[str, str]], ...], bool, bool], list[str]] = {}
    for decision in latest_whole(review.decisions).values():
        answers = decision["amended"] != review.amended
        if answers or decision["rulebook"] != desk.book.sha256:
            differing = tuple(_differing(decision, desk.says(review)).items())
            words = json.loads(decision["said"])["words"] != desk.words(review.assessment)
            reviewers.setdefault((differing, words, answers), []).append(decision["by"])
    return [Changed(by, dict(differing), *how) for (differing, *how), by in reviewers.items()]


def by_change(desk: Desk, who: Reviewer) -> list[Touched]:
    """Return what the rulebook of today changed since people were decided on, most people first.

    Each person is under the whole of what changed since the last decision on them. At most `MOST_TOUCHED`
    people are looked at.
    """
    groups: dict[tuple[tuple[str, tuple[str, str]], ...], list[Review]] = {}
    numbers = desk.worklist.numbers(Wanted(stale=True), MOST_TOUCHED)
    for review in filter(None, map(desk.review, numbers)):
        last = max(latest_whole(review.decisions).values(), key=lambda row: row["id"])
        if last["rulebook"] != desk.book.sha256:
            differing = _differing(last, desk.says(review))
            groups.setdefault(tuple(sorted(differing.items())), []).append(review)
    return [
        Touched(
            dict(differing),
            [review.person for review in reviews],
            frozenset(review.person["number"] for review in reviews if may_agree_again(review, who)),
        )
        for differing, reviews in sorted(groups.items(), key=lambda group: -len(group[1]))
    ]


def by_line(groups: Iterable[Touched]) -> list[LineChange]:
    """Return each change of one line once, with all whom it touches, most people first."""
    people: dict[tuple[str, str, str], list[Row]] = {}
    for group in groups:
        for about, (before, now) in group.changes.items():
            people.setdefault((about, before, now), []).extend(group.people)
    lines = [LineChange(*change, touched) for change, touched in people.items()]
    return sorted(lines, key=lambda line: -len(line.people))


def _differing(decision: Row, says: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return what the rules say otherwise since a decision, (before, now) by line."""
    return {
        about: (then, now)
        for about, (then, now) in changes(json.loads(decision["said"])["says"], says).items()
        if then or now not in (Verdict.OK, WITHHELD)
    }


def earlier(desk: Desk, review: Review, who: Reviewer) -> list[Earlier]:
    """Return what was decided about this person in other lists, when some answers were different."""
    if latest_whole(review.decisions):
        return []
    lists = []
    for there in desk.store.earlier(desk.run, review.person["number"]):
        if not who.may_see(there["run"]):
            continue
        decisions = desk.store.decisions_of(there["run"], there["number"])
        before = with_told(there["answers"], answers_told(amendments(decisions)), ())
        lists.append(Earlier(there, changes(before, review.answers), standing(decisions)))
    return lists
