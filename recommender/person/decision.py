"""From fired rules to a recommendation: verdicts, exercises, questions, week."""

from collections.abc import Collection, Iterable, Mapping

from recommender.language.symbols import NumberSymbol
from recommender.language.tree import fields_of_term
from recommender.person.assessment import Assessment, Classification, Offer, SessionPlan, WeekPlan
from recommender.person.engines.inference import Engine, Findings, infer
from recommender.person.offers import Offers
from recommender.person.questions import rank_questions
from recommender.person.unknowns import Unknowns
from recommender.person.verdicts import Verdicts
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance
from recommender.vocabulary.profile import LEFT_OUT, Profile


def assess(rulebook: Rulebook, engine: Engine, profile: Profile) -> Assessment:
    """Assess one person: run the rules, then decide."""
    return decide(rulebook, profile, infer(rulebook, engine, profile.facts))


def decide(rulebook: Rulebook, profile: Profile, findings: Findings) -> Assessment:
    """Combine what the rules concluded into verdicts, exercises, questions and a week."""
    unknowns = Unknowns(rulebook, profile, findings)
    verdicts = Verdicts(rulebook, findings, unknowns)
    offers = Offers(rulebook, verdicts, unknowns, profile.practice)
    tiers = rulebook.scales["risk_tier"]
    low, high = findings.facts.scales["risk_tier"]
    possible = (rule.clearance for rule in findings.possible if rule.clearance)
    return Assessment(
        rulebook=rulebook,
        profile=profile,
        findings=findings,
        classification=_classification(rulebook, profile, findings),
        risk_tier=tiers[low],
        risk_tier_possible=tiers[high],
        clearance=verdicts.clearance,
        clearance_possible=max(possible, default=Clearance.CLEAR),
        dose=verdicts.dose,
        movements=tuple(verdicts.movements.values()),
        offers=offers.offered,
        withheld=offers.withheld,
        to_ask=offers.to_ask,
        session=_session(verdicts, offers.offered, profile.practice)
        if verdicts.clearance is Clearance.CLEAR
        else None,
        week=_week(verdicts, offers.offered),
        questions=rank_questions(profile, verdicts, offers, unknowns),
    )


def _classification(rulebook: Rulebook, profile: Profile, findings: Findings) -> Classification:
    scores = _scores(rulebook, profile, "lowest_t")
    lowest = min(scores.values(), default=None)
    reached = {scale: rulebook.scales[scale][low] for scale, (low, _) in findings.facts.scales.items()}
    return Classification(
        bone_density=reached["bone_density"],
        lowest_t=lowest,
        lowest_z=min(_scores(rulebook, profile, "lowest_z").values(), default=None),
        site=next((site for site, score in scores.items() if score == lowest), ""),
        sites_used=tuple(scores),
        regime=reached["regime"],
        notes=tuple(rule for rule in findings.fired if rule.note),
    )


def _scores(rulebook: Rulebook, profile: Profile, measure: str) -> dict[str, int]:
    """Return the known scores, by site, of those that a measure takes the lowest of."""
    symbol = rulebook.vocabulary.measures[measure].symbol
    sites = fields_of_term(symbol.term) if isinstance(symbol, NumberSymbol) else ()
    values = profile.facts.values
    return {site: score for site in sites if isinstance(score := values.get(site), int)}


def _session(
    verdicts: Verdicts, offers: tuple[Offer, ...], practice: Mapping[str, str]
) -> SessionPlan | None:
    """Return one session; of a part whose exercise was left out, as it hurt, nothing else is chosen.

    Whoever is not moved on has none: a session by a plan is more than what leaves them no worse.
    """
    session, offered = verdicts.book.session, {offer.exercise.id for offer in offers}
    if session is None or verdicts.stays or verdicts.clearance is not Clearance.CLEAR:
        return None
    chosen = (_begin_with(verdicts, offered, part.once_practised, part.choose) for part in session.parts)
    exercises = tuple(dict.fromkeys(id_ for id_ in chosen if id_ and practice.get(id_) != LEFT_OUT))
    careful, by_effort = session.minutes
    new = any(verdicts.begins_with_first_steps(verdicts.book.exercises[id_]) for id_ in exercises)
    return SessionPlan(careful if new else by_effort, exercises)


def _week(verdicts: Verdicts, offers: tuple[Offer, ...]) -> tuple[WeekPlan, ...]:
    plans = []
    for goal in verdicts.book.week if verdicts.clearance is Clearance.CLEAR else ():
        serving = tuple(offer.exercise.id for offer in offers if set(offer.exercise.goals) & set(goal.serves))
        start_with = _begin_with(verdicts, serving, goal.once_practised, (*goal.start_with, *serving))
        plans.append(WeekPlan(goal.goal, goal.days, goal.say, serving, start_with))
    return tuple(plans)


def _begin_with(
    verdicts: Verdicts, offered: Collection[str], once_practised: Iterable[str], others: Iterable[str]
) -> str:
    """Return the first of the exercises offered, of `once_practised` only where its kind is not new."""
    practised = (
        id_ for id_ in once_practised if not verdicts.begins_with_first_steps(verdicts.book.exercises[id_])
    )
    return next((id_ for id_ in (*practised, *others) if id_ in offered), "")
