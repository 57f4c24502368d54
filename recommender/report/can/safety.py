"""What comes before any "can I …?": help that is needed now, and the safety questions behind a symptom."""

from recommender.activities.matching import Subject
from recommender.language.tree import fields_of
from recommender.report.can.question import Question
from recommender.report.page import Page
from recommender.report.why import capital
from recommender.rulebook.activities import Symptom
from recommender.rulebook.scales import Clearance


def help_first(question: Question, page: Page, reasons: int) -> None:
    """Say what comes before exercise, with so many reasons, and how to get by until then."""
    assessment = question.assessment
    phrase = assessment.rulebook.phrase
    page.lead(phrase("can.paused", name=question.name))
    page.paragraph(assessment.rulebook.words["clearance"][assessment.clearance])
    page.bullets((rule.say for rule in assessment.clearance_rules[:reasons]), indent=0)
    first = next((rule.refer.say for rule in assessment.referrals if rule.refer), "")
    page.entry(phrase("report.first"), first, indent=0)
    subject = question.match.subject if question.match else None
    if isinstance(subject, Subject) and assessment.clearance is Clearance.HOLD:
        page.entry(phrase("can.until_then"), subject.paused, indent=0)
    page.paragraph(phrase("can.whole"))


def safety_questions(question: Question, symptom: Symptom, page: Page, most: int) -> None:
    """Show the safety questions behind a symptom, most serious first: all emergencies, `most` of others."""
    book = question.assessment.rulebook
    page.lead(book.phrase("can.symptom", name=capital(symptom.name)))
    if symptom.say:
        page.paragraph(symptom.say)
    rules = [
        rule
        for rule in book.rules.values()
        if rule.screen and rule.clearance and set(fields_of(rule.condition)) & set(symptom.fields)
    ]
    for clearance in reversed(Clearance):
        screens = list(dict.fromkeys(rule.screen for rule in rules if rule.clearance is clearance))
        if screens:
            page.paragraph(book.words["screening"][clearance])
            page.bullets(screens if clearance is Clearance.EMERGENCY else screens[:most])
    options = ", ".join(f"--{name.replace('_', '-')}" for name in symptom.fields)
    page.paragraph(book.phrase("can.symptom_tell", options=options))
