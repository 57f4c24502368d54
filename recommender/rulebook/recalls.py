"""Reads the list of rulebooks that must not be used any more."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document
from recommender.errors import RulebookError

_SHA256, _DATE = re.compile("[0-9a-f]{12,64}"), re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Recall(NamedTuple):
    """One recalled rulebook: how its sha256 begins, since when, what was wrong, what to do."""

    sha256: str
    date: str
    wrong: str
    do: str


def read_recalls(document: Document) -> tuple[Recall, ...]:
    """Read a list of recalled rulebooks.

    Raises:
        RulebookError: with every problem found, each at its location.

    """
    check = Checker(document)
    recalls = tuple(_recalls(check))
    if check.problems:
        raise RulebookError(check.problems)
    return recalls


def _recalls(check: Checker) -> Iterator[Recall]:
    data = check.mapping(check.document.data, (), ("recalled",), ())
    for path, raw in check.items(data.get("recalled"), ("recalled",)):
        entry = check.mapping(raw, path, Recall._fields, ())
        recall = Recall(*(check.text(entry.get(key), (*path, key)) for key in Recall._fields))
        if recall.sha256 and not _SHA256.fullmatch(recall.sha256):
            check.fail((*path, "sha256"), "this must be the first 12 or more digits of a sha256.")
        if recall.date and not _DATE.fullmatch(recall.date):
            check.fail((*path, "date"), 'this must be a day, written "2026-12-31".')
        yield recall
