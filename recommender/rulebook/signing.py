"""Sign-offs of rules: a signature holds for exactly what the rule said when it was given.

What counts is everything that the rule says and does, with the measures in its condition written out. Where
it stands and the cases it carries do not count; nor does what movements, exercises, fields and scales are
called elsewhere.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from recommender.rulebook.model import Rule, Rulebook, SignOff

FILE = "signed.yaml"
SIGNED, CHANGED, UNSIGNED = "signed", "changed since sign-off", "not signed"
_HEAD = "Who vouched for which rule, and for exactly what it said then. Written by `recommender rules sign`."
_NOT_CONTENT = ("place", "cases")


def content_hash(rule: Rule) -> str:
    """Return the hash of all that a rule says and does."""
    import hashlib
    import json

    content = {name: _plain(value) for name, value in rule._asdict().items() if name not in _NOT_CONTENT}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Return a value as JSON writes it, the same in every run; kinds of conditions are told apart by name."""
    if hasattr(value, "_asdict"):
        return [type(value).__name__, *map(_plain, value)]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(map(_plain, value))
    return {key: _plain(part) for key, part in value.items()} if hasattr(value, "items") else value


def sign_off(book: Rulebook, rule: Rule) -> SignOff | None:
    """Return the latest signature that holds for a rule as it is now."""
    sha256 = content_hash(rule) if rule.id in book.signed else ""
    return next(
        (signature for signature in reversed(book.signed.get(rule.id, ())) if signature.sha256 == sha256),
        None,
    )


def state(book: Rulebook, rule: Rule) -> str:
    """Return how far a rule is vouched for: signed, changed since, or not at all."""
    if sign_off(book, rule):
        return SIGNED
    return CHANGED if rule.id in book.signed else UNSIGNED


def how_many_signed(book: Rulebook, rules: Iterable[Rule]) -> int:
    """Return for how many rules a signature holds."""
    return sum(sign_off(book, rule) is not None for rule in rules)


def reviewed(book: Rulebook) -> str:
    """Say how much of a rulebook is vouched for."""
    signed, rules = how_many_signed(book, book.rules.values()), len(book.rules)
    if not signed:
        return book.phrase("review.unsigned")
    if signed == rules:
        return book.phrase("review.signed")
    return book.phrase("review.partly_signed", signed=signed, rules=rules)


def add_signatures(folder: Path, signatures: Mapping[str, SignOff]) -> Path:
    """Add signatures, by rule, to the file of a rulebook, and return where that is.

    Raises:
        RulebookError: where it cannot be written.

    """
    file = folder / FILE
    if signatures:
        from recommender.rulebook.side_files import add_entries

        add_entries(
            file,
            "signed",
            _HEAD,
            [{"rule": rule, **signature._asdict()} for rule, signature in signatures.items()],
        )
    return file
