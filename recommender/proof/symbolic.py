"""Everybody who could be described: a rulebook, compiled so that z3 can look for a person of whom something is true."""

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from typing import Self

import z3

from recommender.language.meaning import Value
from recommender.language.numbers import DECIMALS
from recommender.proof.symbols import Formulas, Person, all_of, negated
from recommender.rulebook.model import Rulebook
from recommender.vectorised.circuit import FALSE, Bit
from recommender.vectorised.contradictions import clashes
from recommender.vectorised.decision import Decision
from recommender.vectorised.leaves import NEVER, Never
from recommender.vectorised.rules import Columns
from recommender.vocabulary import Vocabulary
from recommender.vocabulary.answers import write_answer

LONGEST = 20_000  # milliseconds for one question to the solver; what takes longer counts as not proved


class SymbolicRulebook:
    """A rulebook and its decision as one circuit, over every answer that any field accepts."""

    def __init__(self, book: Rulebook) -> None:
        """Compile a rulebook."""
        self.book = book
        fields = book.vocabulary.fields.values()
        present = {field.id for field in fields} | {field.id + NEVER for field in fields if field.never}
        self.columns = Columns(book, frozenset(present))
        self.decision = Decision(self.columns)
        self.circuit = self.columns.circuit
        self.refused = self.circuit.any_of(clash.bit for clash in clashes(self.columns))

    def told(self, name: str) -> Bit:
        """Return where a field was answered, be it "never"."""
        never = self.circuit.leaf(Never(name)) if self.book.vocabulary.fields[name].never else FALSE
        return self.circuit.any_of((self.columns.fields[name].answered, never))


class SymbolicPerson:
    """One symbolic person, and what the rules of one or more worlds say of them."""

    def __init__(self, *worlds: SymbolicRulebook) -> None:
        """Make somebody who is possible in all worlds."""
        fields = {name: field for world in worlds for name, field in world.book.vocabulary.fields.items()}
        self.person = Person(worlds[0].book.vocabulary._replace(fields=fields))
        self._sentences = {world: Formulas(world.circuit, self.person) for world in worlds}

    def varied(self, name: str) -> Self:
        """Return a second person, who differs from this one in the answer to one field alone."""
        other = copy(self)
        other.person = self.person.varied(name)
        other._sentences = {world: own.varied(name, other.person) for world, own in self._sentences.items()}
        return other

    @property
    def possible(self) -> z3.BoolRef:
        """Say that each answer is one that its field accepts, and none contradicts another in any world."""
        no_contradiction = [negated(self.says(world, world.refused)) for world in self._sentences]
        return all_of([self.person.in_range, *no_contradiction])

    def says(self, world: SymbolicRulebook, bit: Bit) -> z3.BoolRef:
        """Return a bit of a world as a sentence about this person."""
        return self._sentences[world].of(bit)

    def without(self, name: str) -> z3.BoolRef:
        """Say that a field is not answered."""
        answer = self.person.answers[name]
        return z3.Not(z3.Or(answer.given, answer.never))

    def rounded(self) -> z3.BoolRef:
        """Say that every number has no more decimals than a report prints, so that a person is easy to read."""
        fields = self.person.vocabulary.fields.items()
        return z3.And(
            [
                self.person.number(name) % 10 ** (DECIMALS - field.decimals) == 0
                for name, field in fields
                if field.kind == "number"
            ]
        )


def solver_about(*people: SymbolicPerson) -> z3.Solver:
    """Return a solver that is asked about people who are possible, and gives up after a while."""
    solver = z3.Solver()
    solver.set("timeout", LONGEST)
    solver.add(*(somebody.possible for somebody in people))
    return solver


def written(vocabulary: Vocabulary, values: Mapping[str, Value]) -> dict[str, str]:
    """Return answers as one would write them in a profile."""
    return {name: write_answer(vocabulary.fields[name], value) for name, value in values.items()}


def simplest(solver: z3.Solver, people: Iterable[SymbolicPerson], keep: Collection[str] = ()) -> z3.ModelRef:
    """Return a model of what `solver` was shown to allow in which as few fields as possible are answered, those in `keep` apart.

    What it tries stays with the solver, in scopes of its own.
    """
    people = list(people)
    model = solver.model()
    wishes = [[somebody.rounded() for somebody in people]]
    told = {name for somebody in people for name in somebody.person.read(model)} - set(keep)
    wishes.append(
        [
            somebody.without(name)
            for name in people[0].person.answers
            if name not in told and name not in keep
            for somebody in people
        ]
    )
    wishes += [[somebody.without(name) for somebody in people] for name in sorted(told)]
    for wish in wishes:
        solver.push()
        solver.add(wish)
        if solver.check() == z3.sat:
            model = solver.model()
        else:
            solver.pop()
    return model
