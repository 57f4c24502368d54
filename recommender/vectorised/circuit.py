"""A Boolean circuit (and, or, not) over columns of bits.

A circuit is built once for a rulebook and a set of columns. Equal gates are shared, and constants are folded,
so a file with few columns costs little. Columns may be anything with `&`, `|` and `~`, such as packed bits.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

Bit = int
FALSE: Bit = 0
TRUE: Bit = 1


class Gate(NamedTuple):
    """A gate; `kind` is leaf, not, and, or. A leaf has a `key` for its column, the others have inputs."""

    kind: str
    inputs: tuple[Bit, ...] = ()
    key: Any = None


class Circuit:
    """Gates in topological order; a bit is the index of its gate, or the constant FALSE or TRUE."""

    def __init__(self) -> None:
        self.gates: list[Gate] = [Gate("false"), Gate("true")]
        self._numbers: dict[Gate, Bit] = {gate: number for number, gate in enumerate(self.gates)}

    def leaf(self, key: Any) -> Bit:
        """Return the bit of an input column."""
        return self._add(Gate("leaf", key=key))

    def negate(self, bit: Bit) -> Bit:
        """Return the negation of a bit."""
        if bit in (FALSE, TRUE):
            return TRUE - bit
        gate = self.gates[bit]
        return gate.inputs[0] if gate.kind == "not" else self._add(Gate("not", (bit,)))

    def all_of(self, bits: Iterable[Bit]) -> Bit:
        """Return the conjunction of `bits`."""
        return self._join("and", bits, FALSE)

    def any_of(self, bits: Iterable[Bit]) -> Bit:
        """Return the disjunction of `bits`."""
        return self._join("or", bits, TRUE)

    def _join(self, kind: str, bits: Iterable[Bit], dominant: Bit) -> Bit:
        """Return the gate of some inputs; `dominant` is the constant that decides its value alone."""
        inputs = set(bits)
        inputs.discard(TRUE - dominant)
        if dominant in inputs:
            return dominant
        if len(inputs) <= 1:
            return inputs.pop() if inputs else TRUE - dominant
        negated = [self.gates[bit].inputs[0] for bit in inputs if self.gates[bit].kind == "not"]
        if not inputs.isdisjoint(negated):
            return dominant
        return self._add(Gate(kind, tuple(sorted(inputs))))

    def _add(self, gate: Gate) -> Bit:
        """Return the bit of a gate, which is added unless an equal one exists."""
        if gate not in self._numbers:
            self._numbers[gate] = len(self.gates)
            self.gates.append(gate)
        return self._numbers[gate]

    def needed(self, wanted: Iterable[Bit]) -> list[Bit]:
        """Return `wanted` and all bits that they depend on, in topological order, without constants."""
        needed: set[Bit] = set()
        pending = [bit for bit in wanted if bit > TRUE]
        while pending:
            bit = pending.pop()
            if bit not in needed:
                needed.add(bit)
                pending += self.gates[bit].inputs
        return sorted(needed)

    def depending(self, matches: Callable[[Any], bool]) -> set[Bit]:
        """Return the bits that depend on a leaf whose key `matches`, with these leaves."""
        dependent: set[Bit] = set()
        for bit, gate in enumerate(self.gates):
            if matches(gate.key) if gate.kind == "leaf" else not dependent.isdisjoint(gate.inputs):
                dependent.add(bit)
        return dependent

    def leaves(self, wanted: Iterable[Bit]) -> dict[Bit, Any]:
        """Return the leaves that `wanted` depend on, with their keys."""
        return {bit: self.gates[bit].key for bit in self.needed(wanted) if self.gates[bit].kind == "leaf"}

    def run(self, leaves: Mapping[Bit, Any], wanted: Iterable[Bit]) -> dict[Bit, Any]:
        """Return the columns of `wanted`, computed from those of the leaves; constants are left out.

        Intermediate columns are dropped after their last use, to save memory.
        """
        outputs = {bit for bit in wanted if bit > TRUE}
        order = self.needed(outputs)
        last_use = {source: bit for bit in order for source in self.gates[bit].inputs}
        values: dict[Bit, Any] = {}
        for bit in order:
            gate = self.gates[bit]
            values[bit] = leaves[bit] if gate.kind == "leaf" else evaluate_gate(gate, values)
            for source in gate.inputs:
                if last_use[source] == bit and source not in outputs:
                    del values[source]
        return {bit: values[bit] for bit in outputs}


def evaluate_gate(gate: Gate, values: Mapping[Bit, Any]) -> Any:
    """Return the column of a gate, computed from those of its inputs."""
    first, *rest = gate.inputs
    result = values[first]
    if gate.kind == "not":
        return ~result
    for bit in rest:
        result = result & values[bit] if gate.kind == "and" else result | values[bit]
    return result
