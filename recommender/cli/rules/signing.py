"""`recommender rules sign`."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

import click

from recommender.cli.ids import refuse_unknown
from recommender.cli.rules.options import rules_option
from recommender.errors import Problem, RulebookError
from recommender.rulebook import Rulebook, load_rulebook
from recommender.rulebook.files import data_folder
from recommender.rulebook.model import SignOff
from recommender.rulebook.signing import SIGNED, add_signatures, content_hash, entries, state


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Sign everything that is not signed as it is now.")
@click.option("--by", metavar="NAME", required=True, help="Who vouches.")
@click.option("--role", required=True, help="As what, for example physiotherapist.")
@rules_option
def sign(names: tuple[str, ...], every: bool, by: str, role: str, folder: Path | None) -> None:
    """Vouch for rules and texts as they are now; what changes later shows as "changed since sign-off".

    A rule is named by its id, all else as movement:ID, exercise:ID, field:ID or texts:NAME. The signature
    goes into signed.yaml beside the rules, with today's date and the hash of what was signed.
    """
    book = load_rulebook(folder, afresh=True)
    if every == bool(names):
        raise click.UsageError("Name the rules to sign, or use --all.")
    for name, text in (("--by", by), ("--role", role)):
        if not text.strip():
            raise RulebookError(Problem(name, "this is empty.", "A signature has a name and a role."))
    known = entries(book)
    hint = "Rules have ids such as H01; all else is movement:ID, exercise:ID, field:ID or texts:NAME."
    refuse_unknown("rule or text", names, known, hint)
    click.echo(signed(book, [*known] if every else names, by, role, folder))


def signed(book: Rulebook, names: Collection[str], by: str, role: str, folder: Path | None) -> str:
    """Sign what is not signed yet of some entries, as they are now, and say how many that were."""
    known, today = entries(book), date.today().isoformat()
    chosen = [name for name in known if name in names and state(book, name) != SIGNED]
    signatures = {
        name: SignOff(" ".join(by.split()), " ".join(role.split()), today, content_hash(known[name]))
        for name in chosen
    }
    path = add_signatures(folder_to_sign(folder), signatures)
    already = len(set(names)) - len(chosen)
    return f"{len(chosen)} signed in {path}." + (f" {already} were signed already." if already else "")


def folder_to_sign(folder: Path | None) -> Path:
    """Return the folder of a rulebook that a file can be added to."""
    rules = folder or data_folder("rules")
    if not isinstance(rules, Path):
        raise RulebookError(
            Problem(str(rules), "these rules are packed in one file with the program.", "Use --rules DIR.")
        )
    return rules
