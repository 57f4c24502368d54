"""Bringing the people of a file onto the desk, and what is said of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recommender.review.import_people import Intake
    from recommender.review.store import Store


def columns_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options for the columns that name people."""
    shown = "A column to show and search beside the name."
    show = click.option("--show", "shown", metavar="COLUMN", multiple=True, help=shown)
    id_ = click.option("--id", "id_column", metavar="COLUMN", help="The column by which people are found.")
    return id_(show(command))


def take_in(store: "Store", source: str, intake: "Intake", notes: "Iterable[str]") -> int:
    """Bring the people of a file onto the desk, and return the number of their run."""
    from recommender.review.worklist import Wanted, Worklist

    for note in (*notes, intake.note):
        click.echo(note, err=True)
    run, again = store.enter(source, intake.book.sha256, intake)
    for note in intake.rounding:
        click.echo(note, err=True)
    left_out = len(intake.left_out)
    people = intake.read - left_out
    click.echo(f"{people:,} {'person is' if people == 1 else 'people are'} on the desk.")
    if intake.in_doubt:
        have = "has" if intake.in_doubt == 1 else "have"
        click.echo(
            f"{intake.in_doubt:,} of them {have} cells in doubt: the desk lists them, red flags first."
        )
    if left_out:
        rows = "row is no person" if left_out == 1 else "rows are no people"
        click.echo(f"{left_out:,} {rows}: the desk shows what was left out.")
    if again:
        click.echo("The same people were on it before: what was decided about them is still there.")
        return run
    same = store.followed(run)
    changed = Worklist(store, run, blind=False).count(Wanted(changed=True))
    if same:
        were = "person was" if same == 1 else "people were"
        click.echo(f"{same:,} {were} decided on in another list with the same answers: that stands here too.")
    if changed:
        were = "person was" if changed == 1 else "people were"
        click.echo(f"{changed:,} {were} decided on in another list with other answers: the desk marks them.")
    return run
