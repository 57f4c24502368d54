"""`recommender review`: the clinician's desk."""

import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recommender.cli.reading import opened_cohort, reading_options, stated_in
from recommender.cli.rulebook import rulebook_in_use
from recommender.errors import Problem, RecommenderError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recommender.review.import_people import Intake
    from recommender.review.store import Store


class _Review(click.Group):
    """A group that opens the desk where no command is named: `recommender review people.csv`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `desk` before what is no command."""
        asked_for_help = bool(args) and args[0] in ctx.help_option_names
        return super().parse_args(
            ctx, args if asked_for_help or (args and args[0] in self.commands) else ["desk", *args]
        )


@click.group(cls=_Review)
def review() -> None:
    """Review what the rules said about many people, decide, and see how well both agree."""


_store_option = click.option(
    "--store",
    "address",
    metavar="FILE|URL",
    default="review.sqlite",
    show_default=True,
    help="Where people and decisions are kept.",
)


@review.command()
@click.argument("source", metavar="[COHORT]", required=False)
@_store_option
@reading_options
@click.option("--id", "id_column", metavar="COLUMN", help="The column by which people are found.")
@click.option(
    "--show", "shown", metavar="COLUMN", multiple=True, help="A column to show and search beside the name."
)
@click.option("--blind", is_flag=True, help="Reviewers say what they think before they see the rules.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="[default: any that is free]")
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
def desk(
    source: str | None,
    address: str,
    id_column: str | None,
    shown: tuple[str, ...],
    blind: bool,
    port: int,
    rules: Path | None,
    **options: Any,
) -> None:
    """Open the desk for the people of COHORT, or go on with those that the store has.

    COHORT is a file as `recommender batch` reads it, or one that it wrote. `recommender batch COHORT
    --show-mapping` shows how its columns are understood. The page opens only on this machine, with the link
    that is printed here, in one browser. Control-C closes the desk.
    """
    from recommender.review.store import Store, url_of  # before the web: of two extras, the larger is named

    book = rulebook_in_use(rules)
    from recommender.cli.loopback import HOST, hosts_of, listening_at, serve_at
    from recommender.review.app import desk_app
    from recommender.review.desk import Desk
    from recommender.review.import_people import Intake
    from recommender.review.security import Door

    with ExitStack() as held:
        opened = None
        if (
            source is not None
        ):  # before the store is made, so that a file which cannot be read leaves none behind
            opened = held.enter_context(
                opened_cohort(source, options, stated_in(options, book.vocabulary), book.vocabulary)
            )
        store = held.enter_context(closing(Store(url_of(address), make=opened is not None)))
        run = (
            store.latest_run()
            if opened is None
            else _take_in(store, str(source), Intake(opened, book, id_column, shown), opened.notes)
        )
        if run is None:
            raise RecommenderError(
                Problem(
                    store.location,
                    "there is nobody in this store yet.",
                    "Name a file of people: recommender review people.csv",
                )
            )
        with listening_at(port) as listening:
            number = listening.getsockname()[1]
            door = Door(number)
            click.echo(f"The desk is open at http://{HOST}:{number}/open?token={door.token}")
            click.echo("The link works once, on this machine. Control-C closes the desk.")
            serve_at(listening, desk_app(Desk(store, book, run, blind, rules), door, hosts_of(listening)))


def _take_in(store: "Store", source: str, intake: "Intake", notes: "Iterable[str]") -> int:
    """Bring the people of a file onto the desk, and return the number of their run."""
    from recommender.review.worklist import Wanted, Worklist

    for note in (*notes, intake.note):
        click.echo(note, err=True)
    run, again = store.enter(source, intake.book.sha256, intake)
    for note in intake.rounding:
        click.echo(note, err=True)
    refused = len(intake.unreadable)
    click.echo(f"{intake.read - refused:,} of {intake.read:,} people are on the desk.")
    if refused:
        click.echo(f"{refused:,} could not be read: the desk lists them, those with red flags first.")
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


@review.command()
@_store_option
@click.option(
    "--against",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Decisions as JSON, as they were taken from the desk earlier.",
)
def verify(address: str, against: Path | None) -> None:
    """Check that no decision in a store was changed, taken out or put in.

    Whoever can write the store can also make a chain anew. Keep the decisions that the desk gives as JSON in
    another place, and name that file: each of them must still be there as it was.
    """
    from recommender.review.export import not_kept
    from recommender.review.store import Store, url_of

    with closing(Store(url_of(address), make=False)) as store:
        checked = store.check()
    broken = checked.problems + (not_kept(against, checked.decisions) if against is not None else [])
    for sentence in broken:
        click.echo(sentence, err=True)
    click.echo(
        f"{len(checked.decisions):,} decisions: {'the chain is broken' if broken else 'the chain holds'}."
    )
    if broken:
        sys.exit(1)
