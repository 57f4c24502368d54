"""How much of an answer clinicians have signed: the rules that fired, and the texts behind it."""

from typing import NamedTuple

from recommender.person.assessment import Assessment
from recommender.rulebook.signing import how_many_signed


class Vouched(NamedTuple):
    """Numbers of rules that fired and of texts behind an answer, and how many of each are signed."""

    rules: int
    rules_signed: int
    texts: int
    texts_signed: int


def vouched(assessment: Assessment) -> Vouched:
    """Count the rules and texts behind an answer: its exercises, limited movements, questions and frame."""
    book = assessment.rulebook
    rules = [rule.id for rule in assessment.findings.fired]
    texts = [
        *(f"exercise:{offer.exercise.id}" for offer in assessment.offers),
        *(f"movement:{limit.movement.id}" for limit in assessment.movements if limit.verdict.rank),
        *(f"field:{question.field}" for question in assessment.questions),
        "texts:every_session",
        "texts:scales",
        "texts:report",
    ]
    return Vouched(len(rules), how_many_signed(book, rules), len(texts), how_many_signed(book, texts))
