"""The report on a cohort, for a clinic or a registry: a short text for a terminal, and a web page."""

from recommender.cohort.model import Summary
from recommender.errors import visible
from recommender.report.cohort_sections import Sections
from recommender.report.counts import (
    TODAY,
    clearances,
    limited_movements,
    percent,
    plain_name,
    reasons,
    share,
    tier_totals,
    unanswered_fields,
)
from recommender.report.page import Page
from recommender.rulebook.model import Rulebook
from recommender.rulebook.signing import reviewed

_WIDTH = 92
_FIRST = 3


def summary_words(summary: Summary, rulebook: Rulebook) -> str:
    """Return the summary for a terminal: counts only, nothing about any one person."""
    page = Page(_WIDTH, colour=False)
    seconds = f"{summary.seconds:.1f}"
    page.paragraph(
        rulebook.counted("cohort.words.read", summary.read, source=summary.source, seconds=seconds)
    )
    answered = share(rulebook, summary.accepted, summary.read)
    page.entry(rulebook.phrase("cohort.words.answered"), answered, indent=0)
    _words_on_rejects(page, summary, rulebook)
    if summary.accepted:
        _words_on_people(page, summary, rulebook)
    page.entry(rulebook.phrase("cohort.reading.heading"), " ".join(summary.notes), indent=0)
    page.paragraph(f"{_version(rulebook)} {rulebook.words['disclaimer']['clinician']}")
    return "".join(f"{visible(line)}\n" for line in str(page).splitlines())


def _words_on_rejects(page: Page, summary: Summary, rulebook: Rulebook) -> None:
    rejected = share(rulebook, summary.rejected, summary.read)
    page.entry(rulebook.phrase("cohort.words.not_answered"), rejected, indent=0)
    if not summary.rejected:
        return
    causes = reasons(summary, rulebook)
    page.paragraph(rulebook.phrase("cohort.words.rejects"), indent=2)
    page.bullets(
        rulebook.phrase(
            "cohort.words.reason",
            reason=reason.words,
            column=reason.column or rulebook.phrase("cohort.whole_row"),
            rows=f"{reason.rows:,}",
        )
        for reason in causes[:_FIRST]
    )
    if len(causes) > _FIRST:
        page.bullets([rulebook.counted("cohort.words.more_reasons", len(causes) - _FIRST)])


def _words_on_people(page: Page, summary: Summary, rulebook: Rulebook) -> None:
    whole = summary.accepted
    soonest = "; ".join(
        rulebook.phrase("cohort.words.when", when=when, people=share(rulebook, count, whole))
        for when, count in _soonest(summary, rulebook)
    )
    page.paragraph(rulebook.phrase("cohort.words.to_be_seen", people=soonest))
    page.paragraph(rulebook.phrase("cohort.words.clearance"))
    page.bullets(
        f"{plain_name(rulebook, name)}: {share(rulebook, count, whole)}. "
        f"{_first_sentence(words) if count else ''}"
        for name, (count, words) in clearances(summary.clearances, rulebook).items()
    )
    page.entry(rulebook.phrase("cohort.words.tiers"), _tiers(summary, rulebook), indent=0)
    limited = "; ".join(
        f"{movement.name}, {share(rulebook, movement.people, whole)}"
        for movement in limited_movements(summary, rulebook)[:_FIRST]
    )
    page.entry(rulebook.phrase("cohort.words.limited"), limited, indent=0)
    sharpening = [entry for entry in unanswered_fields(summary, rulebook)[:_FIRST] if entry.to_check]
    if sharpening:
        page.paragraph(rulebook.phrase("cohort.words.sharpen"))
        page.bullets(
            rulebook.phrase(
                "cohort.words.missing",
                field=entry.label,
                rows=f"{entry.rows:,}",
                whole=f"{whole:,}",
                to_check=f"{entry.to_check:,}",
            )
            for entry in sharpening
        )


def summary_page(summary: Summary, rulebook: Rulebook) -> str:
    """Return the summary as one web page; the same rows always give the same page."""
    from recommender.pages.rendering import render

    return render(
        rulebook,
        "cohort.html",
        summary=summary,
        file=_file_name(summary.source),
        version=_version(rulebook),
        answered=share(rulebook, summary.accepted, summary.read),
        rejected=share(rulebook, summary.rejected, summary.read),
        soonest=_soonest(summary, rulebook),
        urgent=TODAY,
        tiers=_tiers(summary, rulebook) if summary.accepted else "",
        limited=limited_movements(summary, rulebook),
        unanswered=unanswered_fields(summary, rulebook),
        share=lambda count: share(rulebook, count, summary.accepted),
        levels=sum(len(exercise.levels) for exercise in rulebook.exercises.values()),
        sections=Sections(summary, rulebook),
        first=_FIRST,
    )


def _version(rulebook: Rulebook) -> str:
    return rulebook.phrase("cohort.rulebook", version=rulebook.version, reviewed=reviewed(rulebook))


def _soonest(summary: Summary, rulebook: Rulebook) -> list[tuple[str, int]]:
    return [(rulebook.words["urgency"][name].lower(), summary.urgencies.get(name, 0)) for name in TODAY]


def _tiers(summary: Summary, rulebook: Rulebook) -> str:
    return ", ".join(
        rulebook.phrase(
            "cohort.tier_count",
            tier=plain_name(rulebook, tier),
            count=f"{count:,}",
            percent=percent(rulebook, count, summary.accepted),
        )
        for tier, count in tier_totals(summary, rulebook).items()
    )


def _first_sentence(text: str) -> str:
    return text.split(". ", 1)[0].rstrip(".") + "."


def _file_name(path: str) -> str:
    """Return the name without folders, which say where a file was made and sometimes by whom."""
    return path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
