"""The decision of `decision.py`, for all people of a table at once: what each row is told, as bits of a circuit.

Every line here has its counterpart there, and the tests hold the two to the same answers; where they differ, `decision.py`
is right.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple, TypeVar

from recommender.language.tree import AtLeast, Condition, fields_of_atom
from recommender.rulebook.model import Exercise, Level, Rule
from recommender.rulebook.scales import Clearance, Scale, Urgency, Verdict
from recommender.vectorised.circuit import FALSE, TRUE, Bit
from recommender.vectorised.rules import Columns, concluded

Step = TypeVar("Step", bound=Scale)
Word = TypeVar("Word", bound=str)


class Entry(NamedTuple):
    """A word that stands in a column of the answer where its bit is true."""

    word: str
    bit: Bit


class Decision:
    """What every row is told; the entries of each answer column stand in the order in which they are listed."""

    def __init__(self, columns: Columns) -> None:
        """Work out verdicts, levels and open questions from the bits of the rules."""
        self.columns, self.book, self.circuit = columns, columns.book, columns.circuit
        self.rules = [(rule, columns.rules[rule.id]) for rule in self.book.rules.values()]
        self.clearance_reached = self._reached(
            Clearance, [(rule.clearance, bits.fired) for rule, bits in self.rules if rule.clearance]
        )
        self.alone = self.circuit.negate(columns.truth(self.book.supervised).certain)
        self.movements = {
            id_: self._reached(
                Verdict, [(rule.limits[id_], bits.fired) for rule, bits in self.rules if id_ in rule.limits]
            )
            for id_ in self.book.movements
        }
        self._asked: dict[str, dict[str, Bit]] = {}
        levels = [level for exercise in self.book.exercises.values() for level in exercise.levels]
        self.verdicts = {level.id: self._verdict(level) for level in levels}
        self.offered = {
            level.id: bit
            for exercise in self.book.exercises.values()
            for level, bit in self._offers(exercise)
        }
        self.levels = [level for level in levels if self.offered[level.id] != FALSE]

    def answers(self) -> Mapping[str, tuple[Entry, ...]]:
        """Return the entries of every answer column that is made of words."""
        return {
            "bone_density": self._entries(concluded(self.columns, "bone_density")),
            "risk_tier": self._entries(concluded(self.columns, "risk_tier")),
            "clearance": self._entries(self._exactly(self.clearance_reached)),
            "avoid": self._limited(Verdict.AVOID),
            "modify": self._limited(Verdict.MODIFY),
            "supervised": self._limited(Verdict.SUPERVISED),
            "exercises": self._entries(self.offered),
            "check_first": self._check_first(),
            "cautions": self._cautions(),
            "referral": self._referral(),
            "urgency": self._urgency(),
            "rules_fired": self._entries({rule.id: bits.fired for rule, bits in self.rules}),
        }

    @cached_property
    def movements_possible(self) -> Mapping[str, Mapping[Verdict, Bit]]:
        """Return, for every verdict, where a movement may yet turn out to have at least that."""
        return {
            id_: self._reached(
                Verdict,
                [(rule.limits[id_], bits.possible) for rule, bits in self.rules if id_ in rule.limits],
            )
            for id_ in self.book.movements
        }

    @cached_property
    def clearance_possible(self) -> Mapping[Clearance, Bit]:
        """Return, for every clearance, where it may yet turn out to be at least that."""
        return self._reached(
            Clearance, [(rule.clearance, bits.possible) for rule, bits in self.rules if rule.clearance]
        )

    @cached_property
    def permitted(self) -> Mapping[str, Bit]:
        """Return where a level is permitted, and all before it: where it is offered, or one beyond it."""
        found = {}
        for exercise in self.book.exercises.values():
            beyond = FALSE
            for level in reversed(exercise.levels):
                found[level.id] = beyond = self.circuit.any_of((self.offered[level.id], beyond))
        return found

    @staticmethod
    def _entries(bits: Mapping[Word, Bit]) -> tuple[Entry, ...]:
        return tuple(Entry(str(word), bit) for word, bit in bits.items() if bit != FALSE)

    def _reached(self, scale: type[Step], effects: Iterable[tuple[Step, Bit]]) -> dict[Step, Bit]:
        """Return, for every step of a scale, where the most cautious of some effects is at least that."""
        effects = list(effects)
        return {
            step: self.circuit.any_of(bit for effect, bit in effects if effect >= step) if step.rank else TRUE
            for step in scale
        }

    def _exactly(self, reached: Mapping[Step, Bit]) -> dict[Step, Bit]:
        return {
            step: self.circuit.all_of(
                (here, self.circuit.negate(reached[step.above] if step.above else FALSE))
            )
            for step, here in reached.items()
        }

    def _limited(self, verdict: Verdict) -> tuple[Entry, ...]:
        return self._entries(
            {id_: self._exactly(reached)[verdict] for id_, reached in self.movements.items()}
        )

    def _verdict(self, level: Level) -> dict[Verdict, Bit]:
        return {
            verdict: self.circuit.any_of(self.movements[id_][verdict] for id_ in level.movements)
            for verdict in Verdict
        }

    def _permits(self, level: Level) -> Bit:
        """Return where a level may be shown and is not taken away: avoid does, supervised does unless supervision is known."""
        circuit, verdict = self.circuit, self.verdicts[level.id]
        above = level.shown_up_to.above
        beyond = self.clearance_reached[above] if above else FALSE
        unaccompanied = circuit.all_of((verdict[Verdict.SUPERVISED], self.alone))
        blocked = circuit.any_of((verdict[Verdict.AVOID], unaccompanied))
        return circuit.all_of((circuit.negate(beyond), circuit.negate(blocked)))

    def _offers(self, exercise: Exercise) -> list[tuple[Level, Bit]]:
        """Return where each level is the highest one up to which all are permitted."""
        up_to: list[Bit] = []
        for level in exercise.levels:
            up_to.append(self.circuit.all_of((up_to[-1] if up_to else TRUE, self._permits(level))))
        further = [*up_to[1:], FALSE]
        return [
            (level, self.circuit.all_of((here, self.circuit.negate(more))))
            for level, here, more in zip(exercise.levels, up_to, further, strict=True)
        ]

    def _check_first(self) -> tuple[Entry, ...]:
        """Return the open fields: first those that could raise the clearance, then those that could make an offer stricter."""
        circuit, fields = self.circuit, self.book.vocabulary.fields
        safety: dict[str, list[Bit]] = {name: [] for name in fields}
        check: dict[str, list[Bit]] = {name: [] for name in fields}
        for rule, bits in self.rules:
            if bits.open == FALSE or not (rule.clearance or rule.limits):
                continue
            stops = circuit.negate(self.clearance_reached[rule.clearance]) if rule.clearance else FALSE
            matters = circuit.all_of((circuit.negate(stops), self._raises(rule)))
            for name, asked in self._asked_by(rule).items():
                safety[name].append(circuit.all_of((stops, asked)))
                if fields[name].check:
                    check[name].append(circuit.all_of((matters, asked)))
        first = {name: circuit.any_of(bits) for name, bits in safety.items()}
        then = {
            name: circuit.all_of((circuit.any_of(bits), circuit.negate(first[name])))
            for name, bits in check.items()
        }
        return (*self._entries(first), *self._entries(then))

    def _raises(self, rule: Rule) -> Bit:
        """Return where a rule, if it fired, would make a level that is offered stricter than it is."""
        found = []
        for level in self.levels:
            worst = max(
                (rule.limits[id_] for id_ in level.movements if id_ in rule.limits), default=Verdict.OK
            )
            if worst is not Verdict.OK:
                found.append(
                    self.circuit.all_of(
                        (self.offered[level.id], self.circuit.negate(self.verdicts[level.id][worst]))
                    )
                )
        return self.circuit.any_of(found)

    def _asked_by(self, rule: Rule) -> dict[str, Bit]:
        """Return, for each field, where its missing answer keeps a rule open."""
        if rule.id not in self._asked:
            self._asked[rule.id] = (
                self._open_fields(rule.condition) if self.columns.rules[rule.id].open != FALSE else {}
            )
        return self._asked[rule.id]

    def _open_fields(self, condition: Condition, above: Bit = TRUE) -> dict[str, Bit]:
        found: dict[str, list[Bit]] = {}
        for atom, here in self.columns.open_atoms(condition, above):
            if here == FALSE:
                continue
            if isinstance(atom, AtLeast):
                for rule, _ in self.rules:
                    if atom.scale in rule.concludes:
                        for name, asked in self._asked_by(rule).items():
                            found.setdefault(name, []).append(self.circuit.all_of((here, asked)))
            else:
                for name in fields_of_atom(atom):
                    for asked_name, asked in self._askable(name, here).items():
                        found.setdefault(asked_name, []).append(asked)
        joined = {name: self.circuit.any_of(bits) for name, bits in found.items()}
        return {name: bit for name, bit in joined.items() if bit != FALSE}

    def _askable(self, name: str, here: Bit) -> dict[str, Bit]:
        """Return what to ask about an unanswered field: the field, or what would tell whether it applies."""
        circuit, field = self.circuit, self.columns.fields[name]
        unknown = circuit.all_of((here, circuit.negate(self.columns.known(name))))
        only_if = self.book.vocabulary.fields[name].only_if
        through = self._open_fields(only_if, unknown) if only_if is not None else {}
        return {
            **through,
            name: circuit.all_of((unknown, circuit.negate(self.columns.undecided(field.applies)))),
        }

    def _cautions(self) -> tuple[Entry, ...]:
        """Return the cautions on the plan; in a hold or an emergency there is no plan."""
        planned = self.circuit.negate(self.clearance_reached[Clearance.HOLD])
        return self._entries(
            {rule.id: self.circuit.all_of((planned, bits.fired)) for rule, bits in self.rules if rule.caution}
        )

    def _referral(self) -> tuple[Entry, ...]:
        """Return the rules that refer, most urgent first; of equally urgent ones, first what stops exercise."""
        found = [(rule, bits.fired) for rule, bits in self.rules if rule.refer]
        found.sort(key=lambda pair: pair[0].weight, reverse=True)
        return self._entries({rule.id: bit for rule, bit in found})

    def _urgency(self) -> tuple[Entry, ...]:
        found = [(rule.refer.urgency, bits.fired) for rule, bits in self.rules if rule.refer]
        reached = self._reached(Urgency, found)
        reached[Urgency.INFO] = self.circuit.any_of(bit for _, bit in found)
        return self._entries(self._exactly(reached))
