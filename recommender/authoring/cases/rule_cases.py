"""Runs the cases in the rules: each rule must fire, stay silent or stay open where its author expects it."""

from collections.abc import Mapping
from typing import Any

from recommender.authoring.cases.runner import CaseRunner
from recommender.language.meaning import evaluate
from recommender.rulebook.checkin import CheckIn
from recommender.rulebook.model import Rule
from recommender.vocabulary.profile import read_profile


def run_rule_cases(runner: CaseRunner) -> tuple[int, list[str]]:
    """Run every case of every rule through the whole rulebook; return their number and the failures."""
    failures, count = [], 0
    for rule in runner.rulebook.rules.values():
        for expected, cases in rule.cases.items():
            for answers in cases:
                count += 1
                findings = runner.findings(runner.profile(answers))
                actual = (
                    "fires"
                    if rule in findings.fired
                    else "cannot_rule_out"
                    if rule in findings.possible
                    else "silent"
                )
                if actual != expected:
                    failures.append(_failure(rule, answers, expected, actual))
    return count, failures


def run_checkin_cases(checkin: CheckIn | None) -> tuple[int, list[str]]:
    """Run every case of the rules of a check-in; return their number and the failures."""
    failures: list[str] = []
    count = 0
    if checkin is None:
        return count, failures
    for rule in checkin.rules:
        for expected, cases in rule.cases.items():
            for answers in cases:
                count += 1
                truth = evaluate(rule.condition, read_profile(checkin.vocabulary, answers, {}).facts)
                fires = truth is not True if rule.fails_closed else truth is True
                open_ = truth is None and not rule.fails_closed
                actual = "fires" if fires else "cannot_rule_out" if open_ else "silent"
                if actual != expected:
                    failures.append(_failure(rule, answers, expected, actual))
    return count, failures


def _failure(rule: Rule, answers: Mapping[str, Any], expected: str, actual: str) -> str:
    person = ", ".join(f"{name}: {answer}" for name, answer in answers.items())
    return f"{rule.place}: {rule.id} with {{{person}}}: expected {expected}, found {actual}."
