"""`recommender rules prove`."""

import sys
from pathlib import Path

import click

from recommender.cli.ids import refuse_unknown
from recommender.cli.output import wants_colour, width, write
from recommender.cli.rules.options import rules_option
from recommender.rulebook import load_rulebook


@click.command()
@click.argument("ids", metavar="[LAW]...", nargs=-1)
@click.option("--save", metavar="FILE", help="Write whoever breaks a law into a file of cases.")
@rules_option
def prove(ids: tuple[str, ...], save: str | None, folder: Path | None) -> None:
    """Prove the laws in invariants.yaml for every possible person, or show somebody who breaks one.

    Exit code 0: all are proved. 1: some are not.
    """
    from recommender.proof.cases import as_cases
    from recommender.proof.law_reading import read_laws
    from recommender.proof.proving import prove as theorems
    from recommender.proof.symbolic import SymbolicRulebook
    from recommender.report.proof import proof_page, summary
    from recommender.rulebook.loading import load_law_documents

    book = load_rulebook(folder, afresh=True)
    laws = {law.id: law for law in read_laws(load_law_documents(folder), book)}
    refuse_unknown("law", ids, laws, f"Known: {', '.join(laws)}.")
    if save in ("", "-"):
        raise click.UsageError("--save needs the name of a file.")
    chosen = [law for law in laws.values() if not ids or law.id in ids]
    proved = []
    for theorem in theorems(SymbolicRulebook(book), chosen):
        proved.append(theorem)
        click.echo(str(proof_page(book, theorem, width(), wants_colour())), nl=False, color=True)
    click.echo(summary(book, proved, width()), nl=False)
    broken = [(theorem.law, failure) for theorem in proved for failure in theorem.failures]
    if save is not None:
        text, left = as_cases(book, broken)
        write(text, save)
        if left:
            click.echo(
                f"{left} of these people could not be written as a case: "
                "what they must be told is nothing that a case can say."
            )
    if broken:
        sys.exit(1)
