"""An assessment in plain words for the person: safety first, then what is safe, then what to change, then whom to see."""

from itertools import groupby

from recommender.assessment import Assessment, Form, Offer, Withheld
from recommender.language.numbers import shown
from recommender.report.page import Page
from recommender.rulebook.model import CLEARANCES, URGENCIES, Movement, Referral

_BADGES = {
    "ok": "",
    "modify": " (with care)",
    "supervised": " (only with a professional beside you)",
}
_MOST_QUESTIONS = 6
_MANY_CHECKS = 4


def person_report(found: Assessment, width: int, colour: bool, full: bool = False) -> str:
    """Return the report as text for a terminal of `width` columns.

    The exercises to begin with are written out, the others named with their dose; with `full`, all are written out.
    """
    page = Page(width, colour)
    page.title("What is safe for your bones, and how to do it")
    _in_short(page, found)
    _SECTIONS[found.clearance](page, found, full)
    _about(page, found)
    return str(page)


def _clear(page: Page, found: Assessment, full: bool) -> None:
    _before_you_start(page, found)
    _what_you_can_do(page, found, full)
    _every_session(page, found)
    _waiting(page, found)
    _movements(page, found)
    _who_to_see(page, found)
    _questions(page, found)


def _clinician_led(page: Page, found: Assessment, _: bool) -> None:
    _before_you_start(page, found)
    _who_to_see(page, found)
    _what_you_can_do(page, found, full=True)
    _every_session(page, found)
    _movements(page, found)
    _questions(page, found)


def _hold(page: Page, found: Assessment, _: bool) -> None:
    _before_you_start(page, found)
    _who_to_see(page, found)
    _what_you_can_do(page, found, full=True)
    _stop_signs(page, found)
    _questions(page, found)


def _emergency(page: Page, found: Assessment, _: bool) -> None:
    _who_to_see(page, found)


def _in_short(page: Page, found: Assessment) -> None:
    words, named = found.rulebook.words, found.classification
    page.heading("In short")
    open_ = found.clearance == CLEARANCES[0] and found.open_clearance_rules
    page.paragraph(words["screening" if open_ else "clearance"][found.clearance])
    for rule in found.clearance_rules:
        page.paragraph(rule.say)
    if found.clearance == CLEARANCES[-1]:
        return
    if found.clearance == CLEARANCES[0]:
        page.paragraph(_count(found))
    page.blank()
    if named.lowest_t is not None:
        label = found.rulebook.vocabulary.fields[named.site].label
        page.entry("Lowest T-score", f"{shown(named.lowest_t, decimals=1)}, {label}", indent=0)
    if named.lowest_z is not None and named.regime == "z":
        page.entry("Lowest Z-score", f"{shown(named.lowest_z, decimals=1)}, the score to go by at your age", indent=0)
    if named.lowest_t is not None or named.lowest_z is not None or named.bone_density != "unclassified":
        page.entry("Bone density", words["bone_density"][named.bone_density], indent=0)
    if found.clearance == CLEARANCES[0]:
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


def _before_you_start(page: Page, found: Assessment) -> None:
    rules = found.open_clearance_rules
    if rules:
        page.heading("Before you start")
        page.paragraph(
            "Most people can answer no to all of these. Read them once, before the first session."
            if found.clearance == CLEARANCES[0]
            else "Check these as well, as they would make it more pressing."
        )
    for clearance in reversed(CLEARANCES):
        screens = [rule.screen for rule in rules if rule.clearance == clearance]
        if screens:
            page.subheading(found.rulebook.words["screening"][clearance])
            page.bullets(screens)


def _what_you_can_do(page: Page, found: Assessment, full: bool) -> None:
    if not found.offers:
        return
    page.heading("What you can do")
    page.bullets((rule.caution for rule in found.cautions), indent=0)
    for plan in found.week:
        page.subheading(found.rulebook.words["goals"][plan.goal])
        page.paragraph(plan.say, indent=2)
    checks = _check_list(found)
    starters = {plan.start_with for plan in found.week}
    if starters:
        page.heading("Start with these")
        page.paragraph("One for each part of the week. Do them for a week or two, then add from the rest.")
        for offer in found.offers:
            if offer.exercise.id in starters:
                _exercise(page, found, offer, checks)
        page.heading("Then add these, one at a time")
    rest = [offer for offer in found.offers if offer.exercise.id not in starters]
    if full:
        for offer in rest:
            _exercise(page, found, offer, checks)
    else:
        _choices(page, found, rest, checks)
    _checks(page, found, checks)


def _choices(page: Page, found: Assessment, offers: list[Offer], checks: list[str]) -> None:
    """Name each exercise with its dose, under the first part of the week that it serves, then say what care means here."""
    page.paragraph(
        "For the steps of one of these, and why it is safe for you, type recommender why, the word in brackets and your answers."
    )
    left = offers
    for plan in found.week:
        chosen = [offer for offer in left if offer.exercise.id in plan.exercises]
        left = [offer for offer in left if offer not in chosen]
        _named(page, found.rulebook.words["goals"][plan.goal], chosen, checks)
    _named(page, "More that helps", left, checks)
    care: dict[str, list[str]] = {}
    for offer in offers:
        for change in _changes(found, offer.start):
            care.setdefault(change, []).append(offer.exercise.name)
    if care:
        page.subheading("What “with care” means for you")
        page.bullets(f"{change} ({'; '.join(names)})" for change, names in care.items())


def _named(page: Page, heading: str, offers: list[Offer], checks: list[str]) -> None:
    if offers:
        page.subheading(heading)
    for offer in offers:
        serious = _serious(offer.start.check_first)
        first = _numbers(serious, checks) if len(serious) <= _MANY_CHECKS else "the whole list below"
        page.bullets([f"{title_of(offer)} [{offer.exercise.id}]. {offer.start.dose}{f' Check first: {first}.' if first else ''}"])


def title_of(offer: Offer) -> str:
    """Return the name of an exercise and of the form to begin with."""
    form = offer.start
    several = len(offer.exercise.levels) > 1
    return f"{offer.exercise.name}{f': {_lower(form.level.name)}' if several else ''}{_BADGES[form.verdict]}"


def _changes(found: Assessment, form: Form) -> list[str]:
    """Return what this person is to change in a form, in the words of the rules that say so."""
    members = (entry for entry in found.movements if entry.movement.id in form.level.movements)
    return sorted({entry.say for entry in members if entry.verdict == form.verdict != "ok" and entry.say})


def _exercise(page: Page, found: Assessment, offer: Offer, checks: list[str]) -> None:
    """Show the form to begin with; where open questions stand before the next form, name both."""
    page.subheading(title_of(offer))
    page.paragraph(offer.exercise.why, indent=2)
    exercise_steps(page, found, offer)
    _check_first(page, offer, checks, {other.exercise.id: other.exercise.name for other in found.offers})
    if offer.beyond:
        page.entry("Not for now", _lower(offer.beyond[0].name))


def exercise_steps(page: Page, found: Assessment, offer: Offer) -> None:
    """Write out the form to begin with: dose, place, steps, what to take care of and when to stop."""
    form = offer.start
    page.entry("How much", form.dose)
    page.entry("Where", form.level.position)
    page.steps(form.level.steps)
    for caution in (*form.level.cautions, *_changes(found, form)):
        page.entry("Take care", caution)
    for stop in offer.exercise.stop_if:
        page.entry("Stop if", stop)


def _lower(name: str) -> str:
    return f"{name[0].lower()}{name[1:]}"


def _serious(check_first: tuple[tuple[str, str], ...]) -> list[str]:
    """Return the open questions that could take a form away; the others stand in the list of questions."""
    return [name for name, worst in check_first if worst != "modify"]


def _check_list(found: Assessment) -> list[str]:
    """Return what to check before some exercises, most far-reaching first; exercises refer to it by number."""
    named = [name for offer in found.offers for name in _serious(offer.check_first)]
    return sorted(dict.fromkeys(named), key=lambda name: -named.count(name))


def _checks(page: Page, found: Assessment, checks: list[str]) -> None:
    if not checks:
        return
    page.heading("Check first")
    page.paragraph(
        "Some exercises above name these by number. If none of them is a trouble for you, go on as it says there. If one is, or you "
        "are not sure, stay with the easier form. Better still, add your answers and run this again."
    )
    fields = found.rulebook.vocabulary.fields
    page.steps(fields[name].check for name in checks)


def _check_first(page: Page, offer: Offer, checks: list[str], names: dict[str, str]) -> None:
    numbers = _numbers(_serious(offer.check_first), checks)
    if not numbers:
        return
    if offer.start.level != offer.level:
        page.entry("Next", f"{_lower(offer.level.name)}, once all is well with {numbers} in the list after the exercises.")
        page.paragraph(f"recommender exercises show {offer.exercise.id} has the steps.", indent=4)
    own = _numbers(_serious(offer.start.check_first), checks)
    if own:
        gentler = next((names[id_] for id_ in offer.exercise.gentler if id_ in names), "")
        page.entry("Check first", f"{own} in the list after the exercises.")
        page.entry("Not sure", f"leave it out for now{f', and do “{gentler}” instead' if gentler else ''}.")


def _numbers(fields: list[str], checks: list[str]) -> str:
    """Return the numbers of some checks as a reader says them: `1 to 4, 7`."""
    chosen = [number for number, name in enumerate(checks, 1) if name in fields]
    runs = [list(run) for _, run in groupby(enumerate(chosen), key=lambda item: item[1] - item[0])]
    ends = [(run[0][1], run[-1][1]) for run in runs]
    return ", ".join(
        f"{first} to {last}" if last > first + 1 else f"{first}, {last}" if last > first else f"{first}" for first, last in ends
    )


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
        reasons = tuple(dict.fromkeys(words for rule in entry.standing or entry.rules if (words := rule.why_not or rule.say)))
        needs = tuple(dict.fromkeys(say for _, say in entry.would_need))
        groups.setdefault((reasons, needs), []).append(entry)
    names = {id_: exercise.name for id_, exercise in found.rulebook.exercises.items()}
    for (reasons, needs), entries in groups.items():
        page.subheading("; ".join(entry.exercise.name for entry in entries))
        page.bullets(reasons)
        page.entry("Instead", "; ".join(dict.fromkeys(names[id_] for entry in entries for id_ in entry.instead)))
        if len(needs) > 1:
            page.paragraph("What would open it (all of these are needed):", indent=2)
            page.bullets(needs, indent=4)
        elif needs:
            page.entry("What would open it", needs[0])


def _movements(page: Page, found: Assessment) -> None:
    page.heading("How to move in daily life and in sport")
    for id_, family in found.rulebook.families.items():
        members = [verdict for verdict in found.movements if verdict.movement.family == id_ and verdict.verdict != "ok"]
        if not members:
            continue
        page.subheading(family.name)
        page.paragraph(family.do, indent=2)
        for verdict, label in (("avoid", "Leave out for now"), ("supervised", "Only with a professional"), ("modify", "Do it differently")):
            chosen = [member.movement for member in members if member.verdict == verdict]
            if chosen:
                page.paragraph(f"{label}:", indent=2)
                page.bullets((_named_movement(movement, verdict) for movement in chosen), indent=4)


def _named_movement(movement: Movement, verdict: str) -> str:
    """Name a movement and what to do instead; one that is left out is also described, so that it is known when met."""
    described = f" {movement.what}" if verdict != "modify" else ""
    return f"{movement.name}.{described} {'Instead: ' if described else ''}{movement.instead}"


def _who_to_see(page: Page, found: Assessment) -> None:
    if not found.referrals:
        return
    page.heading("Who to see")
    referrals = [rule.refer for rule in found.referrals if rule.refer]
    if found.clearance == CLEARANCES[-1]:
        referrals = [refer for refer in referrals if refer.urgency == URGENCIES[-1]]
    told: dict[str, Referral] = {}
    for refer in referrals:  # they come most urgent first: of several about one matter, only that one is told
        told.setdefault(refer.about or refer.say, refer)
    for urgency in dict.fromkeys(refer.urgency for refer in told.values()):
        page.subheading(found.rulebook.words["urgency"][urgency])
        page.bullets(refer.say for refer in told.values() if refer.urgency == urgency)


def _questions(page: Page, found: Assessment) -> None:
    open_ = [question for question in found.questions if question.kind == "opens"]
    open_ += [question for question in found.questions if question.kind == "sharpen" and question.could_change]
    if not open_:
        return
    page.heading("What would make this plan fit better")
    page.paragraph("Add these answers and run it again:")
    for question in open_[:_MOST_QUESTIONS]:
        field = found.rulebook.vocabulary.fields[question.field]
        page.bullets([f"{field.ask} (--{field.id.replace('_', '-')})"])
    if len(open_) > _MOST_QUESTIONS:
        page.paragraph(f"There are {len(open_) - _MOST_QUESTIONS} more: --format json lists them all.", indent=2)


def _about(page: Page, found: Assessment) -> None:
    book = found.rulebook
    page.heading("About this answer")
    page.paragraph(book.words["disclaimer"]["person"])
    page.paragraph(f"Rulebook {book.version} ({book.sha256[:12]}), {book.reviewed}. To see every reason: --audience clinician.")


_SECTIONS = dict(zip(CLEARANCES, (_clear, _clinician_led, _hold, _emergency), strict=True))
