"""Forward chaining in strata: all that concludes on a scale is complete before anything reads that scale."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from recommender.language.meaning import UNREACHED, Facts, Interval
from recommender.rulebook.model import Rule, Rulebook


class Matches(NamedTuple):
    """The ids of the rules of one stratum that fire, and of those that fire or could."""

    fired: frozenset[str]
    possible: frozenset[str]


class Findings(NamedTuple):
    """What the rules said of one person, before anything is decided.

    `fired` and `possible` keep the rulebook's order; `facts` holds, for each scale, the levels reached for
    certain and possibly.
    """

    fired: tuple[Rule, ...]
    possible: tuple[Rule, ...]
    facts: Facts


class Engine(Protocol):
    """Something that says which rules of a stratum match a person's facts."""

    name: str
    strata: Sequence[Sequence[Rule]]

    def __init__(self, strata: Sequence[Sequence[Rule]]) -> None:
        """Prepare to match the rules of each stratum."""

    def match(self, stratum: int, facts: Facts) -> Matches:
        """Return which rules of a stratum fire and which could."""


def infer(rulebook: Rulebook, engine: Engine, facts: Facts) -> Findings:
    """Run every stratum in turn, joining conclusions by maximum, and return what fired and what could."""
    scales: dict[str, Interval] = dict.fromkeys(rulebook.scales, UNREACHED)
    fired: set[str] = set()
    possible: set[str] = set()
    for index, stratum in enumerate(engine.strata):
        facts = Facts(facts.values, scales)
        matches = engine.match(index, facts)
        fired |= matches.fired
        possible |= matches.possible
        scales = _conclude(rulebook, stratum, matches, scales)
    rules = rulebook.rules.values()
    return Findings(
        fired=tuple(rule for rule in rules if rule.id in fired),
        possible=tuple(rule for rule in rules if rule.id in possible),
        facts=Facts(facts.values, scales),
    )


def _conclude(
    rulebook: Rulebook, stratum: Sequence[Rule], matches: Matches, scales: Mapping[str, Interval]
) -> dict[str, Interval]:
    reached = dict(scales)
    for rule in stratum:
        if rule.id not in matches.possible:
            continue
        for scale, level in rule.concludes.items():
            low, high = reached[scale]
            index = rulebook.scales[scale].index(level)
            reached[scale] = (max(low, index) if rule.id in matches.fired else low, max(high, index))
    return reached
