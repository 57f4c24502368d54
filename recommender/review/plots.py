"""The plots of the agreement page: decisions compared with the rules, and chance-corrected agreement."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from recommender.pages.charts import DARK, DOTS, PLAIN, Bar, Chart, Part, Reach, bar_chart, interval_chart
from recommender.review.labels import Names
from recommender.review.statistics import Named, Statistics, Tally

_MOST = 12


class Plots(NamedTuple):
    """The plots that have data, and the key of their bars."""

    parts: Sequence[Part]
    meanings: Sequence[str]
    charts: Sequence[Chart]


def plots(names: Names, statistics: Statistics) -> Plots:
    """Return the plots of a run."""
    phrase = names.book.phrase
    parts = (
        Part(phrase("desk.plots.agreed"), PLAIN),
        Part(phrase("desk.agreement.stricter"), DARK),
        Part(phrase("desk.agreement.laxer"), DOTS),
    )
    meanings = (
        phrase("desk.plots.agreed_means"),
        phrase("desk.plots.stricter_means"),
        phrase("desk.plots.laxer_means"),
    )
    tiers = ((names.plain(tally.name), tally) for tally in statistics.tiers)
    rules = ((names.rule(tally.name), tally) for tally in statistics.by_rule[:_MOST])
    charts = (
        _decided(names, "tiers", phrase("desk.plots.tiers"), parts, tiers),
        _decided(names, "rules", phrase("desk.agreement.next"), parts, rules),
        _beyond_chance(names, statistics),
    )
    return Plots(parts, meanings, [chart for chart in charts if chart])


def _decided(
    names: Names, name: str, title: str, parts: Sequence[Part], tallies: Iterable[tuple[str, Tally]]
) -> Chart | None:
    bars = [
        Bar(
            label,
            names.book.phrase("desk.plots.bar", otherwise=tally.otherwise, decided=tally.decided),
            (tally.agreed, tally.stricter, tally.laxer),
            tally.decided,
        )
        for label, tally in tallies
    ]
    return bar_chart(name, title, names.book.phrase("desk.plots.says"), parts, bars) if bars else None


def _beyond_chance(names: Names, statistics: Statistics) -> Chart | None:
    phrase = names.book.phrase
    reaches = []
    for group in _groups(names, statistics):
        kappa = group.agreement.weighted
        if kappa.estimate is not None and kappa.low is not None and kappa.high is not None:
            value = phrase(
                "desk.agreement.interval",
                estimate=f"{kappa.estimate:z.2f}",
                low=f"{kappa.low:z.2f}",
                high=f"{kappa.high:z.2f}",
            )
            reaches.append(Reach(group.name, value, kappa.estimate, kappa.low, kappa.high))
    if not reaches:
        return None
    return interval_chart("kappa", phrase("desk.plots.kappa"), phrase("desk.plots.kappa_says"), reaches)


def _groups(names: Names, statistics: Statistics) -> Iterator[Named]:
    phrase = names.book.phrase
    yield Named(phrase("desk.clearance"), statistics.clearance)
    yield Named(phrase("desk.movements"), statistics.movements)
    for group in statistics.clearance_by_tier:
        yield Named(phrase("desk.plots.clearance_of", tier=names.plain(group.name)), group.agreement)
    for group in statistics.movements_by_tier:
        yield Named(phrase("desk.plots.movements_of", tier=names.plain(group.name)), group.agreement)
