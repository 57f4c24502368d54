"""An assessment for a clinician: verdicts with the rules behind them, and the whole trace."""

from recommender.person.assessment import Assessment
from recommender.person.explanation import Reason, trace
from recommender.report.page import Page
from recommender.rulebook.scales import Verdict
from recommender.rulebook.signing import how_many_signed, reviewed
from recommender.vocabulary.answers import plain


def clinician_report(found: Assessment, width: int, colour: bool) -> str:
    """Return the whole report as text for a terminal of `width` columns."""
    page = Page(width, colour)
    page.title("Movement and exercise assessment")
    _findings(page, found)
    _referrals(page, found)
    _exercises(page, found)
    _movements(page, found)
    _open(page, found)
    _trace(page, found)
    book = found.rulebook
    page.heading("About")
    page.paragraph(book.words["disclaimer"]["clinician"])
    page.paragraph(f"Rulebook {book.version}, sha256 {book.sha256}, {reviewed(book)}.")
    fired = found.findings.fired
    page.paragraph(
        f"Signed off by a clinician, as they stand now: {how_many_signed(book, fired)} of the {len(fired)} rules that fired."
    )
    return str(page)


def _findings(page: Page, found: Assessment) -> None:
    named = found.classification
    page.heading("Findings")
    answers = found.profile.answers
    page.entry(
        "Profile",
        ", ".join(f"{name} {_word(value)}" for name, value in answers.items()) or "nothing given",
        indent=0,
    )
    if named.lowest_t is not None:
        page.entry(
            "Lowest T-score",
            f"{plain(named.lowest_t)} ({named.site}); used: {', '.join(named.sites_used)}",
            indent=0,
        )
    if named.lowest_z is not None:
        page.entry("Lowest Z-score", str(plain(named.lowest_z)), indent=0)
    page.entry("Regime", named.regime, indent=0)
    page.entry("Bone density", named.bone_density, indent=0)
    page.entry("Risk tier", f"{found.risk_tier} (possibly {found.risk_tier_possible})", indent=0)
    reasons = f", by {', '.join(rule.id for rule in found.clearance_rules)}" if found.clearance_rules else ""
    page.entry("Clearance", f"{found.clearance}{reasons} (possibly {found.clearance_possible})", indent=0)
    page.bullets((f"{rule.id}: {rule.note}" for rule in named.notes), indent=0)
    page.bullets((f"{rule.id}: {rule.caution}" for rule in found.cautions), indent=0)


def _word(value: int | float | bool | str) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _referrals(page: Page, found: Assessment) -> None:
    if found.referrals:
        page.heading("Referrals")
        page.bullets(
            (f"{r.refer.urgency}, {r.refer.to} ({r.id}): {r.refer.say}" for r in found.referrals if r.refer),
            indent=0,
        )


def _exercises(page: Page, found: Assessment) -> None:
    page.heading("Exercises offered")
    for offer in found.offers:
        rules = f" [{', '.join(rule.id for rule in offer.rules)}]" if offer.rules else ""
        page.bullets([f"{offer.level.id}: {offer.verdict}{rules}. {offer.dose}"], indent=0)
        page.entry(
            "benefit", f"certainty {offer.exercise.certainty}: {', '.join(offer.exercise.sources)}", indent=4
        )
        if offer.start.level != offer.level:
            page.entry("start with", offer.start.level.id, indent=4)
        if offer.beyond:
            page.entry("not beyond", ", ".join(level.id for level in offer.beyond), indent=4)
        page.entry(
            "check first",
            ", ".join(f"{name} (could become {worst})" for name, worst in offer.check_first),
            indent=4,
        )
    page.heading("Exercises withheld")
    for entry in found.withheld:
        page.bullets(
            [f"{entry.exercise.id}: {entry.verdict} [{', '.join(rule.id for rule in entry.rules)}]"], indent=0
        )
        page.entry("because of", ", ".join(entry.movements), indent=4)
        page.entry("instead", ", ".join(entry.instead), indent=4)
        page.entry("would need", ", ".join(dict.fromkeys(name for name, _ in entry.would_need)), indent=4)


def _movements(page: Page, found: Assessment) -> None:
    page.heading("Movements that are limited, or could be")
    for verdict in found.movements:
        if verdict.possible is Verdict.OK:
            continue
        possible = f", possibly {verdict.possible}" if verdict.possible != verdict.verdict else ""
        rules = ", ".join(rule.id for rule in verdict.rules) or "no rule yet"
        page.bullets([f"{verdict.movement.id}: {verdict.verdict}{possible} [{rules}]"], indent=0)


def _open(page: Page, found: Assessment) -> None:
    if found.questions:
        page.heading("Open questions (exercises an answer could change)")
        for kind in ("safety", "sharpen", "opens"):
            names = [f"{q.field} {q.could_change}" for q in found.questions if q.kind == kind]
            page.entry(kind, ", ".join(names), indent=0)


def _trace(page: Page, found: Assessment) -> None:
    page.heading("Rules that fired")
    for reason in trace(found):
        _reason(page, reason)


def _reason(page: Page, reason: Reason) -> None:
    rule = reason.rule
    page.subheading(f"{rule.id} {rule.title}")
    page.entry("unless" if rule.fails_closed else "when", rule.when)
    page.entry("decided by", "; ".join(reason.clause))
    page.entry(
        "values",
        ", ".join(
            f"{name} {'unknown' if value is None else _word(value)}" for name, value in reason.facts.items()
        ),
    )
    page.entry("because", rule.because)
    year = f", guideline of {rule.guideline_year}" if rule.guideline_year else ""
    numbers = "".join(f"; {text} {status}" for text, status in rule.numbers.items())
    page.entry(
        "certainty",
        f"{rule.certainty}; source {rule.source_status}: {', '.join(rule.sources)}{year}{numbers}",
    )
