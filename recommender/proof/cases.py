"""Writes counterexamples as cases: what the broken law demands becomes what the case expects."""

import json
from collections.abc import Iterable

from recommender.errors import ProfileError
from recommender.person.decision import assess
from recommender.person.engines.reference import ReferenceEngine
from recommender.proof.laws import Consequence, Law
from recommender.proof.outcomes import Limited, Offered, Outcome, Stopped
from recommender.proof.proving import Failure
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Verdict
from recommender.vocabulary.profile import read_profile

_HEAD = "# Found by `recommender rules prove`: each of these people breaks a law until the rules are mended."


def as_cases(book: Rulebook, broken: Iterable[tuple[Law, Failure]]) -> tuple[str, int]:
    """Return a case file (YAML) with the counterexamples, and how many of them a case cannot express."""
    written = [_case(book, law, failure) for law, failure in broken]
    cases = [case for case in written if case]
    return f"{_HEAD}\n" + ("cases:\n" + "".join(cases) if cases else "cases: []\n"), len(written) - len(cases)


def _case(book: Rulebook, law: Law, failure: Failure) -> str:
    """Return one counterexample as a case; empty where a case cannot express what the law demands."""
    who = failure.after or failure.before
    expectation = _expectation(law, failure)
    if who is None or expectation is None:
        return ""
    try:
        assessment = assess(book, ReferenceEngine(book.strata), read_profile(book.vocabulary, who, {}))
    except ProfileError:
        return ""
    clearance, limits, withheld = expectation
    name = " ".join(part for part in (f"{law.id}:", failure.field, law.says) if part)
    lines = [
        f"  - name: {json.dumps(name, ensure_ascii=False)}",
        f"    who: {{{', '.join(f'{field}: {answer}' for field, answer in who.items())}}}",
        f"    clearance: {clearance or assessment.clearance}",
        *(
            ["    limits:", *(f"      {verdict}: [{movement}]" for movement, verdict in limits)]
            if limits
            else []
        ),
        "    offered: []",
        f"    withheld: [{', '.join(withheld)}]",
        "    asked: []",
        "    said: []",
        f"    evidence: {law.id}",
    ]
    return "\n".join(lines) + "\n"


def _expectation(law: Law, failure: Failure) -> tuple[str, list[tuple[str, Verdict]], list[str]] | None:
    """Return what must hold instead: the clearance (or ""), verdicts on movements, and withheld levels.

    Return nothing where none of these follows from the breach.
    """
    breach = failure.breach
    if breach is None or breach.present_after:
        return None
    claim = law.claim
    premises, exclusions = (
        (len(claim.if_present), len(claim.if_absent))
        if isinstance(claim, Consequence)
        else (len(breach.present), len(breach.absent))
    )
    must_not: tuple[Outcome, ...] = breach.present[premises:]
    must: tuple[Outcome, ...] = (*breach.absent[exclusions:], *breach.absent_after)
    clearances = [outcome.clearance for outcome in must if isinstance(outcome, Stopped)]
    stops = [outcome.clearance for outcome in must_not if isinstance(outcome, Stopped)]
    clearances += [clearance.below for clearance in stops if clearance.below]
    limits = [(outcome.movement, outcome.verdict) for outcome in must if isinstance(outcome, Limited)]
    withheld = [outcome.level for outcome in must_not if isinstance(outcome, Offered)]
    if not withheld:
        barred = [outcome for outcome in must_not if isinstance(outcome, Limited)]
        limits += [(outcome.movement, outcome.verdict.below) for outcome in barred if outcome.verdict.below]
    return ("".join(clearances[:1]), limits, withheld) if clearances or limits or withheld else None
