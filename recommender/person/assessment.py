"""What is said of one person: the values that a decision is made of, ready to be shown."""

from collections.abc import Collection
from typing import NamedTuple

from recommender.person.engines.inference import Findings
from recommender.rulebook.model import CLEARANCES, URGENCIES, Exercise, Level, Movement, Rule, Rulebook
from recommender.vocabulary.profile import Profile


class MovementVerdict(NamedTuple):
    """What the rules say of one movement: the verdict now, the worst it could become, which rules say so, and what to do.

    `instead` is how to do it differently, or what to do in its place; it is empty where that is closed to this person too.
    """

    movement: Movement
    verdict: str
    possible: str
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
    verdict: str
    dose: str
    check_first: tuple[tuple[str, str], ...]


class Offer(NamedTuple):
    """An exercise that may be done, at its highest permitted level; `permitted` are its forms up to there, `beyond` the levels after.

    `check_first` holds the open fields whose answer could make it stricter, each with the worst verdict it could bring.
    `start` is the form to begin with while those are open: the highest that no answer could take away, or the gentlest.
    `next_needs` is what would have to be known to open the level after this one, if anything would.
    """

    exercise: Exercise
    level: Level
    start: Form
    verdict: str
    dose: str
    check_first: tuple[tuple[str, str], ...]
    rules: tuple[Rule, ...]
    permitted: tuple[Form, ...]
    beyond: tuple[Level, ...]
    next_needs: tuple[tuple[str, str], ...]


class Withheld(NamedTuple):
    """An exercise that may not be done now, why, what to do instead, and what would have to be known to open it.

    `standing` are those of `rules` that no answer about a gate would lift.
    """

    exercise: Exercise
    verdict: str
    movements: tuple[str, ...]
    rules: tuple[Rule, ...]
    standing: tuple[Rule, ...]
    instead: tuple[str, ...]
    would_need: tuple[tuple[str, str], ...]


class Question(NamedTuple):
    """An open question; `kind` is safety (could raise clearance), sharpen (could limit) or opens (could allow more)."""

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


class WeekPlan(NamedTuple):
    """What a week needs of one goal, the offered exercises that serve it, and the one to begin with (or none)."""

    goal: str
    say: str
    exercises: tuple[str, ...]
    start_with: str


class Assessment(NamedTuple):
    """Everything that is said of one person."""

    rulebook: Rulebook
    profile: Profile
    findings: Findings
    classification: Classification
    risk_tier: str
    risk_tier_possible: str
    clearance: str
    clearance_possible: str
    dose: str
    movements: tuple[MovementVerdict, ...]
    offers: tuple[Offer, ...]
    withheld: tuple[Withheld, ...]
    week: tuple[WeekPlan, ...]
    questions: tuple[Question, ...]

    @property
    def referrals(self) -> tuple[Rule, ...]:
        """Return the fired rules that refer, most urgent first; of equally urgent ones, first what stops exercise."""
        return tuple(
            sorted(
                (rule for rule in self.findings.fired if rule.refer),
                key=lambda rule: rule.weight,
                reverse=True,
            )
        )

    @property
    def cautions(self) -> tuple[Rule, ...]:
        """Return the fired rules that carry a caution on the plan; in a hold or an emergency there is no plan."""
        planned = CLEARANCES.index(self.clearance) <= CLEARANCES.index("clinician_led")
        return tuple(rule for rule in self.findings.fired if rule.caution) if planned else ()

    @property
    def clearance_rules(self) -> tuple[Rule, ...]:
        """Return the fired rules that brought the clearance, where it is not clear."""
        return tuple(rule for rule in self.findings.fired if rule.clearance == self.clearance)

    def closing(self, offer: Offer) -> tuple[Rule, ...]:
        """Return the fired rules that close the level after the one that is offered, or ask for somebody trained there."""
        movements = offer.beyond[0].movements if offer.beyond else ()
        return tuple(
            {
                rule.id: rule for id_ in movements for rule in self.limiting(id_, ("avoid", "supervised"))
            }.values()
        )

    def limiting(self, movement: str, verdicts: Collection[str]) -> tuple[Rule, ...]:
        """Return the fired rules that put one of some verdicts on a movement."""
        found = next(one for one in self.movements if one.movement.id == movement)
        return tuple(rule for rule in found.rules if rule.limits[movement] in verdicts)

    @property
    def open_clearance_rules(self) -> tuple[Rule, ...]:
        """Return the rules that could still raise the clearance or make it more pressing, most serious first."""
        rules = [
            rule for rule in self.findings.possible if rule not in self.findings.fired and self._raises(rule)
        ]
        return tuple(sorted(rules, key=lambda rule: -CLEARANCES.index(rule.clearance)))

    def _raises(self, rule: Rule) -> bool:
        """Say whether a rule that could still fire would raise the clearance, or make a pause more pressing than it is."""
        if not rule.clearance:
            return False
        more = CLEARANCES.index(rule.clearance) - CLEARANCES.index(self.clearance)
        told = max(
            (URGENCIES.index(fired.refer.urgency) for fired in self.findings.fired if fired.refer), default=0
        )
        return more > 0 or (
            more == 0 and rule.refer is not None and URGENCIES.index(rule.refer.urgency) > told
        )
