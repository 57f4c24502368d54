"""Reads and writes `changelog.yaml` beside the rules: changes that made something laxer, with the reasons."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import read_file
from recommender.errors import Problem, RulebookError
from recommender.proof.difference import Difference
from recommender.rulebook.model import Rulebook
from recommender.rulebook.side_files import add_entries

FILE = "changelog.yaml"
_HEAD = (
    "Changes that made something laxer, each with the reason why that is meant. "
    "Words and stricter rules need none."
)
_KEYS = ("date", "from", "to", "laxer", "because")


class Entry(NamedTuple):
    """One change: the hashes of the old and the new rulebook, what became laxer, and the reason."""

    date: str
    old: str
    new: str
    laxer: tuple[str, ...]
    because: str


def entry_for(before: Rulebook, after: Rulebook, laxer: Sequence[Difference], reason: str) -> Entry:
    """Return the entry for a change of today.

    Raises:
        RulebookError: where the reason is empty.

    """
    if not reason.strip():
        raise RulebookError(
            Problem("--allow-laxer", "the reason is empty.", "Say why it is safe that this became laxer.")
        )
    names = tuple(f"{difference.kind} {difference.name}".strip() for difference in laxer)
    return Entry(date.today().isoformat(), before.sha256, after.sha256, names, " ".join(reason.split()))


def allowed(folder: Path, before: Rulebook, after: Rulebook) -> str:
    """Return the reason that a rulebook's changelog gives for exactly this change, else an empty text.

    Raises:
        RulebookError, DocumentError: where the changelog cannot be read.

    """
    return next(
        (
            entry.because
            for entry in _entries(folder)
            if (entry.old, entry.new) == (before.sha256, after.sha256)
        ),
        "",
    )


def record(folder: Path, entry: Entry) -> None:
    """Add an entry to a rulebook's changelog.

    Raises:
        RulebookError: where it cannot be read or written.

    """
    _entries(folder)
    texts = {
        "date": entry.date,
        "from": entry.old,
        "to": entry.new,
        "laxer": entry.laxer,
        "because": entry.because,
    }
    add_entries(folder / FILE, "changes", _HEAD, [texts])


def _entries(folder: Path) -> list[Entry]:
    file = folder / FILE
    if not file.exists():
        return []
    check = Checker(read_file(file))
    data = check.mapping(check.document.data, (), ("changes",), ())
    entries = []
    for path, item in check.items(data.get("changes"), ("changes",)):
        entry = check.mapping(item, path, _KEYS, ())
        day, old, new, because = (
            check.text(entry.get(key), (*path, key)) for key in ("date", "from", "to", "because")
        )
        entries.append(Entry(day, old, new, check.texts(entry.get("laxer"), (*path, "laxer")), because))
    if check.problems:
        raise RulebookError(check.problems)
    return entries
