"""Which rules one number alone kept silent."""

import random

from recommender.assessment import Assessment
from recommender.decision import assess
from recommender.engines.reference import ReferenceEngine
from recommender.explanation import near_misses
from recommender.language.meaning import Facts, evaluate
from recommender.language.tree import Always, And, Compare, Condition, Not, Or
from tests.people import assessed, book
from tests.strategies import People


def as_if(condition: Condition, clause: str) -> Condition:
    """Return a condition in which one comparison holds that did not, or does not hold that did (`not …`)."""
    if isinstance(condition, Compare):
        if condition.text != clause.removeprefix("not "):
            return condition
        return Not(Always()) if clause.startswith("not ") else Always()
    if isinstance(condition, Not):
        return Not(as_if(condition.of, clause))
    if isinstance(condition, And | Or):
        return condition._replace(of=tuple(as_if(part, clause) for part in condition.of))
    return condition


def would_speak(found: Assessment, rule_id: str, clause: str, facts: Facts) -> bool:
    rule = found.rulebook.rules[rule_id]
    truth = evaluate(as_if(rule.condition, clause), facts)
    return truth is not True if rule.fails_closed else truth is True


def test_a_near_miss_is_a_silent_rule_that_one_comparison_would_bring() -> None:
    people, engine, chance, seen = People(book()), ReferenceEngine(book().strata), random.Random(11), 0
    for _ in range(60):
        found = assess(book(), engine, people.read(people.anyone(chance)))
        fired = {rule.id for rule in found.findings.fired}
        misses = near_misses(found)
        assert len({miss.rule.id for miss in misses}) == len(misses)
        assert [miss.distance for miss in misses] == sorted(miss.distance for miss in misses)
        for miss in misses:
            assert miss.rule.id not in fired
            assert would_speak(found, miss.rule.id, miss.clause, found.findings.facts)
            seen += 1
    assert seen > 300


def test_a_score_just_above_a_threshold_is_the_nearest_miss() -> None:
    found = near_misses(assessed(age="61", sex="female", menopause="post", t_lumbar_spine="-2.4"))
    told = {(miss.rule.id, miss.clause, miss.value) for miss in found}
    assert ("C12", "lowest_t <= -2.5", -2.4) in told
    assert found[0].clause == "lowest_t <= -2.5"
