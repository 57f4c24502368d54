"""The reference of commands, as click knows them."""

from collections.abc import Iterator
from inspect import cleandoc

import click

from recommender.cli.entry import _group
from recommender.rulebook import load_vocabulary

INTRODUCTION = """# Commands

Made from the program itself: the same as `recommender COMMAND --help`.
"""
FIELDS = "Each field of a person is an option too, such as `--t-score` and `--age`: see [fields](fields.md)."


def commands_page() -> str:
    """Return every command with its help and its options."""
    context = click.Context(_group, info_name="recommender", **_group.context_settings)
    return "\n".join([INTRODUCTION, *_command(_group, context)])


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    fields = load_vocabulary().fields
    yield f"## {context.command_path}\n"
    yield f"    {context.command_path} {' '.join(command.collect_usage_pieces(context))}\n"
    yield cleandoc(command.help or "").replace("\f", "") + "\n"
    every = [option for option in command.get_params(context) if isinstance(option, click.Option)]
    options = [option for option in every if option.name not in fields]
    if rows := [record for option in options if (record := option.get_help_record(context))]:
        yield "| option | what it does |\n|---|---|"
        yield from (f"| `{_cell(names)}` | {_cell(text)} |" for names, text in rows)
        yield ""
    if len(options) < len(every):
        yield FIELDS + "\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            member = command.get_command(context, name)
            if member is not None:
                yield from _command(member, click.Context(member, info_name=name, parent=context))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
