"""`recommender assess`: one person, one answer."""

from pathlib import Path
from typing import Any

import click

from recommender.cli.output import is_sheet, refuse_suffix, wants_colour, width, write, write_long
from recommender.cli.person import (
    AS_OF,
    PersonCommand,
    format_option,
    is_anything_told,
    is_at_terminal,
    profile_option,
    read_person,
)
from recommender.cli.rulebook import rulebook_in_use
from recommender.person.assessment import Assessment
from recommender.person.decision import assess as assess_profile
from recommender.person.engines import best_engine
from recommender.report.parts import Part


@click.command(cls=PersonCommand)
@profile_option
@format_option
@click.option(
    "--schema",
    type=click.Choice(["v2", "v1"]),
    default="v2",
    show_default=True,
    help="The form of a JSON answer.",
)
@click.option(
    "--audience",
    type=click.Choice(["person", "clinician"]),
    default="person",
    show_default=True,
    help="Whom the words are for.",
)
@click.option(
    "--show",
    type=click.Choice([part.value for part in Part]),
    metavar="PART",
    help="safety, exercises, daily, why, or all of it.",
)
@click.option("--full", is_flag=True, help="All of it, with the steps of every exercise.")
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
@click.option("-o", "--output", metavar="FILE", help="Write to .txt, .json, .html, .pdf or .ics.")
def assess(
    profile: str | None,
    format_: str,
    schema: str,
    audience: str,
    show: str | None,
    full: bool,
    rules: Path | None,
    output: str | None,
    **options: Any,
) -> None:
    """Say what is safe for one person, on one screen. What is left out counts as unknown, never as no.

    A T-score and an age are enough to begin:

        recommender assess --t-score -2.6 --age 61
    """
    refuse_suffix(output, format_)
    if is_sheet(output) and (audience != "person" or show or full):
        raise click.UsageError(
            f"-o {output}: a sheet is for the person, and takes no --audience, --show or --full."
        )
    shows_words = format_ == "text" and audience == "person" and output is None and not (show or full)
    if profile is None and shows_words and is_at_terminal() and not is_anything_told(options):
        from recommender.cli.ask import converse

        converse(None, "", rules, options)
        return
    rulebook = rulebook_in_use(rules)
    person = read_person(rulebook, profile, options)
    assessment = assess_profile(rulebook, best_engine()(rulebook.strata), person)
    if output is not None and is_sheet(output):
        from recommender.cli.sheet import write_sheet

        write_sheet(assessment, output, options[AS_OF])
    elif format_ == "json":
        write(_json(assessment, audience, schema), output)
    elif audience == "clinician":
        from recommender.report.clinician import clinician_report

        write_long(clinician_report(assessment, width(output), wants_colour(output)), output)
    elif show or full:
        from recommender.report.person import person_report

        part = Part(show or Part.ALL)
        write_long(person_report(assessment, width(output), wants_colour(output), full, part), output)
    else:
        from recommender.report.screen.text import first_screen

        write(first_screen(assessment, width(output), wants_colour(output), profile), output)


def _json(assessment: Assessment, audience: str, schema: str) -> str:
    import json

    from recommender.report.json import assessment_as_json

    return json.dumps(assessment_as_json(assessment, audience, schema), ensure_ascii=False, indent=2) + "\n"
