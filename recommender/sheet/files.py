"""A sheet as a file of one of the forms in which it can be written."""

from datetime import date

from recommender.errors import Problem, ProfileError
from recommender.person.assessment import Assessment


def sheet_file(assessment: Assessment, suffix: str, paper: str, large_print: bool, made: date) -> bytes:
    """Return the content of a file with the suffix .html, .pdf or .ics; see `sheet_of` for the rest.

    Raises:
        ProfileError: when a calendar is asked for and there is no week to put into it.

    """
    if suffix == ".ics":
        return _calendar(assessment, made)
    from recommender.sheet.content import sheet_of

    sheet = sheet_of(assessment, paper, large_print, made)
    if suffix == ".pdf":
        from recommender.sheet.pdf import sheet_as_pdf

        return sheet_as_pdf(sheet)
    from recommender.sheet.html import sheet_as_html

    return sheet_as_html(assessment.rulebook, sheet).encode()


def _calendar(assessment: Assessment, made: date) -> bytes:
    from recommender.sheet.calendar import has_week, week_as_calendar

    if not has_week(assessment):
        words = assessment.rulebook.words["clearance"][assessment.clearance]
        raise ProfileError(Problem("-o", assessment.rulebook.phrase("calendar.no_week", clearance=words)))
    return week_as_calendar(assessment, made).encode()
