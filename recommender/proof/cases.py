"""A person who breaks a law, written as a case: what the law asks of them becomes what the case expects."""

import json

from recommender.proof.laws import Law
from recommender.proof.outcomes import Limited, Offered, Stopped
from recommender.proof.proving import Failure, assessed
from recommender.rulebook.model import CLEARANCES, VERDICTS, Rulebook


def as_cases(book: Rulebook, broken: list[tuple[Law, Failure]]) -> str:
    """Return a case file (YAML) with the people who break laws."""
    found = [_case(book, law, failure) for law, failure in broken if failure.before is not None]
    return "# Found by `recommender rules prove`: each of these people breaks a law until the rules are mended.\ncases:\n" + "".join(found)


def _case(book: Rulebook, law: Law, failure: Failure) -> str:
    who = failure.after or failure.before or {}
    clearance = assessed(book, who).clearance
    withheld: list[str] = []
    limits: dict[str, list[str]] = {}
    if failure.breach is not None:
        for one in (*failure.breach.is_not, *failure.breach.is_not_after):
            if isinstance(one, Stopped):
                clearance = CLEARANCES[max(one.clearance, CLEARANCES.index(clearance))]
            elif isinstance(one, Limited):
                limits.setdefault(VERDICTS[one.verdict], []).append(one.movement)
        withheld = [one.level for one in failure.breach.is_so if isinstance(one, Offered)]
    lines = [
        f"  - name: {json.dumps(' '.join([law.id, failure.field, law.says]).replace('  ', ' '), ensure_ascii=False)}",
        f"    who: {{{', '.join(f'{name}: {answer}' for name, answer in who.items())}}}",
        f"    clearance: {clearance}",
        *(["    limits:", *(f"      {verdict}: [{', '.join(names)}]" for verdict, names in limits.items())] if limits else []),
        "    offered: []",
        f"    withheld: [{', '.join(withheld)}]",
        "    asked: []",
        "    said: []",
        f"    evidence: {law.id}",
    ]
    return "\n".join(lines) + "\n"
