"""What has changed between two assessments, as words for the person and as data."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from recommender.language.meaning import Value
from recommender.person.comparison import AnswerChange, Comparison, LevelChange
from recommender.report.exercises import lowered
from recommender.report.page import Page
from recommender.report.person import about
from recommender.report.why import capital
from recommender.rulebook.model import Exercise, Level, Rule, Rulebook
from recommender.vocabulary import Field
from recommender.vocabulary.answers import plain, write_answer


def comparison_report(comparison: Comparison, width: int, colour: bool) -> str:
    """Return what has changed as text for a terminal of `width` columns."""
    book = comparison.after.rulebook
    page = Page(width, colour)
    page.title(book.phrase("compare.title"))
    _in_short(page, comparison)
    _answers(page, comparison)
    _levels(page, book.phrase("compare.open_now"), _by_reason(book, comparison.opened))
    _levels(page, book.phrase("compare.waits_now"), _by_reason(book, comparison.closed))
    if comparison.movements:
        page.heading(book.phrase("compare.movements"))
        page.bullets(
            book.phrase(
                "compare.movement",
                name=change.movement.name,
                before=lowered(book.words["verdict"][change.before]),
                after=lowered(book.words["verdict"][change.after]),
            )
            for change in comparison.movements
        )
    about(page, comparison.after)
    return str(page)


def _in_short(page: Page, comparison: Comparison) -> None:
    book, before, after = comparison.after.rulebook, comparison.before, comparison.after
    page.heading(book.phrase("compare.in_short"))
    has_other_plan = bool(comparison.opened or comparison.closed or comparison.movements)
    if before.clearance != after.clearance:
        say = book.words["clearance"]
        page.paragraph(book.phrase("compare.clearance_before", say=say[before.clearance]))
        page.paragraph(book.phrase("compare.clearance_now", say=say[after.clearance]))
        for rule in after.clearance_rules:
            page.paragraph(rule.say)
    elif not has_other_plan:
        page.paragraph(
            book.phrase("compare.same_plan") if comparison.answers else book.phrase("compare.nothing")
        )
    if comparison.opened:
        page.paragraph(book.counted("compare.opened", len(comparison.opened)))
    if comparison.closed:
        page.paragraph(book.counted("compare.closed", len(comparison.closed)))
    if has_other_plan and any(change.within_error for change in comparison.answers):
        page.paragraph(book.phrase("compare.rests_on_scan"))


def _answers(page: Page, comparison: Comparison) -> None:
    book = comparison.after.rulebook
    if comparison.answers:
        page.heading(book.phrase("compare.answers"))
        page.bullets(_answer(book, change) for change in comparison.answers)


def _answer(book: Rulebook, change: AnswerChange) -> str:
    words = book.phrase(
        "compare.answer",
        label=capital(change.field.label),
        before=_value(book, change.field, change.before),
        after=_value(book, change.field, change.after),
    )
    return f"{words} {book.phrase('compare.within_error')}" if change.within_error else words


def _value(book: Rulebook, field: Field, value: Value | None) -> str:
    if value is None:
        return book.phrase("answer.not_known")
    return write_answer(field, value).replace("_", " ")


def _by_reason(book: Rulebook, changes: Iterable[LevelChange]) -> dict[tuple[str, ...], list[str]]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for change in changes:
        groups.setdefault(_reasons(book, change.rules), []).append(_name(change.exercise, change.level))
    return groups


def _levels(page: Page, heading: str, groups: Mapping[tuple[str, ...], Sequence[str]]) -> None:
    """List levels, those with the same reasons together."""
    if groups:
        page.heading(heading)
    for reasons, names in groups.items():
        page.subheading("; ".join(names))
        page.bullets(reasons)


def _reasons(book: Rulebook, rules: Iterable[Rule]) -> tuple[str, ...]:
    """Return each reason once, with all the rules that give it."""
    by_words: dict[str, list[str]] = {}
    for rule in rules:
        if words := rule.why_not or rule.say:
            by_words.setdefault(words, []).append(rule.id)
    return tuple(
        book.phrase("compare.reason", say=words, rules=", ".join(ids)) for words, ids in by_words.items()
    )


def _name(exercise: Exercise, level: Level) -> str:
    return exercise.name if len(exercise.levels) == 1 else f"{exercise.name} ({lowered(level.name)})"


def comparison_as_json(comparison: Comparison) -> dict[str, Any]:
    """Return what has changed as plain data (`recommender.comparison.v1`); an unknown answer is null."""
    before, after = comparison.before, comparison.after
    return {
        "schema": "recommender.comparison.v1",
        "rulebook": {"version": after.rulebook.version, "sha256": after.rulebook.sha256},
        "clearance": {"before": before.clearance.value, "after": after.clearance.value},
        "answers": [
            {
                "field": change.field.id,
                "before": None if change.before is None else plain(change.before),
                "after": None if change.after is None else plain(change.after),
                "within_scan_error": change.within_error,
            }
            for change in comparison.answers
        ],
        "opened": [_level_as_json(change) for change in comparison.opened],
        "closed": [_level_as_json(change) for change in comparison.closed],
        "movements": [
            {
                "movement": change.movement.id,
                "before": change.before.value,
                "after": change.after.value,
                "rules": [rule.id for rule in change.rules],
            }
            for change in comparison.movements
        ],
    }


def _level_as_json(change: LevelChange) -> dict[str, Any]:
    return {
        "exercise": change.exercise.id,
        "level": change.level.id,
        "rules": [{"id": rule.id, "say": rule.why_not or rule.say} for rule in change.rules],
    }
