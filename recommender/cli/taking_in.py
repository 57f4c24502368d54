"""Bringing the people of a file onto the desk, and what is said of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.reading import opened_cohort, stated_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recommender.review.import_people import Intake
    from recommender.review.reports import Reports
    from recommender.review.store import Store
    from recommender.rulebook import Rulebook


def columns_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options for the columns that name people."""
    shown = "A column to show and search beside the name."
    show = click.option("--show", "shown", metavar="COLUMN", multiple=True, help=shown)
    id_ = click.option("--id", "id_column", metavar="COLUMN", help="The column by which people are found.")
    return id_(show(command))


@contextmanager
def opened_people(
    source: str, book: "Rulebook", id_column: str | None, shown: tuple[str, ...], options: Mapping[str, Any]
) -> "Iterator[tuple[Intake | Reports, Sequence[str]]]":
    """Begin to read a file of people or a folder of scan reports, with notes on how it is read.

    Raises:
        CohortError, ReviewError: where it cannot be read.

    """
    from recommender.review.import_people import Intake
    from recommender.review.reports import Reports, is_folder_of_reports

    if is_folder_of_reports(source):
        yield Reports(source, book), ()
        return
    with opened_cohort(source, options, stated_in(options, book.vocabulary), book.vocabulary) as opened:
        yield Intake(opened, book, id_column, shown), opened.notes


def take_in(store: "Store", source: str, intake: "Intake | Reports", notes: "Iterable[str]") -> int:
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
