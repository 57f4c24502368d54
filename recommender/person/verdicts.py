"""What the rules say of each movement and level. This is the only place where verdicts combine.

The most cautious verdict wins, whatever the order. Nothing unknown counts as no: a rule that could still fire
shows in the *possible* verdict and as *check first* beside the levels it could make stricter.
"""

from collections.abc import Collection, Iterable

from recommender.language.meaning import evaluate
from recommender.language.tree import fields_of
from recommender.person.assessment import Assessment, MovementVerdict
from recommender.person.engines.inference import Findings
from recommender.person.unknowns import Unknowns
from recommender.rulebook.model import (
    BEGINNING,
    MOVING_ON,
    PACE,
    PRACTICE,
    PROGRESS,
    Exercise,
    Level,
    Movement,
    Rule,
    Rulebook,
)
from recommender.rulebook.scales import Clearance, Dose, Verdict

Needs = tuple[tuple[str, str], ...]
"""Fields whose answers would open something, each with the words for it."""


class Verdicts:
    """The verdicts of one person: `clearance`, `dose`, and `movements` by id.

    `alone` says that nobody trained is known to be beside this person, and `led_agreed` that the led set has
    been agreed with somebody who leads.
    """

    def __init__(self, book: Rulebook, findings: Findings, unknowns: Unknowns) -> None:
        self.book, self.findings, self.unknowns = book, findings, unknowns
        fired = findings.fired
        self.clearance = max((rule.clearance for rule in fired if rule.clearance), default=Clearance.CLEAR)
        self.dose = max((rule.dose for rule in fired if rule.dose), default=Dose.USUAL)
        self.alone = evaluate(book.supervised, findings.facts) is not True
        self.led_agreed = evaluate(book.led_set.to_ask, findings.facts) is not True
        self._fired, self._open = _by_movement(book, fired), _by_movement(book, unknowns.open)
        limiting = (rule for rule in unknowns.open if not self.raises_clearance(rule))
        self._limiting = _by_movement(book, limiting)
        self._by_field: dict[str, list[tuple[str, Verdict]]] = {}
        self._now = {
            id_: max((rule.limits[id_] for rule in rules), default=Verdict.OK)
            for id_, rules in self._fired.items()
        }
        self.movements = {id_: self._movement(movement) for id_, movement in book.movements.items()}

    def _movement(self, movement: Movement) -> MovementVerdict:
        verdict = self._now[movement.id]
        possible = max([verdict, *(rule.limits[movement.id] for rule in self._open[movement.id])])
        rules, instead = tuple(self._fired[movement.id]), self._instead(movement, verdict)
        return MovementVerdict(movement, verdict, possible, rules, instead)

    def _instead(self, movement: Movement, verdict: Verdict) -> str:
        """Return how to do a movement differently, or what to do in its place if that is open itself."""
        if verdict is Verdict.MODIFY:
            return movement.differently or movement.instead
        closed = any(self._now[id_].blocks(self.alone) for id_ in movement.uses)
        return "" if closed else movement.instead

    def of_level(self, level: Level) -> Verdict:
        """Return the most cautious verdict on the movements of a level."""
        return self.of(level.movements)

    def of(self, movements: Iterable[str]) -> Verdict:
        """Return the most cautious verdict on some movements."""
        return max((self._now[id_] for id_ in movements), default=Verdict.OK)

    def shown_up_to(self, level: Level) -> Clearance:
        """Return the highest clearance at which this person may see a level."""
        led = self.led_agreed and level.id in self.book.led_set.levels
        return max(level.shown_up_to, Clearance.CLINICIAN_LED) if led else level.shown_up_to

    def shows(self, level: Level) -> bool:
        """Say whether a level may be shown at this clearance."""
        return self.clearance <= self.shown_up_to(level)

    def to_ask(self, level: Level) -> bool:
        """Say whether a level is one to ask about: of the led set, not blocked, and not agreed yet."""
        led = self.clearance is Clearance.CLINICIAN_LED and level.id in self.book.led_set.levels
        return led and not self.shows(level) and not self.of_level(level).blocks(self.alone)

    def permits(self, level: Level) -> bool:
        """Say whether a level may be shown and no verdict takes it away."""
        return self.shows(level) and not self.of_level(level).blocks(self.alone)

    def considers(self, exercise: Exercise) -> bool:
        """Say whether an exercise is made for this person."""
        return exercise.only_if is None or evaluate(exercise.only_if, self.findings.facts) is True

    @property
    def stays(self) -> bool:
        """Say whether this person stays with first levels and is not moved on."""
        return bool(self._conclusion(PROGRESS))

    @property
    def held(self) -> bool:
        """Say whether this person is not moved on for now, from whatever level they are at."""
        return bool(self._conclusion(MOVING_ON))

    @property
    def steps_back(self) -> int:
        """Return how many levels below the highest somebody begins again after a break."""
        return self._conclusion(PACE)

    @property
    def begins_again(self) -> bool:
        """Say whether the steps reached before an illness, an injury or an operation no longer count."""
        return bool(self._conclusion(PRACTICE))

    @property
    def first_steps(self) -> bool:
        """Say whether this person begins what is new to them with its first step."""
        return bool(self._conclusion(BEGINNING))

    def begins_with_first_steps(self, exercise: Exercise) -> bool:
        """Say whether an exercise is of a kind that is new to this person, and begins with its first step."""
        return self.first_steps and bool(self._conclusion(exercise.kind))

    def needs_practice(self, movements: Iterable[str]) -> bool:
        """Say whether some movements hold one with which nobody begins to whom its kind is new."""
        return any(self.book.movements[id_].practised_only for id_ in movements)

    def _conclusion(self, scale: str) -> int:
        return self.findings.facts.scales[scale][0] if scale in self.book.scales else 0

    def blocked(self, movements: Iterable[str]) -> tuple[str, ...]:
        """Return those of some movements that are taken away."""
        return tuple(id_ for id_ in movements if self._now[id_].blocks(self.alone))

    def blocking(self, movement: str) -> list[Rule]:
        """Return the fired rules that take a movement away."""
        return [rule for rule in self.movements[movement].rules if rule.limits[movement].blocks(self.alone)]

    def would_open(self, blocked: Iterable[str]) -> Needs:
        """Return what would open every one of some blocked movements, or nothing if one cannot be opened."""
        needs: dict[tuple[str, str], None] = {}
        for movement in blocked:
            for rule in self.blocking(movement):
                if rule.limits[movement] is Verdict.SUPERVISED:
                    fields = fields_of(self.book.supervised)
                    needs |= dict.fromkeys((name, self.book.supervised_opens) for name in fields)
                    continue
                openers = self.unknowns.openers(rule)
                if not openers:
                    return ()
                for opener in openers:
                    needs |= dict.fromkeys((name, opener.opens) for name in self.unknowns.unproven(opener))
        return tuple(needs)

    def closed_by(self, blocked: Iterable[str]) -> tuple[str, ...]:
        """Return why movements are taken away, in the words of the rules that no answer opens."""
        rules = (rule for movement in blocked for rule in self.blocking(movement))
        closed = (rule.why_not for rule in rules if not self.unknowns.openers(rule))
        return tuple(dict.fromkeys(filter(None, closed)))

    def raises_clearance(self, rule: Rule) -> bool:
        """Say whether a rule would raise the clearance."""
        return rule.clearance is not None and rule.clearance > self.clearance

    def open_rules_raising(self, movements: Iterable[str], verdict: Verdict) -> list[Rule]:
        """Return the open rules that could make a verdict on some movements worse.

        What could raise the clearance is left out: it is asked once, before the plan.
        """
        rules = {
            rule.id: rule for id_ in movements for rule in self._limiting[id_] if rule.limits[id_] > verdict
        }
        return list(rules.values())

    def check_first(self, movements: Collection[str], verdict: Verdict) -> tuple[tuple[str, Verdict], ...]:
        """Return the open fields that could raise a verdict, each with the worst it could be, worst first.

        A field without words for this (a site that was not scanned) is no open danger.
        """
        worst: dict[str, Verdict] = {}
        for movement in movements:
            for name, limit in self._limits_by_field(movement):
                if limit > worst.get(name, verdict):
                    worst[name] = limit
        return tuple(sorted(worst.items(), key=lambda item: -item[1].rank))

    def _limits_by_field(self, movement: str) -> list[tuple[str, Verdict]]:
        """Return each open field with the verdicts that open rules could put on a movement."""
        if movement not in self._by_field:
            fields = self.book.vocabulary.fields
            self._by_field[movement] = [
                (name, rule.limits[movement])
                for rule in self._limiting[movement]
                for name in self.unknowns.asked_by(rule)
                if fields[name].check
            ]
        return self._by_field[movement]


def _by_movement(book: Rulebook, rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """Return those of some rules that limit each movement."""
    limiting: dict[str, list[Rule]] = {id_: [] for id_ in book.movements}
    for rule in rules:
        for id_ in rule.limits:
            limiting[id_].append(rule)
    return limiting


def verdicts_of(assessment: Assessment) -> Verdicts:
    """Return the verdicts behind an assessment, to ask about movements that are not an exercise."""
    book, findings = assessment.rulebook, assessment.findings
    return Verdicts(book, findings, Unknowns(book, assessment.profile, findings))
