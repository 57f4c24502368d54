"""The hashes of the chain: each decision holds the hash of the one before, which reveals tampering."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

START = "0" * 64
_CONTENT = (
    "id", "run", "number", "person", "about", "kind", "rules_say", "verdict", "reason", "comment", "tier",
    "rules", "plan", "said", "by", "role", "at", "rulebook", "form", "before",
)  # fmt: skip
_LATER_CONTENT = (  # since schema 4
    "disposition", "recheck", "withdraws", "together", "amends", "amended", "account",
    "replies",
)  # fmt: skip
_LIST = (
    "id", "source", "at", "rulebook", "people", "refused", "sha256", "movements", "rules", "shown", "brought",
)  # fmt: skip


def hashed(content: object) -> str:
    """Return the SHA-256 of a value as compact JSON; what JSON cannot hold is hashed by its repr."""
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=repr).encode()
    ).hexdigest()


def decision_hash(row: Mapping[str, Any]) -> str:
    """Return the hash of a decision, which covers all earlier ones by the hash in `before`.

    Columns that came later count where they are filled in: decisions of earlier stores stay valid.
    """
    later = [[name, row[name]] for name in _LATER_CONTENT if row[name]]
    return hashed([*(row[name] for name in _CONTENT), *later])


def list_seal(run: Mapping[str, Any]) -> str:
    """Return the hash of what a store says of a list: among it its rulebook, and the hash of its people."""
    return hashed([run[name] for name in _LIST])


def person_hash(name: str, line: int, answers: str, given: str, unread: str) -> str:
    """Return the hash of a person: name, line of the file, and the stored texts of their answers."""
    return hashed([name, line, answers, given, unread])


def content_hash(name: str, answers: str, given: str, unread: str) -> str:
    """Return the hash of a person wherever their row stands: name, and the stored texts of their answers."""
    return hashed([name, answers, given, unread])
