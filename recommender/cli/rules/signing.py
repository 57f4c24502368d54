"""`recommender rules sign`."""

from datetime import date
from pathlib import Path

import click

from recommender.cli.ids import refuse_unknown
from recommender.cli.rules.options import rules_option
from recommender.errors import Problem, RulebookError
from recommender.rulebook import load_rulebook
from recommender.rulebook.files import data_folder
from recommender.rulebook.model import SignOff
from recommender.rulebook.signing import SIGNED, add_signatures, content_hash, state


@click.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Sign every rule that is not signed as it is now.")
@click.option("--by", metavar="NAME", required=True, help="Who vouches for the rules.")
@click.option("--role", required=True, help="As what, for example physiotherapist.")
@rules_option
def sign(ids: tuple[str, ...], every: bool, by: str, role: str, folder: Path | None) -> None:
    """Vouch for rules as they are now; a rule that changes later shows as "changed since sign-off".

    The signature goes into signed.yaml beside the rules, with today's date and the hash of what each rule
    says.
    """
    book = load_rulebook(folder, afresh=True)
    if every == bool(ids):
        raise click.UsageError("Name the rules to sign, or use --all.")
    for name, text in (("--by", by), ("--role", role)):
        if not text.strip():
            raise RulebookError(Problem(name, "this is empty.", "A signature has a name and a role."))
    refuse_unknown("rule", ids, book.rules, "`recommender rules list` lists them.")
    rules = [
        rule for rule in book.rules.values() if (every or rule.id in ids) and state(book, rule) != SIGNED
    ]
    today = date.today().isoformat()
    signatures = {
        rule.id: SignOff(" ".join(by.split()), " ".join(role.split()), today, content_hash(rule))
        for rule in rules
    }
    path = add_signatures(_folder_to_sign(folder), signatures)
    already = (len(book.rules) if every else len(set(ids))) - len(rules)
    click.echo(f"{len(rules)} signed in {path}." + (f" {already} were signed already." if already else ""))


def _folder_to_sign(folder: Path | None) -> Path:
    """Return the folder of a rulebook that a file can be added to."""
    rules = folder or data_folder("rules")
    if not isinstance(rules, Path):
        raise RulebookError(
            Problem(str(rules), "these rules are packed in one file with the program.", "Use --rules DIR.")
        )
    return rules
