"""A sheet for one person: what stands on which page, with as much detail as the page has room for."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from recommender.person.assessment import Assessment
from recommender.rulebook.scales import Clearance
from recommender.sheet.detail import BACK, FRONT, Detail
from recommender.sheet.fitting import fits
from recommender.sheet.model import LARGE_PRINT, Page, Section, Sheet
from recommender.sheet.sections import Sections

Builder = Callable[[Detail], Iterator[Section]]


def sheet_of(
    assessment: Assessment, paper: str, large_print: bool, made: date, decided: tuple[str, ...] = ()
) -> Sheet:
    """Return the sheet of one person for a paper of `PAPERS`; `made` is the day that stands on it.

    `decided` are sentences about what a clinician decided.
    """
    pages = _pages(Sections(assessment, made, decided), assessment.clearance)
    if large_print:
        whole = Detail(LARGE_PRINT, pictures=60, steps=True, twins=8, sources=10)
        sections = tuple(section for page, _ in pages for section in _built(page, whole))
        made_pages: tuple[Page, ...] = (Page(sections, LARGE_PRINT),)
    else:
        made_pages = tuple(
            _fitted(page, details, paper, first=page is pages[0][0]) for page, details in pages
        )
    phrase = assessment.rulebook.phrase
    title = phrase("sheet.title") if assessment.clearance.has_plan else phrase("sheet.title_first")
    return Sheet(title, made_pages, paper, large_print)


def _pages(has: Sections, clearance: Clearance) -> list[tuple[tuple[Builder, ...], Sequence[Detail]]]:
    """Return what stands on each page, most important first."""
    first: tuple[Builder, ...]
    second: tuple[Builder, ...]
    if clearance is Clearance.EMERGENCY:
        return [((has.means, has.decided, has.whom, has.about), FRONT)]
    if clearance is Clearance.HOLD:
        first = (
            has.means,
            has.decided,
            has.whom,
            has.emergencies,
            has.before,
            has.until_then,
            has.stop,
            has.about,
        )
        return [(first, FRONT)]
    if clearance is Clearance.CLINICIAN_LED:
        first = has.means, has.decided, has.whom, has.emergencies, has.before, has.every_time, has.stop
        second = has.until_then, has.daily, has.about
    else:
        first = has.means, has.decided, has.emergencies, has.week, has.every_time, has.stop
        second = has.before, has.daily, has.waits, has.whom, has.going_on, has.about
    return [(first, FRONT), (second, BACK)]


def _built(page: Sequence[Builder], detail: Detail) -> tuple[Section, ...]:
    return tuple(section for builder in page for section in builder(detail))


def _fitted(page: Sequence[Builder], details: Sequence[Detail], paper: str, *, first: bool) -> Page:
    """Return a page in the longest form that fits, or in the shortest."""
    for detail in details:
        made = Page(_built(page, detail), detail.size)
        if fits(made, paper, titled=first):
            break
    return made
