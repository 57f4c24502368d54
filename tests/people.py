"""The shipped rulebook, and assessing people with it, as the command line does."""

from functools import cache
from typing import Any

from recommender.person.assessment import Assessment
from recommender.person.decision import assess
from recommender.person.engines import best_engine
from recommender.person.engines.inference import Engine
from recommender.report.json import assessment_as_json
from recommender.rulebook import Rulebook, load_rulebook
from recommender.vocabulary.profile import read_profile

COMMENTER = {
    "age": "54",
    "t_lumbar_spine": "-3.9",
    "t_total_hip": "-3.9",
    "activity": "trained",
    "fear_of_movement": "8",
}


@cache
def book() -> Rulebook:
    """Return the rulebook that comes with the program."""
    return load_rulebook()


@cache
def _engine() -> Engine:
    return best_engine()(book().strata)


def assessed(**answers: str) -> Assessment:
    """Assess a person from answers as they are typed."""
    return assess(book(), _engine(), read_profile(book().vocabulary, answers, {}))


def as_json(**answers: str) -> dict[str, Any]:
    """Return a person's assessment as JSON data."""
    return assessment_as_json(assessed(**answers), "person")


def levels(**answers: str) -> set[str]:
    """Return the ids of the levels that a person is offered."""
    return {offer.level.id for offer in assessed(**answers).offers}


def verdicts(**answers: str) -> dict[str, str]:
    """Return the verdict on each movement for a person."""
    return {found.movement.id: found.verdict for found in assessed(**answers).movements}
