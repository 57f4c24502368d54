"""`recommender rules list`, `show` and `book`."""

from pathlib import Path

import click

from recommender.cli.ids import refuse_unknown
from recommender.cli.output import wants_colour, width, write
from recommender.cli.rules.options import rules_option
from recommender.cli.rules.signing import everything_to_sign
from recommender.report.page import Page
from recommender.report.rulebook import rule_page
from recommender.rulebook import load_rulebook
from recommender.rulebook.signing import how_many_signed, state


@click.command("list")
@rules_option
def list_(folder: Path | None) -> None:
    """List every rule: its id, title, certainty, how far its source was checked, and whether it is signed."""
    book = load_rulebook(folder)
    page = Page(width(), wants_colour())
    file = ""
    for rule in book.rules.values():
        if rule.place.split(":")[0] != file:
            file = rule.place.split(":")[0]
            page.heading(file)
        page.bullets(
            [f"{rule.id}: {rule.title} ({rule.certainty}, {rule.source_status}, {state(book, rule.id)})"],
            indent=0,
        )
    page.blank()
    known = everything_to_sign(book, folder)
    page.paragraph(
        f"{how_many_signed(book, known, known)} of {len(known)} rules, texts and pictures "
        "are signed off by a clinician."
    )
    click.echo(str(page), nl=False, color=True)


@click.command()
@click.option("-o", "--output", metavar="FILE", required=True, help="Where the page goes.")
@rules_option
def book(output: str, folder: Path | None) -> None:
    """Write the whole rulebook as one linked, printable web page."""
    from recommender.authoring.book import rulebook_page
    from recommender.authoring.cases.people import read_people
    from recommender.rulebook.loading import load_case_documents

    rulebook = load_rulebook(folder)
    write(rulebook_page(rulebook, read_people(load_case_documents(folder), rulebook), folder), output)


@click.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@rules_option
def show(ids: tuple[str, ...], folder: Path | None) -> None:
    """Show rules whole: condition, effects, words, reason, certainty, sources, signature, place."""
    book = load_rulebook(folder)
    refuse_unknown("rule", ids, book.rules, "`recommender rules list` lists them.")
    for id_ in ids:
        click.echo(str(rule_page(book, book.rules[id_], width(), wants_colour())), color=True)
