"""An assessment in plain words for the person: safety first, then what is safe, then what to change, then whom to see."""

from recommender.language.numbers import shown
from recommender.person.assessment import Assessment, MovementVerdict, Withheld
from recommender.report.exercises import what_you_can_do
from recommender.report.page import Page
from recommender.rulebook.model import Referral
from recommender.rulebook.scales import Clearance, Urgency, Verdict
from recommender.rulebook.signing import reviewed

_MOST_QUESTIONS = 6


def person_report(found: Assessment, width: int, colour: bool, full: bool = False) -> str:
    """Return the report as text for a terminal of `width` columns.

    The exercises to begin with are written out, the others named with their dose; with `full`, all are written out.
    """
    page = Page(width, colour)
    page.title("What is safe for your bones, and how to do it")
    _in_short(page, found)
    _SECTIONS[found.clearance](page, found, full)
    about(page, found)
    return str(page)


def _clear(page: Page, found: Assessment, full: bool) -> None:
    before_you_start(page, found)
    what_you_can_do(page, found, full)
    _every_session(page, found)
    _waiting(page, found)
    _movements(page, found)
    _who_to_see(page, found)
    _questions(page, found)


def _clinician_led(page: Page, found: Assessment, _: bool) -> None:
    _who_to_see(page, found)
    before_you_start(page, found)
    what_you_can_do(page, found, full=True)
    _every_session(page, found)
    _movements(page, found)
    _questions(page, found)


def _hold(page: Page, found: Assessment, _: bool) -> None:
    _who_to_see(page, found)
    before_you_start(page, found)
    what_you_can_do(page, found, full=True)
    _stop_signs(page, found)
    _questions(page, found)


def _emergency(page: Page, found: Assessment, _: bool) -> None:
    _who_to_see(page, found)


def _in_short(page: Page, found: Assessment) -> None:
    words, named = found.rulebook.words, found.classification
    page.heading("In short")
    open_ = found.clearance is Clearance.CLEAR and found.open_clearance_rules
    page.paragraph(words["screening" if open_ else "clearance"][found.clearance])
    for rule in found.clearance_rules:
        page.paragraph(rule.say)
    if found.clearance is Clearance.EMERGENCY:
        return
    if found.clearance is Clearance.CLEAR:
        page.paragraph(_count(found))
    for refer in told_referrals(found):
        if refer.urgency.comes_first:
            page.entry("First", refer.say, indent=0)
    page.blank()
    if named.lowest_t is not None:
        place = found.rulebook.vocabulary.fields[named.site].label.replace("T-score", "").strip(" ()")
        page.entry(
            "T-score" if len(named.sites_used) == 1 else "Lowest T-score",
            f"{shown(named.lowest_t, decimals=1)} ({place})",
            indent=0,
        )
    if named.lowest_z is not None and named.regime == "z":
        page.entry("Lowest Z-score", shown(named.lowest_z, decimals=1), indent=0)
    if named.lowest_t is not None or named.lowest_z is not None or named.bone_density != "unclassified":
        page.entry("Bone density", words["bone_density"][named.bone_density], indent=0)
    if found.clearance is Clearance.CLEAR:
        page.entry("How much care", words["risk_tier"][found.risk_tier], indent=0)
    notes = [rule.note for rule in named.notes]
    if named.regime == "provisional" and named.lowest_t is not None:
        notes.insert(0, words["regime"]["provisional"])
    if notes:
        page.blank()
        page.bullets(notes, indent=0)


def _count(found: Assessment) -> str:
    offered, waiting = len(found.offers), len(found.withheld)
    text = f"{offered} exercises below suit what you told us."
    return f"{text} {waiting} more {'waits' if waiting == 1 else 'wait'} for now." if waiting else text


def before_you_start(page: Page, found: Assessment) -> None:
    """List the safety questions that are open, most serious first, each once."""
    rules = found.open_clearance_rules
    if rules:
        clear = found.clearance is Clearance.CLEAR
        page.heading("Before you start" if clear else "Get help sooner if one of these is true")
        if clear:
            page.paragraph(
                "This list is long because it covers everybody. Most people can answer no to all of it. Read it once."
            )
    told: set[str] = set()
    for clearance in reversed(Clearance):
        screens = [rule.screen for rule in rules if rule.clearance == clearance and rule.screen not in told]
        told.update(screens)
        if screens:
            page.subheading(found.rulebook.words["screening"][clearance])
            page.bullets(screens)


def _every_session(page: Page, found: Assessment) -> None:
    page.heading("In every session")
    page.bullets(found.rulebook.always, indent=0)
    _stop_signs(page, found)


def _stop_signs(page: Page, found: Assessment) -> None:
    page.heading("When to stop, and get help")
    page.bullets(found.rulebook.stop, indent=0)


def _waiting(page: Page, found: Assessment) -> None:
    """Name what waits, together where the reasons are the same; where a reason stands, what only asks for proof is left out."""
    if not found.withheld:
        return
    page.heading("What waits for now, and what to do instead")
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Withheld]] = {}
    for entry in found.withheld:
        reasons = tuple(
            dict.fromkeys(
                words for rule in entry.standing or entry.rules if (words := rule.why_not or rule.say)
            )
        )
        needs = tuple(dict.fromkeys(say for _, say in entry.would_need))
        groups.setdefault((reasons, needs), []).append(entry)
    names = {id_: exercise.name for id_, exercise in found.rulebook.exercises.items()}
    for (reasons, needs), entries in groups.items():
        page.subheading("; ".join(entry.exercise.name for entry in entries))
        page.bullets(reasons)
        page.entry(
            "Instead", "; ".join(dict.fromkeys(names[id_] for entry in entries for id_ in entry.instead))
        )
        if len(needs) > 1:
            page.paragraph("What would open it (all of these are needed):", indent=2)
            page.bullets(needs, indent=4)
        elif needs:
            page.entry("What would open it", needs[0])


def _movements(page: Page, found: Assessment) -> None:
    """Tell what to change in daily life and sport; parts of exercises are dealt with where the exercises are."""
    page.heading("How to move in daily life and in sport")
    led = found.clearance is not Clearance.CLEAR
    for id_, family in found.rulebook.families.items():
        if family.free or (led and not family.while_led):
            continue
        members = [
            entry
            for entry in found.movements
            if entry.movement.family == id_ and entry.verdict is not Verdict.OK
        ]
        members = [entry for entry in members if not entry.movement.exercise_only]
        if not members:
            continue
        page.subheading(family.name)
        page.paragraph(family.do, indent=2)
        for verdict, label in (
            (Verdict.AVOID, "Leave out for now"),
            (Verdict.SUPERVISED, "Only with a professional"),
            (Verdict.MODIFY, "Do it differently"),
        ):
            chosen = [entry for entry in members if entry.verdict == verdict]
            if chosen:
                page.paragraph(f"{label}:", indent=2)
                page.bullets(map(_named_movement, chosen), indent=4)


def _named_movement(entry: MovementVerdict) -> str:
    """Name a movement and what to do; one that is left out is also described, so that it is known when met."""
    if entry.verdict is Verdict.MODIFY:
        return f"{entry.movement.name}. {entry.instead}"
    instead = f" Instead: {entry.instead}" if entry.instead else ""
    return f"{entry.movement.name}. {entry.movement.what}{instead}"


def _who_to_see(page: Page, found: Assessment) -> None:
    if not found.referrals:
        return
    page.heading("Who to see")
    told = told_referrals(found)
    for urgency in dict.fromkeys(refer.urgency for refer in told):
        page.subheading(found.rulebook.words["urgency"][urgency])
        page.bullets(refer.say for refer in told if refer.urgency == urgency)


def told_referrals(found: Assessment) -> list[Referral]:
    """Return whom to see, most urgent first; of several about one matter only the first, and in an emergency nothing else."""
    told: dict[str, Referral] = {}
    for rule in found.referrals:
        if rule.refer and (
            found.clearance is not Clearance.EMERGENCY or rule.refer.urgency is Urgency.EMERGENCY
        ):
            told.setdefault(rule.refer.about or rule.refer.say, rule.refer)
    return list(told.values())


def _questions(page: Page, found: Assessment) -> None:
    open_ = [question for question in found.questions if question.kind == "opens"]
    open_ += [
        question for question in found.questions if question.kind == "sharpen" and question.could_change
    ]
    if not open_:
        return
    page.heading("What would make this plan fit better")
    page.paragraph("Add these answers and run it again:")
    for question in open_[:_MOST_QUESTIONS]:
        field = found.rulebook.vocabulary.fields[question.field]
        page.bullets([f"{field.ask} (--{field.id.replace('_', '-')})"])
    if len(open_) > _MOST_QUESTIONS:
        page.paragraph("You can leave the rest. recommender fields lists all that can be told.", indent=2)


def about(page: Page, found: Assessment) -> None:
    """Say that this informs, under which rulebook, and how far that was reviewed."""
    book = found.rulebook
    page.heading("About this answer")
    page.paragraph(book.words["disclaimer"]["person"])
    page.paragraph(
        f"Rulebook {book.version} ({book.sha256[:12]}), {reviewed(book)}. To see every reason: --audience clinician."
    )


_SECTIONS = {
    Clearance.CLEAR: _clear,
    Clearance.CLINICIAN_LED: _clinician_led,
    Clearance.HOLD: _hold,
    Clearance.EMERGENCY: _emergency,
}
