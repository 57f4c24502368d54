"""`recommender rules pack`."""

from pathlib import Path

import click

from recommender.cli.output import write
from recommender.cli.rules.options import rules_option
from recommender.cli.rules.signing import folder_to_sign, signed
from recommender.errors import Problem, RulebookError
from recommender.rulebook import Rulebook, load_rulebook
from recommender.rulebook.files import SAFETY

_FINDINGS = f"{SAFETY}findings.yaml"
_HEAD = "What reviewers would not permit, or not so. Written by `recommender rules pack --answers`."


@click.command()
@click.option("-o", "--output", metavar="FILE", help="Where the pack goes, as a web page.")
@click.option("--answers", metavar="FILE", type=click.Path(path_type=Path), help="The answers of a reader.")
@rules_option
def pack(output: str | None, answers: Path | None, folder: Path | None) -> None:
    """Make a review pack for a clinician, or take in the answers to one.

    The thirty permissions that could do most harm, a card each: a person, what is permitted, the rules that
    decide, and a question. It takes about an hour, in a browser or on paper:

        recommender rules pack -o pack.html

    Yes signs the rules and the movement of a card as `rules sign` does, where they still say what the pack
    showed. No and change go into safety/findings.yaml beside the rules:

        recommender rules pack --answers pack-answers.yaml
    """
    if (output is None) == (answers is None):
        raise click.UsageError(
            "Say where the pack goes (-o FILE), or which answers to take in (--answers FILE)."
        )
    book = load_rulebook(folder, afresh=True)
    if answers is not None:
        _take_in(book, answers, folder)
    else:
        write(_page(book, folder), output)


def _page(book: Rulebook, folder: Path | None) -> str:
    from recommender.authoring.cases.people import read_people
    from recommender.authoring.pack.page import pack_page
    from recommender.authoring.pack.permissions import assessed, permissions
    from recommender.authoring.safety.reading import read_harm
    from recommender.rulebook.loading import load_case_documents, load_safety_documents

    people = assessed(book, read_people(load_case_documents(folder), book))
    if not people:
        hint = "The pack shows what they are permitted. Add some, as in the shipped rules/cases/people.yaml."
        raise RulebookError(Problem("cases", "this rulebook has no whole people.", hint))
    return pack_page(book, people, permissions(book, people, read_harm(load_safety_documents(folder), book)))


def _take_in(book: Rulebook, file: Path, folder: Path | None) -> None:
    from recommender.authoring.pack.answers import CHANGE, FINDINGS, NO, YES, findings, read_answers, signing
    from recommender.documents.yaml_json import read_file
    from recommender.rulebook.side_files import add_entries

    answers = read_answers(read_file(file))
    outcome = signing(book, answers)
    counts = ", ".join(f"{len(answers.given(answer))} {answer}" for answer in (YES, NO, CHANGE))
    click.echo(f"{len(answers.given(YES, NO, CHANGE))} of {len(answers.cards)} cards are answered: {counts}.")
    click.echo(signed(book, outcome.agreed, answers.by, answers.role, folder))
    if outcome.doubted:
        click.echo(f"Not signed, because another card doubts it: {', '.join(outcome.doubted)}.")
    if outcome.changed:
        click.echo(
            f"Not signed, because it no longer says what the pack showed: {', '.join(outcome.changed)}."
        )
    path = folder_to_sign(folder) / _FINDINGS
    entries = findings(answers, path)
    if entries:
        path.parent.mkdir(exist_ok=True)
        add_entries(path, FINDINGS, _HEAD, entries)
        click.echo(f"{len(entries)} findings are kept in {path}.")
