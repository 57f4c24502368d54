"""Checks that no answer is heard and ignored: the worst one changes something, or a reason says why not."""

from collections.abc import Iterable, Iterator

from recommender.authoring.locations import location
from recommender.documents.yaml_json import Document
from recommender.errors import Problem
from recommender.language.meaning import NOT_APPLICABLE, Facts, Value
from recommender.person.engines.inference import infer
from recommender.person.engines.reference import ReferenceEngine
from recommender.rulebook.model import Rulebook
from recommender.vocabulary import Field


def silent_answers(book: Rulebook, documents: Iterable[Document]) -> Iterator[Problem]:
    """Yield the fields whose worst answer, told alone, does nothing that the best one does not do.

    Looked at are the fields that stand in `documents`: another rulebook need not hear all of this program's.
    """
    documents = tuple(documents)
    engine = ReferenceEngine(book.strata)
    for field in book.vocabulary.fields.values():
        place = location(documents, "fields", field.id)
        if field.worse == "neither" or not place:
            continue
        worst, best = (_effects(book, engine, field, value) for value in _ends(field))
        if worst <= best and not field.silent_because:
            yield Problem(
                place,
                f"the worst answer to `{field.id}` changes nothing when it stands alone.",
                "Let a rule hear it, or say why not under `silent_because`.",
            )
        elif field.silent_because and not worst <= best:
            yield Problem(
                place,
                f"`{field.id}` has a reason to be silent, and a rule hears it.",
                "Take `silent_because` out.",
            )


def _effects(book: Rulebook, engine: ReferenceEngine, field: Field, value: Value) -> set[str]:
    """Return the rules that fire for somebody of whom one answer is known, and that do or say something."""
    return {
        rule.id
        for rule in infer(book, engine, Facts({field.id: value})).fired
        if rule.limits or rule.clearance or rule.refer or rule.dose or rule.caution or rule.note
    }


def _ends(field: Field) -> tuple[Value, Value]:
    """Return the worst and the best answer to a field."""
    if field.kind == "yes_no":
        return field.worse == "yes", field.worse != "yes"
    if field.kind == "choice":
        first, last = field.choices[0], field.choices[-1]
        return (last, first) if field.worse == "last" else (first, last)
    worst, best = (field.high, field.low) if field.worse == "higher" else (field.low, field.high)
    return worst, NOT_APPLICABLE if field.never else best
