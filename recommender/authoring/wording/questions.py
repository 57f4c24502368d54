"""Checks that a question names the same thing wherever it stands, and that a rule speaks of what it reads."""

from collections.abc import Iterable, Iterator

from recommender.authoring.locations import location
from recommender.authoring.wording.reading import Wording
from recommender.documents.yaml_json import Document
from recommender.errors import Problem
from recommender.language.normal import literals, normal_form
from recommender.language.tree import IsYes, fields_of
from recommender.rulebook.model import Rule, Rulebook
from recommender.vocabulary import Field

_FILE = "rules/wording/questions.yaml"


def question_problems(wording: Wording, book: Rulebook, documents: Iterable[Document]) -> Iterator[Problem]:
    """Yield the questions, and the rules, of which one text does not name what it is about.

    Looked at are the fields that stand in `documents`: another rulebook need not hold all of this program's.
    """
    documents = tuple(documents)
    for field in book.vocabulary.fields.values():
        if place := location(documents, "fields", field.id):
            yield from _question(wording, field, place)
    for rule in book.rules.values():
        yield from _screen(wording, rule)
        if rule.refer and rule.id not in wording.unnamed:
            yield from _names_nothing(wording, rule, "referral", f"{rule.refer.to}: {rule.refer.say}")
    yield from _shared(book.rules.values())


def _question(wording: Wording, field: Field, place: str) -> Iterator[Problem]:
    about = wording.about.get(field.id)
    if about is None:
        hint = f"Write words that its question, label and check share under `about` in {_FILE}."
        yield Problem(place, f"nothing says what the question `{field.id}` is about.", hint)
        return
    for key, text in (("ask", field.ask), ("label", field.label), ("check", field.check)):
        if text and not about.search(text.lower()):
            hint = f"Name the same thing in each, or mend `about` in {_FILE}."
            yield Problem(place, f"`{key}` of `{field.id}` does not say “{about.pattern}”.", hint)
    for choice in field.choices:
        if choice not in field.ask:
            yield Problem(place, f"the question `{field.id}` does not name the choice `{choice}`.")


def _screen(wording: Wording, rule: Rule) -> Iterator[Problem]:
    """Check that a safety question names each yes that lets its rule fire."""
    if not rule.screen:
        return
    yield from _names_nothing(wording, rule, "screen", rule.screen)
    exempt = wording.unscreened.get(rule.id, frozenset())
    for literal in dict.fromkeys(literals(normal_form(rule.condition, positive=not rule.fails_closed))):
        field = literal.atom.name if isinstance(literal.atom, IsYes) and literal.positive else ""
        about = wording.about.get(field)
        if about and field not in exempt and not about.search(rule.screen.lower()):
            hint = f"Name it, or give the reason under `unscreened` in {_FILE}."
            yield Problem(rule.place, f"the screen of {rule.id} does not name `{field}`.", hint)


def _names_nothing(wording: Wording, rule: Rule, what: str, text: str) -> Iterator[Problem]:
    names = [wording.about[id_] for id_ in fields_of(rule.condition) if id_ in wording.about]
    if names and not any(about.search(text.lower()) for about in names):
        hint = f"Name it, or mend `about` or `unnamed` in {_FILE}."
        yield Problem(rule.place, f"the {what} of {rule.id} names nothing that the rule reads.", hint)


def _shared(rules: Iterable[Rule]) -> Iterator[Problem]:
    """Yield rules that share a safety question or a referral with a rule of another clearance or urgency."""
    ranks: dict[tuple[str, str], tuple[str, str]] = {}
    for rule in rules:
        referral = (rule.refer.say, rule.refer.urgency) if rule.refer else ("", "")
        for what, (text, rank) in {
            "screen": (rule.screen, rule.clearance or ""),
            "referral": referral,
        }.items():
            first, rank_of_first = ranks.setdefault((what, text), (rule.id, rank))
            if text and rank != rank_of_first:
                message = f"{rule.id} and {first} have the same {what}, for `{rank}` and `{rank_of_first}`."
                yield Problem(rule.place, message, "Say how they differ.")
