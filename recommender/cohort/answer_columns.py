"""The answer columns of a cohort, and the reference for them: the answer row of one assessment."""

from recommender.person.assessment import Assessment
from recommender.vocabulary.answers import plain

COLUMNS = (
    "bone_density",
    "lowest_t",
    "risk_tier",
    "clearance",
    "avoid",
    "modify",
    "supervised",
    "exercises",
    "start_with",
    "check_first",
    "cautions",
    "referral",
    "urgency",
    "rules_fired",
    "rulebook",
)
BRIEF = ("risk_tier", "clearance", "avoid", "start_with", "referral")
"""The columns of a brief answer."""
SEPARATOR = ";"
_SHORT_HASH = 12

Cell = str | float | None


def answer_row(assessment: Assessment) -> dict[str, Cell]:
    """Return the answer columns for one person.

    Lists are joined by `SEPARATOR`; a missing score is `None`. `exercises` lists the highest level of each
    exercise that is permitted, `start_with` the level to begin with. `check_first` lists unanswered fields:
    first those that could raise the clearance, then those that could make an offered exercise stricter.
    """
    safety = [question.field for question in assessment.questions if question.kind == "safety"]
    check = {name for offer in assessment.offers for name, _ in offer.check_first}.difference(safety)
    lowest = assessment.classification.lowest_t
    return {
        "bone_density": assessment.classification.bone_density,
        "lowest_t": None if lowest is None else float(plain(lowest)),
        "risk_tier": assessment.risk_tier,
        "clearance": assessment.shown_clearance,
        **{
            verdict: SEPARATOR.join(
                limit.movement.id for limit in assessment.movements if limit.verdict == verdict
            )
            for verdict in COLUMNS[4:7]
        },
        "exercises": SEPARATOR.join(offer.level.id for offer in assessment.offers),
        "start_with": SEPARATOR.join(offer.start.level.id for offer in assessment.offers),
        "check_first": SEPARATOR.join(
            name
            for names in (safety, check)
            for name in assessment.rulebook.vocabulary.fields
            if name in names
        ),
        "cautions": SEPARATOR.join(rule.id for rule in assessment.cautions),
        "referral": SEPARATOR.join(rule.id for rule in assessment.referrals),
        "urgency": assessment.referrals[0].refer.urgency
        if assessment.referrals and assessment.referrals[0].refer
        else "",
        "rules_fired": SEPARATOR.join(rule.id for rule in assessment.findings.fired),
        "rulebook": short_hash(assessment.rulebook.sha256),
    }


def short_hash(sha256: str) -> str:
    """Return the beginning of a rulebook's hash, enough to tell rulebooks apart; it stands in every row."""
    return sha256[:_SHORT_HASH]
