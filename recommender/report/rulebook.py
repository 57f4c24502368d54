"""A rule or an exercise with all that the rulebook holds on it, as text for a terminal."""

from collections.abc import Iterable

from recommender.report.page import Page
from recommender.rulebook.model import Exercise, Rule, Rulebook
from recommender.rulebook.scales import Dose, Verdict
from recommender.rulebook.signing import sign_off, state


def rule_page(rulebook: Rulebook, rule: Rule, width: int, colour: bool) -> Page:
    """Return one rule with everything it says."""
    page, phrase = Page(width, colour), rulebook.phrase
    page.title(f"{rule.id} {rule.title}")
    unless = rule.fails_closed
    page.entry(phrase("book.rule.unless") if unless else phrase("book.rule.when"), rule.when, indent=0)
    for verdict, movements in limits(rule).items():
        page.entry(verdict, ", ".join(movements), indent=0)
    concludes = ", ".join(f"{scale} {level}" for scale, level in rule.concludes.items())
    page.entry(phrase("book.rule.concludes"), concludes, indent=0)
    page.entry(phrase("book.rule.clearance"), rule.clearance or "", indent=0)
    page.entry(phrase("book.rule.screen"), rule.screen, indent=0)
    page.entry(phrase("book.rule.says"), rule.say, indent=0)
    page.entry(phrase("book.rule.why_not"), rule.why_not, indent=0)
    page.entry(phrase("book.rule.opens"), rule.opens, indent=0)
    page.entry(phrase("book.rule.caution"), rule.caution, indent=0)
    page.entry(phrase("book.rule.note"), rule.note, indent=0)
    page.entry(phrase("book.rule.dose"), rule.dose or "", indent=0)
    if rule.refer:
        refer = rule.refer
        referral = phrase("book.rule.referral", urgency=refer.urgency, to=refer.to, say=refer.say)
        page.entry(phrase("book.rule.refers"), referral, indent=0)
    page.entry(phrase("book.rule.because"), rule.because, indent=0)
    page.entry(phrase("book.certainty"), rule.certainty, indent=0)
    page.entry(phrase("book.rule.status"), rule.source_status, indent=0)
    numbers = (
        phrase("book.rule.number", number=text, status=status) for text, status in rule.numbers.items()
    )
    page.entry(phrase("book.rule.its_numbers"), ", ".join(numbers), indent=0)
    page.entry(phrase("book.rule.guideline_year"), rule.guideline_year, indent=0)
    page.entry(phrase("book.rule.signed"), signed(rulebook, rule), indent=0)
    page.entry(phrase("book.place"), rule.place, indent=0)
    _sources(page, rulebook, rule.sources)
    return page


def limits(rule: Rule) -> dict[Verdict, list[str]]:
    """Return the movements that a rule limits, by verdict."""
    movements: dict[Verdict, list[str]] = {}
    for id_, verdict in rule.limits.items():
        movements.setdefault(verdict, []).append(id_)
    return movements


def signed(rulebook: Rulebook, rule: Rule) -> str:
    """Return who signed a rule as it is now, else how far it is vouched for."""
    signature = sign_off(rulebook, rule.id)
    return f"{signature.by}, {signature.role}, {signature.date}" if signature else state(rulebook, rule.id)


def goals(rulebook: Rulebook, exercise: Exercise) -> str:
    """Return what an exercise is good for."""
    return ", ".join(rulebook.words["goals"][goal] for goal in exercise.goals)


def exercise_page(rulebook: Rulebook, exercise: Exercise, width: int, colour: bool) -> Page:
    """Return one exercise with all its levels."""
    page, phrase = Page(width, colour), rulebook.phrase
    page.title(phrase("book.named", name=exercise.name, id=exercise.id))
    page.paragraph(exercise.why)
    page.entry(phrase("book.exercise.goals").capitalize(), goals(rulebook, exercise), indent=0)
    page.entry(phrase("book.certainty").capitalize(), exercise.certainty, indent=0)
    page.entry(phrase("book.exercise.gentler").capitalize(), ", ".join(exercise.gentler), indent=0)
    for level in exercise.levels:
        page.subheading(phrase("book.named", name=level.name, id=level.id))
        page.entry(phrase("book.level.movements").capitalize(), ", ".join(level.movements))
        page.entry(phrase("book.level.shown_up_to").capitalize(), level.shown_up_to)
        page.entry(phrase("book.level.position").capitalize(), level.position)
        page.steps(level.steps)
        page.entry(phrase("book.level.usual").capitalize(), level.dose[Dose.USUAL])
        page.entry(phrase("book.level.gentle").capitalize(), level.dose[Dose.GENTLE])
        page.entry(phrase("book.level.dose_sources").capitalize(), ", ".join(level.dose_sources))
        take_care = phrase("book.level.cautions").capitalize()
        page.bullets(f"{take_care}: {caution}" for caution in level.cautions)
    page.blank()
    stop_if = phrase("book.exercise.stop_if").capitalize()
    page.bullets((f"{stop_if}: {stop}" for stop in exercise.stop_if), indent=0)
    _sources(page, rulebook, exercise.sources)
    return page


def _sources(page: Page, rulebook: Rulebook, ids: Iterable[str]) -> None:
    phrase = rulebook.phrase
    page.subheading(phrase("book.source.heading"))
    for id_ in ids:
        source = rulebook.sources[id_]
        reference = phrase(
            "book.source.reference",
            id=id_,
            authors=source.authors,
            title=source.title,
            where=source.where,
            checked=source.checked,
            finding=source.found,
        )
        page.bullets([reference])
        page.entry(phrase("book.source.doi"), source.doi, indent=4)
        page.entry(phrase("book.source.url"), source.url, indent=4)
