"""The cases that rules carry: each rule must fire, stay silent and stay open where its author said it would."""

from recommender.authoring.cases.runner import CaseRunner


def run_rule_cases(bench: CaseRunner) -> tuple[int, list[str]]:
    """Run every case of every rule through the whole rulebook; return how many there are, and what went wrong."""
    failures, count = [], 0
    for rule in bench.rulebook.rules.values():
        for expected, cases in rule.cases.items():
            for answers in cases:
                count += 1
                findings = bench.findings(bench.profile(answers))
                found = (
                    "fires"
                    if rule in findings.fired
                    else "cannot_rule_out"
                    if rule in findings.possible
                    else "silent"
                )
                if found != expected:
                    person = ", ".join(f"{name}: {answer}" for name, answer in answers.items())
                    failures.append(
                        f"{rule.place}: {rule.id} with {{{person}}}: expected {expected}, found {found}."
                    )
    return count, failures
