"""A sheet for one person: what stands on which page, with as much detail as the page has room for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from recommender.person.assessment import Assessment
from recommender.rulebook.scales import Clearance
from recommender.sheet.about import About
from recommender.sheet.daily import DailyLife
from recommender.sheet.detail import BACK, FRONT, LARGE, Detail
from recommender.sheet.exercises import Exercises
from recommender.sheet.fitting import fits
from recommender.sheet.model import Page, Section, Sheet
from recommender.sheet.safety import Safety

Builder = Callable[[Detail], Iterator[Section]]

PAGES: Mapping[Clearance, Sequence[str]] = {
    Clearance.CLEAR: (
        "means decided emergencies week every_time stop",
        "before daily waits whom going_on about",
    ),
    Clearance.CLINICIAN_LED: (
        "means decided whom emergencies before every_time stop",
        "until_then daily about",
    ),
    Clearance.HOLD: ("means decided whom emergencies before until_then stop about",),
    Clearance.EMERGENCY: ("means decided whom about",),
}
"""The sections of each page, most important first."""


def sheet_of(
    assessment: Assessment, paper: str, large_print: bool, made: date, decided: tuple[str, ...] = ()
) -> Sheet:
    """Return the sheet of one person for a paper of `PAPERS`; `made` is the day that stands on it.

    `decided` are sentences about what a clinician decided.
    """
    builders = _builders(assessment, made, decided)
    pages = [[builders[name] for name in names.split()] for names in PAGES[assessment.clearance]]
    if large_print:
        fitted = [Page(tuple(section for page in pages for section in _built(page, LARGE)), LARGE.size)]
    else:
        fitted = [_fitted(pages[0], FRONT, paper, titled=True)]
        fitted += [_fitted(page, BACK, paper, titled=False) for page in pages[1:]]
    phrase = assessment.rulebook.phrase
    title = phrase("sheet.title") if assessment.clearance.has_plan else phrase("sheet.title_first")
    return Sheet(title, tuple(fitted), paper, large_print)


def _builders(assessment: Assessment, made: date, decided: tuple[str, ...]) -> Mapping[str, Builder]:
    safety, exercises, about = Safety(assessment), Exercises(assessment), About(assessment, made, decided)
    return {
        "means": safety.means,
        "emergencies": safety.emergencies,
        "before": safety.before,
        "every_time": safety.every_time,
        "stop": safety.stop,
        "whom": safety.whom,
        "week": exercises.week,
        "until_then": exercises.until_then,
        "going_on": exercises.going_on,
        "daily": DailyLife(assessment).daily,
        "decided": about.decided,
        "waits": about.waits,
        "about": about.about,
    }


def _built(page: Sequence[Builder], detail: Detail) -> tuple[Section, ...]:
    return tuple(section for builder in page for section in builder(detail))


def _fitted(page: Sequence[Builder], details: Sequence[Detail], paper: str, *, titled: bool) -> Page:
    """Return a page in the longest form that fits, or in the shortest."""
    for detail in details:
        made = Page(_built(page, detail), detail.size)
        if fits(made, paper, titled=titled):
            break
    return made
