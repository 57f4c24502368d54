"""The plots of the agreement page: what reviewers did with what the rules say, and agreement beyond chance."""

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


def plots(names: Names, found: Statistics) -> Markup:
    """Return the plots, as far as there is something to plot."""
    charts = [
        _decided(
            "tiers",
            "Reviews with something decided otherwise, by risk tier",
            ((plain_name(one.name), one) for one in found.tiers),
        ),
        _decided(
            "rules", "Rules to look at next", ((names.rule(one.name), one) for one in found.by_rule[:_MOST])
        ),
        _beyond_chance(found),
    ]
    drawn = [chart for chart in charts if chart]
    return joined([patterns(), key(_PARTS, _SAYS), *drawn]) if drawn else Markup("")


def _decided(name: str, title: str, tallies: Iterable[tuple[str, Tally]]) -> Markup:
    bars = [
        Bar(
            label,
            f"{one.otherwise} of {one.decided} otherwise",
            (one.agreed, one.stricter, one.laxer),
            one.decided,
        )
        for label, one in tallies
    ]
    if not bars:
        return Markup("")
    says = "One bar each; its full width is all reviews in which it fired, or all of the tier."
    return figure(title, says, bar_chart(name, title, says, _PARTS, bars))


def _beyond_chance(found: Statistics) -> Markup:
    groups = [Named("Clearance", found.clearance), Named("Movements", found.movements)]
    groups += [Named(f"Clearance, {plain_name(one.name)}", one.agreement) for one in found.clearance_by_tier]
    groups += [Named(f"Movements, {plain_name(one.name)}", one.agreement) for one in found.movements_by_tier]
    reaches = [
        Reach(one.name, kappa.estimate, kappa.low, kappa.high)
        for one in groups
        for kappa in (one.agreement.weighted,)
        if kappa.estimate is not None and kappa.low is not None and kappa.high is not None
    ]
    if not reaches:
        return Markup("")
    title = "Weighted kappa, with its interval of 95 %"
    says = "The line at 0 is what chance alone would bring; 1, at the right edge, is full agreement."
    return figure(title, says, interval_chart("kappa", title, says, reaches))
