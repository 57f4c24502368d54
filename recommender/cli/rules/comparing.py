"""`recommender rules diff`."""

import sys
from contextlib import closing
from pathlib import Path

import click

from recommender.cli.output import wants_colour, width
from recommender.cli.rules.options import need_solver
from recommender.rulebook import Rulebook, load_rulebook


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--cohort", metavar="FILE", help="Also say how many people of a file change, and how.")
@click.option(
    "--mapping", metavar="FILE", type=click.Path(path_type=Path), help="How the file is read, as `batch --save-mapping` saved it."
)
@click.option("--allow-laxer", "reason", metavar="REASON", help="Let what became laxer pass, and keep the reason in NEW/changelog.yaml.")
def diff(old: Path, new: Path, cohort: str | None, mapping: Path | None, reason: str | None) -> None:
    """Say what became of every movement, level and clearance from the rulebook in folder OLD to the one in NEW.

    Stricter, laxer, both or equivalent for every possible person, each shown by somebody. Words do not count.

    Exit code 0: nothing became laxer, or the reason is kept in NEW/changelog.yaml. 1: something did.
    """
    need_solver()
    from recommender.proof.changelog import allowed, entry_for, keep
    from recommender.proof.difference import differences
    from recommender.report.proof import difference_page

    before, after = load_rulebook(old, afresh=True), load_rulebook(new, afresh=True)
    found = list(differences(before, after))
    page = difference_page(before, after, found, width(), wants_colour())
    click.echo(str(page), nl=False, color=True)
    if cohort is not None:
        _show_impact(cohort, mapping, before, after)
    laxer = [one for one in found if one.laxer]
    if not laxer:
        return
    kept = allowed(new, before, after)
    if kept:
        click.echo(f"\nLaxer, and allowed in changelog.yaml: {kept}")
    elif reason is not None:
        keep(new, entry_for(before, after, laxer, reason))
        click.echo(f"\nThe reason is kept in {new / 'changelog.yaml'}.")
    else:
        click.echo("\nSomething became laxer. If that is meant, give the reason: --allow-laxer REASON.", err=True)
        sys.exit(1)


def _show_impact(cohort: str, mapping: Path | None, before: Rulebook, after: Rulebook) -> None:
    from recommender.cohort.beginning import begin
    from recommender.cohort.columns.stated import Stated, load_stated
    from recommender.cohort.files.form import Form
    from recommender.proof.impact import impact
    from recommender.report.proof import impact_page

    stated = load_stated(mapping, before.vocabulary) if mapping is not None else Stated()
    begun = begin(cohort, Form(), stated, before.vocabulary)
    with closing(begun.others):
        seen = impact(begun.batches, begun.scoring(before), begun.scoring(after))
    click.echo(str(impact_page(cohort, seen, width(), wants_colour())), nl=False, color=True)
