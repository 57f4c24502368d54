"""The open safety questions on the first screen: emergencies apart, the others in groups, none left out."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from recommender.person.assessment import Assessment
from recommender.report.screen.layout import ScreenPage
from recommender.rulebook.model import Rule, SafetyGroup, SafetyItems
from recommender.rulebook.scales import Clearance


class QuestionGroup(NamedTuple):
    """Open safety questions in one group: its name, and what to do where which of them is true."""

    name: str
    says: tuple[str, ...]


def safety_questions(page: ScreenPage, assessment: Assessment) -> None:
    """Ask all that is open, most serious first."""
    phrase = assessment.rulebook.phrase
    if emergencies := open_emergencies(assessment):
        page.heading(assessment.rulebook.words["screening"][Clearance.EMERGENCY])
        page.bullets(emergencies, indent=0)
    if questions := open_questions(assessment):
        page.section(phrase("screen.questions"), [phrase("screen.legend")])
        page.steps((f"{question.name}. {' '.join(question.says)}" for question in questions), indent=0)


def open_emergencies(assessment: Assessment) -> list[str]:
    """Return what needs emergency help now, as far as it has not been asked."""
    texts = assessment.rulebook.first_screen.emergency
    rules = _open(assessment, Clearance.EMERGENCY)
    return list(dict.fromkeys(texts.get(rule.id, rule.screen) for rule in rules))


def open_questions(assessment: Assessment) -> list[QuestionGroup]:
    """Return the other open questions in groups, each item under what to do if it is true."""
    phrase = assessment.rulebook.phrase
    doctor = _open(assessment, Clearance.HOLD)
    ask = _open(assessment, Clearance.CLINICIAN_LED)
    asked = []
    for group in (*assessment.rulebook.first_screen.safety, _ungrouped(assessment, (*doctor, *ask))):
        says = []
        if items := _items(group, {rule.id for rule in doctor}):
            says.append(phrase("screen.doctor", items=items))
        if items := _items(group, {rule.id for rule in ask}):
            says.append(phrase("screen.ask", items=items))
        if says:
            asked.append(QuestionGroup(group.name, tuple(says)))
    return asked


def _open(assessment: Assessment, clearance: Clearance) -> list[Rule]:
    return [rule for rule in assessment.open_clearance_rules if rule.clearance is clearance]


def _ungrouped(assessment: Assessment, rules: Iterable[Rule]) -> SafetyGroup:
    """Return the group of the questions that no group has, in their own words."""
    book = assessment.rulebook
    grouped = {rule for group in book.first_screen.safety for items in group.items for rule in items.say}
    others = {rule.id: rule.screen for rule in rules if rule.id not in grouped}
    return SafetyGroup(book.phrase("screen.something_else"), (SafetyItems("", others),))


def _items(group: SafetyGroup, rules: Collection[str]) -> str:
    """Return the items of a group that some rules ask, in the order of the group."""
    texts = []
    for items in group.items:
        asked = "; ".join(dict.fromkeys(text for rule, text in items.say.items() if rule in rules))
        if asked:
            texts.append(f"{items.of} {asked}".strip())
    return "; ".join(texts)
