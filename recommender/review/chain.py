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


def hashed(content: object) -> str:
    """Return the SHA-256 of a value as compact JSON; what JSON cannot hold is hashed by its repr."""
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=repr).encode()
    ).hexdigest()


def decision_hash(row: Mapping[str, Any]) -> str:
    """Return the hash of a decision, which covers all earlier ones by the hash in `before`."""
    return hashed([row[name] for name in _CONTENT])


def person_hash(name: str, line: int, answers: str, given: str, unread: str) -> str:
    """Return the hash of a person: name, line of the file, and the stored texts of their answers."""
    return hashed([name, line, answers, given, unread])


def breaks(
    rows: Iterable[Mapping[str, Any]], end: tuple[int, str], people: Mapping[tuple[int, int], str]
) -> list[str]:
    """Return, in sentences, where the chain is broken, or a decision is not about its person as stored now.

    `end` is the id and hash of the last decision; `people` maps (run, number) to the hash of the person.
    """
    problems = []
    before, last = START, 0
    for row in rows:
        if row["id"] != last + 1:
            problems.append(f"decision {last + 1} is missing.")
        if row["before"] != before:
            problems.append(f"decision {row['id']} does not follow the one before it.")
        if row["sha256"] != decision_hash(row):
            problems.append(f"decision {row['id']} was changed after it was made.")
        if row["person"] != people.get((row["run"], row["number"])):
            problems.append(f"decision {row['id']} was made about other answers than the store has now.")
        before, last = row["sha256"], row["id"]
    if end != (last, before):
        problems.append("the last decisions are missing, or the end of the chain was changed.")
    return problems
