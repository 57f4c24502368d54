"""`recommender exercises`: the exercises, listed and shown."""

from pathlib import Path

import click

from recommender.cli.ids import refuse_unknown
from recommender.cli.output import wants_colour, width, write
from recommender.report.page import Page
from recommender.report.rulebook import exercise_page
from recommender.rulebook import Rulebook, load_rulebook

_PICTURES = (".svg", ".png")
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
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write the pictures of one exercise, or of one level, to .svg or .png.",
)
@_rules_option
def show(ids: tuple[str, ...], output: str | None, folder: Path | None) -> None:
    """Show exercises whole: every level with its movements, steps, dose, cautions and sources.

    Or write the picture of one of them, with all its levels, or of one level:

        recommender exercises show lean_back_stage1 -o lean_back.svg
    """
    rulebook = load_rulebook(folder)
    if output is not None:
        _write_picture(rulebook, folder, ids, output)
        return
    refuse_unknown("exercise", ids, rulebook.exercises, "`recommender exercises list` lists them.")
    for id_ in ids:
        click.echo(str(exercise_page(rulebook, rulebook.exercises[id_], width(), wants_colour())), color=True)


@exercises.command()
@click.option("-o", "--output", metavar="FILE", required=True, help="Where the page goes.")
@_rules_option
def sheet(output: str, folder: Path | None) -> None:
    """Write every picture on one web page: each level, and risky movements beside their safe twins."""
    from recommender.authoring.gallery import gallery_page

    write(gallery_page(load_rulebook(folder), folder), output)


def _write_picture(rulebook: Rulebook, folder: Path | None, ids: tuple[str, ...], output: str) -> None:
    """Write the picture of one level, or those of all levels of one exercise."""
    from recommender.figures import figure_of, ladder_of

    suffix = Path(output).suffix.lower()
    if suffix not in _PICTURES or len(ids) != 1:
        raise click.UsageError("A picture is of one exercise or level, in a file named .svg or .png.")
    exercise_of = {level.id: each.id for each in rulebook.exercises.values() for level in each.levels}
    refuse_unknown(
        "exercise or level",
        ids,
        [*rulebook.exercises, *exercise_of],
        "`recommender exercises list` lists them.",
    )
    [id_] = ids
    source = folder or rulebook
    picture = (
        ladder_of(source, id_) if id_ in rulebook.exercises else figure_of(source, exercise_of[id_], id_)
    )
    if suffix == ".svg":
        write(picture, output)
    else:
        from recommender.figures.png import png_of

        write(png_of(picture), output)
