"""`recommender why`: why one exercise or movement is open or waits, and what would change it."""

from collections.abc import Iterable
from pathlib import Path

import click

from recommender.cli.output import wants_colour, width, write
from recommender.cli.person import PersonCommand, profile_option, read_person
from recommender.errors import Problem, RulebookError, did_you_mean, quoted
from recommender.person.decision import assess
from recommender.person.engines import ReferenceEngine
from recommender.person.what_if import changes, fields_behind
from recommender.report.change import what_would_change
from recommender.report.why import why_exercise, why_movement
from recommender.rulebook import Rulebook, load_rulebook
from recommender.rulebook.model import Exercise


@click.command(cls=PersonCommand)
@click.argument("name", metavar="[EXERCISE|MOVEMENT]", required=False)
@profile_option
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
def why(name: str | None, profile: str | None, rules: Path | None, **options: tuple[str, ...]) -> None:
    """Say why something is safe or waits, what that rests on, and what would change it.

    Name an exercise or a movement, and give the same answers as to `recommender assess`. With no name, it
    says what your open questions could open or close:

        recommender why low_jump --t-score -2.6 --age 61

        recommender why --t-score -2.6 --age 61
    """
    rulebook = load_rulebook(rules)
    exercise = _exercise(rulebook, name) if name is not None else None
    person = read_person(rulebook.vocabulary, profile, options)
    engine = ReferenceEngine(
        rulebook.strata
    )  # it starts at once, and there are hundreds of people to compare
    assessment = assess(rulebook, engine, person)
    open_ = [question.field for question in assessment.questions]

    def about(movements: Iterable[str]) -> list[str]:
        behind = set(fields_behind(rulebook, movements))
        return [field for field in open_ if field in behind]

    if exercise:
        tried = changes(
            assessment, engine, about(id_ for level in exercise.levels for id_ in level.movements)
        )
        level = next((level for level in exercise.levels if level.id == name), None)
        text = why_exercise(assessment, exercise, level, tried, width(), wants_colour())
    elif name is not None:
        movement = rulebook.movements[name]
        text = why_movement(
            assessment, movement, changes(assessment, engine, about([name])), width(), wants_colour()
        )
    else:
        text = what_would_change(assessment, changes(assessment, engine, open_), width(), wants_colour())
    write(text, None)


def _exercise(rulebook: Rulebook, name: str) -> Exercise | None:
    """Return the exercise that bears a name or has a level of that name; nothing for a movement.

    Raises:
        RulebookError: when nothing bears the name.

    """
    for exercise in rulebook.exercises.values():
        if (
            name in (exercise.id, *(level.id for level in exercise.levels))
            or name.lower() == exercise.name.lower()
        ):
            return exercise
    if name in rulebook.movements:
        return None
    known = [
        *rulebook.exercises,
        *rulebook.movements,
        *(exercise.name for exercise in rulebook.exercises.values()),
    ]
    hint = did_you_mean(name, known) or "`recommender exercises list` lists the exercises."
    raise RulebookError(Problem("", f"there is no exercise or movement {quoted(name)}.", hint))
