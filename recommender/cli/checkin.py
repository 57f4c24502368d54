"""`recommender checkin`: how the exercises of a week go on."""

from pathlib import Path
from typing import Any

import click

from recommender.cli.output import wants_colour, width
from recommender.cli.person import read_person
from recommender.cli.profile_file import write_practice
from recommender.cli.rulebook import rulebook_in_use
from recommender.errors import Problem, ProfileError, RulebookError
from recommender.person.assessment import Offer
from recommender.person.checkin import after_week
from recommender.person.decision import assess
from recommender.person.engines import best_engine
from recommender.report.checkin import checkin_page
from recommender.rulebook.loading import load_checkin
from recommender.vocabulary import Field, Vocabulary
from recommender.vocabulary.answers import read_answer
from recommender.vocabulary.profile import LEFT_OUT, Profile, read_profile


@click.command()
@click.option(
    "--profile", "file", metavar="FILE", required=True, help="The profile: what you reach is kept in it."
)
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
def checkin(file: str, rules: Path | None) -> None:
    """Tell how the last week went, and see how each exercise goes on.

    Asked of each exercise of your session: did you do it, did it hurt, was it easy. What you reach is kept in
    the profile, and `assess` begins there. Pain and changes come first.
    """
    if file == "-":
        raise click.UsageError("--profile names a file, as what you reach is kept in it.")
    book = rulebook_in_use(rules)
    known = load_checkin(book, rules)
    if known is None:
        raise RulebookError(Problem(str(rules), "this rulebook says nothing of what comes after a week."))
    person = read_person(book, file, {})
    assessment = assess(book, best_engine()(book.strata), person)
    if assessment.session is None:
        click.echo(click.wrap_text(book.phrase("checkin.waits", file=file), width()))
        return
    click.echo(click.wrap_text(book.phrase("checkin.intro"), width()))
    week = _ask_group(known.vocabulary, "week")
    told: dict[str, tuple[Offer, Profile]] = {}
    offers = {offer.exercise.id: offer for offer in assessment.offers}
    for offer in map(offers.__getitem__, assessment.session.exercises):
        name, level = offer.exercise.name, offer.start.level.name
        click.echo()
        click.echo(click.wrap_text(book.phrase("checkin.exercise", name=name, level=level), width()))
        answers = {**week, **_ask_group(known.vocabulary, "exercise", short=bool(told))}
        if offer.next:
            answers |= _ask_group(known.vocabulary, "next", after=offer.next.level.after)
        told[offer.exercise.id] = offer, read_profile(known.vocabulary, answers, {})
    results = after_week(known, told)
    changed = read_profile(known.vocabulary, week, {}).facts.values.get("changed")
    again = "" if changed is False else file
    click.echo()
    page = checkin_page(book, known, results, again, width(), wants_colour())
    click.echo(str(page), color=True)
    reached = {
        result.offer.exercise.id: result.form.level.id if result.form else LEFT_OUT for result in results
    }
    write_practice(Path(file), {**person.practice, **reached})
    click.echo(click.wrap_text(book.phrase("checkin.saved", file=file), width()))


def _ask_group(vocabulary: Vocabulary, group: str, short: bool = False, after: str = "") -> dict[str, Any]:
    """Ask the questions of a group, after the first time in `short`; what is not known is left out."""
    answers = {
        field.id: _ask(
            field,
            f"{field.label.capitalize()} ({field.accepted})" if short else field.ask.format(after=after),
        )
        for field in vocabulary.fields.values()
        if field.group == group
    }
    return {name: answer for name, answer in answers.items() if answer is not None}


def _ask(field: Field, question: str) -> Any:
    """Ask one question until it is answered in a way that can be read, or is not known (`None`)."""
    click.echo(click.wrap_text(question, width()))
    while True:
        text = click.prompt("", default="", show_default=False, prompt_suffix="> ").strip()
        if not text:
            return None
        if text == "?":
            click.echo(click.wrap_text(f"{question} {field.unsure}", width()))
            continue
        try:
            value = read_answer(field, text, field.label)
        except ProfileError as error:
            for problem in error.problems:
                click.echo(click.wrap_text(str(problem), width()))
            continue
        return None if value is None else text
