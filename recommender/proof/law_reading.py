"""Reads `rules/invariants.yaml`: laws as sentences with a formal claim, which a clinician can add to."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import Problem, RulebookError
from recommender.language.parsing import parse_condition
from recommender.language.symbols import ScaleSymbol
from recommender.language.tree import Condition, without_scales
from recommender.proof.laws import (
    Breach,
    ChangeClaim,
    Claim,
    Consequence,
    Excused,
    Exempt,
    Indifferent,
    Law,
    MovesOnly,
    NeverLessUrgent,
    NeverRelaxes,
    NeverSurprises,
    Possibility,
)
from recommender.proof.outcomes import (
    Begun,
    ClearanceReferred,
    Concluded,
    Fired,
    Known,
    Lifted,
    Limited,
    Offered,
    Outcome,
    Referred,
    Stopped,
    Unanswered,
)
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance, Scale, Urgency, Verdict

FILE = "invariants.yaml"
BESIDE = ("kept", "cues")
_CONDITIONS = ("when", "unless", "at_clearance", "only_answered")
_CONSEQUENCES = (
    *("limits", "at_most", "stops", "starts", "refers", "concludes"),
    *("never_suggested", "never_suggested_at", "only_suggested", "suggested_for_each"),
    *("never_begins_with", "begins_with_first_level", "begins_within", "gentler_stays_open"),
)
_CLAIMS = (*_CONSEQUENCES, "changes", "changes_nothing", "moves_only", "somebody")
_CHANGES: Mapping[str, type[ChangeClaim]] = {
    "worse": NeverRelaxes,
    "less_urgent": NeverLessUrgent,
    "answered": NeverSurprises,
}
_PAUSES = "each_pause_is_lifted"
_POSSIBLE = ("each_rule_fires", "each_level_is_suggested", "each_level_is_withheld", _PAUSES)

Step = TypeVar("Step", bound=Scale)


def read_laws(documents: Iterable[Document], book: Rulebook) -> tuple[Law, ...]:
    """Read the laws of a rulebook.

    Raises:
        RulebookError: with every problem found, each at its location; also where there are no laws at all.

    """
    laws: dict[str, Law] = {}
    problems: list[Problem] = []
    for document in documents:
        reader = _Reader(Checker(document), book)
        data = reader.check.mapping(document.data, (), ("laws",), BESIDE)
        for path, raw in reader.check.items(data.get("laws"), ("laws",)):
            law = reader.law(raw, path)
            if law.id and law.id in laws:
                reader.check.fail(path, f"the law `{law.id}` is written twice.")
            laws[law.id] = law
        problems += reader.check.problems
    if problems:
        raise RulebookError(problems)
    if not laws:
        raise RulebookError(
            Problem(FILE, "this rulebook has no laws that could be proved.", f"Write some in {FILE}.")
        )
    return tuple(laws.values())


class _Reader:
    def __init__(self, check: Checker, book: Rulebook) -> None:
        self.check, self.book = check, book
        self.symbols = {
            **book.vocabulary.symbols,
            **{name: ScaleSymbol(name, levels) for name, levels in book.scales.items()},
        }
        self.levels = {
            level.id: exercise.id for exercise in book.exercises.values() for level in exercise.levels
        }

    def law(self, raw: Any, path: Path_) -> Law:
        data = self.check.mapping(raw, path, ("id", "says"), (*_CONDITIONS, *_CLAIMS, "except", "fields"))
        self.check.owner = str(data.get("id", ""))
        claims = [key for key in _CLAIMS if key in data]
        if len(claims) != 1:
            self.check.fail(path, "a law makes exactly one claim.", f"Give it one of: {', '.join(_CLAIMS)}.")
        claim = self._claim(claims[0], data, path) if claims else Consequence((), (), ())
        if claims and isinstance(claim, Consequence) and not claim.breaches:
            self.check.fail((*path, claims[0]), "nothing could ever break this law.", "Name what must hold.")
        conditions = [key for key in _CONDITIONS if key in data]
        if conditions and not isinstance(claim, Consequence):
            self.check.fail_key(
                (*path, conditions[0]),
                f"a law about `{claims[0]}` is about everybody.",
                f"Leave out `{conditions[0]}`.",
            )
        if "except" in data and not (isinstance(claim, ChangeClaim) or data.get("somebody") == _PAUSES):
            self.check.fail(
                (*path, "except"), "only a law about `changes` has exceptions.", "Write `unless`."
            )
        if ("fields" in data) != isinstance(claim, MovesOnly):
            self.check.fail(path, "`fields` and `moves_only` go together.", "Give both or neither.")
        law = Law(
            str(data.get("id", "")),
            self.check.text(data.get("says"), (*path, "says")),
            claim,
            self.check.document.place(path),
        )
        self.check.owner = ""
        return law

    def _claim(self, key: str, data: Mapping[str, Any], path: Path_) -> Claim:
        if key == "changes":
            kind = self.check.one_of(data[key], (*path, key), _CHANGES, "kind of change")
            exempt = self._exempt(data.get("except"), (*path, "except"))
            return _CHANGES.get(kind, NeverRelaxes)(exempt)
        if key == "changes_nothing":
            return Indifferent(
                self.check.some_of(data[key], (*path, key), self.book.vocabulary.fields, "field")
            )
        if key == "moves_only":
            fields = self.check.some_of(
                data.get("fields"), (*path, "fields"), self.book.vocabulary.fields, "field"
            )
            return MovesOnly(fields, self.check.some_of(data[key], (*path, key), self.book.rules, "rule"))
        if key == "somebody":
            kind = self.check.one_of(data[key], (*path, key), _POSSIBLE, "possibility")
            if kind == _PAUSES:
                excused = self._excused(data.get("except"), (*path, "except"))
                return Possibility(self._pauses({id_ for each in excused for id_ in each.rules}), excused)
            return Possibility(self._possible(kind))
        present, absent = self._conditions(data, path)
        if key == "refers" and "at_clearance" in data:
            clearance = self._step(data["at_clearance"], (*path, "at_clearance"), Clearance, "clearance")
            urgency = self._step(data[key], (*path, key), Urgency, "urgency")
            consequences = [Breach(absent=(ClearanceReferred(clearance, urgency),))]
        else:
            consequences = getattr(self, f"_{key}")(data[key], (*path, key))
        return Consequence(
            tuple(present),
            tuple(absent),
            tuple(Breach((*present, *breach.present), (*absent, *breach.absent)) for breach in consequences),
        )

    def _condition(self, raw: Any, path: Path_) -> Condition | None:
        return self.check.attempt(path, raw, lambda text: parse_condition(text, self.symbols))

    def _conditions(self, data: Mapping[str, Any], path: Path_) -> tuple[list[Outcome], list[Outcome]]:
        present: list[Outcome] = []
        absent: list[Outcome] = []
        for key, outcomes in (("when", present), ("unless", absent)):
            if key in data and (condition := self._condition(data[key], (*path, key))):
                outcomes.append(Known(condition, " ".join(data[key].split())))
        if "at_clearance" in data:
            clearance = self._step(data["at_clearance"], (*path, "at_clearance"), Clearance, "clearance")
            present += [Stopped(clearance)] if clearance.rank else []
            absent += [Stopped(clearance.above)] if clearance.above else []
        if "only_answered" in data:
            fields = self.book.vocabulary.fields
            answered = self.check.some_of(data["only_answered"], (*path, "only_answered"), fields, "field")
            present.append(Unanswered(tuple(name for name in fields if name not in answered)))
        return present, absent

    def _step(self, raw: Any, path: Path_, scale: Iterable[Step], what: str) -> Step:
        return self.check.member_of(raw, path, tuple(scale), what)

    def _by_verdict(self, raw: Any, path: Path_) -> list[tuple[str, Verdict]]:
        data = self.check.mapping(raw, path, (), Verdict)
        return [
            (movement, verdict)
            for verdict in Verdict
            if verdict in data
            for movement in self.check.some_of(
                data[verdict], (*path, str(verdict)), self.book.movements, "movement"
            )
        ]

    # The methods below are named after their keys; each returns the breaches of the claim.

    def _limits(self, raw: Any, path: Path_) -> list[Breach]:
        return [
            Breach(absent=(Limited(movement, verdict),))
            for movement, verdict in self._by_verdict(raw, path)
            if verdict.rank
        ]

    def _at_most(self, raw: Any, path: Path_) -> list[Breach]:
        return [
            Breach((Limited(movement, verdict.above),))
            for movement, verdict in self._by_verdict(raw, path)
            if verdict.above
        ]

    def _stops(self, raw: Any, path: Path_) -> list[Breach]:
        clearance = self._step(raw, path, tuple(Clearance)[1:], "clearance that stops")
        return [Breach(absent=(Stopped(clearance),))]

    def _starts(self, raw: Any, path: Path_) -> list[Breach]:
        clearance = self._step(raw, path, tuple(Clearance)[:-1], "clearance that something is worse than")
        return [Breach((Stopped(clearance.above),))] if clearance.above else []

    def _refers(self, raw: Any, path: Path_) -> list[Breach]:
        return [Breach(absent=(Referred(self._step(raw, path, Urgency, "urgency")),))]

    def _concludes(self, raw: Any, path: Path_) -> list[Breach]:
        breaches = []
        for scale, level in self.check.mapping(raw, path, (), self.book.scales).items():
            levels = self.book.scales.get(scale, ())
            name = (
                self.check.one_of(level, (*path, scale), levels[1:], f"level of {scale} to conclude")
                if levels
                else ""
            )
            breaches += [Breach(absent=(Concluded(scale, levels.index(name), name),))] if name else []
        return breaches

    def _never_suggested(self, raw: Any, path: Path_) -> list[Breach]:
        movements = set(self.check.some_of(raw, path, self.book.movements, "movement"))
        levels = [
            level
            for exercise in self.book.exercises.values()
            for level in exercise.levels
            if movements & set(level.movements)
        ]
        return [Breach((Offered(level.id),)) for level in levels]

    def _never_suggested_at(self, raw: Any, path: Path_) -> list[Breach]:
        verdict = self._step(raw, path, Verdict, "verdict")
        levels = [level for exercise in self.book.exercises.values() for level in exercise.levels]
        return [
            Breach((Offered(level.id), Limited(movement, verdict)))
            for level in levels
            for movement in level.movements
        ]

    def _never_begins_with(self, raw: Any, path: Path_) -> list[Breach]:
        movements = set(self.check.some_of(raw, path, self.book.movements, "movement"))
        levels = [level for exercise in self.book.exercises.values() for level in exercise.levels]
        return [Breach((Begun(level.id),)) for level in levels if movements & set(level.movements)]

    def _begins_with_first_level(self, raw: Any, path: Path_) -> list[Breach]:
        kinds = {exercise.kind for exercise in self.book.exercises.values()}
        chosen = self.check.some_of(raw, path, kinds, "kind of exercise")
        exercises = [ex for ex in self.book.exercises.values() if ex.kind in chosen]
        return [Breach((Begun(level.id),)) for exercise in exercises for level in exercise.levels[1:]]

    def _begins_within(self, raw: Any, path: Path_) -> list[Breach]:
        """Return the ways to begin with a level where it or an easier one is closed, or limited so."""
        verdict = self._step(raw, path, Verdict, "verdict")
        breaches = []
        for exercise in self.book.exercises.values():
            for index, level in enumerate(exercise.levels):
                easier = exercise.levels[: index + 1]
                breaches += [Breach((Begun(level.id),), (Offered(step.id),)) for step in easier]
                breaches += [Breach((Begun(level.id), Limited(each, verdict))) for each in level.movements]
        return breaches

    def _gentler_stays_open(self, raw: Any, path: Path_) -> list[Breach]:
        """Return the ways to suggest an exercise of these kinds while one named as gentler is closed.

        One that is made for other people only counts for those.
        """
        exercises = self.book.exercises
        kinds = self.check.some_of(raw, path, {ex.kind for ex in exercises.values()}, "kind of exercise")
        return [
            Breach(
                (
                    Offered(exercise.levels[0].id),
                    *((Known(gentler.only_if, gentler.made_for),) if gentler.only_if is not None else ()),
                ),
                (Offered(gentler.levels[0].id),),
            )
            for exercise in exercises.values()
            if exercise.kind in kinds
            for gentler in map(exercises.__getitem__, exercise.gentler)
        ]

    def _only_suggested(self, raw: Any, path: Path_) -> list[Breach]:
        known = self.check.some_of(raw, path, [*self.levels, *self.book.exercises], "exercise or level")
        return [
            Breach((Offered(level),))
            for level, exercise in self.levels.items()
            if level not in known and exercise not in known
        ]

    def _suggested_for_each(self, raw: Any, path: Path_) -> list[Breach]:
        goals = self.check.some_of(
            raw, path, {goal for exercise in self.book.exercises.values() for goal in exercise.goals}, "goal"
        )
        gentlest = {
            goal: tuple(Offered(ex.levels[0].id) for ex in self.book.exercises.values() if goal in ex.goals)
            for goal in goals
        }
        return [Breach(absent=offers) for offers in gentlest.values()]

    def _exempt(self, raw: Any, path: Path_) -> tuple[Exempt, ...]:
        exempt = []
        for item_path, item in self.check.items(raw, path):
            data = self.check.mapping(item, item_path, ("fields", "because"), ("when",))
            exempt.append(
                Exempt(
                    self.check.some_of(
                        data.get("fields"), (*item_path, "fields"), self.book.vocabulary.fields, "field"
                    ),
                    self._condition(data["when"], (*item_path, "when")) if "when" in data else None,
                    " ".join(str(data.get("when", "")).split()),
                    self.check.text(data.get("because"), (*item_path, "because")),
                )
            )
        return tuple(exempt)

    def _excused(self, raw: Any, path: Path_) -> tuple[Excused, ...]:
        excused = []
        for item_path, item in self.check.items(raw, path):
            data = self.check.mapping(item, item_path, ("rules", "because"), ())
            rules = self.check.some_of(data.get("rules"), (*item_path, "rules"), self.book.rules, "rule")
            excused.append(Excused(rules, self.check.text(data.get("because"), (*item_path, "because"))))
        return tuple(excused)

    def _pauses(self, excused: Collection[str]) -> tuple[tuple[Outcome, bool], ...]:
        """Return, for each rule that holds, that a look has lifted what it holds for."""
        gates = {
            scale
            for rule in self.book.rules.values()
            if rule.fails_closed and rule.opens
            for scale in rule.concludes
        }
        return tuple(
            (Lifted(rule.id, without_scales(rule.condition, gates)), True)
            for rule in self.book.rules.values()
            if rule.clearance is Clearance.HOLD and rule.id not in excused
        )

    def _possible(self, kind: str) -> tuple[tuple[Outcome, bool], ...]:
        if kind == "each_rule_fires":
            return tuple((Fired(rule), True) for rule in self.book.rules)
        return tuple((Offered(level), kind == "each_level_is_suggested") for level in self.levels)
