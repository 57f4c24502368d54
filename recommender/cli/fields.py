"""`recommender fields`: what can be told about a person."""

from collections.abc import Sequence

import click

from recommender.cli.ids import refuse_unknown
from recommender.cli.output import wants_colour, width
from recommender.errors import visible
from recommender.report.page import Page
from recommender.rulebook import load_vocabulary
from recommender.vocabulary import Field, Vocabulary

_WIDTH = 100
_HEAD = (
    "# Answers about one person. Change `unknown` to what you know, and leave the rest as it is.",
    "# Then: recommender assess --profile FILE",
)


@click.command()
@click.argument("groups", metavar="[GROUP]...", nargs=-1)
@click.option("--template", is_flag=True, help="Write a profile to fill in.")
def fields(groups: tuple[str, ...], template: bool) -> None:
    """List what can be told about a person: the question, what may be answered, and where to find it.

    A group shows a part of them, and a template is a profile to fill in:

        recommender fields back

        recommender fields --template > me.yaml
    """
    vocabulary = load_vocabulary()
    known = f"The groups are: {', '.join(vocabulary.groups)}."
    refuse_unknown("group of answers", [visible(group) for group in groups], vocabulary.groups, known)
    chosen = [group for group in vocabulary.groups if group in groups or not groups]
    if template:
        click.echo("\n".join([*_HEAD, *_template(vocabulary, chosen)]))
    else:
        click.echo(str(_list(vocabulary, chosen)), nl=False, color=True)


def _list(vocabulary: Vocabulary, groups: Sequence[str]) -> Page:
    page = Page(width(), wants_colour())
    for group in groups:
        page.heading(vocabulary.groups[group])
        for field in _members(vocabulary, group):
            page.subheading(field.id)
            page.paragraph(field.ask, indent=2)
            page.entry("Answer", field.accepted)
            page.entry("Where to find it", field.where)
            page.entry("Not sure", field.unsure)
            page.entry("Only if", field.only_if_text)
    return page


def _template(vocabulary: Vocabulary, groups: Sequence[str]) -> list[str]:
    """Return the lines of a profile in which everything is still unknown, with each question above it."""
    from textwrap import wrap

    lines = []
    for group in groups:
        lines += ["", "", f"# ── {vocabulary.groups[group]} ──"]
        for field in _members(vocabulary, group):
            only_if = f" Only if {field.only_if_text}." if field.only_if_text else ""
            question = f"{field.ask} Answer: {field.accepted}.{only_if}"
            comment = wrap(question, _WIDTH, initial_indent="# ", subsequent_indent="# ")
            lines += ["", *comment, f"{field.id}: unknown"]
    return lines


def _members(vocabulary: Vocabulary, group: str) -> list[Field]:
    return [field for field in vocabulary.fields.values() if field.group == group]
