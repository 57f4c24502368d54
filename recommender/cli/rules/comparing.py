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
    from recommender.proof.changelog import Change
    from recommender.proof.difference import Difference
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
@click.option(
    "--words-read-by",
    "reader",
    metavar="NAME",
    help="Record in NEW/changelog.yaml who read the changed words, with --role.",
)
@click.option("--role", metavar="ROLE", help="As what, for example physiotherapist, or author.")
def diff(
    old: Path,
    new: Path,
    cohort: str | None,
    mapping: Path | None,
    reason: str | None,
    reader: str | None,
    role: str | None,
) -> None:
    """Compare two rulebooks: every movement, level, referral and clearance from OLD to NEW.

    Stricter, laxer, both or equivalent for every possible person, each shown by somebody; then every other
    text that changed, old and new. Where a folder `profiles` stands beside OLD or NEW, that rulebook is read
    with the `fields.yaml` in it, else with the fields of this program.

    Exit code 0: nothing became laxer and no text changed, or NEW/changelog.yaml holds the reason and who read
    the words. 1: something did.
    """
    from recommender.proof.activities import activity_differences
    from recommender.proof.changelog import Change
    from recommender.proof.difference import differences, law_differences
    from recommender.proof.wording import reworded
    from recommender.report.proof import difference_page
    from recommender.rulebook.loading import load_activities, load_worded_documents

    if mapping is not None and cohort is None:
        raise click.UsageError("--mapping says how the file of --cohort is read.")
    if (reader is None) != (role is None):
        raise click.UsageError("--words-read-by and --role go together.")
    before = load_rulebook(old, afresh=True, fields=_fields_beside(old), former=True)
    after = load_rulebook(new, afresh=True, fields=_fields_beside(new))
    then, now = (load_activities(book, folder) for book, folder in ((before, old), (after, new)))
    opened = _begun(cohort, mapping, after) if cohort is not None else None
    changes = [
        *differences(before, after),
        *law_differences(_laws(old, before), _laws(new, after)),
        *activity_differences(then, now),
    ]
    texts = reworded(*(load_worded_documents(folder, _fields_beside(folder)) for folder in (old, new)))
    click.echo(
        str(difference_page(after, changes, texts, width(), wants_colour())),
        nl=False,
        color=True,
    )
    if opened is not None:
        _show_impact(str(cohort), opened, before, after)
    change = Change(before.sha256, after.sha256)
    laxer = [each for each in changes if each.laxer]
    meant = not laxer or _is_meant(new, change, laxer, reason)
    read = not texts or _is_read(new, change, len(texts), reader, role)
    if not (meant and read):
        sys.exit(1)


def _is_meant(folder: Path, change: "Change", laxer: "list[Difference]", reason: str | None) -> bool:
    """Say whether the changelog holds why something became laxer; a reason that is given is kept there."""
    from recommender.proof.changelog import Reason, reason_for, record, recorded

    for entry in recorded(folder, change):
        if isinstance(entry, Reason):
            click.echo(f"\nLaxer, and allowed in changelog.yaml: {entry.because}")
            return True
    if reason is None:
        click.echo(
            "\nSomething became laxer. If that is meant, give the reason: --allow-laxer REASON.", err=True
        )
        return False
    record(folder, change, reason_for(laxer, reason))
    click.echo(f"\nThe reason is kept in {folder / 'changelog.yaml'}.")
    return True


def _is_read(folder: Path, change: "Change", texts: int, reader: str | None, role: str | None) -> bool:
    """Say whether the changelog holds who read the changed words; a reader who is named is kept there."""
    from recommender.proof.changelog import Reading, reading_of, record, recorded

    for entry in recorded(folder, change):
        if isinstance(entry, Reading):
            click.echo(f"\nThe changed words were read by {entry.read_by}, {entry.role}.")
            return True
    if reader is None or role is None:
        click.echo(
            f"\n{texts} texts changed. Have them read, and record by whom: --words-read-by NAME --role ROLE.",
            err=True,
        )
        return False
    record(folder, change, reading_of(texts, reader, role))
    click.echo(f"\nWho read the words is kept in {folder / 'changelog.yaml'}.")
    return True


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
