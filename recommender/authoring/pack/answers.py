"""Reads the answers to a review pack: what may be signed now, what may not and why, and what was found."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, read_file
from recommender.errors import RulebookError
from recommender.rulebook.model import Rulebook
from recommender.rulebook.signing import content_hash, entries

YES, NO, CHANGE = "yes", "no", "change"
FINDINGS = "findings"
_SAME = ("by", "permits", "person", "answer", "note")


class Answer(NamedTuple):
    """What a reader said of one card; `answer` is empty where the card was left open."""

    card: str
    permits: tuple[str, ...]
    person: str
    signs: tuple[str, ...]
    answer: str
    note: str


class Answers(NamedTuple):
    """The answers of one reader, with the texts that the pack showed: how the hash of each rule began."""

    rulebook: str
    by: str
    role: str
    texts: dict[str, str]
    cards: tuple[Answer, ...]

    def given(self, *answers: str) -> tuple[Answer, ...]:
        """Return the cards with one of some answers."""
        return tuple(card for card in self.cards if card.answer in answers)


class Signing(NamedTuple):
    """What the reader agreed to; what is not signed all the same, as doubted elsewhere or changed since."""

    agreed: tuple[str, ...]
    doubted: tuple[str, ...]
    changed: tuple[str, ...]


def read_answers(document: Document) -> Answers:
    """Read the answers to a pack.

    Raises:
        RulebookError: with every problem found, each at its location.

    """
    check = Checker(document)
    data = check.mapping(document.data, (), ("rulebook", "by", "role", "texts", "answers"), ())
    rulebook, by, role = (_text(data.get(key)) for key in ("rulebook", "by", "role"))
    for key, text in (("by", by), ("role", role)):
        if key in data and not text:
            check.fail((key,), f"`{key}` is empty.", "A signature has a name and a role.")
    texts = {
        rule: check.text(text, ("texts", rule))
        for rule, text in check.mapping(data.get("texts"), ("texts",)).items()
    }
    cards = tuple(_cards(check, data.get("answers"), texts))
    if check.problems:
        raise RulebookError(check.problems)
    return Answers(rulebook, by, role, texts, cards)


def signing(book: Rulebook, answers: Answers) -> Signing:
    """Say what may be signed: agreed to on every answered card that names it, and still what was shown."""
    now = entries(book)
    against = {name for card in answers.given(NO, CHANGE) for name in card.signs}
    agreed = dict.fromkeys(name for card in answers.given(YES) for name in card.signs)
    changed = {
        name
        for name in agreed
        if name not in now or not content_hash(now[name]).startswith(answers.texts[name])
    }
    return Signing(
        agreed=tuple(name for name in agreed if name not in against | changed),
        doubted=tuple(name for name in agreed if name in against),
        changed=tuple(name for name in agreed if name in changed - against),
    )


def findings(answers: Answers, file: Path) -> list[dict[str, str]]:
    """Return what the reader would not permit, or not so: entries that a file of findings does not hold.

    Raises:
        DocumentError: when the file is there and cannot be read.

    """
    data = read_file(file).data if file.exists() else None
    listed = data.get(FINDINGS) if isinstance(data, dict) else None
    kept = [{key: entry.get(key) for key in _SAME} for entry in listed or () if isinstance(entry, dict)]
    entries = [
        {
            "date": date.today().isoformat(),
            "by": answers.by,
            "role": answers.role,
            "rulebook": answers.rulebook,
            "permits": ", ".join(card.permits),
            "person": card.person,
            "about": ", ".join(card.signs),
            "answer": card.answer,
            "note": card.note,
        }
        for card in answers.given(NO, CHANGE)
    ]
    return [entry for entry in entries if {key: entry[key] for key in _SAME} not in kept]


def _cards(check: Checker, raw: Any, texts: dict[str, str]) -> Iterator[Answer]:
    for path, item in check.items(raw, ("answers",)):
        data = check.mapping(item, path, Answer._fields, ())
        answer = _text(data.get("answer"))
        if answer:
            check.one_of(answer, (*path, "answer"), (YES, NO, CHANGE), "answer")
        yield Answer(
            card=_text(data.get("card")),
            permits=check.texts(data.get("permits"), (*path, "permits")),
            person=check.text(data.get("person"), (*path, "person")),
            signs=check.some_of(data.get("signs"), (*path, "signs"), texts, "entry under `texts`"),
            answer=answer,
            note=_text(data.get("note")),
        )


def _text(raw: Any) -> str:
    """Return text that may be empty, as a reader leaves it."""
    return " ".join(raw.split()) if isinstance(raw, str) else ""
