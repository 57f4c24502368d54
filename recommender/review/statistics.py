"""What the decisions of a run say about the rules: how well both agree, in all and in parts, and which rules are quarrelled with most."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from recommender.review.agreement import Agreement, agreement
from recommender.review.desk import choices_of
from recommender.review.records import DECIDED
from recommender.rulebook.model import CLEARANCES, VERDICTS, Rulebook

Row = Mapping[str, Any]
_MOVEMENT, _EXERCISE = "movement:", "exercise:"


class Tally(NamedTuple):
    """How often something was decided as the rules say, more strictly, and less; and why otherwise, the commonest reason first."""

    name: str
    decided: int
    agreed: int
    stricter: int
    laxer: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def otherwise(self) -> int:
        """Return how often it was decided otherwise than the rules say."""
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

    `by_rule` has the rules behind what was decided; the name is empty where the rules say nothing and a reviewer does.
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
    tiers: tuple[Tally, ...]
    by_rule: tuple[Tally, ...]
    by_line: tuple[Tally, ...]


def statistics(book: Rulebook, made: Iterable[Row]) -> Statistics:
    """Return the statistics of the decisions of a run; of several by one reviewer on one line the last counts."""
    latest: dict[tuple[int, str, str], Row] = {}
    blind: dict[tuple[int, str, str], Row] = {}
    for one in made:
        if one["kind"] in DECIDED:
            latest[one["number"], one["about"], one["by"]] = one
        elif one["kind"] == "blind":
            blind.setdefault((one["number"], one["about"], one["by"]), one)
    whole, movements = _whole(latest.values()), _movements(latest.values())
    tiers = book.scales["risk_tier"]
    return Statistics(
        people=len({number for number, _, _ in latest}),
        reviewers=tuple(sorted({by for _, _, by in latest})),
        clearance=_agreed(whole, CLEARANCES),
        movements=_agreed(movements, VERDICTS),
        blind_clearance=_agreed(_whole(blind.values()), CLEARANCES),
        blind_movements=_agreed(_movements(blind.values()), VERDICTS),
        clearance_by_tier=tuple(Named(tier, _agreed(of, CLEARANCES)) for tier, of in _split(whole, "tier", tiers)),
        movements_by_tier=tuple(Named(tier, _agreed(of, VERDICTS)) for tier, of in _split(movements, "tier", tiers)),
        by_movement=tuple(
            Named(book.movements[id_].name, _agreed(of, VERDICTS))
            for about, of in _split(movements, "about", [_MOVEMENT + id_ for id_ in book.movements])
            for id_ in (about.removeprefix(_MOVEMENT),)
        ),
        between=_between(whole),
        tiers=tuple(_tally(book, tier, of) for tier, of in _split(list(latest.values()), "tier", tiers)),
        by_rule=_quarrels(book, ((rule, one) for one in latest.values() for rule in one["rules"].split() or [""])),
        by_line=_quarrels(book, ((one["about"], one) for one in latest.values())),
    )


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
            found.append(Named(f"{one} and {other}", agreement(pairs, CLEARANCES)))
    return tuple(found)


def _quarrels(book: Rulebook, named: Iterable[tuple[str, Row]]) -> tuple[Tally, ...]:
    """Return what was decided otherwise at least once, the most often first."""
    groups: dict[str, list[Row]] = {}
    for name, one in named:
        groups.setdefault(name, []).append(one)
    tallies = [_tally(book, name, members) for name, members in groups.items()]
    return tuple(sorted((one for one in tallies if one.otherwise), key=lambda one: (-one.otherwise, -one.rate, one.name)))


def _tally(book: Rulebook, name: str, members: Sequence[Row]) -> Tally:
    otherwise = [one for one in members if one["verdict"] != one["rules_say"]]
    ways = [_stricter(book, one) for one in otherwise]
    reasons = Counter(one["reason"] or "no reason given" for one in otherwise)
    return Tally(name, len(members), len(members) - len(otherwise), ways.count(True), ways.count(False), tuple(reasons.most_common(3)))


def _stricter(book: Rulebook, one: Row) -> bool | None:
    """Say whether a reviewer is stricter than the rules; nothing where the rulebook of today does not know what was decided."""
    about = one["about"]
    if about.startswith(_EXERCISE):
        order: Sequence[str] = tuple(reversed(choices_of(book, about.removeprefix(_EXERCISE))))
    else:
        order = VERDICTS if about else CLEARANCES
    known = one["verdict"] in order and one["rules_say"] in order
    return order.index(one["verdict"]) > order.index(one["rules_say"]) if known else None
