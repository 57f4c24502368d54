"""The options that tell about a person, shared by every command that assesses one."""

import sys
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

import click

from recommender.cli.output import width
from recommender.cli.person_help import HELP_ALL, write_options
from recommender.errors import Problem, ProfileError, quoted, visible
from recommender.rulebook import Rulebook, load_vocabulary
from recommender.vocabulary import Vocabulary
from recommender.vocabulary.profile import LEFT_OUT, Profile, read_profile

AS_OF = "as_of"
_NAMED = "recommender.named"


class PersonCommand(click.Command):
    """A command that has one option for each field of the vocabulary."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; only the fields that they name become options: all would take too long."""
        words = {arg.partition("=")[0] for arg in args}
        if words.isdisjoint((*ctx.help_option_names, *HELP_ALL.opts)):
            ctx.meta[_NAMED] = {word.removeprefix("--").replace("-", "_") for word in words}
        try:
            return super().parse_args(ctx, args)
        finally:
            ctx.meta.pop(_NAMED, None)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the fixed options, then one for each field."""
        named = ctx.meta.get(_NAMED)
        fields = (name for name in load_vocabulary().fields if named is None or name in named)
        return [*super().get_params(ctx), _AS_OF, HELP_ALL, *map(_option, fields)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, those that tell about a person only where all help is wanted."""
        write_options(self, ctx, formatter)


def read_day(text: str) -> date:
    """Read the day of an option, such as 2026-05-31.

    Raises:
        click.BadParameter: when it is no date.

    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{quoted(visible(text))} is not a date. Write year, month and day, as 2026-05-31."
        raise click.BadParameter(message) from None


_AS_OF = click.Option(
    ["--as-of"],
    type=read_day,
    metavar="DATE",
    default=lambda: date.today().isoformat(),
    help="Count the time since a date up to DATE.",
)


@cache
def _option(name: str) -> click.Option:
    field = load_vocabulary().fields[name]
    metavar = {"yes_no": "yes|no", "choice": "|".join(field.choices)}.get(
        field.kind, field.unit.upper().replace(" ", "_")
    )
    return click.Option([f"--{name.replace('_', '-')}"], metavar=metavar, help=field.ask, multiple=True)


format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to write the answer.",
)
profile_option = click.option("--profile", metavar="FILE", help="Read the answers from a file (- is input).")


def read_person(book: Rulebook, file: str | None, options: Mapping[str, Any], echo: bool = True) -> Profile:
    """Read one person from a file and options; at a terminal, ask about likely slips.

    `options` hold the texts of each field, and the day `as_of`, which is today if it is missing. With `echo`,
    how answers in another form were read is told, and what a check-in kept that this rulebook does not know.

    Raises:
        ProfileError, DocumentError: when it cannot be understood.
        click.UsageError: when nothing was told.

    """
    texts_of = {name: texts for name, texts in options.items() if name != AS_OF and texts}
    answers: dict[str, Any] = {name: _once(name, texts) for name, texts in texts_of.items()}
    places = {name: f"--{name.replace('_', '-')}" for name in answers}
    practice: dict[str, str] = {}
    if file is not None:
        from recommender.cli.profile_file import read_answers
        from recommender.vocabulary.keeping import PRACTICE, read_practice

        for name, (answer, location) in read_answers(file).items():
            if name in answers:
                raise ProfileError(Problem(places[name], f"this is given in {file} too.", "Give it once."))
            answers[name], places[name] = answer, location
        practice = read_practice(answers.pop(PRACTICE, {}), places.pop(PRACTICE, file))
    elif not answers:
        command = click.get_current_context().command_path
        raise click.UsageError(f"Nothing was told about the person. Try: {command} --t-score -2.6 --age 61")
    profile = _settle_doubts(book.vocabulary, answers, places, options.get(AS_OF) or date.today())
    for line in (*profile.echoes, *_unknown_practice(book, practice)) if echo else ():
        click.echo(visible(line), err=True)
    return profile._replace(practice=practice)


def _unknown_practice(book: Rulebook, practice: Mapping[str, str]) -> Iterator[str]:
    """Say what a check-in has kept and this rulebook does not know, so that nobody takes it for counted."""
    for exercise, level in practice.items():
        entry = book.exercises.get(exercise)
        if entry is None or level not in (LEFT_OUT, *(known.id for known in entry.levels)):
            yield f"practice: `{exercise}: {level}` is not known in this rulebook, and does not count."


def is_anything_told(options: Mapping[str, Any]) -> bool:
    """Say whether options hold an answer."""
    return any(texts for name, texts in options.items() if name != AS_OF)


def is_at_terminal() -> bool:
    """Say whether there is somebody to talk to."""
    return _can_ask() and sys.stdout is not None and sys.stdout.isatty()


def _once(name: str, texts: tuple[str, ...]) -> str:
    if len(texts) > 1:
        raise ProfileError(
            Problem(f"--{name.replace('_', '-')}", f"this is given {len(texts)} times.", "Give it once.")
        )
    return texts[0]


def _settle_doubts(
    vocabulary: Vocabulary, answers: dict[str, Any], places: dict[str, str], as_of: date
) -> Profile:
    """Read the answers; at a terminal, ask about likely slips. No sign is ever flipped."""
    while True:
        try:
            return read_profile(vocabulary, answers, places, as_of)
        except ProfileError as error:
            doubts = [problem.doubt for problem in error.problems if problem.doubt]
            if len(doubts) < len(error.problems) or not _can_ask():
                raise
            for problem, doubt in zip(error.problems, doubts, strict=True):
                click.echo(click.wrap_text(f"{problem.place}: {problem.message}", width()), err=True)
                choices = click.Choice(["unknown", doubt.suggestion, doubt.as_typed])
                answers[doubt.field] = click.prompt("Which is it?", type=choices, err=True)


def _can_ask() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
