"""A rulebook compiled for z3, and symbolic people about whom the solver is asked."""

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from functools import cached_property
from typing import Self

import z3

from recommender.language.meaning import Value
from recommender.language.numbers import DECIMALS
from recommender.proof.symbols import Formulas, Person, all_of, fields_of_leaf, negated
from recommender.rulebook.model import Rulebook
from recommender.vectorised.circuit import FALSE, Bit
from recommender.vectorised.contradictions import clashes
from recommender.vectorised.decision import Decision
from recommender.vectorised.leaves import NEVER, Never
from recommender.vectorised.rules import Columns
from recommender.vocabulary import Vocabulary
from recommender.vocabulary.answers import write_answer

_TIMEOUT = 20_000  # milliseconds for one query; one that takes longer counts as not proved


class SymbolicRulebook:
    """A rulebook and its decision as one circuit, over every answer that any field accepts."""

    def __init__(self, book: Rulebook) -> None:
        """Compile a rulebook; every field counts as present in the data."""
        self.book = book
        fields = book.vocabulary.fields.values()
        present = {field.id for field in fields} | {field.id + NEVER for field in fields if field.never}
        self.columns = Columns(book, frozenset(present))
        self.decision = Decision(self.columns)
        self.circuit = self.columns.circuit
        self.refused = self.circuit.any_of(clash.bit for clash in clashes(self.columns))

    @cached_property
    def anybody(self) -> "SymbolicPerson":
        """The person about whom this rulebook alone is asked."""
        return SymbolicPerson(self)

    @cached_property
    def solver(self) -> z3.Solver:
        """The solver that knows of `anybody` that they are possible, and nothing else."""
        return solver_about(self.anybody)

    def depending(self, name: str) -> set[Bit]:
        """Return the bits that depend on what is answered to a field."""
        return self.circuit.depending(lambda leaf: name in fields_of_leaf(leaf))

    def answered(self, name: str) -> Bit:
        """Return the bit that a field has an answer, "never" included."""
        never = self.circuit.leaf(Never(name)) if self.book.vocabulary.fields[name].never else FALSE
        return self.circuit.any_of((self.columns.fields[name].answered, never))


class SymbolicPerson:
    """One symbolic person, and the formulas of one or more rulebooks about them."""

    def __init__(self, *rulebooks: SymbolicRulebook) -> None:
        """Create a person over the fields of all rulebooks."""
        fields = {
            name: field for symbolic in rulebooks for name, field in symbolic.book.vocabulary.fields.items()
        }
        self.variables = Person(rulebooks[0].book.vocabulary._replace(fields=fields))
        self._formulas = {symbolic: Formulas(symbolic.circuit, self.variables) for symbolic in rulebooks}

    def varied(self, name: str) -> Self:
        """Return a second person, who differs from this one in one answer only."""
        other = copy(self)
        other.variables = self.variables.varied(name)
        other._formulas = {
            symbolic: own.varied(name, other.variables) for symbolic, own in self._formulas.items()
        }
        return other

    @property
    def possible(self) -> z3.BoolRef:
        """Return the formula that every answer is accepted and that no rulebook finds a contradiction."""
        return all_of([self.variables.in_range, *self._no_contradiction])

    def possible_beside(self, name: str) -> z3.BoolRef:
        """Return the same of somebody who differs in one answer only from a person who is possible."""
        return all_of([self.variables.accepted(name), *self._no_contradiction])

    @property
    def _no_contradiction(self) -> list[z3.BoolRef]:
        return [negated(self.formula(symbolic, symbolic.refused)) for symbolic in self._formulas]

    def formula(self, symbolic: SymbolicRulebook, bit: Bit) -> z3.BoolRef:
        """Return the formula of a rulebook's bit for this person."""
        return self._formulas[symbolic].of(bit)

    def without(self, name: str) -> z3.BoolRef:
        """Return the formula that a field has no answer."""
        answer = self.variables.answers[name]
        return z3.Not(z3.Or(answer.has_value, answer.never))

    def rounded(self) -> z3.BoolRef:
        """Return the formula that no number has more decimals than a report prints."""
        fields = self.variables.vocabulary.fields.items()
        return z3.And(
            [
                self.variables.number(name) % 10 ** (DECIMALS - field.decimals) == 0
                for name, field in fields
                if field.kind == "number"
            ]
        )


def solver_about(*people: SymbolicPerson) -> z3.Solver:
    """Return a solver restricted to possible people; each query has a time limit."""
    solver = z3.Solver()
    solver.set("timeout", _TIMEOUT)
    solver.add(*(person.possible for person in people))
    return solver


def profile_answers(vocabulary: Vocabulary, values: Mapping[str, Value]) -> dict[str, str]:
    """Return answers as they are written in a profile."""
    return {name: write_answer(vocabulary.fields[name], value) for name, value in values.items()}


def simplest(solver: z3.Solver, people: Iterable[SymbolicPerson], keep: Collection[str] = ()) -> z3.ModelRef:
    """Return a model of a satisfiable `solver` in which as few fields as possible are answered.

    Fields in `keep` stay answered. The constraints that are tried stay on the solver's stack; call it inside
    `scope`.
    """
    people = list(people)
    model = solver.model()
    attempts = [[person.rounded() for person in people]]
    answered = {name for person in people for name in person.variables.read(model)} - set(keep)
    attempts.append(
        [
            person.without(name)
            for name in people[0].variables.answers
            if name not in answered and name not in keep
            for person in people
        ]
    )
    attempts += [[person.without(name) for person in people] for name in sorted(answered)]
    for attempt in attempts:
        solver.push()
        solver.add(attempt)
        if solver.check() == z3.sat:
            model = solver.model()
        else:
            solver.pop()
    return model
