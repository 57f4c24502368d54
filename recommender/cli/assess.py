"""`recommender assess`: one person, one answer."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

import click

from recommender.assessment import Assessment
from recommender.cli.output import wants_colour, width, write
from recommender.decision import assess as assess_profile
from recommender.engines import best_engine
from recommender.errors import Problem, ProfileError
from recommender.profile import Doubt, Profile, read_profile
from recommender.rulebook import load_rulebook, load_vocabulary
from recommender.vocabulary import Field, Vocabulary


class _AssessCommand(click.Command):
    """A command that has one option for each field of the vocabulary, grouped in its help."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the fixed options, then one for each field."""
        return [*super().get_params(ctx), *_field_options()]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options in the groups of the vocabulary."""
        vocabulary = load_vocabulary()
        records = {str(option.name): option.get_help_record(ctx) for option in self.get_params(ctx)}
        with formatter.section("Options"):
            formatter.write_dl([record for name, record in records.items() if record and name not in vocabulary.fields])
        for group, title in vocabulary.groups.items():
            members = [records[field.id] for field in vocabulary.fields.values() if field.group == group]
            with formatter.section(title):
                formatter.write_dl([record for record in members if record])


@cache
def _field_options() -> tuple[click.Option, ...]:
    return tuple(map(_option, load_vocabulary().fields.values()))


def _option(field: Field) -> click.Option:
    metavar = {"yes_no": "yes|no", "choice": "|".join(field.choices)}.get(field.kind, field.unit.upper().replace(" ", "_"))
    return click.Option([f"--{field.id.replace('_', '-')}"], metavar=metavar, help=field.ask, multiple=True)


@click.command(cls=_AssessCommand)
@click.option("--profile", metavar="FILE", help="Read the answers from a YAML or JSON file, or from standard input (-).")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to write the answer."
)
@click.option("--audience", type=click.Choice(["person", "clinician"]), default="person", show_default=True, help="Whom the words are for.")
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file instead of the terminal.")
def assess(profile: str | None, format_: str, audience: str, rules: Path | None, output: str | None, **options: tuple[str, ...]) -> None:
    """Say what is safe for one person.

    Give what you know; everything else counts as unknown, never as no. A T-score and an age are enough to begin:

        recommender assess --t-score -2.6 --age 61

    Answers are numbers with a point, yes or no, or one of the words shown. "unknown" may be written for any of them.
    """
    rulebook = load_rulebook(rules)
    person = _profile(rulebook.vocabulary, profile, {name: _once(name, texts) for name, texts in options.items() if texts})
    found = assess_profile(rulebook, best_engine()(rulebook.strata), person)
    write(_report(found, format_, audience, output), output)


def _report(found: Assessment, format_: str, audience: str, output: str | None) -> str:
    if format_ == "json":
        import json

        from recommender.report.json import assessment_as_json

        return json.dumps(assessment_as_json(found, audience), ensure_ascii=False, indent=2) + "\n"
    if audience == "person":
        from recommender.report.person import person_report

        return person_report(found, width(output), wants_colour(output))
    from recommender.report.clinician import clinician_report

    return clinician_report(found, width(output), wants_colour(output))


def _once(name: str, texts: tuple[str, ...]) -> str:
    if len(texts) > 1:
        raise ProfileError(Problem(f"--{name.replace('_', '-')}", f"this is given {len(texts)} times.", "Give it once."))
    return texts[0]


def _profile(vocabulary: Vocabulary, file: str | None, options: dict[str, str]) -> Profile:
    answers: dict[str, Any] = dict(options)
    places = {name: f"--{name.replace('_', '-')}" for name in options}
    if file is not None:
        from recommender.cli.profile_file import read_answers

        for name, (answer, place) in read_answers(file).items():
            if name in options:
                raise ProfileError(Problem(places[name], f"this is given in {file} too.", "Give it once."))
            answers[name], places[name] = answer, place
    elif not answers:
        raise click.UsageError("Nothing was told about the person. Try: recommender assess --t-score -2.6 --age 61")
    return _settle_doubts(vocabulary, answers, places)


def _settle_doubts(vocabulary: Vocabulary, answers: dict[str, Any], places: dict[str, str]) -> Profile:
    """Read the answers; at a terminal, ask about those that look like a slip of the pen. Nothing is ever flipped."""
    while True:
        try:
            return read_profile(vocabulary, answers, places)
        except ProfileError as error:
            doubts = [problem for problem in error.problems if isinstance(problem, Doubt)]
            if len(doubts) < len(error.problems) or not _can_ask():
                raise
            for doubt in doubts:
                click.echo(click.wrap_text(f"{doubt.place}: {doubt.message}", width()), err=True)
                choices = click.Choice([doubt.suggestion, doubt.insist, "unknown"])
                answers[doubt.field] = click.prompt("Which is it?", type=choices, err=True)


def _can_ask() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
