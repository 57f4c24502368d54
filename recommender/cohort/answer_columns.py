"""The answer to one row of a cohort, from an assessment: what every engine must agree with."""

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
    "check_first",
    "cautions",
    "referral",
    "urgency",
    "rules_fired",
    "rulebook",
)
SEPARATOR = ";"

Cell = str | float | None


def answer_row(found: Assessment) -> dict[str, Cell]:
    """Return the answer columns for one person; lists are joined by `SEPARATOR`, a score that nobody gave is `None`.

    `check_first` holds the fields nobody answered: first those whose answer could raise the clearance, then those whose answer
    could make an offered exercise stricter.
    """
    safety = [question.field for question in found.questions if question.kind == "safety"]
    check = {name for offer in found.offers for name, _ in offer.check_first}.difference(safety)
    lowest = found.classification.lowest_t
    return {
        "bone_density": found.classification.bone_density,
        "lowest_t": None if lowest is None else float(plain(lowest)),
        "risk_tier": found.risk_tier,
        "clearance": found.clearance,
        **{
            verdict: SEPARATOR.join(m.movement.id for m in found.movements if m.verdict == verdict)
            for verdict in COLUMNS[4:7]
        },
        "exercises": SEPARATOR.join(offer.level.id for offer in found.offers),
        "check_first": SEPARATOR.join(
            name for names in (safety, check) for name in found.rulebook.vocabulary.fields if name in names
        ),
        "cautions": SEPARATOR.join(rule.id for rule in found.cautions),
        "referral": SEPARATOR.join(rule.id for rule in found.referrals),
        "urgency": found.referrals[0].refer.urgency if found.referrals and found.referrals[0].refer else "",
        "rules_fired": SEPARATOR.join(rule.id for rule in found.findings.fired),
        "rulebook": found.rulebook.sha256,
    }
