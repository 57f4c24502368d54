"""Runs the cases in the rules: each rule must fire, stay silent or stay open where its author expects it."""

from recommender.authoring.cases.runner import CaseRunner


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
                    person = ", ".join(f"{name}: {answer}" for name, answer in answers.items())
                    failures.append(
                        f"{rule.place}: {rule.id} with {{{person}}}: expected {expected}, found {actual}."
                    )
    return count, failures
