"""The help of commands that assess a person: short, and all of it when asked for."""

from collections.abc import Mapping

import click

from recommender.rulebook import load_vocabulary
from recommender.vocabulary import Vocabulary

_WHOLE = "recommender.whole_help"


def write_options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the options of a command; those that tell about a person in full only after `--help-all`."""
    vocabulary = load_vocabulary()
    records = {
        str(option.name): record
        for option in command.get_params(ctx)
        if isinstance(option, click.Option) and (record := option.get_help_record(ctx))
    }
    with formatter.section("Options"):
        formatter.write_dl([record for name, record in records.items() if name not in vocabulary.fields])
    if _WHOLE in ctx.meta:
        _all_answers(vocabulary, records, formatter)
    else:
        _some_answers(vocabulary, formatter)


def _some_answers(vocabulary: Vocabulary, formatter: click.HelpFormatter) -> None:
    """Name the answers to begin with, and where the others are explained."""
    first, second, *others = vocabulary.groups
    names = (
        f"--{field.id.replace('_', '-')}"
        for field in vocabulary.fields.values()
        if field.group in (first, second)
    )
    with formatter.section("Answers to begin with"):
        formatter.write_text(", ".join(names))
        formatter.write_text(
            f"{len(vocabulary.fields)} in all: recommender fields GROUP explains those of a group "
            f"({first}, {second}, {', '.join(others)})."
        )


def _all_answers(
    vocabulary: Vocabulary, records: Mapping[str, tuple[str, str]], formatter: click.HelpFormatter
) -> None:
    for group, title in vocabulary.groups.items():
        with formatter.section(title):
            formatter.write_dl(
                [records[field.id] for field in vocabulary.fields.values() if field.group == group]
            )


def _show_all(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    ctx.meta[_WHOLE] = True
    click.echo_via_pager(f"{ctx.get_help()}\n")
    ctx.exit()


HELP_ALL = click.Option(
    ["--help-all"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_all,
    help="Show every answer as an option.",
)
