"""`recommender assess`: one person, one answer."""

from pathlib import Path

import click

from recommender.cli.output import wants_colour, width, write
from recommender.cli.person import PersonCommand, format_option, profile_option, read_person
from recommender.person.assessment import Assessment
from recommender.person.decision import assess as assess_profile
from recommender.person.engines import best_engine
from recommender.rulebook import load_rulebook


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
    "--full", is_flag=True, help="Write out the steps of every exercise, not only of those to begin with."
)
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file instead of the terminal.")
def assess(
    profile: str | None,
    format_: str,
    schema: str,
    audience: str,
    full: bool,
    rules: Path | None,
    output: str | None,
    **options: tuple[str, ...],
) -> None:
    """Say what is safe for one person.

    Give what you know; everything else counts as unknown, never as no. A T-score and an age are enough to
    begin:

        recommender assess --t-score -2.6 --age 61

    Answers are numbers with a point, yes or no, or one of the words shown. "unknown" may be written for any
    of them.
    """
    rulebook = load_rulebook(rules)
    person = read_person(rulebook.vocabulary, profile, options)
    assessment = assess_profile(rulebook, best_engine()(rulebook.strata), person)
    write(_report(assessment, format_, schema, audience, full, output), output)


def _report(
    assessment: Assessment, format_: str, schema: str, audience: str, full: bool, output: str | None
) -> str:
    if format_ == "json":
        import json

        from recommender.report.json import assessment_as_json

        return (
            json.dumps(assessment_as_json(assessment, audience, schema), ensure_ascii=False, indent=2) + "\n"
        )
    if audience == "person":
        from recommender.report.person import person_report

        return person_report(assessment, width(output), wants_colour(output), full)
    from recommender.report.clinician import clinician_report

    return clinician_report(assessment, width(output), wants_colour(output))
