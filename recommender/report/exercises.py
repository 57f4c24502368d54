"""The exercises of one person in plain words: those to begin with written out, the others named with their dose."""

from itertools import groupby

from recommender.person.assessment import Assessment, Form, Offer
from recommender.report.page import Page
from recommender.rulebook.scales import Verdict

_MANY_CHECKS = 4


def what_you_can_do(page: Page, found: Assessment, full: bool) -> None:
    """Write the week, the exercises to begin with, the others (with `full`, written out too), and what to check first."""
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
        page.paragraph(
            "One for each part of the week. Do them for a week or two, then add from the rest. If you do more than this already, carry on, "
            "and change only what stands under “How to move”."
        )
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
        "With --full, each has its steps written out here. Or ask about one, and why it is safe for you: type recommender why, "
        "the word in brackets, and your answers."
    )
    left = offers
    for plan in found.week:
        chosen = [offer for offer in left if offer.exercise.id in plan.exercises]
        left = [offer for offer in left if offer not in chosen]
        _named(page, found, found.rulebook.words["goals"][plan.goal], chosen, checks)
    _named(page, found, "More that helps", left, checks)
    care: dict[str, list[str]] = {}
    for offer in offers:
        for change in _changes(found, offer.start):
            care.setdefault(change, []).append(offer.exercise.name)
    if care:
        page.subheading("What “with care” means for you")
        page.bullets(f"{change} ({'; '.join(names)})" for change, names in care.items())


def _named(page: Page, found: Assessment, heading: str, offers: list[Offer], checks: list[str]) -> None:
    if offers:
        page.subheading(heading)
    for offer in offers:
        serious = _serious(offer.start.check_first)
        first = _numbers(serious, checks) if len(serious) <= _MANY_CHECKS else "the whole list below"
        page.bullets(
            [
                f"{title_of(found, offer)} [{offer.exercise.id}]. {offer.start.dose}{f' Check first: {first}.' if first else ''}"
            ]
        )


def title_of(found: Assessment, offer: Offer) -> str:
    """Return the name of an exercise and of the form to begin with."""
    form = offer.start
    several = len(offer.exercise.levels) > 1
    badge = "" if form.verdict is Verdict.OK else f" ({found.rulebook.words['verdict'][form.verdict]})"
    return f"{offer.exercise.name}{f': {lowered(form.level.name)}' if several else ''}{badge}"


def _changes(found: Assessment, form: Form) -> list[str]:
    """Return what this person is to change in a form, in the words of the rules that say so."""
    members = (entry for entry in found.movements if entry.movement.id in form.level.movements)
    return sorted(
        {entry.say for entry in members if entry.verdict is form.verdict is not Verdict.OK and entry.say}
    )


def _exercise(page: Page, found: Assessment, offer: Offer, checks: list[str]) -> None:
    """Show the form to begin with; where open questions stand before the next form, name both."""
    page.subheading(title_of(found, offer))
    page.paragraph(offer.exercise.why, indent=2)
    exercise_steps(page, found, offer)
    _check_first(page, offer, checks, {other.exercise.id: other.exercise.name for other in found.offers})
    if offer.beyond:
        page.entry("Not for now", lowered(offer.beyond[0].name))


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


def _serious(check_first: tuple[tuple[str, Verdict], ...]) -> list[str]:
    """Return the open questions that could take a form away; the others stand in the list of questions."""
    return [name for name, worst in check_first if worst is not Verdict.MODIFY]


def _check_list(found: Assessment) -> list[str]:
    """Return what to check before some exercises, most far-reaching first; exercises refer to it by number."""
    named = [name for offer in found.offers for name in _serious(offer.check_first)]
    return sorted(dict.fromkeys(named), key=lambda name: -named.count(name))


def _checks(page: Page, found: Assessment, checks: list[str]) -> None:
    if not checks:
        return
    page.heading("Check first")
    page.paragraph(
        "Some exercises above name these by number. If none is true for you, go on as it says there. If one is, or you are not sure, "
        "stay with the easier form or leave it out for now. Better still, add your answers and run this again."
    )
    fields = found.rulebook.vocabulary.fields
    page.steps(fields[name].check for name in checks)


def _check_first(page: Page, offer: Offer, checks: list[str], names: dict[str, str]) -> None:
    numbers = _numbers(_serious(offer.check_first), checks)
    if not numbers:
        return
    if offer.start.level != offer.level:
        page.entry(
            "Next",
            f"{lowered(offer.level.name)}, once all is well with {numbers} in the list after the exercises.",
        )
        page.paragraph(f"recommender exercises show {offer.exercise.id} has its steps.", indent=4)
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
        f"{first} to {last}" if last > first + 1 else f"{first}, {last}" if last > first else f"{first}"
        for first, last in ends
    )


def lowered(name: str) -> str:
    """Return a name as it stands in the middle of a sentence."""
    return f"{name[0].lower()}{name[1:]}"
