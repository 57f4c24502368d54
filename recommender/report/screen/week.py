"""What to do and what to leave out, as the first screen says it."""

from collections.abc import Collection, Sequence

from recommender.person.assessment import Assessment, Offer
from recommender.report.exercises import lowered, serious_checks, title_of
from recommender.report.screen.layout import ScreenPage
from recommender.rulebook.scales import Dose, Verdict


def this_week(page: ScreenPage, assessment: Assessment, cautions: int, checks: int) -> None:
    """Name one exercise for each goal of the week with its dose, with so many cautions and checks."""
    book, chosen = assessment.rulebook, begin_with(assessment)
    page.heading(book.phrase("screen.this_week"))
    week_cautions(page, assessment, cautions)
    for goal, offer in chosen.items():
        named, dose = title_of(assessment, offer), offer.start.dose
        page.paragraph(
            book.phrase("screen.goal", goal=book.words["goals"][goal], exercise=named, dose=dose), hanging=2
        )
    carry_on(page, assessment)
    week_checks(page, assessment, checks)


def begin_with(assessment: Assessment) -> dict[str, Offer]:
    """Return the exercise to begin with for each goal of the week that has one."""
    return {plan.goal: offer for plan in assessment.week if (offer := assessment.offer(plan.start_with))}


def week_cautions(page: ScreenPage, assessment: Assessment, most: int) -> None:
    """Write the first cautions, and how many more there are."""
    notes = [rule.caution for rule in assessment.cautions[:most]]
    if more := len(assessment.cautions) - len(notes):
        notes.append(assessment.rulebook.counted("screen.more_cautions", more))
    if notes:
        page.paragraph(" ".join(notes))


def carry_on(page: ScreenPage, assessment: Assessment) -> None:
    """Tell somebody who begins with nothing that they train that more may stay."""
    practised = any(assessment.practises(offer.exercise) for offer in begin_with(assessment).values())
    if assessment.dose is Dose.USUAL and not practised:
        page.paragraph(assessment.rulebook.phrase("screen.carry_on"))


def week_checks(page: ScreenPage, assessment: Assessment, most: int) -> None:
    """List the open questions that could close one of the exercises to begin with."""
    fields, offers = assessment.rulebook.vocabulary.fields, begin_with(assessment).values()
    names = dict.fromkeys(name for offer in offers for name in serious_checks(offer.start.check_first))
    if names:
        checks = some(assessment, [fields[name].check for name in names], most, "exercises")
        page.paragraph(assessment.rulebook.phrase("screen.only_if", checks=checks))


def gentle_things(page: ScreenPage, assessment: Assessment, most: int) -> None:
    """Name what may be done meanwhile by somebody who does not just start, as far as `most`."""
    phrase = assessment.rulebook.phrase
    if offers := assessment.offers[:most]:
        page.heading(phrase("screen.until_then"))
        doses = (
            phrase("screen.gentle", exercise=title_of(assessment, offer), dose=offer.start.dose)
            for offer in offers
        )
        page.bullets(doses, indent=0)
    if others := [lowered(offer.exercise.name) for offer in assessment.offers[most:]]:
        page.paragraph(phrase("screen.also", exercises=some(assessment, others, most, "all")))
    if assessment.to_ask:
        names = list(dict.fromkeys(lowered(exercise.name) for exercise, _ in assessment.to_ask))
        page.paragraph(phrase("screen.to_ask", exercises=some(assessment, names, most, "all")))


def leave_out(page: ScreenPage, assessment: Assessment, most: int) -> None:
    """Name in everyday words what is to be left out of daily life and sport, as far as `most`."""
    book = assessment.rulebook
    alone, guided = left_out(assessment)
    if len(alone) > most:
        alone, guided = [*alone, *guided], []  # of those beyond the limit only their number is shown
    sentences = [f"{some(assessment, alone, most, 'daily')}."] if alone else []
    if guided:
        movements = some(assessment, guided, max(most - len(alone), 1), "daily")
        sentences.append(book.phrase("screen.with_somebody", movements=movements))
    page.section(book.phrase("screen.leave_out"), sentences)


def left_out(assessment: Assessment) -> tuple[list[str], list[str]]:
    """Return in everyday words what to leave out, and what to do only beside somebody trained."""
    alone = _in_everyday_words(assessment, _movements(assessment, Verdict.AVOID))
    return alone, _in_everyday_words(assessment, _movements(assessment, Verdict.SUPERVISED))


def _movements(assessment: Assessment, verdict: Verdict) -> list[str]:
    book = assessment.rulebook
    return [
        entry.movement.id
        for entry in assessment.movements
        if entry.verdict is verdict
        and not entry.movement.exercise_only
        and not book.families[entry.movement.family].free
    ]


def _in_everyday_words(assessment: Assessment, movements: Collection[str]) -> list[str]:
    """Return everyday words for movements, of several at once where there are; else their names."""
    book, left, words = assessment.rulebook, set(movements), []
    for entry in book.first_screen.leave_out:
        if left.issuperset(entry.movements):
            words.append(entry.say)
            left.difference_update(entry.movements)
    return [*words, *(lowered(book.movements[id_].name) for id_ in movements if id_ in left)]


def some(assessment: Assessment, texts: Sequence[str], most: int, part: str) -> str:
    """Return the first texts in one list, with how many more there are and the part that has them."""
    listed, more = "; ".join(texts[:most]), len(texts) - most
    if more <= 0:
        return listed
    return assessment.rulebook.phrase("screen.more", texts=listed, count=more, part=part)
