"""`recommender can`: whether somebody can do what they ask about, and how."""

from pathlib import Path
from typing import Any

import click

from recommender.activities.matching import Catalogue
from recommender.cli.output import wants_colour, width, write
from recommender.cli.person import PersonCommand, format_option, is_anything_told, profile_option, read_person
from recommender.cli.rulebook import rulebook_in_use
from recommender.errors import shortened, visible
from recommender.person.decision import assess
from recommender.person.engines import best_engine
from recommender.rulebook.loading import load_activities
from recommender.vocabulary.profile import read_profile

_UNKNOWN = 3


@click.command(cls=PersonCommand)
@click.argument("words", metavar="WHAT...", nargs=-1, required=True)
@profile_option
@format_option
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
def can(words: tuple[str, ...], profile: str | None, format_: str, rules: Path | None, **options: Any) -> int:
    """Say whether you can do something, part by part, and how.

    Name an activity, a chore, a sport, an exercise or a movement, in your own words:

        recommender can golf --t-score -2.6 --age 63

        recommender can I lift my grandchild --profile me.yaml

    Exit code 3: what you asked about is not known here.
    """
    question = " ".join(words)
    if not question.strip():
        raise click.UsageError("Nothing was asked. Try: recommender can golf --t-score -2.6 --age 63")
    asked = shortened(visible(question))
    rulebook = rulebook_in_use(rules)
    has_answers = profile is not None or is_anything_told(options)
    person = (
        read_person(rulebook, profile, options) if has_answers else read_profile(rulebook.vocabulary, {}, {})
    )
    assessment = assess(rulebook, best_engine()(rulebook.strata), person)
    matched = Catalogue(load_activities(rulebook, rules), rulebook).match(question)
    if format_ == "json":
        import json

        from recommender.report.can.json import can_as_json

        text = json.dumps(can_as_json(assessment, asked, matched), ensure_ascii=False, indent=2) + "\n"
    else:
        from recommender.report.can.text import can_report

        text = can_report(assessment, asked, matched, width(), wants_colour())
    write(text, None)
    return _UNKNOWN if matched is None else 0
