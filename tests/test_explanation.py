"""Which rules would speak if one number were a little other."""

import random

from recommender.decision import assess
from recommender.engines.reference import ReferenceEngine
from recommender.errors import ProfileError
from recommender.explanation import near_misses
from recommender.profile import Profile
from tests.people import assessed, book
from tests.strategies import Answers, People, as_text

ENGINE = ReferenceEngine(book().strata)


def test_a_near_miss_speaks_once_its_number_is_a_little_other() -> None:
    people, engine, chance, seen = People(book()), ENGINE, random.Random(11), 0
    for _ in range(150):
        answers = people.anyone(chance)
        found = assess(book(), engine, people.read(answers))
        fired = {rule.id for rule in found.findings.fired}
        misses = near_misses(found, engine)
        assert len({miss.rule.id for miss in misses}) == len(misses)
        assert [miss.distance for miss in misses] == sorted(miss.distance for miss in misses)
        for miss in misses[:6]:
            assert miss.rule.id not in fired
            assert miss.distance <= 1
            field = book().vocabulary.fields[miss.field]
            threshold = round(float(miss.clause.split()[-1]) * 1000)
            step = 1000 // 10**field.decimals
            tried = [as_text(field, threshold + by) for by in (0, step, -step) if field.low <= threshold + by <= field.high]
            again = [assess(book(), engine, read) for text in tried if (read := _read(people, {**answers, miss.field: text}))]
            assert any(miss.rule.id in {rule.id for rule in other.findings.fired} for other in again), (miss.rule.id, miss.clause)
            seen += 1
    assert seen > 100


def _read(people: People, answers: Answers) -> Profile | None:
    try:
        return people.read(answers)
    except ProfileError:
        return None


def test_a_score_just_above_a_threshold_is_a_near_miss_and_one_far_above_is_none() -> None:
    person = {"age": "61", "sex": "female", "menopause": "post"}
    told = {(miss.rule.id, miss.clause, miss.field, miss.value) for miss in near_misses(assessed(**person, t_lumbar_spine="-2.4"), ENGINE)}
    assert ("C12", "lowest_t <= -2.5", "t_lumbar_spine", -2.4) in told
    assert not any("-2.5" in miss.clause for miss in near_misses(assessed(**person, t_lumbar_spine="-2.1"), ENGINE))
