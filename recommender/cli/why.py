"""`recommender why`: why one exercise or movement is open or waits, and what would change it."""

import shlex
from pathlib import Path
from typing import Any

import click

from recommender.activities.matching import Catalogue, find_exercise_or_movement
from recommender.cli.output import wants_colour, width, write
from recommender.cli.person import PersonCommand, format_option, profile_option, read_person
from recommender.cli.rulebook import rulebook_in_use
from recommender.errors import Problem, RulebookError, did_you_mean, quoted
from recommender.person.decision import assess
from recommender.person.engines import ReferenceEngine
from recommender.person.verdicts import Needs, verdicts_of
from recommender.person.what_if import changes, fields_behind
from recommender.report.change import what_would_change
from recommender.report.why import why_exercise, why_movement
from recommender.rulebook import Rulebook
from recommender.rulebook.activities import Symptom, normalised
from recommender.rulebook.loading import load_activities
from recommender.rulebook.model import Exercise, Movement


@click.command(cls=PersonCommand)
@click.argument("name", metavar="[EXERCISE|MOVEMENT]", required=False)
@profile_option
@format_option
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
def why(name: str | None, profile: str | None, format_: str, rules: Path | None, **options: Any) -> None:
    """Say why something is safe or waits, what that rests on, and what would change it.

    Name an exercise or a movement, and give the same answers as to `recommender assess`. With no name, it
    says what your open questions could open or close:

        recommender why low_jump --t-score -2.6 --age 61

        recommender why --t-score -2.6 --age 61
    """
    rulebook = rulebook_in_use(rules)
    asked = _named(rulebook, name) if name is not None else None
    person = read_person(rulebook, profile, options)
    engine = ReferenceEngine(
        rulebook.strata
    )  # it starts at once, and there are hundreds of people to compare
    assessment = assess(rulebook, engine, person)
    open_ = [question.field for question in assessment.questions]
    opens: Needs = ()
    if isinstance(asked, Exercise):
        behind = set(fields_behind(rulebook, (id_ for level in asked.levels for id_ in level.movements)))
        open_ = [field for field in open_ if field in behind]
    elif asked is not None:
        behind = set(fields_behind(rulebook, [asked.id]))
        open_ = [field for field in open_ if field in behind]
        verdicts = verdicts_of(assessment)
        opens = verdicts.would_open(verdicts.blocked([asked.id]))
    tried = changes(assessment, engine, open_)
    if format_ == "json":
        import json

        from recommender.report.why_json import why_as_json

        answer = why_as_json(assessment, asked, opens, tried)
        text = json.dumps(answer, ensure_ascii=False, indent=2) + "\n"
    elif isinstance(asked, Exercise):
        level = next((level for level in asked.levels if normalised(level.id) == normalised(str(name))), None)
        text = why_exercise(assessment, asked, level, tried, width(), wants_colour())
    elif asked is not None:
        text = why_movement(assessment, asked, opens, tried, width(), wants_colour())
    else:
        text = what_would_change(assessment, tried, width(), wants_colour())
    write(text, None)


def _named(rulebook: Rulebook, name: str) -> Exercise | Movement:
    """Return the exercise or movement that bears a name.

    Raises:
        RulebookError: when nothing bears the name.

    """
    if named := find_exercise_or_movement(name, rulebook):
        return named
    hint = f"To ask about anything else: recommender can {shlex.quote(name)}"
    if not _is_activity(rulebook, name):
        known = [
            *rulebook.exercises,
            *rulebook.movements,
            *(exercise.name for exercise in rulebook.exercises.values()),
            *(movement.name for movement in rulebook.movements.values()),
        ]
        hint = did_you_mean(name, known) or hint
    raise RulebookError(Problem("", f"there is no exercise or movement {quoted(name)}.", hint))


def _is_activity(rulebook: Rulebook, name: str) -> bool:
    """Say whether a name is near to something known that is neither an exercise nor a movement."""
    matched = Catalogue(load_activities(rulebook), rulebook).match(name)
    if matched is None:
        return False
    return isinstance(matched.subject, Symptom) or matched.subject.kind == "activity"
