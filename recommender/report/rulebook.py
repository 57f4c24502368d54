"""A rule or an exercise with all that the rulebook holds on it, as text for a terminal."""

from collections.abc import Iterable

from recommender.report.page import Page
from recommender.rulebook.model import Exercise, Rule, Rulebook
from recommender.rulebook.scales import Dose
from recommender.rulebook.signing import sign_off, state


def rule_page(rulebook: Rulebook, rule: Rule, width: int, colour: bool) -> Page:
    """Return one rule with everything it says."""
    page = Page(width, colour)
    page.title(f"{rule.id} {rule.title}")
    page.entry("unless" if rule.fails_closed else "when", rule.when, indent=0)
    for verdict in dict.fromkeys(rule.limits.values()):
        movements = [id_ for id_, limit in rule.limits.items() if limit == verdict]
        page.entry(verdict, ", ".join(movements), indent=0)
    page.entry(
        "concludes at least",
        ", ".join(f"{scale} {level}" for scale, level in rule.concludes.items()),
        indent=0,
    )
    page.entry("clearance", rule.clearance or "", indent=0)
    page.entry("asked as", rule.screen, indent=0)
    page.entry("says", rule.say, indent=0)
    page.entry("says of what waits", rule.why_not, indent=0)
    page.entry("would open it", rule.opens, indent=0)
    page.entry("caution", rule.caution, indent=0)
    page.entry("note", rule.note, indent=0)
    page.entry("dose", rule.dose or "", indent=0)
    if rule.refer:
        page.entry("refers", f"{rule.refer.urgency}, {rule.refer.to}: {rule.refer.say}", indent=0)
    page.entry("because", rule.because, indent=0)
    page.entry("certainty", rule.certainty, indent=0)
    page.entry("source checked", rule.source_status, indent=0)
    page.entry(
        "its numbers", ", ".join(f"{text} ({status})" for text, status in rule.numbers.items()), indent=0
    )
    page.entry("guideline year", rule.guideline_year, indent=0)
    page.entry("signed", _signed(rulebook, rule), indent=0)
    page.entry("stands in", rule.place, indent=0)
    _sources(page, rulebook, rule.sources)
    return page


def _signed(rulebook: Rulebook, rule: Rule) -> str:
    signature = sign_off(rulebook, rule)
    return f"{signature.by}, {signature.role}, {signature.date}" if signature else state(rulebook, rule)


def exercise_page(rulebook: Rulebook, exercise: Exercise, width: int, colour: bool) -> Page:
    """Return one exercise with all its levels."""
    page = Page(width, colour)
    page.title(f"{exercise.name} ({exercise.id})")
    page.paragraph(exercise.why)
    page.entry("Goals", ", ".join(rulebook.words["goals"][goal] for goal in exercise.goals), indent=0)
    page.entry("Certainty", exercise.certainty, indent=0)
    page.entry("Gentler", ", ".join(exercise.gentler), indent=0)
    for level in exercise.levels:
        page.subheading(f"{level.name} ({level.id})")
        page.entry("Movements", ", ".join(level.movements))
        page.entry("Shown up to", level.shown_up_to)
        page.entry("Where", level.position)
        page.steps(level.steps)
        page.entry("How much", level.dose[Dose.USUAL])
        page.entry("Gentle start", level.dose[Dose.GENTLE])
        page.entry("Dose from", ", ".join(level.dose_sources))
        page.bullets(f"Take care: {caution}" for caution in level.cautions)
    page.blank()
    page.bullets((f"Stop if: {stop}" for stop in exercise.stop_if), indent=0)
    _sources(page, rulebook, exercise.sources)
    return page


def _sources(page: Page, rulebook: Rulebook, ids: Iterable[str]) -> None:
    page.subheading("Sources")
    for id_ in ids:
        source = rulebook.sources[id_]
        reference = f"{source.authors} {source.title}. {source.where}."
        page.bullets([f"{id_}: {reference} Checked: {source.checked}. {source.found}"])
        page.entry("doi", source.doi, indent=4)
        page.entry("read at", source.url, indent=4)
