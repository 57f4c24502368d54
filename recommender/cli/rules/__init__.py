"""`recommender rules`: the rulebook, listed, shown, checked, tested, proved, compared and signed."""

import click

from recommender.cli.rules.checking import check, test
from recommender.cli.rules.comparing import diff
from recommender.cli.rules.listing import book, list_, show
from recommender.cli.rules.packing import pack
from recommender.cli.rules.proving import prove
from recommender.cli.rules.signing import sign


@click.group()
def rules() -> None:
    """List, show, print, check, test, prove, compare and sign the rulebook."""


for command in (list_, show, book, check, test, prove, diff, sign, pack):
    rules.add_command(command)
