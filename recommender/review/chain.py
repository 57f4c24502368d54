"""The chain of decisions: each holds the hash of the one before it, so that nothing can be changed, taken out or put in unseen."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

START = "0" * 64
_CONTENT = (
    "id", "run", "number", "person", "about", "kind", "rules_say", "verdict", "reason", "comment", "tier", "rules", "plan", "said", "by",
    "role", "at", "rulebook", "form", "before",
)  # fmt: skip


def hashed(content: object) -> str:
    """Return the hash of something that JSON can hold."""
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=repr).encode()
    ).hexdigest()


def decision_hash(row: Mapping[str, Any]) -> str:
    """Return the hash of a decision and of all that came before it."""
    return hashed([row[name] for name in _CONTENT])


def person_hash(name: str, line: int, answers: str, given: str, unread: str) -> str:
    """Return the hash of somebody about whom is decided: their name, and what they answered as the store has it."""
    return hashed([name, line, answers, given, unread])


def breaks(
    rows: Iterable[Mapping[str, Any]], end: tuple[int, str], people: Mapping[tuple[int, int], str]
) -> list[str]:
    """Return, in sentences, where decisions do not follow each other up to `end`, or are not about `people` as they are now.

    `people` has the hash of everybody who was decided on, by run and number.
    """
    found = []
    before, last = START, 0
    for row in rows:
        if row["id"] != last + 1:
            found.append(f"decision {last + 1} is missing.")
        if row["before"] != before:
            found.append(f"decision {row['id']} does not follow the one before it.")
        if row["sha256"] != decision_hash(row):
            found.append(f"decision {row['id']} was changed after it was made.")
        if row["person"] != people.get((row["run"], row["number"])):
            found.append(f"decision {row['id']} was made about other answers than the store has now.")
        before, last = row["sha256"], row["id"]
    if end != (last, before):
        found.append("the last decisions are missing, or the end of the chain was changed.")
    return found
