"""The plots of the agreement page: decisions compared with the rules, and chance-corrected agreement."""

from collections.abc import Iterable

from recommender.report.counts import plain_name
from recommender.report.figures import (
    DARK,
    DOTS,
    PLAIN,
    Bar,
    Part,
    Reach,
    bar_chart,
    figure,
    interval_chart,
    key,
    patterns,
)
from recommender.report.html import Markup, joined
from recommender.review.labels import Names
from recommender.review.statistics import Named, Statistics, Tally

_PARTS = (Part("As the rules say", PLAIN), Part("Stricter", DARK), Part("Less strict", DOTS))
_SAYS = (
    "the reviewer agreed.",
    "the reviewer asked for more care than the rules.",
    "the reviewer asked only for less care than the rules.",
)
_MOST = 12


def plots(names: Names, statistics: Statistics) -> Markup:
    """Return the plots that have data."""
    charts = [
        _decided(
            "tiers",
            "Reviews that modified or overrode the rules, by risk tier",
            ((plain_name(tally.name), tally) for tally in statistics.tiers),
        ),
        _decided(
            "rules",
            "Rules to look at next",
            ((names.rule(tally.name), tally) for tally in statistics.by_rule[:_MOST]),
        ),
        _beyond_chance(statistics),
    ]
    figures = [chart for chart in charts if chart]
    return joined([patterns(), key(_PARTS, _SAYS), *figures]) if figures else Markup("")


def _decided(name: str, title: str, tallies: Iterable[tuple[str, Tally]]) -> Markup:
    bars = [
        Bar(
            label,
            f"{tally.otherwise} of {tally.decided} modified or overridden",
            (tally.agreed, tally.stricter, tally.laxer),
            tally.decided,
        )
        for label, tally in tallies
    ]
    if not bars:
        return Markup("")
    says = "One bar each; its full width is all reviews in which the rule fired, or all of the tier."
    return figure(title, says, bar_chart(name, title, says, _PARTS, bars))


def _beyond_chance(statistics: Statistics) -> Markup:
    groups = [Named("Clearance", statistics.clearance), Named("Movements", statistics.movements)]
    groups += [
        Named(f"Clearance, {plain_name(group.name)}", group.agreement)
        for group in statistics.clearance_by_tier
    ]
    groups += [
        Named(f"Movements, {plain_name(group.name)}", group.agreement)
        for group in statistics.movements_by_tier
    ]
    reaches = [
        Reach(group.name, kappa.estimate, kappa.low, kappa.high)
        for group in groups
        for kappa in (group.agreement.weighted,)
        if kappa.estimate is not None and kappa.low is not None and kappa.high is not None
    ]
    if not reaches:
        return Markup("")
    title = "Weighted kappa with 95 % interval"
    says = "The line at 0 is agreement by chance alone; 1, at the right edge, is full agreement."
    return figure(title, says, interval_chart("kappa", title, says, reaches))
