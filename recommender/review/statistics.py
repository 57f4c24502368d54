"""What the decisions of a run say about the rules: how well both agree, in all and in parts, and which rules are quarrelled with most."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from recommender.review.agreement import Agreement, agreement
from recommender.review.desk import agreed_by, choices_of
from recommender.review.models import DECIDED
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance, Verdict

Row = Mapping[str, Any]
_MOVEMENT, _EXERCISE = "movement:", "exercise:"


class Tally(NamedTuple):
    """In how many reviews something was decided as the rules say, more strictly, and less; and why otherwise, the commonest reason first.

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
        """Return in how many reviews it was decided otherwise than the rules say."""
        return self.decided - self.agreed

    @property
    def rate(self) -> float:
        """Return the share that was decided otherwise."""
        return self.otherwise / self.decided


class Named(NamedTuple):
    """How well rules and reviewers, or two reviewers, agree on one group of decisions."""

    name: str
    agreement: Agreement


class Statistics(NamedTuple):
    """Of one run: agreement on clearance and movements, after and (in blind mode) before the rules were shown, and who quarrels with what.

    Who agrees with the whole plan agrees with every movement that they do not decide on by itself. `by_rule` has the rules that fired in
    a review; the name is empty for what no rule speaks of.
    """

    people: int
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


def statistics(book: Rulebook, made: Iterable[Row]) -> Statistics:
    """Return the statistics of the decisions of a run; of several by one reviewer on one line the last counts."""
    latest: dict[tuple[int, str, str], Row] = {}
    blind: dict[tuple[int, str, str], Row] = {}
    for one in made:
        key = one["number"], one["about"], one["by"]
        if one["kind"] in DECIDED:
            latest.pop(key, None)  # so that what was decided last stands last
            latest[key] = one
        elif one["kind"] == "blind":
            blind.setdefault(key, one)
    whole = _whole(latest.values())
    movements = [*_movements(latest.values()), *_agreed_with_the_plan(whole, latest)]
    reviews: dict[tuple[int, str], list[Row]] = {}
    for one in latest.values():
        reviews.setdefault((one["number"], one["by"]), []).append(one)
    tiers = book.scales["risk_tier"]
    return Statistics(
        people=len({number for number, _, _ in latest}),
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
            for about, of in _split(movements, "about", sorted({one["about"] for one in movements}))
        ),
        between=_between(whole),
        blind_between=_between(_whole(blind.values())),
        tiers=tuple(
            _tally(book, tier, members)
            for tier in tiers
            if (members := [rows for rows in reviews.values() if rows[-1]["tier"] == tier])
        ),
        by_rule=_quarrels(book, _by_rule(reviews.values())),
        by_line=_quarrels(book, _by_line(reviews.values())),
    )


def _agreed_with_the_plan(whole: Iterable[Row], latest: Mapping[tuple[int, str, str], Row]) -> Iterator[Row]:
    """Yield what is agreed with by agreeing with the whole plan: every movement that was not decided on by itself."""
    for one in whole:
        if one["kind"] == "agree":
            for about, verdict in agreed_by(one).items():
                if about.startswith(_MOVEMENT) and (one["number"], about, one["by"]) not in latest:
                    yield {"about": about, "tier": one["tier"], "rules_say": verdict, "verdict": verdict}


def _by_rule(reviews: Iterable[Sequence[Row]]) -> dict[str, list[list[Row]]]:
    """Return, by rule that fired in a review, what was decided there about things that it brought."""
    found: dict[str, list[list[Row]]] = {}
    for rows in reviews:
        behind = {one["about"]: one["rules"].split() or [""] for one in rows}
        fired = [rule for one in rows if one["said"] for rule in json.loads(one["said"])["fired"]]
        for rule in dict.fromkeys(["", *fired, *(rule for rules in behind.values() for rule in rules)]):
            found.setdefault(rule, []).append([one for one in rows if rule in behind[one["about"]]])
    return found


def _by_line(reviews: Iterable[Sequence[Row]]) -> dict[str, list[list[Row]]]:
    """Return, by what was ever decided on by itself, what was decided there in each review that speaks of it or of the whole plan."""
    reviews = list(reviews)
    found: dict[str, list[list[Row]]] = {}
    for about in dict.fromkeys(one["about"] for rows in reviews for one in rows):
        for rows in reviews:
            here = [one for one in rows if one["about"] == about]
            if here or any(one["kind"] == "agree" and not one["about"] for one in rows):
                found.setdefault(about, []).append(here)
    return found


def _whole(rows: Iterable[Row]) -> list[Row]:
    return [one for one in rows if not one["about"]]


def _movements(rows: Iterable[Row]) -> list[Row]:
    return [one for one in rows if one["about"].startswith(_MOVEMENT)]


def _agreed(rows: Iterable[Row], levels: Sequence[str]) -> Agreement:
    return agreement([(one["rules_say"], one["verdict"]) for one in rows], levels)


def _split(rows: Sequence[Row], key: str, order: Sequence[str]) -> Iterator[tuple[str, list[Row]]]:
    """Yield the rows of each value of a key that has any, in a given order."""
    for value in order:
        if members := [one for one in rows if one[key] == value]:
            yield value, members


def _between(whole: Sequence[Row]) -> tuple[Named, ...]:
    """Return how well each two reviewers agree on the clearance of those whom both decided on."""
    by_reviewer: dict[str, dict[int, str]] = {}
    for row in whole:
        by_reviewer.setdefault(row["by"], {})[row["number"]] = row["verdict"]
    found = []
    for one, other in combinations(sorted(by_reviewer), 2):
        both = sorted(by_reviewer[one].keys() & by_reviewer[other].keys())
        if both:
            pairs = [(by_reviewer[one][number], by_reviewer[other][number]) for number in both]
            found.append(Named(f"{one} and {other}", agreement(pairs, tuple(Clearance))))
    return tuple(found)


def _quarrels(book: Rulebook, groups: Mapping[str, Sequence[Sequence[Row]]]) -> tuple[Tally, ...]:
    """Return what was decided otherwise at least once, the most often first."""
    tallies = [_tally(book, name, members) for name, members in groups.items()]
    return tuple(
        sorted(
            (one for one in tallies if one.otherwise), key=lambda one: (-one.otherwise, -one.rate, one.name)
        )
    )


def _tally(book: Rulebook, name: str, reviews: Sequence[Sequence[Row]]) -> Tally:
    """Count reviews; one that is stricter in one thing and less strict in another counts as stricter."""
    otherwise = [[one for one in rows if one["verdict"] != one["rules_say"]] for rows in reviews]
    ways = [{_stricter(book, one) for one in rows} for rows in otherwise]
    reasons = Counter(one["reason"] or "no reason given" for rows in otherwise for one in rows)
    return Tally(
        name,
        decided=len(reviews),
        agreed=sum(not rows for rows in otherwise),
        stricter=sum(True in way for way in ways),
        laxer=sum(False in way and True not in way for way in ways),
        reasons=tuple(reasons.most_common(3)),
    )


def _stricter(book: Rulebook, one: Row) -> bool | None:
    """Say whether a reviewer is stricter than the rules; nothing where the rulebook of today does not know what was decided."""
    about = one["about"]
    if about.startswith(_EXERCISE):
        order: Sequence[str] = tuple(reversed(choices_of(book, about.removeprefix(_EXERCISE))))
    else:
        order = tuple(Verdict) if about else tuple(Clearance)
    known = one["verdict"] in order and one["rules_say"] in order
    return order.index(one["verdict"]) > order.index(one["rules_say"]) if known else None
