"""The hash chain of decisions: each row holds the hash of the one before, which reveals tampering."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

START = "0" * 64
_CONTENT = (
    "id", "run", "number", "person", "about", "kind", "rules_say", "verdict", "reason", "comment", "tier",
    "rules", "plan", "said", "by", "role", "at", "rulebook", "form", "before",
)  # fmt: skip
_CONTENT_SINCE_4 = ("disposition", "recheck", "withdraws", "together")  # hashed where filled in


def hashed(content: object) -> str:
    """Return the SHA-256 of a value as compact JSON; what JSON cannot hold is hashed by its repr."""
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=repr).encode()
    ).hexdigest()


def decision_hash(row: Mapping[str, Any]) -> str:
    """Return the hash of a decision, which covers all earlier ones by the hash in `before`.

    Columns that came with schema 4 count where they are filled in: decisions of earlier stores stay valid.
    """
    later = [[name, row[name]] for name in _CONTENT_SINCE_4 if row[name]]
    return hashed([*(row[name] for name in _CONTENT), *later])


def person_hash(name: str, line: int, answers: str, given: str, unread: str) -> str:
    """Return the hash of a person: name, line of the file, and the stored texts of their answers."""
    return hashed([name, line, answers, given, unread])


def content_hash(name: str, answers: str, given: str, unread: str) -> str:
    """Return the hash of a person wherever their row stands: name, and the stored texts of their answers."""
    return hashed([name, answers, given, unread])


def breaks(
    rows: Iterable[Mapping[str, Any]], end: tuple[int, str], people: Mapping[tuple[int, int], str]
) -> list[str]:
    """Return, in sentences, where the chain is broken, or a decision is not about its person as stored now.

    `end` is the id and hash of the last decision; `people` maps (run, number) to the hash of the person.
    """
    problems = []
    before, last = START, 0
    by_id: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        if row["id"] != last + 1:
            problems.append(f"decision {last + 1} is missing.")
        if row["before"] != before:
            problems.append(f"decision {row['id']} does not follow the one before it.")
        if row["sha256"] != decision_hash(row):
            problems.append(f"decision {row['id']} was changed after it was made.")
        if row["person"] != people.get((row["run"], row["number"])):
            problems.append(f"decision {row['id']} was made about other answers than the store has now.")
        if row["withdraws"] and not _may_withdraw(row, by_id.get(row["withdraws"])):
            problems.append(f"decision {row['id']} withdraws one that is not there, or is not theirs.")
        by_id[row["id"]] = row
        before, last = row["sha256"], row["id"]
    if end != (last, before):
        problems.append("the last decisions are missing, or the end of the chain was changed.")
    return problems


def _may_withdraw(row: Mapping[str, Any], earlier: Mapping[str, Any] | None) -> bool:
    return earlier is not None and (earlier["by"], earlier["about"]) == (row["by"], row["about"])
