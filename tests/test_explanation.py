"""Which rules would speak if one number were a little other."""

import random

import pytest

from recommender.person.decision import assess
from recommender.person.engines.reference import ReferenceEngine
from recommender.person.explanation import near_misses
from recommender.vocabulary.answers import write_answer
from tests.people import assessed, book
from tests.strategies import People

ENGINE = ReferenceEngine(book().strata)


@pytest.mark.heavy
def test_a_near_miss_names_what_speaks_once_its_number_is_a_little_other() -> None:
    people, chance, seen = People(book()), random.Random(11), 0
    for _ in range(60):
        answers = people.anyone(chance)
        found = assess(book(), ENGINE, people.read(answers))
        fired = {rule.id for rule in found.findings.fired}
        misses = near_misses(found, ENGINE)
        assert len({(miss.field, miss.other) for miss in misses}) == len(misses)
        assert [miss.distance for miss in misses] == sorted(miss.distance for miss in misses)
        for miss in misses[:4]:
            field = book().vocabulary.fields[miss.field]
            text = write_answer(field, miss.other)
            other = assess(book(), ENGINE, people.read({**answers, miss.field: text}))
            assert {rule.id for rule in miss.rules} == {rule.id for rule in other.findings.fired} - fired
            assert miss.rules
            assert 0 < miss.distance <= 1
            seen += 1
    assert seen > 60


def test_a_score_just_above_a_threshold_names_every_limit_that_it_would_bring() -> None:
    person = {
        "age": "66",
        "sex": "female",
        "menopause": "post",
        "vertebral_fractures": "0",
        "hip_fracture": "no",
        "other_fractures": "0",
    }
    told = {
        (miss.field, miss.value, miss.other): miss.rules
        for miss in near_misses(assessed(**person, t_lumbar_spine="-2.4"), ENGINE)
    }
    rules = {rule.id for rule in told["t_lumbar_spine", -2.4, -2500]}
    assert {"H01", "H08", "H13", "C12", "T03"} <= rules
    assert not any(
        miss.other == -2500 for miss in near_misses(assessed(**person, t_lumbar_spine="-2.1"), ENGINE)
    )
