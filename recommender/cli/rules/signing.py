"""`recommender rules sign`."""

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from recommender.cli.ids import refuse_unknown
from recommender.cli.rules.options import rules_option
from recommender.errors import Problem, RulebookError
from recommender.rulebook import Rulebook, load_rulebook
from recommender.rulebook.files import data_folder
from recommender.rulebook.model import SignOff
from recommender.rulebook.signing import SIGNED, add_signatures, content_hash, entries, state

_APART = ("figure:", "twin:")


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Sign everything that is not signed as it is now.")
@click.option("--by", metavar="NAME", required=True, help="Who vouches.")
@click.option("--role", required=True, help="As what, for example physiotherapist.")
@rules_option
def sign(names: tuple[str, ...], every: bool, by: str, role: str, folder: Path | None) -> None:
    """Vouch for rules, texts and pictures as they are now; a later change shows as "changed since sign-off".

    A rule is named by its id, all else as movement:ID, exercise:ID, field:ID or texts:NAME, and the pictures
    as figure:ID and twin:ID. The signature goes into signed.yaml beside the rules, with today's date and the
    hash of what was signed.
    """
    book = load_rulebook(folder, afresh=True)
    if every == bool(names):
        raise click.UsageError("Name the rules to sign, or use --all.")
    for name, text in (("--by", by), ("--role", role)):
        if not text.strip():
            raise RulebookError(Problem(name, "this is empty.", "A signature has a name and a role."))
    known = everything_to_sign(book, folder) if every or any(map(_is_picture, names)) else entries(book)
    hint = "Rules have ids such as H01; all else is movement:ID, exercise:ID, field:ID or texts:NAME."
    refuse_unknown("rule or text", names, known, hint)
    click.echo(signed(book, [*known] if every else names, by, role, folder, known))


def everything_to_sign(book: Rulebook, folder: Path | None) -> dict[str, Any]:
    """Return all that can be signed by its name, pictures too."""
    from recommender.figures import load_figures
    from recommender.figures.signing import picture_entries

    return {**entries(book), **picture_entries(load_figures(book, folder))}


def _is_picture(name: str) -> bool:
    return name.startswith(_APART)


def signed(
    book: Rulebook,
    names: Collection[str],
    by: str,
    role: str,
    folder: Path | None,
    known: Mapping[str, Any] | None = None,
) -> str:
    """Sign what is not signed yet of some known entries, as they are now, and say how many that were."""
    known, today = known or entries(book), date.today().isoformat()
    chosen = [name for name in known if name in names and state(book, name, known) != SIGNED]
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
