"""The report for the person: safety first, then exercises, then movements to change, then whom to see.

Its words are phrases of the rulebook (`report.…` and `exercises.…`); this module orders them.
"""

from recommender.language.numbers import shown
from recommender.person.assessment import Assessment, MovementVerdict, Withheld
from recommender.report.exercises import what_you_can_do
from recommender.report.page import Page
from recommender.report.parts import Part
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance, Verdict
from recommender.rulebook.signing import reviewed


def person_report(
    assessment: Assessment, width: int, colour: bool, full: bool = False, part: Part = Part.ALL
) -> str:
    """Return the report, or a part of it, as text for a terminal of `width` columns.

    Exercises to start with are shown with their steps, the others with their dose; `full` shows all steps.
    Whoever is not clear gets all of it: it is short, and what comes first must not be missed.
    """
    page = Page(width, colour)
    write_person_report(page, assessment, full, part)
    return str(page)


def write_person_report(page: Page, assessment: Assessment, full: bool, part: Part = Part.ALL) -> None:
    """Write the report, or a part of it, on a page of any kind; see `person_report`."""
    page.title(assessment.rulebook.phrase("report.title"))
    lists_safety = part in (Part.SAFETY, Part.EXERCISES, Part.ALL)
    _in_short(page, assessment, lists_safety)
    if assessment.clearance is Clearance.CLEAR:
        if lists_safety:
            before_you_start(page, assessment)
        _clear(page, assessment, full, part)
    else:
        _SECTIONS[assessment.clearance](page, assessment)
    about(page, assessment)


def _clear(page: Page, assessment: Assessment, full: bool, part: Part) -> None:
    if part in (Part.EXERCISES, Part.ALL):
        what_you_can_do(page, assessment, full)
        _every_session(page, assessment)
    if part in (Part.WHY, Part.ALL):
        _waiting(page, assessment)
    if part in (Part.DAILY, Part.ALL):
        _movements(page, assessment)
    if part is Part.SAFETY:
        _stop_signs(page, assessment)
    if part in (Part.SAFETY, Part.WHY, Part.ALL):
        _who_to_see(page, assessment)
    if part in (Part.WHY, Part.ALL):
        _questions(page, assessment)


def _clinician_led(page: Page, assessment: Assessment) -> None:
    _who_to_see(page, assessment)
    before_you_start(page, assessment)
    what_you_can_do(page, assessment, full=True)
    _to_ask(page, assessment)
    _every_session(page, assessment)
    _movements(page, assessment)
    _questions(page, assessment)


def _hold(page: Page, assessment: Assessment) -> None:
    _who_to_see(page, assessment)
    before_you_start(page, assessment)
    what_you_can_do(page, assessment, full=True)
    _stop_signs(page, assessment)
    _questions(page, assessment)


def _emergency(page: Page, assessment: Assessment) -> None:
    _who_to_see(page, assessment)


def _in_short(page: Page, assessment: Assessment, lists_safety: bool) -> None:
    words, phrase = assessment.rulebook.words, assessment.rulebook.phrase
    page.heading(phrase("report.in_short"))
    open_ = assessment.clearance is Clearance.CLEAR and assessment.open_clearance_rules
    if open_ and not lists_safety:
        page.paragraph(phrase("can.safety"))
    else:
        page.paragraph(words["screening" if open_ else "clearance"][assessment.clearance])
    for rule in assessment.clearance_rules:
        page.paragraph(rule.say)
    if assessment.clearance is Clearance.EMERGENCY:
        return
    if assessment.clearance is Clearance.CLEAR:
        page.paragraph(_count(assessment))
    for rule in assessment.referrals:
        if rule.refer and rule.refer.urgency.comes_first:
            page.entry(phrase("report.first"), rule.refer.say, indent=0)
    page.blank()
    _bone_density(page, assessment)
    if assessment.clearance is Clearance.CLEAR:
        page.entry(phrase("report.care"), words["risk_tier"][assessment.risk_tier], indent=0)
    classification = assessment.classification
    notes = [rule.note for rule in classification.notes]
    if classification.regime == "provisional" and classification.lowest_t is not None:
        notes.insert(0, words["regime"]["provisional"])
    if notes:
        page.blank()
        page.bullets(notes, indent=0)


def _bone_density(page: Page, assessment: Assessment) -> None:
    """Show the lowest score of each kind that counts, and what it is called."""
    book, classification = assessment.rulebook, assessment.classification
    if classification.lowest_t is not None:
        site = book.vocabulary.fields[classification.site].label.replace("T-score", "").strip(" ()")
        single = len(classification.sites_used) == 1
        page.entry(
            book.phrase("report.t_score") if single else book.phrase("report.lowest_t_score"),
            f"{shown(classification.lowest_t, decimals=1)} ({site})",
            indent=0,
        )
    if classification.lowest_z is not None and classification.regime == "z":
        page.entry(book.phrase("report.lowest_z_score"), shown(classification.lowest_z, decimals=1), indent=0)
    scored = classification.lowest_t is not None or classification.lowest_z is not None
    if scored or classification.bone_density != "unclassified":
        name = book.words["bone_density"][classification.bone_density]
        page.entry(book.phrase("report.bone_density"), name, indent=0)


def _count(assessment: Assessment) -> str:
    """Say how many exercises are offered and how many are withheld."""
    book = assessment.rulebook
    offered = book.phrase("report.exercises_suit", count=len(assessment.offers))
    withheld = len(assessment.withheld)
    return f"{offered} {book.counted('report.more_wait', withheld)}" if withheld else offered


def before_you_start(page: Page, assessment: Assessment) -> None:
    """List the open safety questions, most serious first, each once."""
    rules, phrase = assessment.open_clearance_rules, assessment.rulebook.phrase
    if rules and assessment.clearance is Clearance.CLEAR:
        page.heading(phrase("report.before_you_start"))
        page.paragraph(phrase("report.long_list"))
    elif rules:
        page.heading(phrase("report.help_sooner"))
    listed: set[str] = set()
    for clearance in reversed(Clearance):
        screens = dict.fromkeys(
            rule.screen for rule in rules if rule.clearance == clearance and rule.screen not in listed
        )
        listed.update(screens)
        if screens:
            page.subheading(assessment.rulebook.words["screening"][clearance])
            page.bullets(screens)


def _to_ask(page: Page, assessment: Assessment) -> None:
    """List the exercises to ask about while somebody leads."""
    if assessment.to_ask:
        page.heading(assessment.rulebook.led_set.title)
        page.paragraph(assessment.rulebook.led_set.say)
        names = (dict.fromkeys((exercise.name, level.name)) for exercise, level in assessment.to_ask)
        page.bullets((": ".join(name) for name in names), indent=0)


def _every_session(page: Page, assessment: Assessment) -> None:
    page.heading(assessment.rulebook.phrase("report.every_session"))
    page.bullets(assessment.rulebook.always, indent=0)
    _stop_signs(page, assessment)


def _stop_signs(page: Page, assessment: Assessment) -> None:
    page.heading(assessment.rulebook.phrase("report.stop_signs"))
    page.bullets(assessment.rulebook.stop, indent=0)


def _waiting(page: Page, assessment: Assessment) -> None:
    """List the withheld exercises, grouped by reasons and needs.

    Where a known fact is a reason, rules that only ask for proof are left out.
    """
    if not assessment.withheld:
        return
    phrase = assessment.rulebook.phrase
    page.heading(phrase("report.waits"))
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Withheld]] = {}
    for entry in assessment.withheld:
        reasons = tuple(
            dict.fromkeys(
                words for rule in entry.standing or entry.rules if (words := rule.why_not or rule.say)
            )
        )
        needs = tuple(dict.fromkeys(say for _, say in entry.would_need))
        groups.setdefault((reasons, needs), []).append(entry)
    names = {id_: exercise.name for id_, exercise in assessment.rulebook.exercises.items()}
    for (reasons, needs), entries in groups.items():
        page.subheading("; ".join(entry.exercise.name for entry in entries))
        page.bullets(reasons)
        instead = dict.fromkeys(names[id_] for entry in entries for id_ in entry.instead)
        page.entry(phrase("report.instead"), "; ".join(instead))
        if len(needs) > 1:
            page.paragraph(phrase("report.would_open_all"), indent=2)
            page.bullets(needs, indent=4)
        elif needs:
            page.entry(phrase("report.would_open"), needs[0])


def _movements(page: Page, assessment: Assessment) -> None:
    """List the limited movements of daily life and sport by family; those only in exercises stand there."""
    phrase = assessment.rulebook.phrase
    page.heading(phrase("report.movements"))
    led = assessment.clearance is not Clearance.CLEAR
    for id_, family in assessment.rulebook.families.items():
        if family.free or (led and not family.while_led):
            continue
        members = [
            entry
            for entry in assessment.movements
            if entry.movement.family == id_ and entry.verdict is not Verdict.OK
        ]
        members = [entry for entry in members if not entry.movement.exercise_only]
        if not members:
            continue
        page.subheading(family.name)
        page.paragraph(family.do, indent=2)
        for verdict, label in (
            (Verdict.AVOID, phrase("report.avoid")),
            (Verdict.SUPERVISED, phrase("report.supervised")),
            (Verdict.MODIFY, phrase("report.modify")),
        ):
            chosen = [entry for entry in members if entry.verdict == verdict]
            if chosen:
                page.paragraph(label, indent=2)
                page.bullets((_movement(assessment.rulebook, entry) for entry in chosen), indent=4)


def _movement(book: Rulebook, entry: MovementVerdict) -> str:
    """Name a movement, describe it, so that a reader recognises it, and say what to do."""
    if entry.verdict is Verdict.MODIFY:
        return f"{entry.movement.name}. {entry.movement.what} {book.phrase('report.do', how=entry.instead)}"
    described = f"{entry.movement.name}. {entry.movement.what}"
    return (
        f"{described} {book.phrase('report.do_instead', instead=entry.instead)}"
        if entry.instead
        else described
    )


def _who_to_see(page: Page, assessment: Assessment) -> None:
    if not assessment.referrals:
        return
    page.heading(assessment.rulebook.phrase("report.who_to_see"))
    referrals = [rule.refer for rule in assessment.referrals if rule.refer]
    for urgency in dict.fromkeys(refer.urgency for refer in referrals):
        page.subheading(assessment.rulebook.words["urgency"][urgency])
        page.bullets(refer.say for refer in referrals if refer.urgency == urgency)


def _questions(page: Page, assessment: Assessment) -> None:
    book = assessment.rulebook
    questions = [question for question in assessment.questions if question.kind == "opens"]
    questions += [
        question for question in assessment.questions if question.kind == "sharpen" and question.could_change
    ]
    if not questions:
        return
    page.heading(book.phrase("report.better_fit"))
    page.paragraph(book.phrase("report.add_answers"))
    for question in questions[: book.report_limits.questions]:
        field = book.vocabulary.fields[question.field]
        option = f"--{field.id.replace('_', '-')}"
        page.bullets([book.phrase("report.question", ask=field.ask, option=option)])
    if len(questions) > book.report_limits.questions:
        page.paragraph(book.phrase("report.more_questions"), indent=2)


def about(page: Page, assessment: Assessment) -> None:
    """Add the disclaimer, the version of the rulebook and how far it was reviewed."""
    book = assessment.rulebook
    page.heading(book.phrase("report.about"))
    page.paragraph(book.words["disclaimer"]["person"])
    page.paragraph(
        book.phrase("report.rulebook", version=book.version, hash=book.sha256[:12], reviewed=reviewed(book))
    )


_SECTIONS = {
    Clearance.CLINICIAN_LED: _clinician_led,
    Clearance.HOLD: _hold,
    Clearance.EMERGENCY: _emergency,
}
