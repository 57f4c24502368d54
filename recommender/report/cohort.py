"""The report on a cohort, for a clinic or a registry: a short text for a terminal, and a web page."""

from collections.abc import Iterable

from recommender.cohort.model import Summary
from recommender.errors import visible
from recommender.report import cohort_sections as sections
from recommender.report.counts import (
    TODAY,
    limited_movements,
    on_scale,
    percent,
    plain_name,
    reasons,
    share,
    tier_totals,
    unanswered_fields,
)
from recommender.report.figures import patterns
from recommender.report.html import Markup, bullets, document, heading, joined, paragraph
from recommender.report.page import Page
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance
from recommender.rulebook.signing import reviewed

_WIDTH = 92
_FIRST = 3
_FIGURES = {
    "Risk tier by age and sex": sections.tiers,
    "Bone density": sections.bone_density,
    "Clearance: may they start?": sections.clearance,
    "Movements that are limited": sections.movements,
    "Exercises that were offered": sections.offered,
    "What was not answered, and what it costs": sections.missing,
}


def summary_words(summary: Summary, rulebook: Rulebook) -> str:
    """Return the summary for a terminal: counts only, nothing about any one person."""
    page = Page(_WIDTH, colour=False)
    page.paragraph(f"{summary.source}: {_rows(summary.read)} read in {summary.seconds:.1f} seconds.")
    page.entry("Answered", share(summary.accepted, summary.read), indent=0)
    _words_on_rejects(page, summary)
    if summary.accepted:
        _words_on_people(page, summary, rulebook)
    page.entry("How the file was read", " ".join(summary.notes), indent=0)
    page.paragraph(
        f"Rulebook {rulebook.version}, {reviewed(rulebook)}. {rulebook.words['disclaimer']['clinician']}"
    )
    return "".join(f"{visible(line)}\n" for line in str(page).splitlines())


def _words_on_rejects(page: Page, summary: Summary) -> None:
    page.entry("Not answered", share(summary.rejected, summary.read), indent=0)
    if not summary.rejected:
        return
    causes = reasons(summary)
    page.paragraph(
        "Each is in the file of rejects, with its line and the reason. Nobody was assessed from them.",
        indent=2,
    )
    page.bullets(
        f"{reason.words} in {reason.column or 'the whole row'}: {reason.rows:,}" for reason in causes[:_FIRST]
    )
    if len(causes) > _FIRST:
        page.bullets([f"and for {len(causes) - _FIRST} more reasons"])


def _words_on_people(page: Page, summary: Summary, rulebook: Rulebook) -> None:
    whole = summary.accepted
    page.paragraph(
        "To be seen "
        + "; ".join(f"{soon}: {share(count, whole)}" for soon, count in _soonest(summary, rulebook))
    )
    page.paragraph("Clearance, from what was told (safety questions that nobody answered come first):")
    words = rulebook.words["clearance"]
    page.bullets(
        f"{plain_name(name)}: {share(count, whole)}. {_first_sentence(words.get(name, '')) if count else ''}"
        for name, count in on_scale(summary.clearances, tuple(Clearance)).items()
    )
    page.entry("Risk tier, at least", _tiers(summary, rulebook), indent=0)
    limited = limited_movements(summary, rulebook)[:_FIRST]
    page.entry(
        "Limited most often",
        "; ".join(f"{movement.name}, {share(movement.people, whole)}" for movement in limited),
        indent=0,
    )
    sharpening = [entry for entry in unanswered_fields(summary, rulebook)[:_FIRST] if entry.to_check]
    if sharpening:
        page.paragraph("These answers would sharpen most:")
        page.bullets(
            f"{f.label}: missing in {f.rows:,} of {whole:,}, to be checked first in {f.to_check:,}"
            for f in sharpening
        )


def summary_page(summary: Summary, rulebook: Rulebook) -> str:
    """Return the summary as one web page; the same rows always give the same page."""
    title = f"Movement and exercise: {_file_name(summary.source)}"
    version = f"Rulebook {rulebook.version}, {reviewed(rulebook)}."
    parts = [
        patterns(),
        heading(1, title),
        paragraph(f"{rulebook.words['disclaimer']['clinician']} {version}"),
        *_in_short(summary, rulebook),
    ]
    if summary.accepted:
        parts += [
            markup
            for name, section in _FIGURES.items()
            for markup in (heading(2, name), section(summary, rulebook))
        ]
    parts += [heading(2, "Rows without an answer"), sections.rejects(summary)]
    parts += [
        heading(2, "How the file was read"),
        bullets(summary.notes) or paragraph("There is nothing to note."),
    ]
    parts += [heading(2, "About this page"), paragraph(f"{version} Its sha256 is {rulebook.sha256}.")]
    return document(title, joined(parts))


def _in_short(summary: Summary, rulebook: Rulebook) -> Iterable[Markup]:
    yield heading(2, "In short")
    yield paragraph(
        f"{_rows(summary.read)} read; each stands for one person. "
        f"With an answer: {share(summary.accepted, summary.read)}. "
        f"Without one: {share(summary.rejected, summary.read)}."
    )
    yield heading(3, "What needs somebody today")
    yield bullets(_today(summary, rulebook)) or paragraph("Nothing, as there is nobody in the file.")
    if not summary.accepted:
        return
    yield heading(3, "The cohort")
    limited = limited_movements(summary, rulebook)[:_FIRST]
    yield bullets(
        [
            f"Risk tier, at least: {_tiers(summary, rulebook)}.",
            *(
                f"Limited often: {movement.name}, for {share(movement.people, summary.accepted)}."
                for movement in limited
            ),
            *(
                f"Would sharpen most: {entry.says(summary.accepted)}."
                for entry in unanswered_fields(summary, rulebook)[:1]
                if entry.to_check
            ),
        ]
    )


def _today(summary: Summary, rulebook: Rulebook) -> list[str]:
    """Return how many people need somebody now or today, and how many rows were not assessed."""
    lines = []
    if summary.accepted:
        soonest = _soonest(summary, rulebook)
        lines = [f"To be seen {soon}: {share(count, summary.accepted)}." for soon, count in soonest]
        if any(count for _, count in soonest):
            lines.append(
                f"The answers say who they are: look for {' and '.join(TODAY)} in the column of urgency."
            )
    if summary.rejected:
        lines.append(
            "Rows without an answer were not assessed. Somebody there may need help too: "
            "put them right and run them again."
        )
    return lines


def _soonest(summary: Summary, rulebook: Rulebook) -> list[tuple[str, int]]:
    return [(rulebook.words["urgency"][name].lower(), summary.urgencies.get(name, 0)) for name in TODAY]


def _tiers(summary: Summary, rulebook: Rulebook) -> str:
    counts = tier_totals(summary, rulebook)
    return ", ".join(
        f"{plain_name(tier)} {count:,} ({percent(count, summary.accepted)})" for tier, count in counts.items()
    )


def _first_sentence(text: str) -> str:
    return text.split(". ", 1)[0].rstrip(".") + "."


def _file_name(path: str) -> str:
    """Return the name without folders, which say where a file was made and sometimes by whom."""
    return path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or "a cohort"


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"
