"""The answer to "can I …?" for a terminal: at most fifteen lines of eighty columns.

Each kind of answer can be written longer or shorter; the longest that fits is shown.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from recommender.activities.answer import answer
from recommender.activities.matching import Match
from recommender.person.assessment import Assessment
from recommender.report.can.parts import DETAILS, WHOLE, each_part
from recommender.report.can.question import Question
from recommender.report.can.safety import help_first, safety_questions
from recommender.report.exercises import lowered
from recommender.report.page import Page
from recommender.rulebook.activities import Symptom
from recommender.rulebook.scales import Verdict
from recommender.rulebook.signing import reviewed

MOST_LINES = 15

Size = TypeVar("Size")


def can_report(assessment: Assessment, asked: str, match: Match | None, width: int, colour: bool) -> str:
    """Return the answer to a question as text; what a person needs first comes before any answer."""
    question, most = Question(assessment, asked, match), range(MOST_LINES, 0, -1)

    def fitting(write: Callable[[Page, Size], None], sizes: Iterable[Size]) -> str:
        page = Page(width, colour)
        for size in sizes:
            page = Page(width, colour)
            write(page, size)
            page.paragraph(assessment.rulebook.phrase("can.about", reviewed=reviewed(assessment.rulebook)))
            if len(page.lines) <= MOST_LINES:
                break
        return str(page)

    if not assessment.clearance.has_plan:
        return fitting(partial(help_first, question), range(len(assessment.clearance_rules), -1, -1))
    if match is None:
        return fitting(partial(_unknown, question), most)
    if isinstance(match.subject, Symptom):
        return fitting(partial(safety_questions, question, match.subject), most)
    return fitting(partial(each_part, question, answer(assessment, match.subject)), DETAILS)


def write_can(page: Page, assessment: Assessment, asked: str, match: Match | None) -> None:
    """Write the answer to a question with all of its detail on a page of any kind."""
    question = Question(assessment, asked, match)
    if not assessment.clearance.has_plan:
        help_first(question, page, len(assessment.clearance_rules))
    elif match is None:
        _unknown(question, page, MOST_LINES)
    elif isinstance(match.subject, Symptom):
        safety_questions(question, match.subject, page, len(assessment.rulebook.rules))
    else:
        each_part(question, answer(assessment, match.subject), page, WHOLE)


def _unknown(question: Question, page: Page, most: int) -> None:
    """Say that a word is unknown, and which movements to look out for."""
    phrase = question.assessment.rulebook.phrase
    page.lead(phrase("can.unknown", asked=question.asked))
    page.paragraph(phrase("can.unknown_look"))
    if waits := _movements(question.assessment, Verdict.AVOID, Verdict.SUPERVISED):
        page.paragraph(phrase("can.unknown_waits", movements=question.some(waits, most)))
    if changed := _movements(question.assessment, Verdict.MODIFY):
        page.paragraph(phrase("can.unknown_differently", movements=question.some(changed, most)))
    page.paragraph(phrase("can.unknown_ask"))


def _movements(assessment: Assessment, *verdicts: Verdict) -> list[str]:
    """Return the names of the movements of daily life that have one of some verdicts."""
    return [
        lowered(entry.movement.name)
        for entry in assessment.movements
        if entry.verdict in verdicts and not entry.movement.exercise_only
    ]
