"""What would change a person's plan: what gates need, and what each open question could open or close."""

from collections.abc import Iterable

from recommender.person.assessment import Assessment
from recommender.person.what_if import Change, outcomes
from recommender.report.exercises import lowered
from recommender.report.page import Page
from recommender.report.person import about
from recommender.report.why import capital, help_first, says, would_be
from recommender.rulebook.model import Exercise, Level
from recommender.rulebook.scales import Clearance


def what_would_change(found: Assessment, changes: Iterable[Change], width: int, colour: bool) -> str:
    """Return what answering the open questions would open or close, as text for a terminal.

    `changes` holds what every answer to each open question would bring.
    """
    page = Page(width, colour)
    page.title("What would change your plan")
    if not help_first(page, found, Clearance.EMERGENCY):
        _what_could_open_more(page, found)
        _answers(page, found, changes)
    about(page, found)
    return str(page)


def _what_could_open_more(page: Page, found: Assessment) -> None:
    """Name what waits for something that could be had, together where the needs are the same."""
    gates: dict[tuple[str, ...], list[str]] = {}
    for entry in found.withheld:
        if entry.would_need:
            gates.setdefault(says(entry.would_need), []).append(
                _level_name(entry.exercise, entry.exercise.levels[0])
            )
    for offer in found.offers:
        if offer.next_needs:
            gates.setdefault(says(offer.next_needs), []).append(_level_name(offer.exercise, offer.beyond[0]))
    if gates:
        page.heading("What could open more")
    for needs, names in gates.items():
        page.subheading("; ".join(names))
        page.bullets(needs)


def _answers(page: Page, found: Assessment, changes: Iterable[Change]) -> None:
    page.heading("What your answers could change")
    page.paragraph(f"From what you told us, {_open_now(found)}.")
    last = ""
    for field, words, other in outcomes(changes, lambda other: (_levels(other), other.clearance)):
        if other.clearance == found.clearance and _levels(other) == _levels(found):
            continue
        if field.id != last:
            page.subheading(f"{capital(field.label)} (--{field.id.replace('_', '-')})")
        last = field.id
        page.bullets([f"{words}: {would_be(found, other) or _difference(found, other)}"])


def _open_now(found: Assessment) -> str:
    count = len(found.offers)
    return f"{count} exercise is open" if count == 1 else f"{count} exercises are open"


def _difference(found: Assessment, other: Assessment) -> str:
    """Say how many exercises are open to somebody with one more answer, and which come, go or become gentler."""
    parts = [f"{_open_now(other)}."]
    if gained := _more(found, other):
        parts.append(f"New: {'; '.join(gained)}.")
    staying = {offer.exercise.id for offer in other.offers}
    waiting = [offer.exercise.name for offer in found.offers if offer.exercise.id not in staying]
    if waiting:
        more = f" and {len(waiting) - 3} more" if len(waiting) > 3 else ""
        parts.append(f"For now without: {'; '.join(waiting[:3])}{more}.")
    if len(_more(other, found)) > len(waiting):
        parts.append("Some in a gentler form.")
    return " ".join(parts)


def _more(found: Assessment, other: Assessment) -> list[str]:
    """Return the names of the forms of exercise that are open to another person and not to this one."""
    now = _levels(found)
    exercises = found.rulebook.exercises.values()
    return [
        _level_name(ex, level)
        for ex in exercises
        for level in ex.levels
        if level.id not in now and level.id in _levels(other)
    ]


def _levels(found: Assessment) -> tuple[str, ...]:
    return tuple(form.level.id for offer in found.offers for form in offer.permitted)


def _level_name(exercise: Exercise, level: Level) -> str:
    return exercise.name if len(exercise.levels) == 1 else f"{exercise.name} ({lowered(level.name)})"
