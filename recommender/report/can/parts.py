"""The verdict on what somebody asks about, then on each of its parts, then what would open more."""

from collections.abc import Sequence
from typing import NamedTuple

from recommender.activities.answer import Answer, PartAnswer
from recommender.activities.matching import By
from recommender.language.numbers import shown
from recommender.person.assessment import Assessment
from recommender.report.can.question import Question
from recommender.report.page import Page
from recommender.report.why import capital
from recommender.rulebook.scales import Clearance, Verdict


class Detail(NamedTuple):
    """How much an answer says.

    `checks`, `opens` and `reasons` are how many open questions, groups of what would open parts, and reasons
    why parts wait it names (what opens them with `needs` in words, else as a command). `say` is what the
    activity says of itself, `how` the way to do a part, `instead` what to do in place of one.
    """

    checks: int
    opens: int
    reasons: int = 0
    needs: bool = True
    say: bool = True
    how: bool = True
    instead: bool = True


DETAILS = (
    Detail(checks=4, opens=3, reasons=2),
    Detail(checks=3, opens=2, reasons=1),
    Detail(checks=2, opens=1, reasons=1),
    Detail(checks=2, opens=1, reasons=1, needs=False),
    Detail(checks=1, opens=1, reasons=1, needs=False),
    Detail(checks=1, opens=1, needs=False),
    Detail(checks=1, opens=0, needs=False),
    Detail(checks=1, opens=0, needs=False, say=False),
    Detail(checks=1, opens=0, needs=False, say=False, how=False),
    Detail(checks=0, opens=0, needs=False, say=False, how=False),
    Detail(checks=0, opens=0, needs=False, say=False, how=False, instead=False),
)
"""From the longest answer to the shortest: the way to do a part goes last, what to leave out never goes."""


WHOLE = Detail(checks=99, opens=99)
"""The whole answer, where no line limits it."""


def each_part(question: Question, answered: Answer, page: Page, detail: Detail) -> None:
    """Write the whole answer with so much detail."""
    assessment, match = question.assessment, question.match
    phrase = assessment.rulebook.phrase
    page.lead(_verdict(question, answered))
    if match and match.by is By.SPELLING:
        page.paragraph(phrase("can.taken_as", asked=question.asked, name=match.name))
    if match and match.by is By.KIND:
        page.paragraph(phrase("can.taken_as_kind", asked=question.asked, name=match.name))
    if _led(assessment):
        page.paragraph(phrase("can.led_first"))
    elif assessment.open_clearance_rules:
        page.paragraph(phrase("can.safety"))
    if answered.subject.say and detail.say:
        page.paragraph(answered.subject.say)
    _parts(page, assessment, answered, detail)
    if not _led(assessment):  # of anything more, the clinician who leads is asked
        if answered.builds_up and detail.checks:
            page.paragraph(phrase("can.builds_up"))
        _checks(page, question, answered, detail)
        _reasons(page, assessment, answered, detail.reasons)
        _opens(page, assessment, answered, detail)


def _led(assessment: Assessment) -> bool:
    return assessment.clearance is Clearance.CLINICIAN_LED


def _verdict(question: Question, answered: Answer) -> str:
    """Return the sentence on the whole: for whom, on which number, and whether it can be done."""
    phrase, parts = question.assessment.rulebook.phrase, answered.parts
    name, whom = question.name, _whom(question.assessment)
    if len(answered.waiting) == len(parts):
        if all(each.verdict is Verdict.SUPERVISED for each in parts):
            return phrase("can.supervised", name=name, whom=whom)
        return phrase("can.waits", name=name, whom=whom)
    if _led(question.assessment):
        return phrase("can.led", name=name, whom=whom)
    if len(answered.waiting) * 2 >= len(parts):
        return phrase("can.some_goes_on", name=name, whom=whom)
    if answered.waiting:
        return phrase("can.most_goes_on", name=name, whom=whom)
    if len(answered.fine) < len(parts):
        return phrase("can.differently", name=name, whom=whom)
    if answered.checks:
        return phrase("can.fine_with_checks", name=name, whom=whom)
    return phrase("can.fine", name=name, whom=whom)


def _whom(assessment: Assessment) -> str:
    """Say for whom and on which number the answer is."""
    phrase = assessment.rulebook.phrase
    named, answered = assessment.classification, assessment.profile.answered
    facts = []
    if isinstance(age := answered.get("age"), int):
        facts.append(phrase("can.age", age=shown(age)))
    if named.regime == "z" and named.lowest_z is not None:
        facts.append(phrase("can.z_score", score=shown(named.lowest_z, decimals=1)))
    elif named.lowest_t is not None:
        facts.append(phrase("can.t_score", score=shown(named.lowest_t, decimals=1)))
    if isinstance(broken := answered.get("vertebral_fractures"), int) and broken > 0:
        facts.append(phrase("can.spine_fracture"))
    return ", ".join(facts) or phrase("can.nobody")


def _parts(page: Page, assessment: Assessment, answered: Answer, detail: Detail) -> None:
    """Name what is fine in one line, and say of every other part what to do; alike ones share a line."""
    phrase, fine = assessment.rulebook.phrase, answered.fine
    if fine and _led(assessment):
        page.paragraph(phrase("can.led_list", parts=_named(fine)))
    elif fine:
        page.paragraph(phrase("can.fine_list", parts=_named(fine)))
    others = [each for each in answered.parts if each not in fine]
    if not detail.how and (changed := [each for each in others if each.permitted]):
        page.paragraph(phrase("can.changed_list", parts=_named(changed)))
        others = [each for each in others if not each.permitted]
    alike: dict[tuple[Verdict, str], list[PartAnswer]] = {}
    for each in others:
        alike.setdefault((each.verdict, each.advice if detail.instead else ""), []).append(each)
    page.bullets((_alike(assessment, advice, parts) for (_, advice), parts in alike.items()), indent=0)
    if answered.rather and len(fine) < len(answered.parts):
        page.paragraph(phrase("can.rather", parts=_named(answered.rather)))


def _alike(assessment: Assessment, advice: str, parts: Sequence[PartAnswer]) -> str:
    """Return one line for parts of the same verdict and advice."""
    phrase, first = assessment.rulebook.phrase, parts[0]
    if advice and first.verdict is Verdict.SUPERVISED and not first.permitted:
        advice = phrase("can.alone", advice=advice)
    advice = advice or ("" if first.permitted else phrase("can.leave_out"))
    verdict = _part_verdict(assessment, first)
    return phrase("can.part", part=capital(_named(parts)), verdict=verdict, advice=advice)


def _part_verdict(assessment: Assessment, each: PartAnswer) -> str:
    phrase = assessment.rulebook.phrase
    if _led(assessment) and each.permitted:
        return phrase("can.part_led")
    if each.verdict is Verdict.MODIFY:
        return phrase("can.part_modify")
    return phrase("can.part_supervised") if each.verdict is Verdict.SUPERVISED else phrase("can.part_avoid")


def _checks(page: Page, question: Question, answered: Answer, detail: Detail) -> None:
    book = question.assessment.rulebook
    labels = [book.vocabulary.fields[name].check for name in answered.checks]
    if labels and not detail.checks:
        page.paragraph(book.phrase("can.only_if_checked", count=len(labels)))
    elif labels:
        page.paragraph(book.phrase("can.only_if", checks=question.some(labels, detail.checks)))


def _reasons(page: Page, assessment: Assessment, answered: Answer, most: int) -> None:
    """Say why parts wait, what holds most of them first; of those that an answer would open that is said."""
    closed = [each for each in answered.waiting if not each.needs]
    texts = [text for each in closed for text in each.reasons]
    if reasons := sorted(dict.fromkeys(texts), key=lambda text: -texts.count(text))[:most]:
        page.paragraph(assessment.rulebook.phrase("can.why", reasons=" ".join(reasons)))


def _opens(page: Page, assessment: Assessment, answered: Answer, detail: Detail) -> None:
    """Say what would open the parts that wait; of supervised ones that is said already."""
    phrase = assessment.rulebook.phrase
    groups: dict[tuple[str, ...], list[PartAnswer]] = {}
    for each in answered.waiting:
        if each.verdict is not Verdict.SUPERVISED:
            groups.setdefault(tuple(dict.fromkeys(say for _, say in each.needs)), []).append(each)
    if list(groups) == [()]:
        if detail.opens:
            page.paragraph(phrase("can.nothing_opens"))
        return
    for needs, members in sorted(groups.items(), key=lambda group: not group[0])[: detail.opens]:
        if not needs:
            page.paragraph(phrase("can.nothing_opens_part", parts=_named(members)))
        elif detail.needs:
            page.paragraph(phrase("can.would_open", parts=_named(members), needs=" ".join(needs)))
        else:
            page.paragraph(phrase("can.would_open_why", movement=members[0].blocked[0]))


def _named(parts: Sequence[PartAnswer]) -> str:
    return "; ".join(each.part.name for each in parts)
