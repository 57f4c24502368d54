"""Reads and writes `changelog.yaml` beside the rules: why something became laxer, who read changed words."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import read_file
from recommender.errors import Problem, RulebookError
from recommender.proof.difference import Difference
from recommender.rulebook.side_files import add_entries

FILE = "changelog.yaml"
_HEAD = "Why what became laxer is meant, and who read changed words: each entry holds for one change alone."
_KEYS, _REASON, _READING = ("date", "from", "to"), ("laxer", "because"), ("read_by", "role", "texts")


class Change(NamedTuple):
    """The hashes of the old and the new rulebook."""

    old: str
    new: str


class Reason(NamedTuple):
    """What became laxer, and why that is meant."""

    laxer: tuple[str, ...]
    because: str


class Reading(NamedTuple):
    """Who read the changed words, as what, and how many texts that were.

    It is no signature: whoever writes a change records himself as its author.
    """

    read_by: str
    role: str
    texts: str


def reason_for(laxer: Sequence[Difference], because: str) -> Reason:
    """Return the reason for what became laxer.

    Raises:
        RulebookError: where the reason is empty.

    """
    if not because.strip():
        raise RulebookError(
            Problem("--allow-laxer", "the reason is empty.", "Say why it is safe that this became laxer.")
        )
    names = tuple(f"{difference.kind} {difference.name}".strip() for difference in laxer)
    return Reason(names, " ".join(because.split()))


def reading_of(texts: int, name: str, role: str) -> Reading:
    """Return who read the changed words.

    Raises:
        RulebookError: where name or role is empty.

    """
    for option, text in (("--words-read-by", name), ("--role", role)):
        if not text.strip():
            raise RulebookError(Problem(option, "this is empty.", "Say who read the words, and as what."))
    return Reading(" ".join(name.split()), " ".join(role.split()), str(texts))


def recorded(folder: Path, change: Change) -> list[Reason | Reading]:
    """Return the reasons and readings that a rulebook's changelog holds for exactly this change.

    Raises:
        RulebookError, DocumentError: where the changelog cannot be read.

    """
    return [entry for of, entry in _entries(folder) if of == change]


def record(folder: Path, change: Change, entry: Reason | Reading) -> None:
    """Add an entry of today to a rulebook's changelog.

    Raises:
        RulebookError: where it cannot be read or written.

    """
    _entries(folder)
    texts = {"date": date.today().isoformat(), "from": change.old, "to": change.new, **entry._asdict()}
    add_entries(folder / FILE, "changes", _HEAD, [texts])


def _entries(folder: Path) -> list[tuple[Change, Reason | Reading]]:
    file = folder / FILE
    if not file.exists():
        return []
    check = Checker(read_file(file))
    data = check.mapping(check.document.data, (), ("changes",), ())
    entries: list[tuple[Change, Reason | Reading]] = []
    for path, item in check.items(data.get("changes"), ("changes",)):
        kind = _REASON if isinstance(item, dict) and "because" in item else _READING
        entry = check.mapping(item, path, (*_KEYS, *kind), ())
        _, old, new = (check.text(entry.get(key), (*path, key)) for key in _KEYS)
        if kind is _REASON:
            laxer = check.texts(entry.get("laxer"), (*path, "laxer"))
            what: Reason | Reading = Reason(laxer, check.text(entry.get("because"), (*path, "because")))
        else:
            what = Reading(*(check.text(entry.get(key), (*path, key)) for key in _READING))
        entries.append((Change(old, new), what))
    if check.problems:
        raise RulebookError(check.problems)
    return entries
