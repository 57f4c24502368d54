"""The sections of a cohort's page that hold a figure, each with the same numbers as a table."""

from collections.abc import Sequence
from itertools import cycle, groupby

from recommender.cohort.model import Summary
from recommender.report.counts import (
    LIMITS,
    limited_movements,
    offered_levels,
    on_scale,
    percent,
    plain_name,
    reasons,
    share,
    tier_totals,
    unanswered_fields,
)
from recommender.report.figures import (
    DARK,
    DOTS,
    GRID,
    LINES,
    PLAIN,
    Bar,
    Part,
    bar_chart,
    figure,
    key,
    panels,
)
from recommender.report.html import Markup, bullets, heading, joined, paragraph, twin
from recommender.report.small_groups import HELD_BACK, Group, band_name, fewer_than, groups_of, sex_name
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance, Urgency

_DRAWN, _LISTED = 12, 3
_FILLS = (DARK, GRID, LINES, PLAIN, DOTS)


def tiers(summary: Summary, rulebook: Rulebook) -> Markup:
    """Show the risk tiers of each sex by age band."""
    totals, smallest = tier_totals(summary, rulebook), rulebook.report_limits.smallest_group
    parts = [Part(plain_name(tier), fill) for tier, fill in zip(totals, cycle(_FILLS), strict=False)]
    words = rulebook.words["risk_tier"]
    meanings = [
        f"{share(count, summary.accepted)}. People are told: {words.get(tier, plain_name(tier))}"
        for tier, count in totals.items()
    ]
    groups = groups_of(summary.tiers, tuple(totals), smallest)
    sexes = {sex: tuple(members) for sex, members in groupby(groups, lambda group: sex_name(group.sex))}
    charts = [
        (sex, _by_age(f"tiers-{number}", sex, members, parts))
        for number, (sex, members) in enumerate(sexes.items())
    ]
    rows = [row for sex, members in sexes.items() for row in _rows_by_age(sex, members)]
    return joined(
        [
            paragraph(
                "How much care the bones of these people need. Each tier means at least that: "
                "what is not known yet can raise it."
            ),
            key(parts, meanings),
            paragraph(
                f"Small groups could point to one person. So a number under {smallest} is given below as "
                f"“{fewer_than(smallest)}”, which may be none, and has no length in a bar. Where the total "
                f"of a tier would still tell it, one more number is “{HELD_BACK}”."
            ),
            figure(
                "Risk tier by age, for each sex",
                "The full width of a bar is everybody of that age who can be shown.",
                panels(charts),
            ),
            twin(
                "Risk tier by sex and age", ("Sex and age", *(part.name for part in parts), "All tiers"), rows
            ),
        ]
    )


def _by_age(name: str, sex: str, groups: Sequence[Group], parts: Sequence[Part]) -> Markup:
    if all(group.few for group in groups):
        return paragraph(f"{fewer_than(groups[0].smallest)} in each tier at every age".capitalize())
    bars = [
        Bar(band_name(g.band), g.total, tuple(cell.number for cell in g.cells.values()), max(g.shown, 1))
        for g in groups
    ]
    return bar_chart(
        name,
        f"Risk tier by age: {sex}",
        "One bar for each age, with the highest tier at the left.",
        parts,
        bars,
    )


def _rows_by_age(sex: str, groups: Sequence[Group]) -> list[tuple[str, ...]]:
    if all(group.few for group in groups):
        groups = [groups[0]._replace(band="every age")]
    return [
        (f"{sex}, {band_name(group.band)}", *(cell.words for cell in group.cells.values()), group.total)
        for group in groups
    ]


def bone_density(summary: Summary, rulebook: Rulebook) -> Markup:
    """Show how many people have which bone density."""
    counts = on_scale(summary.densities, rulebook.scales["bone_density"])
    words = rulebook.words["bone_density"]
    rows = [(plain_name(name), count, words.get(name, "")) for name, count in counts.items()]
    return _simple(
        "density",
        "People by bone density",
        ("Bone density", "People", "What people are told"),
        rows,
        summary.accepted,
    )


def clearance(summary: Summary, rulebook: Rulebook) -> Markup:
    """Show how many people may begin, and how soon somebody should see them."""
    words, soon = rulebook.words["clearance"], rulebook.words["urgency"]
    starts = [
        (plain_name(name), count, words.get(name, ""))
        for name, count in on_scale(summary.clearances, tuple(Clearance)).items()
    ]
    seen = [(soon[name], summary.urgencies.get(name, 0), plain_name(name)) for name in reversed(Urgency)]
    seen.append(("No referral", summary.accepted - sum(count for _, count, _ in seen), "none"))
    return joined(
        [
            paragraph(
                "“Clear” means that nothing that was told stands in the way. A safety question that nobody "
                "answered is still to be asked."
            ),
            _simple(
                "clearance",
                "People by clearance",
                ("Clearance", "People", "What people are told"),
                starts,
                summary.accepted,
            ),
            heading(3, "When they should be seen"),
            _simple(
                "urgency",
                "People by when they should be seen",
                ("When", "People", "Urgency in the answers"),
                seen,
                summary.accepted,
            ),
        ]
    )


def movements(summary: Summary, rulebook: Rulebook) -> Markup:
    """Show which movements are limited most often, and how."""
    limited = limited_movements(summary, rulebook)
    parts = [Part(plain_name(verdict), fill) for verdict, fill in zip(LIMITS, _FILLS, strict=False)]
    bars = [
        Bar(
            entry.name,
            _short(entry.people, summary.accepted),
            tuple(entry.verdicts.values()),
            summary.accepted,
        )
        for entry in limited
    ]
    rows = [
        (entry.name, *(f"{n:,}" for n in entry.verdicts.values()), share(entry.people, summary.accepted))
        for entry in limited
    ]
    free = len(rulebook.movements) - len(limited)
    return joined(
        [
            paragraph(
                f"Limited for nobody, and so left out below: {free} of {len(rulebook.movements)} movements."
            ),
            key(parts, [rulebook.words["verdict"][verdict] for verdict in LIMITS]),
            _drawn("movements", "Movements limited most often", _everybody(summary.accepted), parts, bars),
            twin("Limited movements", ("Movement", *(part.name for part in parts), "Limited at all"), rows),
        ]
    )


def offered(summary: Summary, rulebook: Rulebook) -> Markup:
    """Show which levels of exercises were offered most."""
    offers = offered_levels(summary, rulebook)
    levels = sum(len(exercise.levels) for exercise in rulebook.exercises.values())
    left_out = f"Offered to nobody, and so left out below: {levels - len(offers)} of {levels} levels."
    return joined(
        [
            paragraph(f"Each exercise is offered at one level, the highest that suits. {left_out}"),
            _simple(
                "offered",
                "Levels offered most often",
                ("Exercise and level", "People"),
                offers,
                summary.accepted,
            ),
        ]
    )


def missing(summary: Summary, rulebook: Rulebook) -> Markup:
    """Show what nobody answered, and where that keeps something from being begun."""
    fields, whole = unanswered_fields(summary, rulebook), summary.accepted
    costly = [entry for entry in fields[:_LISTED] if entry.to_check]
    parts = [Part("to be checked", DARK), Part("not answered", LINES)]
    bars = [
        Bar(f.label, f"{f.to_check:,} of {f.rows:,}", (f.to_check, f.rows - f.to_check), whole)
        for f in fields
    ]
    rows = [(f.label, share(f.rows, whole), share(f.to_check, whole)) for f in fields]
    return joined(
        [
            paragraph(
                "These answers would sharpen most, so ask for them first, or add their columns."
                if costly
                else "Nothing waits for an answer."
            ),
            bullets(f"{entry.says(whole)}." for entry in costly),
            key(
                parts,
                [
                    "nobody answered, and the answer is to be checked before something is begun",
                    "nobody answered, and nothing waits for it",
                ],
            ),
            _drawn("missing", "Answers that are missing", _everybody(whole), parts, bars),
            twin("Missing answers", ("Field", "Not answered", "To be checked first"), rows),
        ]
    )


def rejects(summary: Summary) -> Markup:
    """Show why rows have no answer, and in which column."""
    if not summary.rejected:
        return paragraph("Every row that was read has an answer." if summary.read else "No row was read.")
    causes = [(reason.column or "the whole row", reason.words, reason.rows) for reason in reasons(summary)]
    bars = [
        Bar(f"{column}: {words}", f"{count:,}", (count,), causes[0][-1]) for column, words, count in causes
    ]
    return joined(
        [
            paragraph(
                f"Rows without an answer: {share(summary.rejected, summary.read)}. Nothing in them was "
                "guessed. Each is in the file of rejects, with its line, what stood there and why. A row "
                "can have more than one reason."
            ),
            _drawn(
                "rejects",
                "Why rows have no answer",
                "The longest bar is the commonest reason.",
                [Part("rows", DARK)],
                bars,
            ),
            twin(
                "Reasons",
                ("Column", "Reason", "How often"),
                [(column, words, f"{count:,}") for column, words, count in causes],
            ),
        ]
    )


def _simple(
    name: str, title: str, head: Sequence[str], rows: Sequence[tuple[str, int, *tuple[str, ...]]], whole: int
) -> Markup:
    """Show one number for each name; what more there is to say stands in the table."""
    bars = [Bar(label, _short(count, whole), (count,), whole) for label, count, *_ in rows]
    lines = [(label, share(count, whole), *more) for label, count, *more in rows]
    return joined(
        [_drawn(name, title, _everybody(whole), [Part("people", DARK)], bars), twin(title, head, lines)]
    )


def _drawn(name: str, title: str, says: str, parts: Sequence[Part], bars: Sequence[Bar]) -> Markup:
    """Draw the first bars, and say where the others are."""
    if not bars:
        return Markup("")
    caption = (
        title if len(bars) <= _DRAWN else f"{title}: {_DRAWN} of {len(bars)}, and all in the table below"
    )
    return figure(caption, says, bar_chart(name, title, says, parts, bars[:_DRAWN]))


def _everybody(whole: int) -> str:
    return f"The full width of a bar is all {whole:,} people with an answer."


def _short(count: int, whole: int) -> str:
    return f"{count:,} ({percent(count, whole)})"
