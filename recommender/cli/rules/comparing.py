"""`recommender rules diff`."""

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.cli.output import wants_colour, width
from recommender.errors import RulebookError
from recommender.rulebook import Rulebook, load_rulebook

if TYPE_CHECKING:
    from recommender.cohort.opening import OpenedCohort
    from recommender.proof.laws import Law


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--cohort", metavar="FILE", help="Also say how many people of a file change, and how.")
@click.option(
    "--mapping",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="How the file is read, as `batch --save-mapping` saved it.",
)
@click.option(
    "--allow-laxer",
    "reason",
    metavar="REASON",
    help="Let what became laxer pass, and keep the reason in NEW/changelog.yaml.",
)
def diff(old: Path, new: Path, cohort: str | None, mapping: Path | None, reason: str | None) -> None:
    """Compare two rulebooks: every movement, level, referral and clearance from OLD to NEW.

    Stricter, laxer, both or equivalent for every possible person, each shown by somebody. Where a folder
    `profiles` stands beside OLD or NEW, that rulebook is read with the `fields.yaml` in it, else with the
    fields of this program.

    Exit code 0: nothing became laxer, or the reason is kept in NEW/changelog.yaml. 1: something did.
    """
    from recommender.proof.activities import activity_differences
    from recommender.proof.changelog import allowed, entry_for, record
    from recommender.proof.difference import differences, law_differences
    from recommender.proof.wording import changed_activity_words, changed_words
    from recommender.report.proof import difference_page
    from recommender.rulebook.loading import load_activities

    if mapping is not None and cohort is None:
        raise click.UsageError("--mapping says how the file of --cohort is read.")
    before = load_rulebook(old, afresh=True, fields=_fields_beside(old), former=True)
    after = load_rulebook(new, afresh=True, fields=_fields_beside(new))
    then, now = (load_activities(book, folder) for book, folder in ((before, old), (after, new)))
    opened = _begun(cohort, mapping, after) if cohort is not None else None
    changes = [
        *differences(before, after),
        *law_differences(_laws(old, before), _laws(new, after)),
        *activity_differences(then, now),
    ]
    words = {**changed_words(before, after), **changed_activity_words(then, now)}
    click.echo(
        str(difference_page(after, changes, words, width(), wants_colour())),
        nl=False,
        color=True,
    )
    if opened is not None:
        _show_impact(str(cohort), opened, before, after)
    laxer = [change for change in changes if change.laxer]
    if not laxer:
        return
    allowed_reason = allowed(new, before, after)
    if allowed_reason:
        click.echo(f"\nLaxer, and allowed in changelog.yaml: {allowed_reason}")
    elif reason is not None:
        record(new, entry_for(before, after, laxer, reason))
        click.echo(f"\nThe reason is kept in {new / 'changelog.yaml'}.")
    else:
        click.echo(
            "\nSomething became laxer. If that is meant, give the reason: --allow-laxer REASON.", err=True
        )
        sys.exit(1)


def _fields_beside(folder: Path) -> Path | None:
    file = folder.resolve().parent / "profiles" / "fields.yaml"
    return file if file.exists() else None


def _laws(folder: Path, book: Rulebook) -> "tuple[Law, ...]":
    """Return the laws of a rulebook; one without any has none to lose."""
    from recommender.proof.law_reading import read_laws
    from recommender.rulebook.loading import load_law_documents

    documents = load_law_documents(folder)
    try:
        return read_laws(documents, book) if documents else ()
    except RulebookError:
        if any(
            document.data and document.data.get("laws")
            for document in documents
            if isinstance(document.data, dict)
        ):
            raise
        return ()


def _begun(cohort: str, mapping: Path | None, book: Rulebook) -> "OpenedCohort":
    from recommender.cohort.files.options import ReadOptions
    from recommender.cohort.mapping.overrides import Overrides, load_overrides
    from recommender.cohort.opening import open_cohort

    overrides = load_overrides(mapping, book.vocabulary) if mapping is not None else Overrides()
    opened = open_cohort(cohort, ReadOptions(), overrides, book.vocabulary)
    opened.scoring(book)
    return opened


def _show_impact(cohort: str, opened: "OpenedCohort", before: Rulebook, after: Rulebook) -> None:
    from recommender.proof.impact import impact
    from recommender.report.proof import impact_page

    with closing(opened.rest):
        seen = impact(opened.batches, opened.scoring(before), opened.scoring(after))
    click.echo(str(impact_page(after, cohort, seen, width(), wants_colour())), nl=False, color=True)
