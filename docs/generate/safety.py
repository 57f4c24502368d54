"""The pages on safety: intended use, the safety case, the hazard log, the facts label."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from facts import facts_page
from reference import _escaped, _page

from recommender.authoring.safety.controls import KnownControls, known_controls
from recommender.authoring.safety.model import KINDS, Claim, Control, Hazard, IntendedUse, SafetyCase
from recommender.authoring.safety.reading import read_intended_use, read_safety_case
from recommender.rulebook.loading import load_case_documents, load_safety_documents
from recommender.rulebook.model import Rulebook
from recommender.rulebook.signing import how_many_signed

_HIGHEST = 4
_WHERE = {"laws": "../reference/laws.md#{}", "rules": "../reference/rules.md#{}"}


def safety_pages(root: Path, book: Rulebook) -> dict[str, str]:
    """Return the pages of the site that are made of `rules/safety/`, by name.

    Raises:
        RulebookError: where the safety case cannot be read.

    """
    rules = root / "rules"
    documents = load_safety_documents(rules)
    case = read_safety_case(documents)
    if case is None:
        return {}
    known, use = known_controls(book, rules), read_intended_use(documents)
    findings = sum(len(document.data.get("findings", ())) for document in documents)
    return {
        "safety/intended_use.md": _intended_use(book, use),
        "safety/case.md": _safety_case(book, case, known, findings),
        "safety/hazards.md": _hazards(case),
        "safety/facts.md": facts_page(book, case, use, load_case_documents(rules), signed_words(book)),
    }


def signed_words(book: Rulebook) -> str:
    """Return the sentence on how many rules a clinician has signed."""
    signed, rules = how_many_signed(book, book.rules), len(book.rules)
    if not signed:
        return (
            f"**No clinician has signed any of the {rules} rules. Nobody should rely on an answer without a "
            "clinician.**"
        )
    return f"**{signed} of {rules} rules are signed by a clinician, as they stand now.**"


def _intended_use(book: Rulebook, use: IntendedUse) -> str:
    sections = {
        "Who uses it": use.users,
        "Whom it is about": use.population,
        "Whom it is not for": use.not_for,
        "Where it is used": use.environment,
        "What it never does": use.never,
    }
    parts = [f"## {title}\n\n{_bullets(texts)}" for title, texts in sections.items()]
    position = [f"### {_escaped(title)}\n\n{_escaped(text)}" for title, text in use.position]
    parts += ["## Where it stands towards regulation", *position, _escaped(use.basis)]
    return _page("Intended use", f"{_escaped(use.what)}\n\n{signed_words(book)}", parts)


def _safety_case(book: Rulebook, case: SafetyCase, known: KnownControls, findings: int) -> str:
    counted = {kind: len(known.by_kind.get(kind, ())) for kind in KINDS}
    status = Counter(hazard.status for hazard in case.hazards)
    introduction = (
        "The goal: **whoever follows what the program says is not harmed by it, neither by what it permits "
        f"nor by what it withholds, frightens or keeps silent about.**\n\n{signed_words(book)} So the goal "
        "is argued for here, and not claimed to be reached."
    )
    remarks = f"Reviewers have left {findings} findings. " if findings else ""
    evidence = (
        f"The rulebook {book.version} has {counted['rules']} rules. {counted['laws']} laws are proved for "
        f"every possible person by `recommender rules prove`, {counted['cases']} made-up people must get "
        "what is written for them, "
        f"{counted['lints']} lints and {counted['cues']} cues look at rules and words, and "
        f"{counted['tests']} tests at the program. {len(case.hazards)} hazards are known: "
        f"{status['controlled']} controlled, {status['open']} open, {status['planned']} of parts that are "
        f"not there yet. {remarks}A rating runs from 1 to 5; it is a judgement of the authors, who are no "
        "clinicians."
    )
    rows = [
        "| the claim | why | what holds it up | hazards | highest risk left |",
        "|---|---|---|---|---|",
        *(_claim_row(claim) for claim in case.claims),
    ]
    worst = [
        hazard
        for hazard in sorted(case.hazards, key=lambda hazard: -hazard.after.rating)
        if hazard.after.rating >= _HIGHEST
    ]
    against = [
        f"- [{hazard.id}](hazards.md#{hazard.id}) {_escaped(hazard.hazard)} ({hazard.status}). "
        f"{_escaped(hazard.residual)}"
        for hazard in worst
    ]
    kept = (
        "Each control is named by its id. `recommender rules check` fails when one is gone, when a law, a "
        "lint or a rule that pauses exercise holds no hazard down, and when a hazard is called controlled "
        "with too much risk left. The numbers on this page are counted when it is made."
    )
    parts = [
        f"## Evidence\n\n{evidence}",
        "## Claims\n\n" + "\n".join(rows),
        f"## What speaks most against it\n\n{chr(10).join(against)}\n\nEvery hazard: [the hazard "
        "log](hazards.md). What is known of the rules: [facts](facts.md).",
        f"## How it is kept true\n\n{kept}",
    ]
    return _page("The safety case on one page", introduction, parts)


def _claim_row(claim: Claim) -> str:
    controls = Counter(
        kind for kind, _ in {(control.kind, control.id) for h in claim.hazards for control in h.controls}
    )
    evidence = ", ".join(f"{controls[kind]} {kind}" for kind in KINDS if controls[kind])
    status = Counter(hazard.status for hazard in claim.hazards)
    hazards = ", ".join(f"{count} {name}" for name, count in sorted(status.items()))
    highest = max((hazard.after.rating for hazard in claim.hazards), default=0)
    return f"| {_escaped(claim.claim)} | {_escaped(claim.argument)} | {evidence} | {hazards} | {highest} |"


def _hazards(case: SafetyCase) -> str:
    scales = case.scales
    levels = [
        "| level | severity | likelihood |",
        "|---|---|---|",
        *(
            f"| {number} | **{severity}**: {_escaped(means)} | **{likelihood.replace('_', ' ')}**: "
            f"{_escaped(often)} |"
            for number, ((severity, means), (likelihood, often)) in enumerate(
                zip(scales.severity.items(), scales.likelihood.items(), strict=True), start=1
            )
        ),
    ]
    ratings = [f"{rating}. {_escaped(text)}" for rating, text in scales.acceptability.items()]
    introduction = (
        "Every way in which the program could do harm that its authors have thought of, in the form that "
        "DCB0129 uses. Both harms count: what is permitted and should not be, and what is withheld or "
        "frightens without need. If you miss one, [say so](reporting_harm.md)."
    )
    parts = ["## How risks are judged", "\n".join(levels), "\n".join(ratings)]
    parts += [f"- **{status}**: {_escaped(text)}" for status, text in scales.statuses.items()]
    for claim in case.claims:
        parts += [f"## {_escaped(claim.claim)}", _escaped(claim.argument), *map(_hazard, claim.hazards)]
    return _page("Hazard log", introduction, parts)


def _hazard(hazard: Hazard) -> str:
    before, after = hazard.before, hazard.after
    rows = {
        "Cause": hazard.cause,
        "Harm": hazard.harm,
        "Who": hazard.who,
        "Before": f"{before.severity}, {before.likelihood.replace('_', ' ')}: {before.rating}",
        "After": f"{after.severity}, {after.likelihood.replace('_', ' ')}: {after.rating}",
        "Status": f"{hazard.status}; {hazard.owner}",
        "What is left": hazard.residual,
    }
    lines = [f"- **{label}**: {_escaped(text)}" for label, text in rows.items()]
    named = {kind: [_named(control) for control in hazard.controls if control.kind == kind] for kind in KINDS}
    lines += [f"- **{kind.capitalize()}**: {', '.join(names)}" for kind, names in named.items() if names]
    return f"### {hazard.id} {_escaped(hazard.hazard)} {{ #{hazard.id} }}\n\n" + "\n".join(lines)


def _named(control: Control) -> str:
    where = _WHERE.get(control.kind)
    if where is None:
        return f"`{control.id}`"
    anchor = control.id.lower() if control.kind == "laws" else control.id
    return f"[{control.id}]({where.format(anchor)})"


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join(f"- {_escaped(text)}" for text in texts)
