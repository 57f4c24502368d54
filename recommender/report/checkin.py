"""How the exercises of a week go on, as text for a terminal."""

from collections.abc import Sequence

from recommender.person.checkin import GoesOn
from recommender.report.page import Page
from recommender.rulebook.checkin import CheckIn
from recommender.rulebook.model import Rulebook
from recommender.vocabulary.profile import LEFT_OUT


def checkin_page(
    book: Rulebook, checkin: CheckIn, results: Sequence[GoesOn], again: str, width: int, colour: bool
) -> Page:
    """Return what to do next with each exercise; `again` is the file to answer again, if that is due."""
    page, phrase = Page(width, colour), book.phrase
    page.title(phrase("checkin.title"))
    if again:
        page.lead(phrase("checkin.again", file=again))
    if any(result.step == LEFT_OUT for result in results):
        page.lead(phrase("checkin.stopped"))
    for result in results:
        step = checkin.words[result.step]
        page.subheading(phrase("checkin.goes_on", name=result.offer.exercise.name, step=step))
        if result.form:
            page.entry(phrase("checkin.level"), result.form.level.name)
            page.entry(phrase("checkin.dose"), result.form.dose)
        for rule in result.rules:
            page.entry(phrase("checkin.why"), rule.caution or rule.opens)
    return page
