"""The report for a clinician: verdicts with the rules behind them, and the whole trace.

Its words are phrases of the rulebook (`clinician.…`); this module orders them.
"""

from recommender.person.assessment import Assessment
from recommender.person.explanation import Reason, decisive, explain
from recommender.report.page import Page
from recommender.report.vouched import vouched
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Verdict
from recommender.rulebook.signing import reviewed
from recommender.vocabulary.answers import plain


def clinician_report(assessment: Assessment, width: int, colour: bool) -> str:
    """Return the whole report as text for a terminal of `width` columns."""
    page = Page(width, colour)
    page.title(assessment.rulebook.phrase("clinician.title"))
    _findings(page, assessment)
    _referrals(page, assessment)
    _offers(page, assessment)
    _withheld(page, assessment)
    _movements(page, assessment)
    _questions(page, assessment)
    _trace(page, assessment)
    book = assessment.rulebook
    page.heading(book.phrase("clinician.about"))
    page.paragraph(book.words["disclaimer"]["clinician"])
    page.paragraph(
        book.phrase("clinician.rulebook", version=book.version, hash=book.sha256, reviewed=reviewed(book))
    )
    rules, rules_signed, texts, texts_signed = vouched(assessment)
    page.paragraph(
        book.phrase(
            "clinician.signed", rules=rules, rules_signed=rules_signed, texts=texts, texts_signed=texts_signed
        )
    )
    return str(page)


def _findings(page: Page, assessment: Assessment) -> None:
    classification, phrase = assessment.classification, assessment.rulebook.phrase
    page.heading(phrase("clinician.findings"))
    answers = [
        f"{name} {_value(assessment.rulebook, value)}" for name, value in assessment.profile.answers.items()
    ]
    page.entry(phrase("clinician.profile"), ", ".join(answers) or phrase("clinician.no_answers"), indent=0)
    if classification.lowest_t is not None:
        score, used = plain(classification.lowest_t), ", ".join(classification.sites_used)
        sites = phrase("clinician.sites", score=score, site=classification.site, used=used)
        page.entry(phrase("clinician.lowest_t_score"), sites, indent=0)
    if classification.lowest_z is not None:
        page.entry(phrase("clinician.lowest_z_score"), str(plain(classification.lowest_z)), indent=0)
    page.entry(phrase("clinician.regime"), classification.regime, indent=0)
    page.entry(phrase("clinician.bone_density"), classification.bone_density, indent=0)
    tiers = phrase("clinician.tier_range", tier=assessment.risk_tier, possible=assessment.risk_tier_possible)
    page.entry(phrase("clinician.risk_tier"), tiers, indent=0)
    page.entry(phrase("clinician.clearance"), _clearance(assessment), indent=0)
    page.bullets((f"{rule.id}: {rule.note}" for rule in classification.notes), indent=0)
    page.bullets((f"{rule.id}: {rule.caution}" for rule in assessment.cautions), indent=0)


def _clearance(assessment: Assessment) -> str:
    phrase, rules = assessment.rulebook.phrase, ", ".join(rule.id for rule in assessment.clearance_rules)
    clearance, possible = assessment.shown_clearance, assessment.clearance_possible
    if not rules:
        return phrase("clinician.clearance_range", clearance=clearance, possible=possible)
    return phrase("clinician.clearance_rules", clearance=clearance, rules=rules, possible=possible)


def _value(book: Rulebook, value: int | float | bool | str) -> str:
    if isinstance(value, bool):
        return book.phrase("answer.yes") if value else book.phrase("answer.no")
    return str(value)


def _referrals(page: Page, assessment: Assessment) -> None:
    if assessment.referrals:
        page.heading(assessment.rulebook.phrase("clinician.referrals"))
        page.bullets(
            (
                f"{r.refer.urgency}, {r.refer.to} ({r.id}): {r.refer.say}"
                for r in assessment.referrals
                if r.refer
            ),
            indent=0,
        )


def _offers(page: Page, assessment: Assessment) -> None:
    phrase = assessment.rulebook.phrase
    page.heading(phrase("clinician.offered"))
    for offer in assessment.offers:
        rules = f" [{', '.join(rule.id for rule in offer.rules)}]" if offer.rules else ""
        page.bullets([f"{offer.level.id}: {offer.verdict}{rules}. {offer.dose}"], indent=0)
        page.entry(
            phrase("clinician.now"),
            phrase("clinician.form", level=offer.start.level.id, dose=offer.start.dose),
            indent=4,
        )
        if offer.next:
            following = phrase("clinician.following", level=offer.next.level.id, after=offer.next.level.after)
            page.entry(phrase("clinician.next"), following, indent=4)
        sources = ", ".join(offer.exercise.sources)
        benefit = phrase("clinician.benefit_certainty", certainty=offer.exercise.certainty, sources=sources)
        page.entry(phrase("clinician.benefit"), benefit, indent=4)
        page.entry(phrase("clinician.not_beyond"), ", ".join(level.id for level in offer.beyond), indent=4)
        checks = [
            phrase("clinician.could_become", field=name, verdict=worst) for name, worst in offer.check_first
        ]
        page.entry(phrase("clinician.check_first"), ", ".join(checks), indent=4)


def _withheld(page: Page, assessment: Assessment) -> None:
    phrase = assessment.rulebook.phrase
    page.heading(phrase("clinician.withheld"))
    for entry in assessment.withheld:
        rules = ", ".join(rule.id for rule in entry.rules)
        page.bullets([f"{entry.exercise.id}: {entry.verdict} [{rules}]"], indent=0)
        page.entry(phrase("clinician.because_of"), ", ".join(entry.movements), indent=4)
        page.entry(phrase("clinician.instead"), ", ".join(entry.instead), indent=4)
        needs = dict.fromkeys(name for name, _ in entry.would_need)
        page.entry(phrase("clinician.would_need"), ", ".join(needs), indent=4)


def _movements(page: Page, assessment: Assessment) -> None:
    phrase = assessment.rulebook.phrase
    page.heading(phrase("clinician.movements"))
    for entry in assessment.movements:
        if entry.possible is Verdict.OK:
            continue
        verdict = str(entry.verdict)
        if entry.possible != entry.verdict:
            verdict = phrase("clinician.possibly", verdict=verdict, possible=entry.possible)
        rules = ", ".join(rule.id for rule in entry.rules) or phrase("clinician.no_rule")
        page.bullets([f"{entry.movement.id}: {verdict} [{rules}]"], indent=0)


def _questions(page: Page, assessment: Assessment) -> None:
    if not assessment.questions:
        return
    phrase = assessment.rulebook.phrase
    page.heading(phrase("clinician.questions"))
    for kind, label in (
        ("safety", phrase("clinician.safety")),
        ("sharpen", phrase("clinician.sharpen")),
        ("opens", phrase("clinician.opens")),
    ):
        names = [f"{q.field} {q.could_change}" for q in assessment.questions if q.kind == kind]
        page.entry(label, ", ".join(names), indent=0)


def _trace(page: Page, assessment: Assessment) -> None:
    page.heading(assessment.rulebook.phrase("clinician.fired"))
    for rule in decisive(assessment):
        _reason(page, assessment.rulebook, explain(assessment, rule))


def _reason(page: Page, book: Rulebook, reason: Reason) -> None:
    rule, phrase = reason.rule, book.phrase
    page.subheading(f"{rule.id} {rule.title}")
    page.entry(phrase("clinician.unless") if rule.fails_closed else phrase("clinician.when"), rule.when)
    page.entry(phrase("clinician.decided_by"), "; ".join(reason.clause))
    values = [
        f"{name} {phrase('clinician.unknown') if value is None else _value(book, value)}"
        for name, value in reason.facts.items()
    ]
    page.entry(phrase("clinician.values"), ", ".join(values))
    page.entry(phrase("clinician.because"), rule.because)
    sources = ", ".join(rule.sources)
    certainty = phrase(
        "clinician.certainty_sources", certainty=rule.certainty, status=rule.source_status, sources=sources
    )
    year = phrase("clinician.guideline", year=rule.guideline_year) if rule.guideline_year else ""
    numbers = "".join(f"; {text} {status}" for text, status in rule.numbers.items())
    page.entry(phrase("clinician.certainty"), f"{certainty}{year}{numbers}")
