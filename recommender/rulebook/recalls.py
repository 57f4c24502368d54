"""The list of rulebooks that must not be used any more, and whether one of them is in use.

The shipped list is looked at for every rulebook, and so is that of a rulebook in another folder.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from recommender.errors import RulebookError
from recommender.rulebook.files import SAFETY, data_folder
from recommender.rulebook.model import Rulebook

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from recommender.documents.checker import Checker
    from recommender.documents.yaml_json import Document

FILE = f"{SAFETY}recalled.yaml"
_FEWEST_DIGITS = 12
_SHA256, _DATE = re.compile("[0-9a-f]{12,64}"), re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Recall(NamedTuple):
    """One recalled rulebook: how its sha256 begins, since when, what was wrong, what to do."""

    sha256: str
    date: str
    wrong: str
    do: str


def recall_of(book: Rulebook, folder: Path | None = None) -> Recall | None:
    """Return the recall of a rulebook, if there is one.

    A list is parsed only where it names the rulebook, so that an answer does not wait for it.

    Raises:
        RulebookError, DocumentError: where a list that names the rulebook cannot be read.

    """
    for root in (data_folder("rules"), folder):
        content = _content(root) if root is not None else b""
        if book.sha256[:_FEWEST_DIGITS].encode() in content:
            from recommender.documents.yaml_json import read_yaml

            for recall in read_recalls(read_yaml(content.decode("utf-8-sig"), FILE)):
                if book.sha256.startswith(recall.sha256):
                    return recall
    return None


def read_recalls(document: "Document") -> tuple[Recall, ...]:
    """Read a list of recalled rulebooks.

    Raises:
        RulebookError: with every problem found, each at its location.

    """
    from recommender.documents.checker import Checker

    check = Checker(document)
    recalls = tuple(_recalls(check))
    if check.problems:
        raise RulebookError(check.problems)
    return recalls


def _recalls(check: "Checker") -> Iterator[Recall]:
    data = check.mapping(check.document.data, (), ("recalled",), ())
    for path, raw in check.items(data.get("recalled"), ("recalled",)):
        entry = check.mapping(raw, path, Recall._fields, ())
        recall = Recall(*(check.text(entry.get(key), (*path, key)) for key in Recall._fields))
        if recall.sha256 and not _SHA256.fullmatch(recall.sha256):
            check.fail(
                (*path, "sha256"), f"this must be the first {_FEWEST_DIGITS} or more digits of a sha256."
            )
        if recall.date and not _DATE.fullmatch(recall.date):
            check.fail((*path, "date"), 'this must be a day, written "2026-12-31".')
        yield recall


def _content(root: "Traversable") -> bytes:
    try:
        return (root / FILE).read_bytes()
    except OSError:
        return b""
