"""Renders the review pack as one page that can be answered in a browser or on paper."""

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from recommender.authoring.book import entry_functions
from recommender.authoring.pack.permissions import Permission, Person
from recommender.pages.rendering import render
from recommender.report.counts import plain_name
from recommender.rulebook.files import package
from recommender.rulebook.model import Rulebook
from recommender.rulebook.signing import content_hash, entries, reviewed
from recommender.vocabulary.answers import plain

CARDS = 30
_HASH_DIGITS = 16


def pack_page(book: Rulebook, people: Sequence[Person], permissions: Sequence[Permission]) -> str:
    """Return the cards of the first permissions as one page, with what they name whole at its end."""
    cards = permissions[:CARDS]
    first_card: dict[str, int] = {}
    for number, card in enumerate(cards, start=1):
        for rule in card.rules:
            first_card.setdefault(rule.id, number)
    script = (package() / "pages" / "pack.js").read_text(encoding="utf-8")
    return render(
        book,
        "pack.html",
        cards=cards,
        people=len(people),
        first_card=first_card,
        rules=[rule for rule in book.rules.values() if rule.id in first_card],
        reviewed=reviewed(book),
        facts=lambda person: _facts(book, person),
        plain=lambda word: plain_name(book, word),
        score=lambda person: _score(book, person),
        answers="\n".join(_template(book, cards)),
        script=Markup(script),
        policy=f"; script-src 'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'",
        linked=(),
        **entry_functions(book),
    )


def _facts(book: Rulebook, person: Person) -> tuple[list[str], list[str]]:
    """Return what is known of somebody, and what is known not to be so."""
    known: list[str] = []
    absent: list[str] = []
    for name, value in person.assessment.profile.answers.items():
        label = book.vocabulary.fields[name].label
        if isinstance(value, bool):
            (known if value else absent).append(label)
        else:
            known.append(f"{label}: {plain_name(book, str(value))}")
    return known, absent


def _score(book: Rulebook, person: Person) -> str:
    score = person.assessment.classification.lowest_t
    return book.phrase("pack.card.no_score") if score is None else str(plain(score))


def _template(book: Rulebook, cards: Sequence[Permission]) -> Iterator[str]:
    """Yield the lines of the text of answers, with how the hash of each text begins that the cards name."""
    every = entries(book)
    names = dict.fromkeys(name for card in cards for name in card.signs)
    yield f'rulebook: "{book.sha256}"'
    yield from ("by:", "role:", "texts:")
    yield from (f'  {name}: "{content_hash(every[name])[:_HASH_DIGITS]}"' for name in names)
    yield "answers:"
    for number, card in enumerate(cards, start=1):
        yield f"  - card: {number}"
        yield f"    permits: [{', '.join(movement.id for movement in card.movements)}]"
        yield f"    person: {json.dumps(card.person.name, ensure_ascii=False)}"
        yield f"    signs: [{', '.join(card.signs)}]"
        yield from ("    answer:", "    note:")
