"""`recommender exercises`: the exercises, listed and shown."""

from pathlib import Path

import click

from recommender.cli.ids import refuse_unknown
from recommender.cli.output import wants_colour, width
from recommender.report.page import Page
from recommender.report.rulebook import exercise_page
from recommender.rulebook import load_rulebook

_rules_option = click.option(
    "--rules", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook."
)


@click.group()
def exercises() -> None:
    """List and show the exercises."""


@exercises.command("list")
@_rules_option
def list_(folder: Path | None) -> None:
    """List every exercise with its levels, gentlest first."""
    page = Page(width(), wants_colour())
    for exercise in load_rulebook(folder).exercises.values():
        page.bullets([f"{exercise.id}: {exercise.name} ({', '.join(exercise.goals)})"], indent=0)
        if len(exercise.levels) > 1:
            page.bullets((f"{level.id}: {level.name}" for level in exercise.levels), indent=4)
    click.echo(str(page), nl=False, color=True)


@exercises.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@_rules_option
def show(ids: tuple[str, ...], folder: Path | None) -> None:
    """Show exercises whole: every level with its movements, steps, dose, cautions and sources."""
    rulebook = load_rulebook(folder)
    refuse_unknown("exercise", ids, rulebook.exercises, "`recommender exercises list` lists them.")
    for id_ in ids:
        click.echo(str(exercise_page(rulebook, rulebook.exercises[id_], width(), wants_colour())), color=True)
