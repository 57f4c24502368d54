"""`recommender ask`: a conversation, one question at a time, that ends with the answer."""

import io
import sys
from pathlib import Path
from typing import Any

import click

from recommender.cli.dialogue import Dialogue
from recommender.cli.output import wants_colour, width, write
from recommender.cli.person import AS_OF, PersonCommand, is_anything_told, read_person
from recommender.cli.profile_file import KeptProfile
from recommender.cli.rulebook import rulebook_in_use
from recommender.errors import visible
from recommender.person.engines import ReferenceEngine
from recommender.person.interview.interview import Interview
from recommender.report.asking import Wording
from recommender.report.screen.text import first_screen
from recommender.rulebook.loading import load_questions
from recommender.vocabulary.profile import profile_of


@click.command(cls=PersonCommand)
@click.option("--save", metavar="FILE", help="Keep the answers in a file, and go on from there next time.")
@click.option("--for", "name", metavar="NAME", default="", help='Whom you ask for, such as "my mother".')
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="Use another rulebook.")
def ask(save: str | None, name: str, rules: Path | None, **options: Any) -> None:
    """Ask one question at a time, the most important first, and then say what is safe.

    Enter means that you do not know, and is never taken as no:

        recommender ask

        recommender ask --save me.yaml

        recommender ask --for "my mother" --save mother.yaml
    """
    converse(save, " ".join(visible(name).split()), rules, options)


def converse(save: str | None, name: str, rules: Path | None, options: dict[str, Any]) -> None:
    """Ask, keep the answers in the file `save` if one is named, and write the answer.

    Raises:
        ProfileError, DocumentError: when the file cannot be read or written, or an option not be understood.

    """
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    book = rulebook_in_use(rules)
    questions = load_questions(book, rules)
    kept = KeptProfile(save, book.vocabulary, options[AS_OF]) if save is not None else None
    file = save if kept and kept.exists else None
    known = profile_of(book.vocabulary, {}, {})
    if file or is_anything_told(options):
        known = read_person(book, file, options, echo=False)
    interview = Interview(book, ReferenceEngine(book.strata), questions, known, options[AS_OF])
    dialogue = Dialogue(interview, Wording(book, questions, name))
    dialogue.begin(save)
    try:
        dialogue.ask_all(interview.to_keep() if file else {})
    finally:
        problem = kept.write(interview.to_keep()) if kept and interview.to_keep() else None
    saved = save if kept and interview.to_keep() and not problem else None
    dialogue.end(saved)
    write(_answer(interview, saved), None)
    if problem:
        raise problem


def _answer(interview: Interview, file: str | None) -> str:
    """Return what `assess` says of the same answers; of an emergency without a name, what to do now."""
    if interview.has_unnamed_alarm and not interview.is_emergency:
        return click.wrap_text(interview.book.phrase("ask.alarm"), width())
    return first_screen(interview.assessment, width(), wants_colour(), file)
