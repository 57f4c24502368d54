"""From verdicts to exercises: what is offered at which level, what is withheld and what would open it."""

from collections.abc import Mapping
from itertools import takewhile

from recommender.person.assessment import Form, Offer, Withheld
from recommender.person.unknowns import Unknowns
from recommender.person.verdicts import Needs, Verdicts
from recommender.rulebook.model import Exercise, Level, Rulebook
from recommender.rulebook.scales import Verdict


class Offers:
    """The exercises of one person: `offered` at their highest permitted level, and `withheld`.

    `to_ask` are those to ask about while somebody leads, each at the highest such level.
    """

    def __init__(
        self, book: Rulebook, verdicts: Verdicts, unknowns: Unknowns, practice: Mapping[str, str]
    ) -> None:
        self._book, self._verdicts, self._unknowns = book, verdicts, unknowns
        self._practice = {} if verdicts.begins_again else practice
        exercises = [exercise for exercise in book.exercises.values() if verdicts.considers(exercise)]
        fired = verdicts.findings.fired
        self._pausing = tuple(rule for rule in fired if rule.clearance is verdicts.clearance)
        self.offered = tuple(offer for exercise in exercises if (offer := self._offer(exercise)))
        self._ids = {offer.exercise.id for offer in self.offered}
        self.withheld = tuple(self._withhold(ex) for ex in exercises if ex.id not in self._ids)
        to_ask = ((exercise, [*takewhile(verdicts.to_ask, exercise.levels)]) for exercise in exercises)
        self.to_ask = tuple((exercise, levels[-1]) for exercise, levels in to_ask if levels)

    def _offer(self, exercise: Exercise) -> Offer | None:
        levels = exercise.levels[:1] if self._verdicts.stays else exercise.levels
        forms = [self._form(level) for level in takewhile(self._verdicts.permits, levels)]
        start = self._start(exercise, len(forms))
        if start is None:
            return None
        best, beyond = forms[-1], levels[len(forms) :]
        movements = self._verdicts.movements
        rules = {rule.id: rule for id_ in best.level.movements for rule in movements[id_].rules}
        return Offer(
            exercise=exercise,
            level=best.level,
            start=forms[start],
            next=forms[start + 1] if start + 1 < len(forms) and not self._verdicts.held else None,
            verdict=best.verdict,
            dose=best.dose,
            check_first=best.check_first,
            rules=tuple(rules.values()),
            permitted=tuple(forms),
            beyond=beyond,
            next_needs=self._needs(beyond[0]) if beyond else (),
        )

    def _form(self, level: Level) -> Form:
        verdict = self._verdicts.of_level(level)
        dose = level.dose[self._verdicts.dose]
        return Form(level, verdict, dose, self._verdicts.check_first(level.movements, verdict))

    def _start(self, exercise: Exercise, permitted: int) -> int | None:
        """Return the place of the level to begin with among the first `permitted` ones, if there is one.

        What is practised now, or may begin by effort, goes on at the highest, or a step below after a break.
        What is new begins with the first level, unless that has a movement which is never a beginning. Where
        a check-in has reached a level, that is where it goes on.
        """
        if not permitted:
            return None
        places = {level.id: place for place, level in enumerate(exercise.levels)}
        reached = places.get(self._practice.get(exercise.id, ""))
        if reached is not None:
            return max(min(reached, permitted - 1) - self._verdicts.steps_back, 0)
        if self._verdicts.begins_with_first_steps(exercise):
            return None if self._verdicts.needs_practice(exercise.levels[0].movements) else 0
        return max(permitted - 1 - self._verdicts.steps_back, 0)

    def _withhold(self, exercise: Exercise) -> Withheld:
        verdicts, gentlest = self._verdicts, exercise.levels[0]
        blocked = verdicts.blocked(gentlest.movements)
        if verdicts.permits(gentlest):
            return self._practise_first(exercise)
        if not verdicts.shows(gentlest) and not blocked:
            rules = self._pausing
            return Withheld(exercise, Verdict.AVOID, (), rules, rules, self._instead(exercise), ())
        blocking = {rule.id: rule for id_ in blocked for rule in verdicts.blocking(id_)}
        return Withheld(
            exercise=exercise,
            verdict=verdicts.of_level(gentlest),
            movements=blocked,
            rules=tuple(blocking.values()),
            standing=tuple(rule for rule in blocking.values() if not self._unknowns.openers(rule)),
            instead=self._instead(exercise),
            would_need=self._needs(gentlest),
        )

    def _practise_first(self, exercise: Exercise) -> Withheld:
        """Return why an exercise that no rule closes waits: its kind is new to this person."""
        rules = tuple(
            rule for rule in self._verdicts.findings.fired if exercise.kind in rule.concludes and rule.opens
        )
        needs = tuple((name, rule.opens) for rule in rules for name in self._unknowns.unproven(rule))
        return Withheld(
            exercise=exercise,
            verdict=self._verdicts.of_level(exercise.levels[0]),
            movements=(),
            rules=rules,
            standing=(),
            instead=self._instead(exercise),
            would_need=needs,
        )

    def _instead(self, exercise: Exercise) -> tuple[str, ...]:
        """Return the nearest gentler exercises that are offered, following the chain of alternatives."""
        seen: set[str] = {exercise.id}
        ring = exercise.gentler
        while ring:
            if offered := tuple(id_ for id_ in ring if id_ in self._ids):
                return offered
            seen |= set(ring)
            further = (id_ for gentler in ring for id_ in self._book.exercises[gentler].gentler)
            ring = tuple(dict.fromkeys(id_ for id_ in further if id_ not in seen))
        return ()

    def _needs(self, level: Level) -> Needs:
        """Return what would open a level that is not permitted; nothing where the clearance hides it."""
        verdicts = self._verdicts
        return verdicts.would_open(verdicts.blocked(level.movements)) if verdicts.shows(level) else ()
