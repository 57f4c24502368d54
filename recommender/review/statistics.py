"""Statistics of a run: agreement of rules and reviewers, and the rules most often overridden."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from recommender.review.agreement import (
    FEWEST,
    Agreement,
    Interval,
    agreement,
    alpha,
    coincidences,
    interval,
    paired,
    tabulated,
)
from recommender.review.desk import choices_of
from recommender.review.history import standing
from recommender.review.models import DECIDED
from recommender.review.movement_agreement import VERDICTS, MovementAgreement
from recommender.review.said_plans import SaidPlans
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance

Row = Mapping[str, Any]
Key = tuple[int, str, str]
"""The number of a person, the line, and the reviewer."""
_EXERCISE = "exercise:"
_CLEARANCES = tuple(map(str, Clearance))


class Tally(NamedTuple):
    """Numbers of reviews that agree, are stricter, or laxer than the rules; and the most common reasons.

    A review is all that one reviewer decided about one person.
    """

    name: str
    decided: int
    agreed: int
    stricter: int
    laxer: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def otherwise(self) -> int:
        """Return the number of reviews that modified or overrode the rules."""
        return self.decided - self.agreed

    @property
    def rate(self) -> float:
        """Return the share of reviews that modified or overrode the rules."""
        return self.otherwise / self.decided

    @property
    def too_few(self) -> bool:
        """Say whether the reviews are too few for a share."""
        return self.decided < FEWEST


class Named(NamedTuple):
    """The agreement of rules and reviewers, or of two reviewers, on one group of decisions."""

    name: str
    agreement: Agreement


class Several(NamedTuple):
    """The agreement of all reviewers on the clearance of the people whom at least two decided on."""

    reviewers: int
    people: int
    alpha: Interval

    @property
    def too_few(self) -> bool:
        """Say whether the people are too few for anything but their number."""
        return self.people < FEWEST


class Statistics(NamedTuple):
    """Agreement on clearance and movements, with the rules in view and (`blind_`) before; tallies by group.

    Agreeing with the whole plan counts in `movements` as agreeing with every movement that has no decision of
    its own; `one_by_one` has only those that have one. `by_rule` counts the reviews in which a rule fired; an
    empty name stands for lines that no rule limits. Nobody looked one by one at the `in_bulk` people: these
    are counted here and nowhere else. `dispositions` counts what was done, by the last decision of each
    reviewer on each person. `several` is there for three reviewers and more.
    """

    people: int
    in_bulk: int
    dispositions: tuple[tuple[str, int], ...]
    reviewers: tuple[str, ...]
    clearance: Agreement
    movements: Agreement
    one_by_one: Agreement
    blind_clearance: Agreement
    blind_movements: Agreement
    clearance_by_tier: tuple[Named, ...]
    movements_by_tier: tuple[Named, ...]
    by_movement: tuple[Named, ...]
    between: tuple[Named, ...]
    blind_between: tuple[Named, ...]
    several: Several | None
    tiers: tuple[Tally, ...]
    by_rule: tuple[Tally, ...]
    by_line: tuple[Tally, ...]


def statistics(book: Rulebook, decisions: Iterable[Row], plans: SaidPlans | None = None) -> Statistics:
    """Return the statistics of a run; of several decisions by one reviewer on one line the last counts.

    Where `plans` has the plans of the decisions, these need no `said`.
    """
    if plans is None:
        decisions, plans = list(decisions), SaidPlans()
        for decision in decisions:
            plans.read(decision["id"], decision["said"])
    latest: dict[Key, Row] = {}
    blind: dict[Key, Row] = {}
    in_bulk = set()
    for decision in standing(decisions):
        if decision["together"]:
            in_bulk.add(decision["listed"])
            continue
        key = decision["listed"], decision["about"], decision["by"]
        if decision["kind"] in DECIDED:
            latest.pop(key, None)  # keep the order of the last decisions
            latest[key] = decision
        elif decision["kind"] == "blind":
            blind.setdefault(key, decision)
    whole = _whole(latest.values())
    tiers = tuple(book.scales["risk_tier"])
    movements = MovementAgreement(latest, plans, tiers)
    reviews = _reviews(latest.values())
    return Statistics(
        people=len({number for number, _, _ in latest}),
        in_bulk=len(in_bulk),
        dispositions=tuple(Counter(row["disposition"] for row in whole if row["disposition"]).most_common()),
        reviewers=tuple(sorted({by for _, _, by in latest})),
        clearance=_of_clearance(whole),
        movements=movements.everything,
        one_by_one=movements.one_by_one,
        blind_clearance=_of_clearance(_whole(blind.values())),
        blind_movements=MovementAgreement(blind, SaidPlans(), tiers).everything,
        clearance_by_tier=tuple(
            Named(tier, _of_clearance(rows))
            for tier in tiers
            if (rows := [row for row in whole if row["tier"] == tier])
        ),
        movements_by_tier=tuple(Named(*each) for each in movements.by_tier),
        by_movement=tuple(Named(*each) for each in movements.by_movement),
        between=_between(whole),
        blind_between=_between(_whole(blind.values())),
        several=_several(whole),
        tiers=_by_tier(book, reviews, tiers),
        by_rule=_by_rule(book, reviews, plans),
        by_line=_by_line(book, reviews),
    )


def _whole(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if not row["about"]]


def _of_clearance(rows: Sequence[Row]) -> Agreement:
    """Return the agreement on clearance; the decisions of several reviewers on a person are one cluster."""
    rank = {level: index for index, level in enumerate(_CLEARANCES)}
    cells = [rank[row["rules_say"]] * len(rank) + rank[row["verdict"]] for row in rows]
    _, people = np.unique([row["listed"] for row in rows], return_inverse=True)
    return agreement(tabulated(people, np.array(cells, dtype=np.int64), len(rank)), _CLEARANCES)


def _verdicts(whole: Iterable[Row]) -> dict[str, dict[int, str]]:
    """Return the clearances by reviewer and person."""
    by_reviewer: dict[str, dict[int, str]] = {}
    for row in whole:
        by_reviewer.setdefault(row["by"], {})[row["listed"]] = row["verdict"]
    return by_reviewer


def _between(whole: Sequence[Row]) -> tuple[Named, ...]:
    """Return the agreement of each two reviewers on the clearance of the people both decided on."""
    by_reviewer = _verdicts(whole)
    pairwise = []
    for first, second in combinations(sorted(by_reviewer), 2):
        both = sorted(by_reviewer[first].keys() & by_reviewer[second].keys())
        if both:
            pairs = [(by_reviewer[first][number], by_reviewer[second][number]) for number in both]
            agreed = agreement(paired(pairs, _CLEARANCES), _CLEARANCES)
            pairwise.append(Named(f"{first} and {second}", agreed))
    return tuple(pairwise)


def _several(whole: Sequence[Row]) -> Several | None:
    by_reviewer = _verdicts(whole)
    ratings: dict[int, list[str]] = {}
    for verdicts in by_reviewer.values():
        for number, verdict in verdicts.items():
            ratings.setdefault(number, []).append(verdict)
    shared = [rated for rated in ratings.values() if len(rated) > 1]
    if len(by_reviewer) < 3 or not shared:
        return None
    tables = coincidences(shared, _CLEARANCES)
    return Several(len(by_reviewer), len(shared), interval(tables, alpha, len(shared)))


# ── Reviews otherwise than the rules ───────────────────────────────────────────────────────────────────────


_Review = list[Row]
"""All decisions of one reviewer about one person."""


def _reviews(rows: Iterable[Row]) -> list[_Review]:
    reviews: dict[tuple[int, str], _Review] = {}
    for row in rows:
        reviews.setdefault((row["listed"], row["by"]), []).append(row)
    return list(reviews.values())


def _otherwise(review: _Review) -> list[Row]:
    """Return the decisions otherwise than the rules."""
    return [row for row in review if row["verdict"] != row["rules_say"]]


def _by_tier(book: Rulebook, reviews: Sequence[_Review], tiers: Sequence[str]) -> tuple[Tally, ...]:
    decided = Counter(review[-1]["tier"] for review in reviews)
    otherwise: dict[str, list[list[Row]]] = {}
    for review in reviews:
        if rows := _otherwise(review):
            otherwise.setdefault(review[-1]["tier"], []).append(rows)
    return tuple(
        _tally(book, tier, decided[tier], otherwise.get(tier, [])) for tier in tiers if decided[tier]
    )


def _by_rule(book: Rulebook, reviews: Sequence[_Review], plans: SaidPlans) -> tuple[Tally, ...]:
    """Tally, by rule, the reviews in which it fired, by the decisions on its lines."""
    otherwise: dict[str, list[list[Row]]] = {}
    for review in reviews:
        by_rule: dict[str, list[Row]] = {}
        for row in _otherwise(review):
            for rule in row["rules"].split() or [""]:
                by_rule.setdefault(rule, []).append(row)
        for rule, rows in by_rule.items():
            otherwise.setdefault(rule, []).append(rows)
    return _most_overridden(book, _fired(reviews, plans), otherwise)


def _fired(reviews: Sequence[_Review], plans: SaidPlans) -> dict[str, int]:
    """Return the number of reviews in which each rule fired; the empty name counts in all."""
    rows = [row for review in reviews for row in review]
    review_of = np.repeat(np.arange(len(reviews)), [len(review) for review in reviews])
    named: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        named.setdefault(row["rules"], []).append(index)
    rules = list(dict.fromkeys([*plans.rules, *(rule for text in named for rule in text.split())]))
    fired = np.zeros((len(reviews), len(rules)), dtype=np.bool_)
    with_plan = [index for index, row in enumerate(rows) if plans.has(row)]
    fired[review_of[with_plan], : len(plans.rules)] = plans.fired([rows[index] for index in with_plan])
    for text, indices in named.items():
        for rule in text.split():
            fired[review_of[indices], rules.index(rule)] = True
    return {"": len(reviews), **dict(zip(rules, map(int, fired.sum(axis=0)), strict=True))}


def _by_line(book: Rulebook, reviews: Sequence[_Review]) -> tuple[Tally, ...]:
    """Tally, by line, the reviews that decide on it or agree with the whole plan."""
    decided: Counter[str] = Counter()
    otherwise: dict[str, list[list[Row]]] = {}
    agreeing, silent = 0, Counter[str]()
    for review in reviews:
        agrees = any(row["kind"] == "agree" and not row["about"] for row in review)
        agreeing += agrees
        abouts = {row["about"] for row in review}
        decided.update(abouts)
        if agrees:
            silent.subtract(abouts)
        for row in _otherwise(review):
            otherwise.setdefault(row["about"], []).append([row])
    for about in otherwise:
        decided[about] += agreeing + silent[about]
    return _most_overridden(book, decided, otherwise)


def _most_overridden(
    book: Rulebook, decided: Mapping[str, int], otherwise: Mapping[str, Sequence[Sequence[Row]]]
) -> tuple[Tally, ...]:
    """Return the groups modified or overridden at least once, most often first."""
    tallies = (_tally(book, name, decided[name], reviews) for name, reviews in otherwise.items())
    return tuple(sorted(tallies, key=lambda tally: (-tally.otherwise, -tally.rate, tally.name)))


def _tally(book: Rulebook, name: str, decided: int, otherwise: Sequence[Sequence[Row]]) -> Tally:
    """Count reviews; one with both stricter and laxer decisions counts as stricter."""
    ways = [{_stricter(book, row) for row in rows} for rows in otherwise]
    reasons = Counter(row["reason"] or "no reason given" for rows in otherwise for row in rows)
    return Tally(
        name,
        decided=decided,
        agreed=decided - len(otherwise),
        stricter=sum(True in way for way in ways),
        laxer=sum(False in way and True not in way for way in ways),
        reasons=tuple(reasons.most_common(3)),
    )


def _stricter(book: Rulebook, decision: Row) -> bool | None:
    """Say whether a decision is stricter than the rules; None where the rulebook lacks its verdicts."""
    about = decision["about"]
    if about.startswith(_EXERCISE):
        order: Sequence[str] = tuple(reversed(choices_of(book, about.removeprefix(_EXERCISE))))
    else:
        order = VERDICTS if about else _CLEARANCES
    verdict, rules_say = decision["verdict"], decision["rules_say"]
    known = verdict in order and rules_say in order
    return order.index(verdict) > order.index(rules_say) if known else None
