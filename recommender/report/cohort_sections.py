"""The figures of a cohort's page: what each chart shows, and the same numbers as a table."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle, groupby
from typing import NamedTuple

from recommender.cohort.model import Summary
from recommender.pages.charts import DARK, DOTS, GRID, LINES, PLAIN, Bar, Chart, Part, bar_chart
from recommender.report.counts import (
    LIMITS,
    Limited,
    Unanswered,
    clearances,
    offered_levels,
    on_scale,
    percent,
    plain_name,
    reasons,
    share,
    tier_totals,
)
from recommender.report.small_groups import Cell, Group, Hidden, groups_of, known
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Urgency

_DRAWN = 12
_FILLS = (DARK, GRID, LINES, PLAIN, DOTS)
_ALL = Part("", DARK)  # of a bar that has no parts and so no key


class Table(NamedTuple):
    """A table whose rows begin with their name."""

    caption: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


class Figure(NamedTuple):
    """A chart, where there is anything to draw, the parts of its bars, and the same numbers as a table."""

    caption: str
    chart: Chart | None
    table: Table
    parts: Sequence[Part]
    meanings: Sequence[str] = ()


class Panels(NamedTuple):
    """A small chart for each sex, with nothing to draw (`None`) where all its numbers are hidden."""

    parts: Sequence[Part]
    meanings: Sequence[str]
    charts: Mapping[str, Chart | None]
    table: Table


class Sections:
    """Makes the figures of one cohort, in the words of one rulebook."""

    def __init__(self, summary: Summary, book: Rulebook) -> None:
        self.summary, self.book, self.whole = summary, book, summary.accepted

    # ── Risk tiers ─────────────────────────────────────────────────────────────────────────────

    def tiers(self) -> Panels:
        """Return the risk tiers of each sex by age band."""
        book, totals = self.book, tier_totals(self.summary, self.book)
        names = [plain_name(book, tier) for tier in totals]
        parts = [Part(name, fill) for name, fill in zip(names, cycle(_FILLS), strict=False)]
        words = book.words["risk_tier"]
        meanings = [
            book.phrase("cohort.tiers.meaning", share=self._share(count), meaning=words.get(tier, name))
            for (tier, count), name in zip(totals.items(), names, strict=True)
        ]
        groups = groups_of(self.summary.tiers, tuple(totals), book.report_limits.smallest_group)
        sexes = {sex: tuple(group) for sex, group in groupby(groups, lambda group: self._sex(group.sex))}
        charts = {
            sex: self._by_age(f"tiers-{number}", sex, members, parts)
            for number, (sex, members) in enumerate(sexes.items())
        }
        head = (book.phrase("cohort.tiers.group"), *names, book.phrase("cohort.tiers.all"))
        rows = [row for sex, members in sexes.items() for row in self._rows_by_age(sex, members)]
        return Panels(parts, meanings, charts, Table(book.phrase("cohort.tiers.table"), head, rows))

    def _by_age(self, name: str, sex: str, groups: Sequence[Group], parts: Sequence[Part]) -> Chart | None:
        if all(group.few for group in groups):
            return None
        bars = [
            Bar(
                self._band(group.band),
                self._total(group),
                tuple(cell.number for cell in group.cells.values()),
                max(group.shown, 1),
            )
            for group in groups
        ]
        title = self.book.phrase("cohort.tiers.chart", sex=sex)
        return bar_chart(name, title, self.book.phrase("cohort.tiers.chart_says"), parts, bars)

    def _rows_by_age(self, sex: str, groups: Sequence[Group]) -> Iterable[tuple[str, ...]]:
        bands = [self._band(group.band) for group in groups]
        if all(group.few for group in groups):
            groups, bands = groups[:1], [self.book.phrase("cohort.tiers.every_age")]
        for group, band in zip(groups, bands, strict=True):
            name = self.book.phrase("cohort.tiers.row", sex=sex, band=band)
            yield (name, *map(self._number, group.cells.values()), self._total(group))

    def _number(self, cell: Cell) -> str:
        if cell.hidden is Hidden.FEW:
            return self.fewer
        return self.book.phrase("cohort.tiers.held_back") if cell.hidden else f"{cell.number:,}"

    def _total(self, group: Group) -> str:
        if group.few:
            return self.book.phrase("cohort.tiers.total_few", fewer=self.fewer)
        if group.complete or not group.shown:
            return f"{group.shown:,}" if group.complete else self.book.phrase("cohort.tiers.held_back")
        return self.book.phrase("cohort.tiers.total_at_least", count=f"{group.shown:,}")

    @property
    def fewer(self) -> str:
        """Return what is shown instead of a number that is too small."""
        return self.book.phrase("cohort.tiers.fewer", smallest=self.book.report_limits.smallest_group)

    def _band(self, band: str) -> str:
        """Return the label of an age band: `50-59` with a dash, or that the age is not known."""
        if not known(band):
            return self.book.phrase("cohort.tiers.no_age")
        return re.sub(r"(?<=\d)-(?=\d)", "–", band)  # noqa: RUF001

    def _sex(self, sex: str) -> str:
        return sex.replace("_", " ").capitalize() if known(sex) else self.book.phrase("cohort.tiers.no_sex")

    # ── One number for each name ───────────────────────────────────────────────────────────────

    def bone_density(self) -> Figure:
        """Return how many people have which bone density."""
        book, words = self.book, self.book.words["bone_density"]
        counts = on_scale(self.summary.densities, book.scales["bone_density"])
        rows = [(plain_name(book, name), count, words.get(name, "")) for name, count in counts.items()]
        head = (
            book.phrase("cohort.density.name"),
            book.phrase("cohort.people"),
            book.phrase("cohort.told"),
        )
        return self._simple("density", book.phrase("cohort.density.figure"), head, rows)

    def clearance(self) -> Figure:
        """Return how many people may begin."""
        book, counts = self.book, clearances(self.summary.clearances, self.book)
        rows = [(plain_name(book, name), count, words) for name, (count, words) in counts.items()]
        head = (
            book.phrase("cohort.clearance.name"),
            book.phrase("cohort.people"),
            book.phrase("cohort.told"),
        )
        return self._simple("clearance", book.phrase("cohort.clearance.figure"), head, rows)

    def urgency(self) -> Figure:
        """Return how soon somebody should see how many people."""
        book, soon = self.book, self.book.words["urgency"]
        rows = [
            (soon[name], self.summary.urgencies.get(name, 0), plain_name(book, name))
            for name in reversed(Urgency)
        ]
        others = self.whole - sum(count for _, count, _ in rows)
        rows.append((book.phrase("cohort.urgency.no_referral"), others, book.phrase("cohort.urgency.none")))
        head = (
            book.phrase("cohort.urgency.name"),
            book.phrase("cohort.people"),
            book.phrase("cohort.urgency.code"),
        )
        return self._simple("urgency", book.phrase("cohort.urgency.figure"), head, rows)

    def offered(self) -> Figure:
        """Return which levels of exercises were offered most."""
        book = self.book
        head = (book.phrase("cohort.offered.name"), book.phrase("cohort.people"))
        rows = offered_levels(self.summary, book)
        return self._simple("offered", book.phrase("cohort.offered.figure"), head, rows)

    def _simple(
        self,
        name: str,
        title: str,
        head: tuple[str, ...],
        rows: Sequence[tuple[str, int, *tuple[str, ...]]],
    ) -> Figure:
        """Show one number for each name; what more there is to say stands in the table."""
        bars = [Bar(label, self._short(count), (count,), self.whole) for label, count, *_ in rows]
        lines = [(label, self._share(count), *more) for label, count, *more in rows]
        return self._figure(name, title, self._everybody, [_ALL], bars, Table(title, head, lines))

    # ── Numbers in parts ───────────────────────────────────────────────────────────────────────

    def movements(self, limited: Sequence[Limited]) -> Figure:
        """Return which movements are limited most often, and how."""
        book = self.book
        parts = [Part(plain_name(book, verdict), fill) for verdict, fill in zip(LIMITS, _FILLS, strict=False)]
        bars = [
            Bar(entry.name, self._short(entry.people), tuple(entry.verdicts.values()), self.whole)
            for entry in limited
        ]
        rows = [
            (entry.name, *(f"{n:,}" for n in entry.verdicts.values()), self._share(entry.people))
            for entry in limited
        ]
        names = (part.name for part in parts)
        head = (book.phrase("cohort.movements.name"), *names, book.phrase("cohort.movements.at_all"))
        table = Table(book.phrase("cohort.movements.table"), head, rows)
        title = book.phrase("cohort.movements.figure")
        meanings = [book.words["verdict"][verdict] for verdict in LIMITS]
        return self._figure("movements", title, self._everybody, parts, bars, table)._replace(
            meanings=meanings
        )

    def missing(self, fields: Sequence[Unanswered]) -> Figure:
        """Return what nobody answered, and where that keeps something from being begun."""
        book = self.book
        parts = [
            Part(book.phrase("cohort.missing.to_check"), DARK),
            Part(book.phrase("cohort.missing.open"), LINES),
        ]
        bars = [
            Bar(
                field.label,
                book.phrase("cohort.missing.bar", to_check=f"{field.to_check:,}", rows=f"{field.rows:,}"),
                (field.to_check, field.rows - field.to_check),
                self.whole,
            )
            for field in fields
        ]
        rows = [(field.label, self._share(field.rows), self._share(field.to_check)) for field in fields]
        head = (
            book.phrase("cohort.missing.name"),
            book.phrase("cohort.missing.unanswered"),
            book.phrase("cohort.missing.check_first"),
        )
        table = Table(book.phrase("cohort.missing.table"), head, rows)
        title = book.phrase("cohort.missing.figure")
        meanings = [
            book.phrase("cohort.missing.to_check_means"),
            book.phrase("cohort.missing.open_means"),
        ]
        return self._figure("missing", title, self._everybody, parts, bars, table)._replace(meanings=meanings)

    def rejects(self) -> Figure:
        """Return why rows have no answer, and in which column."""
        book = self.book
        causes = [
            (reason.column or book.phrase("cohort.whole_row"), reason.words, reason.rows)
            for reason in reasons(self.summary, book)
        ]
        bars = [
            Bar(f"{column}: {words}", f"{count:,}", (count,), causes[0][-1])
            for column, words, count in causes
        ]
        head = (
            book.phrase("cohort.rejects.column"),
            book.phrase("cohort.rejects.reason"),
            book.phrase("cohort.rejects.count"),
        )
        rows = [(column, words, f"{count:,}") for column, words, count in causes]
        table = Table(book.phrase("cohort.rejects.table"), head, rows)
        title, says = book.phrase("cohort.rejects.figure"), book.phrase("cohort.rejects.chart_says")
        return self._figure("rejects", title, says, [_ALL], bars, table)

    def _figure(
        self, name: str, title: str, says: str, parts: Sequence[Part], bars: Sequence[Bar], table: Table
    ) -> Figure:
        """Draw the first bars, and say where the others are."""
        if not bars:
            return Figure(title, None, table, parts)
        caption = title
        if len(bars) > _DRAWN:
            caption = self.book.phrase("cohort.first_of", title=title, drawn=_DRAWN, bars=len(bars))
        return Figure(caption, bar_chart(name, title, says, parts, bars[:_DRAWN]), table, parts)

    @property
    def _everybody(self) -> str:
        return self.book.phrase("cohort.everybody", people=f"{self.whole:,}")

    def _share(self, count: int) -> str:
        return share(self.book, count, self.whole)

    def _short(self, count: int) -> str:
        percentage = percent(self.book, count, self.whole)
        return self.book.phrase("cohort.short", count=f"{count:,}", percent=percentage)
