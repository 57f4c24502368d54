"""Two assessments of one person: which answers differ, what has opened, and what has closed."""

from collections.abc import Mapping
from typing import NamedTuple

from recommender.language.meaning import Value
from recommender.person.assessment import Assessment
from recommender.rulebook.model import Exercise, Level, Movement, Rule
from recommender.rulebook.scales import Verdict
from recommender.vocabulary import Field


class AnswerChange(NamedTuple):
    """An answer that differs (`None` is unknown); `within_error`: a score that may not have changed."""

    field: Field
    before: Value | None
    after: Value | None
    within_error: bool


class LevelChange(NamedTuple):
    """A level of an exercise that has opened or closed, with the rules that closed or close it."""

    exercise: Exercise
    level: Level
    rules: tuple[Rule, ...]


class MovementChange(NamedTuple):
    """A movement with another verdict; `rules` bring the stricter of the two."""

    movement: Movement
    before: Verdict
    after: Verdict
    rules: tuple[Rule, ...]


class Comparison(NamedTuple):
    """What is different between two assessments."""

    before: Assessment
    after: Assessment
    answers: tuple[AnswerChange, ...]
    opened: tuple[LevelChange, ...]
    closed: tuple[LevelChange, ...]
    movements: tuple[MovementChange, ...]


def compare(before: Assessment, after: Assessment, scan_error: Mapping[str, int]) -> Comparison:
    """Compare two assessments by one rulebook; `scan_error` is the least significant change of each score."""
    return Comparison(
        before,
        after,
        tuple(_answers(before, after, scan_error)),
        tuple(_gained(before, after)),
        tuple(_gained(after, before)),
        tuple(_movements(before, after)),
    )


def _answers(before: Assessment, after: Assessment, scan_error: Mapping[str, int]) -> list[AnswerChange]:
    then, now = before.profile.answered, after.profile.answered
    changes = []
    for name, field in after.rulebook.vocabulary.fields.items():
        old, new = then.get(name), now.get(name)
        if old == new:
            continue
        within = (
            name in scan_error
            and isinstance(old, int)
            and isinstance(new, int)
            and abs(new - old) < scan_error[name]
        )
        changes.append(AnswerChange(field, old, new, within))
    return changes


def _gained(less: Assessment, more: Assessment) -> list[LevelChange]:
    """Return the levels that only `more` offers, with the rules that close them in `less`."""
    open_in_less, open_in_more = _levels(less), _levels(more)
    return [
        LevelChange(exercise, level, _closing(less, exercise, level))
        for exercise in more.rulebook.exercises.values()
        for level in exercise.levels
        if level.id in open_in_more - open_in_less
    ]


def _levels(assessment: Assessment) -> frozenset[str]:
    return frozenset(form.level.id for offer in assessment.offers for form in offer.permitted)


def _closing(assessment: Assessment, exercise: Exercise, level: Level) -> tuple[Rule, ...]:
    """Return the rules because of which a level is not offered, or because of which nothing is."""
    limiting = {
        rule.id: rule
        for movement in level.movements
        for rule in assessment.limiting(movement, (Verdict.AVOID, Verdict.SUPERVISED))
    }
    withheld = assessment.withheld_for(exercise.id)
    return tuple(limiting.values()) or (withheld.rules if withheld else ()) or assessment.clearance_rules


def _movements(before: Assessment, after: Assessment) -> list[MovementChange]:
    changes = []
    for old, new in zip(before.movements, after.movements, strict=True):
        if old.verdict != new.verdict:
            stricter = new if new.verdict > old.verdict else old
            rules = tuple(rule for rule in stricter.rules if rule.limits[new.movement.id] == stricter.verdict)
            changes.append(MovementChange(new.movement, old.verdict, new.verdict, rules))
    return changes
