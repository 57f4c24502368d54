"""Finds the texts, and what steers them, that differ between two rulebooks: for a reader to judge."""

from collections.abc import Iterable
from typing import NamedTuple

from recommender.documents.yaml_json import Document
from recommender.rulebook.leaves import leaves


class Reworded(NamedTuple):
    """One text of an entry that is new, gone or other (empty: not there)."""

    entry: str
    key: str
    old: str
    new: str


def reworded(old: Iterable[Document], new: Iterable[Document]) -> tuple[Reworded, ...]:
    """Return every text that differs and that no comparison of decisions judges, sorted by entry."""
    then, now = leaves(old), leaves(new)
    return tuple(
        Reworded(" ".join(names[:2]), " ".join(names[2:]), then.get(names, ""), now.get(names, ""))
        for names in sorted({**then, **now})
        if then.get(names) != now.get(names)
    )
