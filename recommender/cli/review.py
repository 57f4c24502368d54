"""`recommender review`: the clinician's desk."""

import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import click

from recommender.cli.reading import reading_options
from recommender.cli.review_team import account, import_people, serve
from recommender.cli.rulebook import rulebook_in_use
from recommender.cli.taking_in import columns_options, opened_people, take_in
from recommender.errors import Problem, RecommenderError, ReviewError


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


for command in (serve, import_people, account):
    review.add_command(command)


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
@columns_options
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
    --show-mapping` shows how its columns are understood. It may also be a folder of scan reports: each is a
    person whose numbers count once somebody has confirmed them at the desk.

    The page opens only on this machine, with the link that is printed here, in one browser. Control-C closes
    the desk.
    """
    from recommender.review.store import Store, url_of  # before the web: of two extras, the larger is named

    book = rulebook_in_use(rules)
    from recommender.cli.loopback import HOST, hosts_of, listening_at, serve_at
    from recommender.review.app import desk_app
    from recommender.review.desk import Desk
    from recommender.review.security import Door
    from recommender.review.team.accounts import Accounts

    with ExitStack() as held:
        opened = None
        if source is not None:  # before the store is made, so that what cannot be read leaves none behind
            opened = held.enter_context(opened_people(source, book, id_column, shown, options))
        store = held.enter_context(closing(Store(url_of(address), make=opened is not None)))
        if Accounts(store).everybody():
            hint = "Its reviewers sign in: recommender review serve."
            raise ReviewError(Problem(store.location, "this store is of a team.", hint))
        run = store.latest_run() if opened is None else take_in(store, str(source), *opened)
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
            click.echo("The link works in one browser, on this machine. Control-C closes the desk.")
            serve_at(listening, desk_app(Desk(store, book, run, blind, rules), door, hosts_of(listening)))


@review.command()
@_store_option
@click.option(
    "--against",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Decisions as JSON, as they were taken from the desk earlier.",
)
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
def verify(address: str, against: Path | None, rules: Path | None) -> None:
    """Check that no decision in a store was changed, taken out or put in, and that its lists are in order.

    The order and the filters of each list are worked out again from its answers and the rules.

    Whoever can write the store can also make a chain anew. Keep the decisions that the desk gives as JSON in
    another place, and name that file: each of them must still be there as it was.
    """
    from recommender.review.derived import recomputed
    from recommender.review.export import compared, exported
    from recommender.review.store import Store, url_of

    earlier = exported(against) if against is not None else None
    book = rulebook_in_use(rules)
    with closing(Store(url_of(address), make=False)) as store:
        checked, lists = store.check(), recomputed(store, book)
    broken = [*checked.problems, *lists.faults]
    if earlier is not None:
        broken += compared(earlier, checked.decisions)
        click.echo(f"{against} has {len(earlier):,} of {len(checked.decisions):,} decisions.")
    for sentence in (*lists.notes, *broken):
        click.echo(sentence, err=True)
    end = "something is wrong" if broken else "the chain holds"
    click.echo(f"{len(checked.decisions):,} decisions: {'the chain is broken' if checked.problems else end}.")
    if broken:
        sys.exit(1)
