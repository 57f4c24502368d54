"""Which open questions to ask one person, and in which order."""

from collections.abc import Iterable

from recommender.language.tree import scales_of
from recommender.person.assessment import Question
from recommender.person.offers import Offers
from recommender.person.unknowns import Unknowns
from recommender.person.verdicts import Verdicts
from recommender.rulebook.model import Rule
from recommender.rulebook.scales import Clearance
from recommender.vocabulary.profile import Profile

_ORDER = ("safety", "sharpen", "opens")
_ORDER_IN_A_PAUSE = ("safety", "opens", "sharpen")


def rank_questions(
    profile: Profile, verdicts: Verdicts, offers: Offers, unknowns: Unknowns
) -> tuple[Question, ...]:
    """Rank the open fields: clearance first, then by how many exercises an answer could change.

    Where somebody may not just start, what could end that comes before what could limit more.
    """
    safety, affected = _affected_by_field(verdicts, offers, unknowns)
    opening = _opening(profile, verdicts, offers, unknowns)

    def kind(name: str) -> str:
        if name in safety:
            return "safety"
        return "sharpen" if name in affected else "opens"

    questions = [
        Question(name, kind(name), len(affected.get(name) or opening.get(name, set())))
        for name in verdicts.book.vocabulary.fields
        if name in affected or name in opening
    ]
    order = _ORDER if verdicts.clearance is Clearance.CLEAR else _ORDER_IN_A_PAUSE
    return tuple(sorted(questions, key=lambda entry: (order.index(entry.kind), -entry.could_change)))


def _affected_by_field(
    verdicts: Verdicts, offers: Offers, unknowns: Unknowns
) -> tuple[set[str], dict[str, set[str]]]:
    """Return the fields that could raise the clearance, and the exercises each open field affects."""
    raised: dict[str, set[str]] = {}
    for offer in offers.offered:
        for rule in verdicts.open_rules_raising(offer.level.movements, offer.verdict):
            raised.setdefault(rule.id, set()).add(offer.exercise.id)
    shown = [(offer.exercise.id, verdicts.shown_up_to(offer.level)) for offer in offers.offered]
    safety: set[str] = set()
    affected: dict[str, set[str]] = {}
    for rule in unknowns.open:
        stops = verdicts.raises_clearance(rule)
        if not (stops or rule.limits or rule.concludes or rule.refer):
            continue
        exercises = raised.get(rule.id, set())
        if rule.clearance:
            exercises = exercises | {id_ for id_, highest in shown if rule.clearance > highest}
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
    """Return the unanswered fields that could open exercises, or end a pause or a referral."""
    opening: dict[str, set[str]] = {}

    def ask(names: Iterable[str], exercises: Iterable[str]) -> None:
        for name in names:
            if not profile.knows(name):
                opening.setdefault(name, set()).update(exercises)

    withheld = [entry.exercise.id for entry in offers.withheld]
    to_ask = [exercise.id for exercise, _ in offers.to_ask]
    led = scales_of(verdicts.book.led_set.to_ask) if to_ask else set()
    for entry in offers.withheld:
        ask((name for name, _ in entry.would_need), [entry.exercise.id])
    for rule in verdicts.findings.fired:
        if rule.clearance is verdicts.clearance:
            ask((*unknowns.only_because_unknown(rule), *_proofs(unknowns, rule)), withheld)
        if led & rule.concludes.keys():
            ask(_proofs(unknowns, rule), to_ask)
        if rule.refer:
            ask(_proofs(unknowns, rule), ())
    return opening


def _proofs(unknowns: Unknowns, rule: Rule) -> list[str]:
    """Return the fields whose answers stand between the gates behind a fired rule and their proof."""
    return [name for opener in unknowns.openers(rule) for name in unknowns.unproven(opener)]
