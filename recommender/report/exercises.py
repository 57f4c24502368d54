"""The exercises of one person: those to start with are shown with their steps, the others with their dose."""

from itertools import groupby

from recommender.person.assessment import Assessment, Form, Offer
from recommender.report.page import Page
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Verdict


def what_you_can_do(page: Page, assessment: Assessment, full: bool) -> None:
    """Add the week, the exercises to start with, the others (with `full`, their steps too) and the checks."""
    if not assessment.offers:
        return
    phrase = assessment.rulebook.phrase
    page.heading(phrase("exercises.can_do"))
    page.bullets((rule.caution for rule in assessment.cautions), indent=0)
    for plan in assessment.week:
        page.subheading(assessment.rulebook.words["goals"][plan.goal])
        page.paragraph(plan.say, indent=2)
    if not assessment.shows_few:
        _session(page, assessment)
    checks = _check_list(assessment)
    starters = list(dict.fromkeys(plan.start_with for plan in assessment.week if plan.start_with))
    if starters:
        first = starters[: assessment.rulebook.report_limits.few] if assessment.shows_few else starters
        page.heading(phrase("exercises.start_with"))
        page.paragraph(phrase("exercises.start_advice"))
        _written_out(page, assessment, first, checks)
        if later := starters[len(first) :]:
            page.heading(phrase("exercises.later"))
            _written_out(page, assessment, later, checks)
            _session(page, assessment)
        page.heading(phrase("exercises.add_next"))
    rest = [offer for offer in assessment.offers if offer.exercise.id not in starters]
    if full:
        for offer in rest:
            _exercise(page, assessment, offer, checks)
    else:
        _choices(page, assessment, rest, checks)
    _checks(page, assessment, checks)


def _session(page: Page, assessment: Assessment) -> None:
    """Show one training session in order."""
    book, plan = assessment.rulebook, assessment.session
    if plan is None or book.session is None:
        return
    page.heading(book.phrase("exercises.session", minutes=plan.minutes))
    page.paragraph(book.session.say)
    if assessment.trains_session:
        page.paragraph(book.session.trains_already)
    offers = [offer for id_ in plan.exercises if (offer := assessment.offer(id_))]
    steps = (f"{title_of(assessment, offer)}. {offer.start.dose}" for offer in offers)
    page.steps((book.session.warm_up, *steps, book.session.cool_down))
    page.bullets(book.session.going_on)


def _written_out(page: Page, assessment: Assessment, exercises: list[str], checks: list[str]) -> None:
    for offer in assessment.offers:
        if offer.exercise.id in exercises:
            _exercise(page, assessment, offer, checks)


def _choices(page: Page, assessment: Assessment, offers: list[Offer], checks: list[str]) -> None:
    """List exercises with their dose by the first goal of the week they serve, and what “with care” means."""
    phrase = assessment.rulebook.phrase
    page.paragraph(phrase("exercises.written_out"))
    left = offers
    for plan in assessment.week:
        chosen = [offer for offer in left if offer.exercise.id in plan.exercises]
        left = [offer for offer in left if offer not in chosen]
        _named(page, assessment, assessment.rulebook.words["goals"][plan.goal], chosen, checks)
    _named(page, assessment, phrase("exercises.more"), left, checks)
    care: dict[str, list[str]] = {}
    for offer in offers:
        for change in changes(assessment, offer.start):
            care.setdefault(change, []).append(offer.exercise.name)
    if care:
        page.subheading(phrase("exercises.with_care"))
        page.bullets(f"{change} ({'; '.join(names)})" for change, names in care.items())


def _named(page: Page, assessment: Assessment, heading: str, offers: list[Offer], checks: list[str]) -> None:
    book = assessment.rulebook
    if offers:
        page.subheading(heading)
    for offer in offers:
        serious = serious_checks(offer.start.check_first)
        few = len(serious) <= book.report_limits.checks
        numbers = _numbers(book, serious, checks) if few else book.phrase("exercises.whole_list")
        check = book.phrase("exercises.check_numbers", numbers=numbers) if numbers else ""
        page.bullets([f"{title_of(assessment, offer)} [{offer.exercise.id}]. {offer.start.dose} {check}"])


def title_of(assessment: Assessment, offer: Offer) -> str:
    """Return the name of an exercise and of the form to start with."""
    form = offer.start
    several = len(offer.exercise.levels) > 1
    badge = "" if form.verdict is Verdict.OK else f" ({assessment.rulebook.words['verdict'][form.verdict]})"
    return f"{offer.exercise.name}{f': {lowered(form.level.name)}' if several else ''}{badge}"


def changes(assessment: Assessment, form: Form) -> list[str]:
    """Return what this person has to change in a form, in the words of the rules."""
    members = (entry for entry in assessment.movements if entry.movement.id in form.level.movements)
    return sorted(
        {entry.say for entry in members if entry.verdict is form.verdict is not Verdict.OK and entry.say}
    )


def _exercise(page: Page, assessment: Assessment, offer: Offer, checks: list[str]) -> None:
    """Show the form to begin with, and the way on from it."""
    page.subheading(title_of(assessment, offer))
    page.paragraph(offer.exercise.why, indent=2)
    exercise_steps(page, assessment, offer)
    _check_first(page, assessment, offer, checks)
    _ladder(page, assessment.rulebook, offer)


def _ladder(page: Page, book: Rulebook, offer: Offer) -> None:
    """Say what follows, what must be easy first, how far it may go, and what is not for now."""
    if offer.next:
        level = offer.next.level
        page.entry(
            book.phrase("exercises.next"),
            book.phrase("exercises.next_level", level=lowered(level.name), after=level.after),
        )
        page.paragraph(book.phrase("exercises.steps_command", exercise=offer.exercise.id), indent=4)
        if level != offer.level:
            page.entry(book.phrase("exercises.up_to"), lowered(offer.level.name))
    if offer.beyond:
        page.entry(book.phrase("exercises.not_for_now"), lowered(offer.beyond[0].name))


def exercise_steps(page: Page, assessment: Assessment, offer: Offer) -> None:
    """Write out the form to start with: dose, position, steps, cautions and when to stop."""
    form, phrase = offer.start, assessment.rulebook.phrase
    page.entry(phrase("exercises.dose"), form.dose)
    page.entry(phrase("exercises.position"), form.level.position)
    page.steps(form.level.steps)
    for caution in (*form.level.cautions, *changes(assessment, form)):
        page.entry(phrase("exercises.take_care"), caution)
    for stop in offer.exercise.stop_if:
        page.entry(phrase("exercises.stop_if"), stop)


def serious_checks(check_first: tuple[tuple[str, Verdict], ...]) -> list[str]:
    """Return the open questions that could close a form; the others are in the list of questions."""
    return [name for name, worst in check_first if worst is not Verdict.MODIFY]


def _check_list(assessment: Assessment) -> list[str]:
    """Return the fields to check, most often named first; exercises refer to them by number."""
    fields = [name for offer in assessment.offers for name in serious_checks(offer.check_first)]
    return sorted(dict.fromkeys(fields), key=lambda name: -fields.count(name))


def _checks(page: Page, assessment: Assessment, checks: list[str]) -> None:
    if not checks:
        return
    page.heading(assessment.rulebook.phrase("exercises.check_first"))
    page.paragraph(assessment.rulebook.phrase("exercises.check_advice"))
    fields = assessment.rulebook.vocabulary.fields
    page.steps(fields[name].check for name in checks)


def _check_first(page: Page, assessment: Assessment, offer: Offer, checks: list[str]) -> None:
    book, phrase = assessment.rulebook, assessment.rulebook.phrase
    own = _numbers(book, serious_checks(offer.start.check_first), checks)
    if own:
        page.entry(phrase("exercises.check_first"), phrase("exercises.in_list", numbers=own))
        page.entry(phrase("exercises.not_sure"), _leave_out(assessment, offer))


def _leave_out(assessment: Assessment, offer: Offer) -> str:
    """Return what to do while a check is open: leave it out, or do a gentler exercise that is offered."""
    offered = (assessment.offer(id_) for id_ in offer.exercise.gentler)
    gentler = next((other.exercise.name for other in offered if other), "")
    phrase = assessment.rulebook.phrase
    return (
        phrase("exercises.leave_out_and_do", exercise=gentler) if gentler else phrase("exercises.leave_out")
    )


def _numbers(book: Rulebook, fields: list[str], checks: list[str]) -> str:
    """Return the numbers of some checks with runs put together: `1 to 4, 7`."""
    chosen = [number for number, name in enumerate(checks, 1) if name in fields]
    runs = [list(run) for _, run in groupby(enumerate(chosen), key=lambda item: item[1] - item[0])]
    ends = [(run[0][1], run[-1][1]) for run in runs]
    return ", ".join(
        book.phrase("exercises.number_range", first=first, last=last)
        if last > first + 1
        else ", ".join(map(str, dict.fromkeys((first, last))))
        for first, last in ends
    )


def lowered(name: str) -> str:
    """Return a name as it stands in the middle of a sentence."""
    return f"{name[0].lower()}{name[1:]}"
