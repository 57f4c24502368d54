"""From rules that fired to a recommendation. This is the only place where verdicts combine.

The most cautious verdict wins, whatever the order. Nothing that is unknown is taken for no: a rule that could still fire
shows as a question, as *check first* beside the exercise it could take away, and as the *possible* verdict.
"""

from collections.abc import Iterable, Sequence
from itertools import takewhile

from recommender.assessment import Assessment, Classification, Form, MovementVerdict, Offer, Question, WeekPlan, Withheld
from recommender.engines.inference import Engine, Findings, infer
from recommender.language.meaning import evaluate
from recommender.language.symbols import NumberSymbol
from recommender.language.tree import fields_of, fields_of_term
from recommender.profile import Profile
from recommender.rulebook.model import (
    CLEARANCES,
    DOSES,
    VERDICTS,
    Exercise,
    Level,
    Movement,
    Rule,
    Rulebook,
)
from recommender.unknowns import Unknowns


def assess(rulebook: Rulebook, engine: Engine, profile: Profile) -> Assessment:
    """Assess one person: run the rules, then decide."""
    return decide(rulebook, profile, infer(rulebook, engine, profile.facts))


def most_cautious(levels: Sequence[str], found: Iterable[str]) -> str:
    """Return the highest of `found` on a scale, or its bottom if there is none."""
    return max(found, key=levels.index, default=levels[0])


def decide(rulebook: Rulebook, profile: Profile, findings: Findings) -> Assessment:
    """Combine what the rules found into verdicts, exercises, questions and referrals."""
    return _Decision(rulebook, profile, findings).assessment()


class _Decision:
    """The steps from findings to an assessment, each reading only the ones before it."""

    def __init__(self, rulebook: Rulebook, profile: Profile, findings: Findings) -> None:
        self.book, self.profile, self.findings = rulebook, profile, findings
        self.unknowns = Unknowns(rulebook, profile, findings)
        self.limiting = {id_: [rule for rule in self.unknowns.open if id_ in rule.limits] for id_ in rulebook.movements}
        self.clearance = most_cautious(CLEARANCES, (rule.clearance for rule in findings.fired if rule.clearance))
        self.alone = evaluate(rulebook.supervised, findings.facts) is not True
        self.verdicts = {id_: self._said_of(id_) for id_ in rulebook.movements}
        self.movements = {id_: self._movement(movement) for id_, movement in rulebook.movements.items()}
        self.dose = most_cautious(DOSES, (rule.dose for rule in findings.fired if rule.dose))

    def assessment(self) -> Assessment:
        offers = tuple(offer for exercise in self.book.exercises.values() if (offer := self._offer(exercise)))
        offered = {offer.exercise.id for offer in offers}
        withheld = tuple(self._withhold(ex, offered) for ex in self.book.exercises.values() if ex.id not in offered)
        tiers = self.book.scales["risk_tier"]
        low, high = self.findings.facts.scales["risk_tier"]
        return Assessment(
            rulebook=self.book,
            profile=self.profile,
            findings=self.findings,
            classification=self._classification(),
            risk_tier=tiers[low],
            risk_tier_possible=tiers[high],
            clearance=self.clearance,
            clearance_possible=most_cautious(CLEARANCES, (r.clearance for r in self.findings.possible if r.clearance)),
            dose=self.dose,
            movements=tuple(self.movements.values()),
            offers=offers,
            withheld=withheld,
            week=self._week(offers),
            questions=self._questions(offers, withheld),
        )

    def _said_of(self, movement: str) -> str:
        return most_cautious(VERDICTS, (rule.limits[movement] for rule in self.findings.fired if movement in rule.limits))

    def _movement(self, movement: Movement) -> MovementVerdict:
        verdict = self.verdicts[movement.id]
        rules = tuple(rule for rule in self.findings.fired if movement.id in rule.limits)
        open_ = (rule.limits[movement.id] for rule in self.limiting[movement.id])
        possible = most_cautious(VERDICTS, [verdict, *open_])
        return MovementVerdict(movement, verdict, possible, rules, self._in_its_place(movement, verdict))

    def _in_its_place(self, movement: Movement, verdict: str) -> str:
        """Return how to do a movement differently, or what to do in its place where nothing of that is closed itself."""
        if verdict == "modify":
            return movement.differently or movement.instead
        closed = any(self._blocks(self.verdicts[id_]) for id_ in movement.uses)
        return "" if closed else movement.instead

    @staticmethod
    def _stricter(one: str, other: str) -> bool:
        return VERDICTS.index(one) > VERDICTS.index(other)

    def _verdict(self, level: Level) -> str:
        return most_cautious(VERDICTS, (self.verdicts[id_] for id_ in level.movements))

    def _blocks(self, verdict: str) -> bool:
        """Say whether a verdict takes an exercise away: avoid does, supervised does unless supervision is known."""
        return verdict == "avoid" or (verdict == "supervised" and self.alone)

    def _shown(self, level: Level) -> bool:
        return CLEARANCES.index(self.clearance) <= CLEARANCES.index(level.shown_up_to)

    def _permits(self, level: Level) -> bool:
        return self._shown(level) and not self._blocks(self._verdict(level))

    def _offer(self, exercise: Exercise) -> Offer | None:
        permitted = list(takewhile(self._permits, exercise.levels))
        if not permitted:
            return None
        forms = [self._form(level) for level in permitted]
        best = forms[-1]
        beyond = exercise.levels[exercise.levels.index(best.level) + 1 :]
        rules = {rule.id: rule for id_ in best.level.movements for rule in self.movements[id_].rules}
        return Offer(
            exercise=exercise,
            level=best.level,
            start=self._start(forms),
            verdict=best.verdict,
            dose=best.dose,
            check_first=best.check_first,
            rules=tuple(rules.values()),
            permitted=tuple(forms),
            beyond=beyond,
            next_needs=self._needs(beyond[0]) if beyond else (),
        )

    def _form(self, level: Level) -> Form:
        verdict = self._verdict(level)
        return Form(level, verdict, level.dose[self.dose], self._check_first(level, verdict))

    def _start(self, forms: Sequence[Form]) -> Form:
        """Return the highest form that no open answer could take away, or the gentlest."""
        certain = [form for form in forms if not any(self._blocks(worst) for _, worst in form.check_first)]
        return certain[-1] if certain else forms[0]

    def _raising(self, level: Level, verdict: str) -> list[Rule]:
        """Return the open rules that could make a level's verdict worse; what could stop everything is asked once, before the plan."""
        found = {
            rule.id: rule
            for id_ in level.movements
            for rule in self.limiting[id_]
            if self._stricter(rule.limits[id_], verdict) and not self._stops(rule)
        }
        return list(found.values())

    def _check_first(self, level: Level, verdict: str) -> tuple[tuple[str, str], ...]:
        """Return the fields whose answer could raise this level; a scan site that was not scanned is no open danger."""
        worst: dict[str, str] = {}
        for rule in self._raising(level, verdict):
            raised = most_cautious(VERDICTS, (rule.limits[id_] for id_ in level.movements if id_ in rule.limits))
            for name in self.unknowns.asked_by(rule):
                if self.book.vocabulary.fields[name].check:
                    worst[name] = most_cautious(VERDICTS, [raised, worst.get(name, verdict)])
        return tuple(sorted(worst.items(), key=lambda item: -VERDICTS.index(item[1])))

    def _withhold(self, exercise: Exercise, offered: set[str]) -> Withheld:
        gentlest = exercise.levels[0]
        if not self._shown(gentlest) and not self._blocks(self._verdict(gentlest)):
            rules = tuple(rule for rule in self.findings.fired if rule.clearance == self.clearance)
            return Withheld(exercise, "avoid", (), rules, rules, self._instead(exercise, offered), ())
        blocked = tuple(id_ for id_ in gentlest.movements if self._blocks(self.movements[id_].verdict))
        blocking = {rule.id: rule for id_ in blocked for rule in self._blocking(id_)}
        return Withheld(
            exercise=exercise,
            verdict=self._verdict(gentlest),
            movements=blocked,
            rules=tuple(blocking.values()),
            standing=tuple(rule for rule in blocking.values() if not self.unknowns.openers(rule)),
            instead=self._instead(exercise, offered),
            would_need=self._needs(gentlest),
        )

    def _blocking(self, movement: str) -> list[Rule]:
        found = self.movements[movement]
        return [rule for rule in found.rules if self._blocks(rule.limits[movement])]

    def _instead(self, exercise: Exercise, offered: set[str]) -> tuple[str, ...]:
        """Return the nearest gentler exercises that are offered, following the chain of alternatives."""
        seen: set[str] = {exercise.id}
        ring = exercise.gentler
        while ring:
            if found := tuple(id_ for id_ in ring if id_ in offered):
                return found
            seen |= set(ring)
            ring = tuple(dict.fromkeys(g for id_ in ring for g in self.book.exercises[id_].gentler if g not in seen))
        return ()

    def _needs(self, level: Level) -> tuple[tuple[str, str], ...]:
        """Return what would open a level that is not permitted now; nothing where its clearance stands in the way."""
        blocked = [id_ for id_ in level.movements if self._blocks(self.movements[id_].verdict)]
        return self._would_need(blocked) if self._shown(level) else ()

    def _would_need(self, blocked: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return what would have to be known to open every blocked movement, or nothing if one cannot be opened."""
        needs: dict[tuple[str, str], None] = {}
        for movement in blocked:
            for rule in self._blocking(movement):
                if rule.limits[movement] == "supervised":
                    needs |= dict.fromkeys((name, self.book.supervised_opens) for name in fields_of(self.book.supervised))
                    continue
                openers = self.unknowns.openers(rule)
                if not openers:
                    return ()
                needs |= dict.fromkeys((name, opener.opens) for opener in openers for name in self.unknowns.unproven(opener))
        return tuple(needs)

    def _classification(self) -> Classification:
        scores = self._scores("lowest_t")
        lowest = min(scores.values(), default=None)
        reached = {scale: self.book.scales[scale][low] for scale, (low, _) in self.findings.facts.scales.items()}
        return Classification(
            bone_density=reached["bone_density"],
            lowest_t=lowest,
            lowest_z=min(self._scores("lowest_z").values(), default=None),
            site=next((site for site, score in scores.items() if score == lowest), ""),
            sites_used=tuple(scores),
            regime=reached["regime"],
            notes=tuple(rule for rule in self.findings.fired if rule.note),
        )

    def _scores(self, measure: str) -> dict[str, int]:
        """Return the scores that were given, by site, of those that a measure takes the lowest of."""
        symbol = self.book.vocabulary.measures[measure].symbol
        sites = fields_of_term(symbol.term) if isinstance(symbol, NumberSymbol) else ()
        values = self.profile.facts.values
        return {site: score for site in sites if isinstance(score := values.get(site), int)}

    def _week(self, offers: tuple[Offer, ...]) -> tuple[WeekPlan, ...]:
        if self.clearance != CLEARANCES[0]:
            return ()
        plans = []
        for goal in self.book.week:
            serving = tuple(offer.exercise.id for offer in offers if set(offer.exercise.goals) & set(goal.serves))
            start_with = next((id_ for id_ in (*goal.start_with, *serving) if id_ in serving), "")
            plans.append(WeekPlan(goal.goal, goal.say, serving, start_with))
        return tuple(plans)

    def _questions(self, offers: tuple[Offer, ...], withheld: tuple[Withheld, ...]) -> tuple[Question, ...]:
        """Rank what is open: first what could stop everything, then by how many exercises an answer could change."""
        safety, touched = self._touched(offers)
        opening = self._opening(withheld)
        order = {"safety": 0, "sharpen": 1, "opens": 2}
        questions = [
            Question(
                name,
                "safety" if name in safety else "sharpen" if name in touched else "opens",
                len(touched.get(name, opening.get(name, ()))),
            )
            for name in self.book.vocabulary.fields
            if name in touched or name in opening
        ]
        return tuple(sorted(questions, key=lambda question: (order[question.kind], -question.could_change)))

    def _opening(self, withheld: tuple[Withheld, ...]) -> dict[str, set[str]]:
        """Return the unanswered fields whose answer could open something, or make a referral needless, with what could open."""
        opening: dict[str, set[str]] = {}
        for entry in withheld:
            for name, _ in entry.would_need:
                if not self.profile.knows(name):
                    opening.setdefault(name, set()).add(entry.exercise.id)
        for rule in self.findings.fired:
            if rule.clearance and rule.clearance == self.clearance:
                for name in self.unknowns.only_because_unknown(rule):
                    opening.setdefault(name, set()).update(entry.exercise.id for entry in withheld)
            if rule.refer:
                for name in (name for opener in self.unknowns.openers(rule) for name in self.unknowns.unproven(opener)):
                    if not self.profile.knows(name):
                        opening.setdefault(name, set())
        return opening

    def _touched(self, offers: tuple[Offer, ...]) -> tuple[set[str], dict[str, set[str]]]:
        """Return the fields that could raise clearance, and for every open field the exercises it could still raise."""
        raised: dict[str, set[str]] = {}
        for offer in offers:
            for rule in self._raising(offer.level, offer.verdict):
                raised.setdefault(rule.id, set()).add(offer.exercise.id)
        safety: set[str] = set()
        touched: dict[str, set[str]] = {}
        for rule in self.unknowns.open:
            stops = self._stops(rule)
            if not (stops or rule.limits or rule.concludes or rule.refer):
                continue
            changed = raised.get(rule.id, set())
            if stops:
                changed = changed | {offer.exercise.id for offer in offers if self._lost(offer.level, rule.clearance)}
            for name in self.unknowns.asked_by(rule):
                touched.setdefault(name, set()).update(changed)
                if stops:
                    safety.add(name)
        for rule in self.findings.fired:
            if rule.note:
                for name in self.unknowns.only_because_unknown(rule):
                    touched.setdefault(name, set())
        return safety, touched

    def _stops(self, rule: Rule) -> bool:
        """Say whether a rule would raise the clearance."""
        return bool(rule.clearance) and CLEARANCES.index(rule.clearance) > CLEARANCES.index(self.clearance)

    def _lost(self, level: Level, clearance: str) -> bool:
        return CLEARANCES.index(clearance) > CLEARANCES.index(level.shown_up_to)
