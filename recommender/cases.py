"""The cases that rules carry: each rule must fire, stay silent and stay open where its author said it would."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from recommender.engines import best_engine, infer
from recommender.profile import read_profile
from recommender.rulebook.model import Rule, Rulebook


class CaseResult(NamedTuple):
    """What a rule was expected to do for somebody, and what it did: fires, silent or cannot_rule_out."""

    rule: Rule
    answers: Mapping[str, Any]
    expected: str
    found: str


def run_cases(rulebook: Rulebook) -> tuple[CaseResult, ...]:
    """Run every case of every rule through the whole rulebook and the engine in use."""
    engine = best_engine()(rulebook.strata)
    results = []
    for rule in rulebook.rules.values():
        for expected, cases in rule.cases.items():
            for answers in cases:
                profile = read_profile(rulebook.vocabulary, answers, {})
                findings = infer(rulebook, engine, profile.facts)
                found = "fires" if rule in findings.fired else "cannot_rule_out" if rule in findings.possible else "silent"
                results.append(CaseResult(rule, answers, expected, found))
    return tuple(results)
