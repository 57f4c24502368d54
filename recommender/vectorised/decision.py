"""The decision about one person (`person/decision.py`) for all rows of a table, as bits of a circuit.

Tests hold the two to the same answers. Where they differ, `person/` is right.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple, TypeVar

from recommender.language.tree import AtLeast, Condition, fields_of_atom
from recommender.rulebook.model import BEGINNING, PACE, PROGRESS, Exercise, Level, Rule
from recommender.rulebook.scales import CLEAR_IF_SCREENED, Clearance, Scale, Urgency, Verdict
from recommender.vectorised.circuit import FALSE, TRUE, Bit
from recommender.vectorised.rules import Columns, concluded

Step = TypeVar("Step", bound=Scale)
Word = TypeVar("Word", bound=str)


class Entry(NamedTuple):
    """A word of an answer column, and the bit of the rows that have it."""

    word: str
    bit: Bit


class Decision:
    """The decision as bits; `answers` returns them by answer column, in output order."""

    def __init__(self, columns: Columns) -> None:
        """Build the bits of clearance, verdicts and offers from those of the rules."""
        self.columns, self.book, self.circuit = columns, columns.book, columns.circuit
        self.rules = [(rule, columns.rules[rule.id]) for rule in self.book.rules.values()]
        self.clearance_reached = self._reached(
            Clearance, [(rule.clearance, bits.fired) for rule, bits in self.rules if rule.clearance]
        )
        self.alone = self.circuit.negate(columns.truth(self.book.supervised).certain)
        self.led_agreed = self.circuit.negate(columns.truth(self.book.led_set.to_ask).certain)
        self.movements = {
            id_: self._reached(
                Verdict, [(rule.limits[id_], bits.fired) for rule, bits in self.rules if id_ in rule.limits]
            )
            for id_ in self.book.movements
        }
        self._opening: dict[str, dict[str, Bit]] = {}
        levels = [level for exercise in self.book.exercises.values() for level in exercise.levels]
        self.verdicts = {level.id: self._verdict(level) for level in levels}
        self.offered = {
            level.id: bit
            for exercise in self.book.exercises.values()
            for level, bit in self._offers(exercise)
        }
        self.levels = [level for level in levels if self.offered[level.id] != FALSE]

    def answers(self) -> Mapping[str, tuple[Entry, ...]]:
        """Return the entries of every answer column that holds words."""
        return {
            "bone_density": self._entries(concluded(self.columns, "bone_density")),
            "risk_tier": self._entries(concluded(self.columns, "risk_tier")),
            "clearance": self._clearance(),
            "avoid": self._limited(Verdict.AVOID),
            "modify": self._limited(Verdict.MODIFY),
            "supervised": self._limited(Verdict.SUPERVISED),
            "exercises": self._entries(self.offered),
            "start_with": self._entries(self.starts),
            "check_first": self._check_first(),
            "cautions": self._cautions(),
            "referral": self._referral(),
            "urgency": self._urgency(),
            "rules_fired": self._entries({rule.id: bits.fired for rule, bits in self.rules}),
        }

    @cached_property
    def movements_possible(self) -> Mapping[str, Mapping[Verdict, Bit]]:
        """For each movement and verdict, the rows where open rules could still reach that verdict."""
        return {
            id_: self._reached(
                Verdict,
                [(rule.limits[id_], bits.possible) for rule, bits in self.rules if id_ in rule.limits],
            )
            for id_ in self.book.movements
        }

    @cached_property
    def clearance_possible(self) -> Mapping[Clearance, Bit]:
        """For each clearance, the rows where open rules could still reach it."""
        return self._reached(
            Clearance, [(rule.clearance, bits.possible) for rule, bits in self.rules if rule.clearance]
        )

    @cached_property
    def starts(self) -> Mapping[str, Bit]:
        """For each level, the rows of the people who begin with it."""
        circuit = self.circuit
        starts: dict[str, Bit] = {}
        back = self._concluded(PACE)
        for exercise in self.book.exercises.values():
            offered = [self.offered[level.id] for level in exercise.levels]
            highest = [circuit.all_of((bit, circuit.negate(back))) for bit in offered]
            below = [circuit.all_of((bit, back)) for bit in offered]
            practised = [circuit.any_of(bits) for bits in zip(highest, [*below[1:], FALSE], strict=True)]
            practised[0] = circuit.any_of((practised[0], below[0]))
            first_steps = self._begins_with_first_steps(exercise)
            anew = circuit.all_of((first_steps, circuit.any_of(offered)))
            by_effort = [circuit.all_of((bit, circuit.negate(first_steps))) for bit in practised]
            by_effort[0] = circuit.any_of((by_effort[0], anew))
            starts |= {level.id: bit for level, bit in zip(exercise.levels, by_effort, strict=True)}
        return starts

    @cached_property
    def permitted(self) -> Mapping[str, Bit]:
        """The rows where a level and all easier ones are permitted: it, or a harder one, is offered."""
        permitted = {}
        for exercise in self.book.exercises.values():
            harder = FALSE
            for level in reversed(exercise.levels):
                permitted[level.id] = harder = self.circuit.any_of((self.offered[level.id], harder))
        return permitted

    @staticmethod
    def _entries(bits: Mapping[Word, Bit]) -> tuple[Entry, ...]:
        return tuple(Entry(str(word), bit) for word, bit in bits.items() if bit != FALSE)

    def _reached(self, scale: type[Step], effects: Iterable[tuple[Step, Bit]]) -> dict[Step, Bit]:
        """Return, for each step of a scale, the rows where the strictest effect is at least that step."""
        effects = list(effects)
        return {
            step: self.circuit.any_of(bit for effect, bit in effects if effect >= step) if step.rank else TRUE
            for step in scale
        }

    def _exactly(self, reached: Mapping[Step, Bit]) -> dict[Step, Bit]:
        """Return, for each step, the rows that reach it and not the next one."""
        return {
            step: self.circuit.all_of(
                (bit, self.circuit.negate(reached[step.above] if step.above else FALSE))
            )
            for step, bit in reached.items()
        }

    @cached_property
    def _exact_verdicts(self) -> Mapping[str, Mapping[Verdict, Bit]]:
        return {id_: self._exactly(reached) for id_, reached in self.movements.items()}

    def _limited(self, verdict: Verdict) -> tuple[Entry, ...]:
        return self._entries({id_: reached[verdict] for id_, reached in self._exact_verdicts.items()})

    def _verdict(self, level: Level) -> dict[Verdict, Bit]:
        return {
            verdict: self.circuit.any_of(self.movements[id_][verdict] for id_ in level.movements)
            for verdict in Verdict
        }

    def _permits(self, level: Level) -> Bit:
        """Return the rows where the clearance allows a level and its verdict does not block it.

        Avoid blocks it; supervised blocks it unless supervision is known. A level of the led set is shown
        while somebody leads, once that is agreed.
        """
        circuit, verdict = self.circuit, self.verdicts[level.id]
        hidden = self._hidden(level.shown_up_to)
        if level.id in self.book.led_set.levels:
            led = circuit.all_of((self.led_agreed, circuit.negate(self._hidden(Clearance.CLINICIAN_LED))))
            hidden = circuit.all_of((hidden, circuit.negate(led)))
        unsupervised = circuit.all_of((verdict[Verdict.SUPERVISED], self.alone))
        blocked = circuit.any_of((verdict[Verdict.AVOID], unsupervised))
        return circuit.all_of((circuit.negate(hidden), circuit.negate(blocked)))

    def _hidden(self, shown_up_to: Clearance) -> Bit:
        """Return the rows whose clearance is beyond the one up to which something is shown."""
        return self.clearance_reached[shown_up_to.above] if shown_up_to.above else FALSE

    def _offers(self, exercise: Exercise) -> list[tuple[Level, Bit]]:
        """Return, for each level, the rows where it is the highest level up to which all are permitted.

        Nobody to whom its kind is new is offered an exercise that begins with more than first steps.
        """
        practised_only = any(self.book.movements[id_].practised_only for id_ in exercise.levels[0].movements)
        startable = self.circuit.negate(self._begins_with_first_steps(exercise)) if practised_only else TRUE
        considered = TRUE if exercise.only_if is None else self.columns.truth(exercise.only_if).certain
        moves_on = self.circuit.negate(self._concluded(PROGRESS))
        up_to: list[Bit] = []
        for level in exercise.levels:
            before = (up_to[-1], moves_on) if up_to else (startable, considered)
            up_to.append(self.circuit.all_of((*before, self._permits(level))))
        up_to_next = [*up_to[1:], FALSE]
        return [
            (level, self.circuit.all_of((permitted, self.circuit.negate(next_permitted))))
            for level, permitted, next_permitted in zip(exercise.levels, up_to, up_to_next, strict=True)
        ]

    def _begins_with_first_steps(self, exercise: Exercise) -> Bit:
        """Return the rows of the people to whom the kind of an exercise is new, and who begin with care."""
        return self.circuit.all_of((self._concluded(BEGINNING), self._concluded(exercise.kind)))

    def _concluded(self, scale: str) -> Bit:
        """Return the rows where a scale is above its lowest level; none where the rulebook lacks it."""
        return self.columns.reached[scale][1].certain if scale in self.columns.reached else FALSE

    def _clearance(self) -> tuple[Entry, ...]:
        """Return the clearance, and with it whether safety questions are open for those who are clear."""
        exactly = self._exactly(self.clearance_reached)
        unasked = self.circuit.any_of(bits.open for rule, bits in self.rules if rule.clearance)
        clear = exactly.pop(Clearance.CLEAR)
        words: dict[str, Bit] = {
            CLEAR_IF_SCREENED: self.circuit.all_of((clear, unasked)),
            Clearance.CLEAR: self.circuit.all_of((clear, self.circuit.negate(unasked))),
            **{str(word): bit for word, bit in exactly.items()},
        }
        return self._entries(words)

    def _check_first(self) -> tuple[Entry, ...]:
        """Return the unanswered fields that matter.

        First come those that could raise the clearance, then those that could make an offer stricter.
        """
        circuit, fields = self.circuit, self.book.vocabulary.fields
        safety: dict[str, list[Bit]] = {name: [] for name in fields}
        check: dict[str, list[Bit]] = {name: [] for name in fields}
        for rule, _ in self.rules:
            opening = self._fields_opening(rule) if rule.clearance or rule.limits else {}
            if not opening:
                continue
            raises = circuit.negate(self.clearance_reached[rule.clearance]) if rule.clearance else FALSE
            restricts = circuit.all_of((circuit.negate(raises), self._restricts(rule)))
            for name, open_bit in opening.items():
                safety[name].append(circuit.all_of((raises, open_bit)))
                if fields[name].check:
                    check[name].append(circuit.all_of((restricts, open_bit)))
        for_safety = {name: circuit.any_of(bits) for name, bits in safety.items()}
        for_offers = {
            name: circuit.all_of((circuit.any_of(bits), circuit.negate(for_safety[name])))
            for name, bits in check.items()
        }
        return (*self._entries(for_safety), *self._entries(for_offers))

    def _restricts(self, rule: Rule) -> Bit:
        """Return the rows where the rule, if it fired, would make an offered level stricter."""
        stricter = []
        for level in self.levels:
            worst = max(
                (rule.limits[id_] for id_ in level.movements if id_ in rule.limits), default=Verdict.OK
            )
            if worst is not Verdict.OK:
                below_worst = self.circuit.negate(self.verdicts[level.id][worst])
                stricter.append(self.circuit.all_of((self.offered[level.id], below_worst)))
        return self.circuit.any_of(stricter)

    def _fields_opening(self, rule: Rule) -> dict[str, Bit]:
        """Return the fields whose missing answer keeps a rule open, each with the rows where it does."""
        if rule.id not in self._opening:
            is_open = self.columns.rules[rule.id].open != FALSE
            self._opening[rule.id] = self._open_fields(rule.condition) if is_open else {}
        return self._opening[rule.id]

    def _open_fields(self, condition: Condition, within: Bit = TRUE) -> dict[str, Bit]:
        """Return the fields whose missing answer keeps a condition open in the rows `within`."""
        bits_by_field: dict[str, list[Bit]] = {}
        for atom, undecided in self.columns.open_atoms(condition, within):
            if isinstance(atom, AtLeast):
                for rule, _ in self.rules:
                    if atom.scale in rule.concludes:
                        for name, bit in self._fields_opening(rule).items():
                            bits_by_field.setdefault(name, []).append(self.circuit.all_of((undecided, bit)))
            else:
                for field_name in fields_of_atom(atom):
                    for name, bit in self._fields_to_ask(field_name, undecided).items():
                        bits_by_field.setdefault(name, []).append(bit)
        joined = {name: self.circuit.any_of(bits) for name, bits in bits_by_field.items()}
        return {name: bit for name, bit in joined.items() if bit != FALSE}

    def _fields_to_ask(self, name: str, within: Bit) -> dict[str, Bit]:
        """Return what to ask if a field is unanswered: the field, or those that decide whether it applies."""
        circuit, field = self.circuit, self.columns.fields[name]
        unknown = circuit.all_of((within, circuit.negate(self.columns.known(name))))
        if unknown == FALSE:
            return {}
        only_if = self.book.vocabulary.fields[name].only_if
        deciding = self._open_fields(only_if, unknown) if only_if is not None else {}
        return {
            **deciding,
            name: circuit.all_of((unknown, circuit.negate(self.columns.undecided(field.applies)))),
        }

    def _cautions(self) -> tuple[Entry, ...]:
        """Return the cautions on the plan; from hold upwards there is no plan."""
        planned = self.circuit.negate(self.clearance_reached[Clearance.HOLD])
        clear = self.circuit.negate(self.clearance_reached[Clearance.CLINICIAN_LED])
        return self._entries(
            {
                rule.id: self.circuit.all_of((clear if rule.clear_only else planned, bits.fired))
                for rule, bits in self.rules
                if rule.caution
            }
        )

    def _referral(self) -> tuple[Entry, ...]:
        """Return the rules that refer, most urgent first: one a matter, in an emergency only emergencies.

        Of equally urgent rules, those with the stricter clearance come first.
        """
        referring = [(rule, rule.refer, bits.fired) for rule, bits in self.rules if rule.refer]
        referring.sort(key=lambda entry: entry[0].weight, reverse=True)
        calm = self.circuit.negate(self.clearance_reached[Clearance.EMERGENCY])
        before: dict[str, list[Bit]] = {}
        shown = {}
        for rule, refer, fired in referring:
            more_urgent = before.setdefault(refer.matter, [])
            first = self.circuit.negate(self.circuit.any_of(more_urgent))
            emergency = refer.urgency is Urgency.EMERGENCY
            shown[rule.id] = self.circuit.all_of((fired, first) if emergency else (fired, first, calm))
            more_urgent.append(fired)
        return self._entries(shown)

    def _urgency(self) -> tuple[Entry, ...]:
        referrals = [(rule.refer.urgency, bits.fired) for rule, bits in self.rules if rule.refer]
        reached = self._reached(Urgency, referrals)
        reached[Urgency.INFO] = self.circuit.any_of(bit for _, bit in referrals)
        return self._entries(self._exactly(reached))
