"""The rules over every possible person at once: the circuit of `columns.py`, its comparisons as sentences for the solver z3.

Nothing is decided here. Each leaf of the circuit becomes a sentence about one symbolic person and each gate joins such
sentences; `language/meaning.py` says what they mean, and the tests hold a person of known answers to it. z3 then looks for
somebody of whom a combination of them is true, and finds one or shows that there is nobody.
"""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from functools import reduce
from typing import Any, NamedTuple, Self

import z3

from recommender.language.meaning import NOT_APPLICABLE, Value
from recommender.language.tree import OPERATORS, FieldRef, Lowest, Sum, Term, references
from recommender.vectorised.circuit import FALSE, TRUE, Bit, Circuit, Gate
from recommender.vectorised.leaves import Among, Answered, HoldsAtEnd, Leaf, Never
from recommender.vocabulary import Field, Vocabulary
from recommender.vocabulary.answers import decode_answer

z3.z3.Z3_DEBUG = False  # arguments are not checked in Python; the C library still refuses wrong sorts


class Answer(NamedTuple):
    """One field of a symbolic person: whether it is answered, whether that answer is "never", and else its value.

    The value is counted in the steps in which the field is given; a choice is its place, a yes is 1.
    """

    given: z3.BoolRef
    never: z3.BoolRef
    value: z3.ArithRef


class Person:
    """A symbolic person. Persons with the same name for a field have the same answer to it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Make somebody of whom anything may be true."""
        self.vocabulary = vocabulary
        self.answers = {name: _answer(name) for name in vocabulary.fields}
        fields = vocabulary.fields.items()
        self._accepted = {name: self._accepts(field, self.answers[name]) for name, field in fields}

    def varied(self, name: str) -> Self:
        """Return a second person, who has another answer to one field and the same to all others."""
        other = copy(self)
        answer = _answer(name + "'")
        other.answers = {**self.answers, name: answer}
        other._accepted = {**self._accepted, name: self._accepts(self.vocabulary.fields[name], answer)}
        return other

    @property
    def in_range(self) -> z3.BoolRef:
        """Say that each answer is one that its field accepts."""
        return all_of(list(self._accepted.values()))

    @staticmethod
    def _accepts(field: Field, answer: Answer) -> z3.BoolRef:
        low, high = (
            (0, len(field.choices) - 1)
            if field.kind == "choice"
            else (0, 1)
            if field.kind == "yes_no"
            else _range(field)
        )
        either = z3.Not(z3.And(answer.given, answer.never)) if field.never else z3.Not(answer.never)
        return z3.And(answer.value >= low, answer.value <= high, either)

    def number(self, name: str) -> z3.ArithRef:
        """Return the value of a field as the rules compare it: in thousandths, or a place among choices."""
        field = self.vocabulary.fields[name]
        return self.answers[name].value if field.kind == "choice" else self.answers[name].value * field.step

    def read(self, model: z3.ModelRef) -> dict[str, Value]:
        """Return the answers that this person has in a model; a field that is left out is not answered."""
        found: dict[str, Value] = {}
        for name, answer in self.answers.items():
            if z3.is_true(model.eval(answer.never)):
                found[name] = NOT_APPLICABLE
            elif z3.is_true(model.eval(answer.given)):
                found[name] = self._value(
                    self.vocabulary.fields[name], model.eval(answer.value, model_completion=True)
                )
        return found

    @staticmethod
    def _value(field: Field, value: z3.ExprRef) -> Value:
        number = value.as_long() if isinstance(value, z3.IntNumRef) else 0
        return decode_answer(field, number if field.kind == "choice" else number * field.step)


class Formulas:
    """What the bits of a circuit say of one person; each is written once."""

    def __init__(self, circuit: Circuit, person: Person) -> None:
        """Prepare to write sentences."""
        self._circuit, self._person = circuit, person
        self._written: dict[Bit, z3.BoolRef] = {FALSE: z3.BoolVal(False), TRUE: z3.BoolVal(True)}

    def varied(self, name: str, person: Person) -> "Formulas":
        """Return the sentences about a person with another answer to one field; the rest are shared."""
        other = Formulas(self._circuit, person)
        depending = self._circuit.depending(lambda leaf: name in _fields(leaf))
        other._written = {bit: sentence for bit, sentence in self._written.items() if bit not in depending}
        return other

    def of(self, bit: Bit) -> z3.BoolRef:
        """Return what one bit says."""
        waiting = [bit]
        while waiting:
            gate = self._circuit.gates[waiting[-1]]
            missing = [source for source in gate.inputs if source not in self._written]
            if missing:
                waiting += missing
                continue
            needed = waiting.pop()
            if needed not in self._written:
                self._written[needed] = self._gate(gate)
        return self._written[bit]

    def _gate(self, gate: Gate) -> z3.BoolRef:
        if gate.kind == "leaf":
            return self._leaf(gate.key)
        inputs = [self._written[source] for source in gate.inputs]
        if gate.kind == "not":
            return negated(*inputs)
        return all_of(inputs) if gate.kind == "and" else any_of(inputs)

    def _leaf(self, leaf: Leaf) -> z3.BoolRef:
        if isinstance(leaf, HoldsAtEnd):
            low, high = self._interval(leaf.term)
            return OPERATORS[leaf.operator](high if leaf.high else low, leaf.threshold)
        answer = self._person.answers[leaf.column]
        if isinstance(leaf, Answered):
            return answer.given
        if isinstance(leaf, Never):
            return answer.never
        if isinstance(leaf, Among):
            return z3.And(answer.given, z3.Or([answer.value == index for index in leaf.indices]))
        return z3.And(
            answer.given, OPERATORS[leaf.operator](self._person.number(leaf.column), leaf.threshold)
        )

    def _interval(self, term: Term) -> tuple[z3.ArithRef, z3.ArithRef]:
        """Return the lowest and the highest number that a term may still be, as the reference does."""
        if isinstance(term, FieldRef):
            given, number = self._person.answers[term.name].given, self._person.number(term.name)
            return z3.If(given, number, z3.IntVal(term.low)), z3.If(given, number, z3.IntVal(term.high))
        if isinstance(term, Sum):
            left, right = self._interval(term.left), self._interval(term.right)
            return (
                (left[0] + right[0], left[1] + right[1])
                if term.sign > 0
                else (left[0] - right[1], left[1] - right[0])
            )
        spans = [self._interval(part) for part in term.of]
        if not isinstance(term, Lowest):
            return _highest(low for low, _ in spans), _highest(high for _, high in spans)
        lowest, highest = _lowest(low for low, _ in spans), _highest(high for _, high in spans)
        for low, high in spans:
            is_given = low == high
            others = [z3.Or(start != end, low <= start) for start, end in spans]
            lowest, highest = (z3.If(z3.And(is_given, *others), low, open_) for open_ in (lowest, highest))
        return lowest, highest


def all_of(sentences: Sequence[z3.BoolRef]) -> z3.BoolRef:
    """Say that every one of several sentences is true.

    This and the next two call the C library. `z3.And`, `z3.Or` and `z3.Not` look up the sort of each sentence
    first, which takes most of the time of a proof.
    """
    return _joined(z3.Z3_mk_and, sentences)


def any_of(sentences: Sequence[z3.BoolRef]) -> z3.BoolRef:
    """Say that at least one of several sentences is true."""
    return _joined(z3.Z3_mk_or, sentences)


def negated(sentence: z3.BoolRef) -> z3.BoolRef:
    """Say that a sentence is not true."""
    return z3.BoolRef(z3.Z3_mk_not(sentence.ctx_ref(), sentence.as_ast()), sentence.ctx)


def _joined(join: Callable[..., Any], sentences: Sequence[z3.BoolRef]) -> z3.BoolRef:
    context = z3.main_ctx()
    parts = (z3.Ast * len(sentences))(*(sentence.as_ast() for sentence in sentences))
    return z3.BoolRef(join(context.ref(), len(parts), parts), context)


def _fields(leaf: Leaf) -> set[str]:
    """Return the fields on whose answers a leaf depends."""
    if isinstance(leaf, HoldsAtEnd):
        return {reference.name for reference in references(leaf.term)}
    return {leaf.column}


def _range(field: Field) -> tuple[int, int]:
    return -(-field.low // field.step), field.high // field.step


def _answer(name: str) -> Answer:
    return Answer(z3.Bool(f"{name} is given"), z3.Bool(f"{name} is never"), z3.Int(name))


def _lowest(numbers: Iterable[z3.ArithRef]) -> z3.ArithRef:
    return reduce(lambda one, other: z3.If(one <= other, one, other), numbers)


def _highest(numbers: Iterable[z3.ArithRef]) -> z3.ArithRef:
    return reduce(lambda one, other: z3.If(one >= other, one, other), numbers)
