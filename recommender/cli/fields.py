"""`recommender fields`: what can be told about a person."""

import click

from recommender.cli.output import wants_colour, width
from recommender.report.page import Page
from recommender.rulebook import load_vocabulary


@click.command()
def fields() -> None:
    """List what can be told about a person: the question, what may be answered, and where to find it."""
    vocabulary = load_vocabulary()
    page = Page(width(), wants_colour())
    for group, title in vocabulary.groups.items():
        page.heading(title)
        for field in vocabulary.fields.values():
            if field.group != group:
                continue
            page.subheading(field.id)
            page.paragraph(field.ask, indent=2)
            page.entry("Answer", field.accepted)
            page.entry("Where to find it", field.where)
            page.entry("Not sure", field.unsure)
            page.entry("Only if", field.only_if_text)
    click.echo(str(page), nl=False, color=True)
