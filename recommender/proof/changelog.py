"""`changelog.yaml` beside the rules: which changes that made something laxer are meant, and why."""

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
_HEAD = "Changes that made something laxer, each with the reason why that is meant. Words and stricter rules need none."
_KEYS = ("date", "from", "to", "laxer", "because")


class Entry(NamedTuple):
    """One change: between which two rulebooks (by their hashes), what became laxer, and why that is meant."""

    date: str
    old: str
    new: str
    laxer: tuple[str, ...]
    because: str


def entry_for(before: Rulebook, after: Rulebook, laxer: Sequence[Difference], reason: str) -> Entry:
    """Return the entry for a change.

    Raises:
        RulebookError: where the reason says nothing.

    """
    if not reason.strip():
        raise RulebookError(
            Problem("--allow-laxer", "the reason is empty.", "Say why it is safe that this became laxer.")
        )
    names = tuple(f"{one.kind} {one.name}".strip() for one in laxer)
    return Entry(date.today().isoformat(), before.sha256, after.sha256, names, " ".join(reason.split()))


def allowed(folder: Path, before: Rulebook, after: Rulebook) -> str:
    """Return the reason that a rulebook's changelog gives for exactly this change, or nothing.

    Raises:
        RulebookError, DocumentError: where the changelog cannot be read.

    """
    return next(
        (one.because for one in _entries(folder) if (one.old, one.new) == (before.sha256, after.sha256)), ""
    )


def keep(folder: Path, entry: Entry) -> None:
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
    found = []
    for path, item in check.items(data.get("changes"), ("changes",)):
        one = check.mapping(item, path, _KEYS, ())
        day, old, new, because = (
            check.text(one.get(key), (*path, key)) for key in ("date", "from", "to", "because")
        )
        found.append(Entry(day, old, new, check.texts(one.get("laxer"), (*path, "laxer")), because))
    if check.problems:
        raise RulebookError(check.problems)
    return found
