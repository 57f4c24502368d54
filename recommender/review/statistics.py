"""What the decisions of a run say about the rules: how well both agree, and which rules are quarrelled with most."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from recommender.review.agreement import Agreement, agreement
from recommender.rulebook.model import CLEARANCES, VERDICTS, Rulebook

_KINDS = ("agree", "modify", "override")


class Quarrel(NamedTuple):
    """A movement or exercise on which rules and reviewers differ: how often it was decided, how often otherwise, and why."""

    about: str
    decided: int
    otherwise: int
    rules: tuple[str, ...]
    reasons: tuple[tuple[str, int], ...]

    @property
    def rate(self) -> float:
        """Return the share that was decided otherwise."""
        return self.otherwise / self.decided


class Statistics(NamedTuple):
    """Agreement on clearance, after seeing the rules and (in blind mode) before, and on movements; and the quarrels."""

    people: int
    reviewers: int
    clearance: Agreement
    blind: Agreement
    movements: Agreement
    quarrels: tuple[Quarrel, ...]


def statistics(book: Rulebook, made: Iterable[Mapping[str, Any]], run: int) -> Statistics:
    """Return the statistics of a run; of several decisions of one reviewer on one line the last counts."""
    latest: dict[tuple[int, str, str], Mapping[str, Any]] = {}
    before: dict[tuple[int, str], Mapping[str, Any]] = {}
    for one in made:
        if one["run"] != run:
            continue
        if one["kind"] in _KINDS:
            latest[one["number"], one["about"], one["by"]] = one
        elif one["kind"] == "blind":
            before.setdefault((one["number"], one["by"]), one)
    whole = [one for one in latest.values() if one["about"] == ""]
    seen = {(one["number"], one["by"]): one["rules_say"] for one in whole}
    movements = [one for one in latest.values() if one["about"].startswith("movement:")]
    return Statistics(
        people=len({one["number"] for one in latest.values()}),
        reviewers=len({one["by"] for one in latest.values()}),
        clearance=agreement([(one["rules_say"], one["verdict"]) for one in whole], CLEARANCES),
        blind=agreement([(seen[key], one["verdict"]) for key, one in before.items() if key in seen], CLEARANCES),
        movements=agreement([(one["rules_say"], one["verdict"]) for one in movements], VERDICTS),
        quarrels=_quarrels(book, latest.values()),
    )


def _quarrels(book: Rulebook, latest: Iterable[Mapping[str, Any]]) -> tuple[Quarrel, ...]:
    decided: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    otherwise: Counter[str] = Counter()
    for one in latest:
        decided[one["about"]] += 1
        if one["verdict"] != one["rules_say"]:
            otherwise[one["about"]] += 1
            reasons[one["about"]][one["reason"] or "no reason given"] += 1
    found = []
    for about, count in otherwise.items():
        why = tuple(reasons[about].most_common(3))
        found.append(Quarrel(about, decided[about], count, _rules_behind(book, about), why))
    return tuple(sorted(found, key=lambda one: (-one.otherwise, -one.rate, one.about)))


def _rules_behind(book: Rulebook, about: str) -> tuple[str, ...]:
    """Return the rules that could have brought what was decided otherwise."""
    kind, _, id_ = about.partition(":")
    if kind == "movement":
        return tuple(rule.id for rule in book.rules.values() if id_ in rule.limits)
    if kind == "exercise":
        movements = {movement for level in book.exercises[id_].levels for movement in level.movements}
        return tuple(rule.id for rule in book.rules.values() if movements & set(rule.limits))
    return tuple(rule.id for rule in book.rules.values() if rule.clearance)
