"""Statistics of a run: agreement of rules and reviewers, and the rules most often overridden."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from recommender.review.agreement import Agreement, agreement
from recommender.review.desk import choices_of
from recommender.review.history import agreed_by, standing
from recommender.review.models import DECIDED
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance, Verdict

Row = Mapping[str, Any]
_MOVEMENT, _EXERCISE = "movement:", "exercise:"


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


class Named(NamedTuple):
    """The agreement of rules and reviewers, or of two reviewers, on one group of decisions."""

    name: str
    agreement: Agreement


class Statistics(NamedTuple):
    """Agreement on clearance and movements, with the rules in view and (`blind_`) before; tallies by group.

    Agreeing with the whole plan counts as agreeing with every movement that has no decision of its own.
    `by_rule` counts the reviews in which a rule fired; an empty name stands for lines that no rule limits.
    Nobody looked one by one at the `in_bulk` people: these are counted here and nowhere else. `dispositions`
    counts what was done, by the last decision of each reviewer on each person.
    """

    people: int
    in_bulk: int
    dispositions: tuple[tuple[str, int], ...]
    reviewers: tuple[str, ...]
    clearance: Agreement
    movements: Agreement
    blind_clearance: Agreement
    blind_movements: Agreement
    clearance_by_tier: tuple[Named, ...]
    movements_by_tier: tuple[Named, ...]
    by_movement: tuple[Named, ...]
    between: tuple[Named, ...]
    blind_between: tuple[Named, ...]
    tiers: tuple[Tally, ...]
    by_rule: tuple[Tally, ...]
    by_line: tuple[Tally, ...]


def statistics(book: Rulebook, decisions: Iterable[Row]) -> Statistics:
    """Return the statistics of a run; of several decisions by one reviewer on one line the last counts."""
    latest: dict[tuple[int, str, str], Row] = {}
    blind: dict[tuple[int, str, str], Row] = {}
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
    movements = [*_movements(latest.values()), *_agreed_with_the_plan(whole, latest)]
    reviews: dict[tuple[int, str], list[Row]] = {}
    for decision in latest.values():
        reviews.setdefault((decision["listed"], decision["by"]), []).append(decision)
    tiers = book.scales["risk_tier"]
    return Statistics(
        people=len({number for number, _, _ in latest}),
        in_bulk=len(in_bulk),
        dispositions=tuple(Counter(row["disposition"] for row in whole if row["disposition"]).most_common()),
        reviewers=tuple(sorted({by for _, _, by in latest})),
        clearance=_agreed(whole, tuple(Clearance)),
        movements=_agreed(movements, tuple(Verdict)),
        blind_clearance=_agreed(_whole(blind.values()), tuple(Clearance)),
        blind_movements=_agreed(_movements(blind.values()), tuple(Verdict)),
        clearance_by_tier=tuple(
            Named(tier, _agreed(of, tuple(Clearance))) for tier, of in _split(whole, "tier", tiers)
        ),
        movements_by_tier=tuple(
            Named(tier, _agreed(of, tuple(Verdict))) for tier, of in _split(movements, "tier", tiers)
        ),
        by_movement=tuple(
            Named(about, _agreed(of, tuple(Verdict)))
            for about, of in _split(movements, "about", sorted({row["about"] for row in movements}))
        ),
        between=_between(whole),
        blind_between=_between(_whole(blind.values())),
        tiers=tuple(
            _tally(book, tier, members)
            for tier in tiers
            if (members := [rows for rows in reviews.values() if rows[-1]["tier"] == tier])
        ),
        by_rule=_most_overridden(book, _by_rule(reviews.values())),
        by_line=_most_overridden(book, _by_line(reviews.values())),
    )


def _agreed_with_the_plan(whole: Iterable[Row], latest: Mapping[tuple[int, str, str], Row]) -> Iterator[Row]:
    """Yield the agreement implied by agreeing with the whole plan: each movement without its own decision."""
    for row in whole:
        if row["kind"] == "agree":
            for about, verdict in agreed_by(row).items():
                if about.startswith(_MOVEMENT) and (row["listed"], about, row["by"]) not in latest:
                    yield {"about": about, "tier": row["tier"], "rules_say": verdict, "verdict": verdict}


def _by_rule(reviews: Iterable[Sequence[Row]]) -> dict[str, list[list[Row]]]:
    """Return, by fired rule, the decisions on its lines in each review where it fired."""
    groups: dict[str, list[list[Row]]] = {}
    for rows in reviews:
        behind = {row["about"]: row["rules"].split() or [""] for row in rows}
        fired = [rule for row in rows if row["said"] for rule in json.loads(row["said"])["fired"]]
        for rule in dict.fromkeys(["", *fired, *(rule for rules in behind.values() for rule in rules)]):
            groups.setdefault(rule, []).append([row for row in rows if rule in behind[row["about"]]])
    return groups


def _by_line(reviews: Iterable[Sequence[Row]]) -> dict[str, list[list[Row]]]:
    """Return, by line, the decisions on it in each review that decides on it or on the whole plan."""
    reviews = list(reviews)
    groups: dict[str, list[list[Row]]] = {}
    for about in dict.fromkeys(row["about"] for rows in reviews for row in rows):
        for rows in reviews:
            here = [row for row in rows if row["about"] == about]
            if here or any(row["kind"] == "agree" and not row["about"] for row in rows):
                groups.setdefault(about, []).append(here)
    return groups


def _whole(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if not row["about"]]


def _movements(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["about"].startswith(_MOVEMENT)]


def _agreed(rows: Iterable[Row], levels: Sequence[str]) -> Agreement:
    return agreement([(row["rules_say"], row["verdict"]) for row in rows], levels)


def _split(rows: Sequence[Row], key: str, order: Sequence[str]) -> Iterator[tuple[str, list[Row]]]:
    """Yield each value of a key with its rows, in a given order; a value without rows is left out."""
    for value in order:
        if members := [row for row in rows if row[key] == value]:
            yield value, members


def _between(whole: Sequence[Row]) -> tuple[Named, ...]:
    """Return the agreement of each two reviewers on the clearance of the people both decided on."""
    by_reviewer: dict[str, dict[int, str]] = {}
    for row in whole:
        by_reviewer.setdefault(row["by"], {})[row["listed"]] = row["verdict"]
    pairwise = []
    for first, second in combinations(sorted(by_reviewer), 2):
        both = by_reviewer[first].keys() & by_reviewer[second].keys()
        if both:
            pairs = [(by_reviewer[first][number], by_reviewer[second][number]) for number in both]
            pairwise.append(Named(f"{first} and {second}", agreement(pairs, tuple(Clearance))))
    return tuple(pairwise)


def _most_overridden(book: Rulebook, groups: Mapping[str, Sequence[Sequence[Row]]]) -> tuple[Tally, ...]:
    """Return the groups modified or overridden at least once, most often first."""
    tallies = [_tally(book, name, members) for name, members in groups.items()]
    overridden = [tally for tally in tallies if tally.otherwise]
    return tuple(sorted(overridden, key=lambda tally: (-tally.otherwise, -tally.rate, tally.name)))


def _tally(book: Rulebook, name: str, reviews: Sequence[Sequence[Row]]) -> Tally:
    """Count reviews; one with both stricter and laxer decisions counts as stricter."""
    otherwise = [[row for row in rows if row["verdict"] != row["rules_say"]] for rows in reviews]
    ways = [{_stricter(book, row) for row in rows} for rows in otherwise]
    reasons = Counter(row["reason"] or "no reason given" for rows in otherwise for row in rows)
    return Tally(
        name,
        decided=len(reviews),
        agreed=sum(not rows for rows in otherwise),
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
        order = tuple(Verdict) if about else tuple(Clearance)
    verdict, rules_say = decision["verdict"], decision["rules_say"]
    known = verdict in order and rules_say in order
    return order.index(verdict) > order.index(rules_say) if known else None
