"""What would change a person's plan: what withheld exercises need, and what each answer could change."""

from collections.abc import Iterable

from recommender.person.assessment import Assessment
from recommender.person.what_if import Change, outcomes
from recommender.report.exercises import lowered
from recommender.report.page import Page
from recommender.report.person import about
from recommender.report.why import capital, help_first, texts_of, would_be
from recommender.rulebook.model import Exercise, Level
from recommender.rulebook.scales import Clearance


def what_would_change(assessment: Assessment, changes: Iterable[Change], width: int, colour: bool) -> str:
    """Return what answering the open questions would open or close, as text for a terminal.

    `changes` holds the assessment after every answer to each open question.
    """
    page = Page(width, colour)
    page.title(assessment.rulebook.phrase("change.title"))
    if not help_first(page, assessment, Clearance.EMERGENCY):
        _what_could_open_more(page, assessment)
        _answers(page, assessment, changes)
    about(page, assessment)
    return str(page)


def _what_could_open_more(page: Page, assessment: Assessment) -> None:
    """List what is withheld only until something is shown, grouped by needs."""
    gates: dict[tuple[str, ...], list[str]] = {}
    for entry in assessment.withheld:
        if entry.would_need:
            gates.setdefault(texts_of(entry.would_need), []).append(
                _level_name(entry.exercise, entry.exercise.levels[0])
            )
    for offer in assessment.offers:
        if offer.next_needs:
            gates.setdefault(texts_of(offer.next_needs), []).append(
                _level_name(offer.exercise, offer.beyond[0])
            )
    if gates:
        page.heading(assessment.rulebook.phrase("change.open_more"))
    for needs, names in gates.items():
        page.subheading("; ".join(names))
        page.bullets(needs)


def _answers(page: Page, assessment: Assessment, changes: Iterable[Change]) -> None:
    phrase = assessment.rulebook.phrase
    page.heading(phrase("change.answers"))
    page.paragraph(phrase("change.open_now", open=_exercises_open(assessment)))
    last = ""
    for field, answer, other in outcomes(changes, lambda other: (_levels(other), other.clearance)):
        if other.clearance == assessment.clearance and _levels(other) == _levels(assessment):
            continue
        if field.id != last:
            page.subheading(f"{capital(field.label)} (--{field.id.replace('_', '-')})")
        last = field.id
        page.bullets([f"{answer}: {would_be(assessment, other) or _difference(assessment, other)}"])


def _exercises_open(assessment: Assessment) -> str:
    return assessment.rulebook.counted("change.exercises_open", len(assessment.offers))


def _difference(assessment: Assessment, other: Assessment) -> str:
    """Say how many exercises are open after one more answer, and which of them are new, gone or gentler."""
    book = assessment.rulebook
    parts = [f"{_exercises_open(other)}."]
    if gained := _more(assessment, other):
        parts.append(book.phrase("change.new", exercises="; ".join(gained)))
    staying = {offer.exercise.id for offer in other.offers}
    waiting = [offer.exercise.name for offer in assessment.offers if offer.exercise.id not in staying]
    names, more = (
        "; ".join(waiting[: book.report_limits.exercises]),
        len(waiting) - book.report_limits.exercises,
    )
    if more > 0:
        parts.append(book.phrase("change.without_more", exercises=names, count=more))
    elif waiting:
        parts.append(book.phrase("change.without", exercises=names))
    if len(_more(other, assessment)) > len(waiting):
        parts.append(book.phrase("change.gentler"))
    return " ".join(parts)


def _more(assessment: Assessment, other: Assessment) -> list[str]:
    """Return the names of the levels that are open in `other` and not in `assessment`."""
    now = _levels(assessment)
    exercises = assessment.rulebook.exercises.values()
    return [
        _level_name(ex, level)
        for ex in exercises
        for level in ex.levels
        if level.id not in now and level.id in _levels(other)
    ]


def _levels(assessment: Assessment) -> tuple[str, ...]:
    return tuple(form.level.id for offer in assessment.offers for form in offer.permitted)


def _level_name(exercise: Exercise, level: Level) -> str:
    return exercise.name if len(exercise.levels) == 1 else f"{exercise.name} ({lowered(level.name)})"
