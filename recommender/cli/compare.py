"""`recommender compare`: what has changed between two sets of answers of one person."""

from datetime import date
from pathlib import Path

import click

from recommender.cli.output import wants_colour, width, write
from recommender.cli.person import AS_OF, format_option, read_day, read_person
from recommender.cli.rulebook import rulebook_in_use
from recommender.person.assessment import Assessment
from recommender.person.comparison import compare as compare_assessments
from recommender.person.decision import assess
from recommender.person.engines import best_engine
from recommender.rulebook.loading import load_scan_error


@click.command()
@click.argument("before")
@click.argument("after")
@format_option
@click.option(
    "--then",
    metavar="DATE",
    type=read_day,
    help="The day up to which dates in BEFORE count, if another.",
)
@click.option(
    "--as-of",
    metavar="DATE",
    type=read_day,
    help="The day up to which dates count; today if left out.",
)
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
def compare(
    before: str, after: str, format_: str, then: date | None, as_of: date | None, rules: Path | None
) -> None:
    """Say what has opened and what has closed between two profiles, and why.

    BEFORE and AFTER are files of answers, such as two that `recommender ask --save` has kept:

        recommender compare me_2025.yaml me_2026.yaml --then 2025-11-01
    """
    book = rulebook_in_use(rules)
    engine = best_engine()(book.strata)
    today = as_of or date.today()

    def assessed(file: str, day: date) -> Assessment:
        return assess(book, engine, read_person(book, file, {AS_OF: day}))

    comparison = compare_assessments(
        assessed(before, then or today), assessed(after, today), load_scan_error(book, rules)
    )
    if format_ == "json":
        import json

        from recommender.report.comparison import comparison_as_json

        text = json.dumps(comparison_as_json(comparison), ensure_ascii=False, indent=2) + "\n"
    else:
        from recommender.report.comparison import comparison_report

        text = comparison_report(comparison, width(), wants_colour())
    write(text, None)
