"""Which open questions to ask one person, and in which order."""

from recommender.person.assessment import Question
from recommender.person.offers import Offers
from recommender.person.unknowns import Unknowns
from recommender.person.verdicts import Verdicts
from recommender.vocabulary.profile import Profile

_ORDER = ("safety", "sharpen", "opens")


def rank_questions(
    profile: Profile, verdicts: Verdicts, offers: Offers, unknowns: Unknowns
) -> tuple[Question, ...]:
    """Rank the open fields: clearance first, then by how many exercises an answer could change."""
    safety, affected = _affected_by_field(verdicts, offers, unknowns)
    opening = _opening(profile, verdicts, offers, unknowns)
    questions = [
        Question(
            name,
            "safety" if name in safety else "sharpen" if name in affected else "opens",
            len(affected.get(name, opening.get(name, ()))),
        )
        for name in verdicts.book.vocabulary.fields
        if name in affected or name in opening
    ]
    return tuple(sorted(questions, key=lambda entry: (_ORDER.index(entry.kind), -entry.could_change)))


def _affected_by_field(
    verdicts: Verdicts, offers: Offers, unknowns: Unknowns
) -> tuple[set[str], dict[str, set[str]]]:
    """Return the fields that could raise the clearance, and the exercises each open field affects."""
    raised: dict[str, set[str]] = {}
    for offer in offers.offered:
        for rule in verdicts.open_rules_raising(offer.level, offer.verdict):
            raised.setdefault(rule.id, set()).add(offer.exercise.id)
    safety: set[str] = set()
    affected: dict[str, set[str]] = {}
    for rule in unknowns.open:
        stops = verdicts.raises_clearance(rule)
        if not (stops or rule.limits or rule.concludes or rule.refer):
            continue
        exercises = raised.get(rule.id, set())
        if rule.clearance:
            hidden = (offer for offer in offers.offered if rule.clearance > offer.level.shown_up_to)
            exercises = exercises | {offer.exercise.id for offer in hidden}
        for name in unknowns.asked_by(rule):
            affected.setdefault(name, set()).update(exercises)
            if stops:
                safety.add(name)
    for rule in verdicts.findings.fired:
        if rule.note:
            for name in unknowns.only_because_unknown(rule):
                affected.setdefault(name, set())
    return safety, affected


def _opening(profile: Profile, verdicts: Verdicts, offers: Offers, unknowns: Unknowns) -> dict[str, set[str]]:
    """Return the unanswered fields that could open exercises or end a referral, with those exercises."""
    opening: dict[str, set[str]] = {}
    for entry in offers.withheld:
        for name, _ in entry.would_need:
            if not profile.knows(name):
                opening.setdefault(name, set()).add(entry.exercise.id)
    for rule in verdicts.findings.fired:
        if rule.clearance is verdicts.clearance:
            for name in unknowns.only_because_unknown(rule):
                opening.setdefault(name, set()).update(entry.exercise.id for entry in offers.withheld)
        if rule.refer:
            for opener in unknowns.openers(rule):
                for name in unknowns.unproven(opener):
                    if not profile.knows(name):
                        opening.setdefault(name, set())
    return opening
