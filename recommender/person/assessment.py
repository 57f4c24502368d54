"""What is said of one person: the values that a decision is made of, ready to be shown."""

from collections.abc import Collection
from functools import cached_property
from typing import NamedTuple

from recommender.person.engines.inference import Findings
from recommender.rulebook.model import SHOWN_FIRST, Exercise, Level, Movement, Rule, Rulebook
from recommender.rulebook.scales import CLEAR_IF_SCREENED, Clearance, Dose, Urgency, Verdict
from recommender.vocabulary.profile import Profile


class MovementVerdict(NamedTuple):
    """The rules' answer on one movement: verdict now, worst possible verdict, rules, what to do instead.

    `instead` is how to do it differently, or what to do in its place; it is empty where that is closed to
    this person too.
    """

    movement: Movement
    verdict: Verdict
    possible: Verdict
    rules: tuple[Rule, ...]
    instead: str

    @property
    def say(self) -> str:
        """Return the words of the first rule that brought the verdict."""
        return next((rule.say for rule in self.rules if rule.limits[self.movement.id] == self.verdict), "")


class Form(NamedTuple):
    """One level of an exercise for one person, with the open fields whose answer could make it stricter.

    Each field in `check_first` stands with the worst verdict its answer could bring.
    """

    level: Level
    verdict: Verdict
    dose: str
    check_first: tuple[tuple[str, Verdict], ...]


class Offer(NamedTuple):
    """An exercise that may be done, up to its highest permitted level.

    `permitted` are its forms up to that level, `beyond` the levels after it. `check_first` holds the open
    fields whose answer could make it stricter, each with the worst verdict it could bring. `start` is the
    form that this person begins with, and `next` the permitted form that follows it, if there is one.
    `next_needs` is what would have to be known to open the level after the highest, if anything would.
    """

    exercise: Exercise
    level: Level
    start: Form
    next: Form | None
    verdict: Verdict
    dose: str
    check_first: tuple[tuple[str, Verdict], ...]
    rules: tuple[Rule, ...]
    permitted: tuple[Form, ...]
    beyond: tuple[Level, ...]
    next_needs: tuple[tuple[str, str], ...]


class Withheld(NamedTuple):
    """An exercise that may not be done now: why, what to do instead, and what would open it.

    Where no movement of it is closed, it is too much to begin with, and its kind has to be practised first.
    `standing` are those of `rules` that no answer about a gate would lift.
    """

    exercise: Exercise
    verdict: Verdict
    movements: tuple[str, ...]
    rules: tuple[Rule, ...]
    standing: tuple[Rule, ...]
    instead: tuple[str, ...]
    would_need: tuple[tuple[str, str], ...]


class Question(NamedTuple):
    """An open question; `kind` is safety (raises clearance), sharpen (limits) or opens (allows more)."""

    field: str
    kind: str
    could_change: int


class Classification(NamedTuple):
    """Which score counts and what the result is called, on the scales of the rulebook."""

    bone_density: str
    lowest_t: int | None
    lowest_z: int | None
    site: str
    sites_used: tuple[str, ...]
    regime: str
    notes: tuple[Rule, ...]


class SessionPlan(NamedTuple):
    """One training session: about how many minutes, and its exercises in order, all of them offered."""

    minutes: int
    exercises: tuple[str, ...]


class WeekPlan(NamedTuple):
    """One goal of the week: days, the offered exercises for it, and the one to begin with (or none)."""

    goal: str
    days: int
    say: str
    exercises: tuple[str, ...]
    start_with: str


class _Parts(NamedTuple):
    """What an assessment is made of."""

    rulebook: Rulebook
    profile: Profile
    findings: Findings
    classification: Classification
    risk_tier: str
    risk_tier_possible: str
    clearance: Clearance
    clearance_possible: Clearance
    dose: Dose
    movements: tuple[MovementVerdict, ...]
    offers: tuple[Offer, ...]
    withheld: tuple[Withheld, ...]
    to_ask: tuple[tuple[Exercise, Level], ...]
    session: SessionPlan | None
    week: tuple[WeekPlan, ...]
    questions: tuple[Question, ...]


class Assessment(_Parts):
    """Everything that is said of one person.

    `to_ask` are exercises to ask about while somebody leads; they are withheld until a scope is agreed.
    """

    @property
    def shows_few(self) -> bool:
        """Say whether only a few things are to be shown first; the rest waits, and nothing else changes."""
        scales = self.findings.facts.scales
        return SHOWN_FIRST in scales and scales[SHOWN_FIRST][0] > 0

    def practises(self, exercise: Exercise) -> bool:
        """Say whether an exercise is of a kind that this person trains now."""
        levels = self.findings.facts.scales.get(exercise.kind)
        return levels is not None and levels[0] == 0

    @property
    def trains_session(self) -> bool:
        """Say whether somebody goes on with what they train, rather than starting."""
        exercises = self.session.exercises if self.session else ()
        return any(self.practises(self.rulebook.exercises[id_]) for id_ in exercises)

    def movement(self, id_: str) -> MovementVerdict:
        """Return what the rules say of a movement of the rulebook."""
        return self._movements[id_]

    def offer(self, exercise: str) -> Offer | None:
        """Return the offer of an exercise, if it may be done."""
        return self._offers.get(exercise)

    @property
    def made_for_others(self) -> tuple[Exercise, ...]:
        """Return the exercises that are made for some people only, and not considered for this one."""
        exercises = self.rulebook.exercises.values()
        return tuple(ex for ex in exercises if ex.id not in self._offers and ex.id not in self._withheld)

    def withheld_for(self, exercise: str) -> Withheld | None:
        """Return why an exercise may not be done, if so."""
        return self._withheld.get(exercise)

    @cached_property
    def _movements(self) -> dict[str, MovementVerdict]:
        return {entry.movement.id: entry for entry in self.movements}

    @cached_property
    def _offers(self) -> dict[str, Offer]:
        return {offer.exercise.id: offer for offer in self.offers}

    @cached_property
    def _withheld(self) -> dict[str, Withheld]:
        return {entry.exercise.id: entry for entry in self.withheld}

    @property
    def referrals(self) -> tuple[Rule, ...]:
        """Return the fired rules that refer, most urgent first, then those that stop exercise.

        Of one matter there is only the most urgent; in an emergency there are only emergencies.
        """
        fired = (rule for rule in self.findings.fired if rule.refer)
        by_matter: dict[str, Rule] = {}
        for rule in sorted(fired, key=lambda rule: rule.weight, reverse=True):
            emergency = rule.refer is not None and rule.refer.urgency is Urgency.EMERGENCY
            if rule.refer and (emergency or self.clearance is not Clearance.EMERGENCY):
                by_matter.setdefault(rule.refer.matter, rule)
        return tuple(by_matter.values())

    @property
    def cautions(self) -> tuple[Rule, ...]:
        """Return the fired rules with a caution for this clearance; a hold or an emergency has no plan."""
        if not self.clearance.has_plan:
            return ()
        clear = self.clearance is Clearance.CLEAR
        return tuple(rule for rule in self.findings.fired if rule.caution and (clear or not rule.clear_only))

    @property
    def clearance_rules(self) -> tuple[Rule, ...]:
        """Return the fired rules that brought the clearance, where it is not clear."""
        return tuple(rule for rule in self.findings.fired if rule.clearance == self.clearance)

    def closing(self, offer: Offer) -> tuple[Rule, ...]:
        """Return the fired rules that close, or require supervision at, the level after the offered one."""
        movements = offer.beyond[0].movements if offer.beyond else ()
        rules = {
            rule.id: rule
            for id_ in movements
            for rule in self.limiting(id_, (Verdict.AVOID, Verdict.SUPERVISED))
        }
        return tuple(rules.values())

    def limiting(self, movement: str, verdicts: Collection[Verdict]) -> tuple[Rule, ...]:
        """Return the fired rules that put one of some verdicts on a movement."""
        return tuple(rule for rule in self.movement(movement).rules if rule.limits[movement] in verdicts)

    @property
    def open_clearance_rules(self) -> tuple[Rule, ...]:
        """Return the open rules that could raise the clearance or its urgency, most serious first."""
        fired = {rule.id for rule in self.findings.fired}
        rules = [rule for rule in self.findings.possible if rule.id not in fired and self._raises(rule)]
        return tuple(sorted(rules, key=lambda rule: -(rule.clearance or Clearance.CLEAR).rank))

    @property
    def shown_clearance(self) -> str:
        """Return the word for the clearance: whoever is clear only as far as asked is not called clear."""
        unasked = self.clearance is Clearance.CLEAR and self.open_clearance_rules
        return CLEAR_IF_SCREENED if unasked else self.clearance

    def _raises(self, rule: Rule) -> bool:
        """Say whether an open rule would raise the clearance, or the urgency of the same clearance."""
        if not rule.clearance:
            return False
        if rule.clearance is not self.clearance or rule.refer is None:
            return rule.clearance > self.clearance
        urgencies = (fired.refer.urgency for fired in self.findings.fired if fired.refer)
        return rule.refer.urgency > max(urgencies, default=Urgency.INFO)
