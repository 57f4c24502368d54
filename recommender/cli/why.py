"""`recommender why`: why one exercise or movement is open or waits, and what would change it."""

from collections.abc import Iterable
from pathlib import Path

import click

from recommender.assessment import Assessment
from recommender.cli.output import wants_colour, width, write
from recommender.cli.person import PersonCommand, profile_option, read_person
from recommender.decision import assess
from recommender.engines import ReferenceEngine
from recommender.errors import Problem, RulebookError, did_you_mean
from recommender.report.why import what_would_change, why_exercise, why_movement
from recommender.rulebook import Rulebook, load_rulebook
from recommender.rulebook.model import Exercise
from recommender.whatif import changes, fields_behind, reassured


@click.command(cls=PersonCommand)
@click.argument("name", metavar="[EXERCISE|MOVEMENT]", required=False)
@profile_option
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
def why(name: str | None, profile: str | None, rules: Path | None, **options: tuple[str, ...]) -> None:
    """Say why something is safe or waits, what that rests on, and what would change it.

    Name an exercise or a movement, and give the same answers as to `recommender assess`. With no name, it says what
    your open questions could open or close:

        recommender why low_jump --t-score -2.6 --age 61

        recommender why --t-score -2.6 --age 61
    """
    rulebook = load_rulebook(rules)
    exercise = _exercise(rulebook, name) if name else None
    person = read_person(rulebook.vocabulary, profile, options)
    engine = ReferenceEngine(rulebook.strata)  # it starts at once, and there are hundreds of people to compare
    found = assess(rulebook, engine, person)
    open_ = [question.field for question in found.questions]

    def about(movements: Iterable[str]) -> list[str]:
        behind = set(fields_behind(rulebook, movements))
        return [field for field in open_ if field in behind]

    if exercise:
        tried = list(changes(found, engine, about(id_ for level in exercise.levels for id_ in level.movements)))
        text = why_exercise(found, exercise, tried, width(), wants_colour())
    elif name:
        movement = rulebook.movements[name]
        text = why_movement(found, movement, list(changes(found, engine, about([name]))), width(), wants_colour())
    else:
        text = what_would_change(found, _gates(found, engine), list(changes(found, engine, open_)), width(), wants_colour())
    write(text, None)


def _gates(found: Assessment, engine: ReferenceEngine) -> dict[str, Assessment]:
    """Return what would follow if all that a waiting exercise needs were in place, by the words of those needs."""
    opened: dict[str, Assessment] = {}
    for needs in (*(entry.would_need for entry in found.withheld), *(offer.next_needs for offer in found.offers)):
        words = " ".join(dict.fromkeys(say for _, say in needs))
        if words and words not in opened:
            other = reassured(found, engine, [field for field, _ in needs])
            if other is not None:
                opened[words] = other
    return opened


def _exercise(rulebook: Rulebook, name: str) -> Exercise | None:
    """Return the exercise that bears a name or has a level of that name; nothing for a movement.

    Raises:
        RulebookError: when nothing bears the name.

    """
    for exercise in rulebook.exercises.values():
        if name in (exercise.id, *(level.id for level in exercise.levels)):
            return exercise
    if name in rulebook.movements:
        return None
    known = [*rulebook.exercises, *rulebook.movements]
    hint = did_you_mean(name, known) or "`recommender exercises list` lists the exercises."
    raise RulebookError(Problem("", f"there is no exercise or movement `{name}`.", hint))
