"""The rulebook in use, with a warning where it has been recalled."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.rulebook import Rulebook, load_rulebook
from recommender.rulebook.files import RECALLED, data_folder

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_DIGITS = 12


def rulebook_in_use(folder: Path | None) -> Rulebook:
    """Load the rulebook that answers people; say on standard error where it was recalled.

    The shipped list of recalls counts for every rulebook, and that of another folder for the rulebook there.
    A list is parsed only where it names the rulebook, so that no answer waits for it.

    Raises:
        RulebookError, DocumentError: when the rulebook, or a list that names it, cannot be used.

    """
    book = load_rulebook(folder)
    lists = (_content(root) for root in (data_folder("rules"), folder) if root is not None)
    recalls = (_recall(book, content) for content in lists if book.sha256[:_DIGITS].encode() in content)
    warning = next(filter(None, recalls), "")
    if warning:
        click.echo(click.style(warning, bold=True), err=True)
    return book


def _content(root: "Traversable") -> bytes:
    try:
        return (root / RECALLED).read_bytes()
    except OSError:
        return b""


def _recall(book: Rulebook, content: bytes) -> str:
    """Return the sentence on a rulebook that a list names, or nothing where it only looked like that."""
    from recommender.documents.yaml_json import read_bytes
    from recommender.rulebook.recalls import read_recalls

    for recall in read_recalls(read_bytes(content, RECALLED, as_json=False)):
        if book.sha256.startswith(recall.sha256):
            short = recall.sha256[:_DIGITS]
            return book.phrase(
                "review.recalled", sha256=short, date=recall.date, wrong=recall.wrong, do=recall.do
            )
    return ""
