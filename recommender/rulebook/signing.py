"""Sign-offs: a signature holds for exactly what an entry of the rulebook said when it was given.

An entry is a rule (`H01`), a movement, exercise or question (`movement:ID`, `exercise:ID`, `field:ID`), or
the texts that stand everywhere (`texts:NAME`). Pictures are entries too, and read apart, by
`figures/signing.py`. What counts is everything that an entry says and does, a rule with the measures in its
condition written out. Where an entry stands, and the cases it carries, do not count.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from recommender.rulebook.model import Rulebook, SignOff

FILE = "signed.yaml"
SIGNED, DUE, CHANGED, UNSIGNED = "signed", "signed, due again", "changed since sign-off", "not signed"
_HEAD = "Who vouched for what, and for exactly what it said then. Written by `recommender rules sign`."
_NOT_CONTENT = ("place", "cases")


def entries(book: Rulebook) -> dict[str, Any]:
    """Return everything that can be signed, by the name under which it is signed."""
    phrases: dict[str, dict[str, str]] = {}
    for key, text in book.phrases.items():
        phrases.setdefault(f"texts:{key.partition('.')[0]}", {})[key] = text
    return {
        **book.rules,
        **{f"movement:{id_}": movement for id_, movement in book.movements.items()},
        **{f"exercise:{id_}": exercise for id_, exercise in book.exercises.items()},
        **{f"field:{id_}": field for id_, field in book.vocabulary.fields.items()},
        **phrases,
        "texts:every_session": (book.always, book.stop, book.session, book.week),
        "texts:scales": (book.words, book.scales, book.supervised_opens, book.led_set),
        "texts:first_screen": book.first_screen,
        "texts:plain_words": book.plain_words,
    }


def content_hash(entry: Any) -> str:
    """Return the hash of all that an entry says and does."""
    import hashlib
    import json

    return hashlib.sha256(json.dumps(_plain(entry), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Return a value as JSON writes it, the same in every run; kinds of conditions are told apart by name."""
    if hasattr(value, "_asdict"):
        content = {key: _plain(part) for key, part in value._asdict().items() if key not in _NOT_CONTENT}
        return [type(value).__name__, content]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(map(_plain, value))
    return {key: _plain(part) for key, part in value.items()} if hasattr(value, "items") else value


def sign_off(book: Rulebook, name: str, known: Mapping[str, Any] | None = None) -> SignOff | None:
    """Return the latest signature that holds for an entry as it is now, by default one of the rulebook's."""
    if name not in book.signed:
        return None
    sha256 = content_hash((known or entries(book))[name])
    return next((each for each in reversed(book.signed[name]) if each.sha256 == sha256), None)


def state(book: Rulebook, name: str, known: Mapping[str, Any] | None = None) -> str:
    """Return how far an entry is vouched for: signed, due again, changed since, or not at all."""
    from datetime import date

    signature = sign_off(book, name, known)
    if signature:
        today = date.today()
        last = f"{today.year - book.report_limits.signature_years:04}{today:-%m-%d}"
        return DUE if signature.date < last else SIGNED
    return CHANGED if name in book.signed else UNSIGNED


def how_many_signed(book: Rulebook, names: Iterable[str], known: Mapping[str, Any] | None = None) -> int:
    """Return for how many entries a signature holds."""
    return sum(sign_off(book, name, known) is not None for name in names)


def reviewed(book: Rulebook) -> str:
    """Say how much of a rulebook is vouched for."""
    if not book.signed:
        return book.phrase("review.unsigned")
    every = entries(book)
    signed = how_many_signed(book, every)
    if not signed:
        return book.phrase("review.unsigned")
    if signed == len(every):
        return book.phrase("review.signed")
    return book.phrase("review.partly_signed", signed=signed, entries=len(every))


def add_signatures(folder: Path, signatures: Mapping[str, SignOff]) -> Path:
    """Add signatures, by the name of what is signed, to the file of a rulebook, and return where that is.

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
            [{"entry": name, **signature._asdict()} for name, signature in signatures.items()],
        )
    return file
