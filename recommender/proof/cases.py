"""People who break a law, written as cases: what the law asks of them becomes what the case expects."""

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


def as_cases(book: Rulebook, broken: Iterable[tuple[Law, Failure]]) -> tuple[str, int]:
    """Return a case file (YAML) with those who break laws, and how many of them a case cannot express."""
    written = [_case(book, law, failure) for law, failure in broken]
    cases = [case for case in written if case]
    head = "# Found by `recommender rules prove`: each of these people breaks a law until the rules are mended.\n"
    return head + ("cases:\n" + "".join(cases) if cases else "cases: []\n"), len(written) - len(cases)


def _case(book: Rulebook, law: Law, failure: Failure) -> str:
    """Return one person as a case, or nothing where what the law asks of them is nothing that a case can say."""
    who = failure.after or failure.before
    asked = _asked(law, failure)
    if who is None or asked is None:
        return ""
    try:
        found = assess(book, ReferenceEngine(book.strata), read_profile(book.vocabulary, who, {}))
    except ProfileError:
        return ""
    clearance, limits, withheld = asked
    name = " ".join(part for part in (f"{law.id}:", failure.field, law.says) if part)
    lines = [
        f"  - name: {json.dumps(name, ensure_ascii=False)}",
        f"    who: {{{', '.join(f'{field}: {answer}' for field, answer in who.items())}}}",
        f"    clearance: {clearance or found.clearance}",
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


def _asked(law: Law, failure: Failure) -> tuple[str, list[tuple[str, Verdict]], list[str]] | None:
    """Return what must hold of somebody instead: the clearance (or nothing of it), verdicts, and levels that wait."""
    breach = failure.breach
    if breach is None or breach.is_so_after:
        return None
    claim = law.claim
    given, given_not = (
        (len(claim.given), len(claim.given_not))
        if isinstance(claim, Consequence)
        else (len(breach.is_so), len(breach.is_not))
    )
    must_not: tuple[Outcome, ...] = breach.is_so[given:]
    must: tuple[Outcome, ...] = (*breach.is_not[given_not:], *breach.is_not_after)
    clearances = [one.clearance for one in must if isinstance(one, Stopped)]
    stops = [one.clearance for one in must_not if isinstance(one, Stopped)]
    clearances += [clearance.below for clearance in stops if clearance.below]
    limits = [(one.movement, one.verdict) for one in must if isinstance(one, Limited)]
    withheld = [one.level for one in must_not if isinstance(one, Offered)]
    if not withheld:
        barred = [one for one in must_not if isinstance(one, Limited)]
        limits += [(one.movement, one.verdict.below) for one in barred if one.verdict.below]
    return ("".join(clearances[:1]), limits, withheld) if clearances or limits or withheld else None
