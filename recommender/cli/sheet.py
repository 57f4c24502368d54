"""`recommender sheet`: one person's plan on two pages, to print and keep."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from recommender.cli.output import refuse_suffix, write
from recommender.cli.person import AS_OF, PersonCommand, profile_option, read_person
from recommender.cli.rulebook import rulebook_in_use
from recommender.person.assessment import Assessment
from recommender.person.decision import assess
from recommender.person.engines import best_engine


@click.command(cls=PersonCommand)
@profile_option
@click.option(
    "--paper",
    type=click.Choice(["a4", "letter"]),
    default="a4",
    show_default=True,
    help="The paper to print on.",
)
@click.option("--large-print", is_flag=True, help="Letters of 18 points, on as many pages as it takes.")
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
@click.option("-o", "--output", metavar="FILE", required=True, help="Write to a .html, .pdf or .ics file.")
def sheet(
    profile: str | None, paper: str, large_print: bool, rules: Path | None, output: str, **options: Any
) -> None:
    """Write a sheet to print: what is safe for one person, with pictures, on two pages.

    A page for a browser, a PDF, or the week for a calendar:

        recommender sheet --profile me.yaml -o plan.pdf
    """
    refuse_suffix(output, "sheet")
    rulebook = rulebook_in_use(rules)
    person = read_person(rulebook, profile, options)
    assessment = assess(rulebook, best_engine()(rulebook.strata), person)
    write_sheet(assessment, output, options[AS_OF], paper, large_print)


def write_sheet(
    assessment: Assessment, output: str, made: date, paper: str = "a4", large_print: bool = False
) -> None:
    """Write a sheet to a file that `is_sheet`."""
    from recommender.sheet.files import sheet_file

    suffix = Path(output).suffix.lower()
    write(sheet_file(assessment, suffix, paper, large_print, made), output)
