"""And, or, not over columns of bits: what is left of the rules once every comparison has been made.

A circuit is built once for a rulebook and the columns at hand. Equal parts are built once, and what is the same for everybody
is settled while it is built, so a file with few columns costs little. It runs on anything that knows `&`, `|` and `~`:
packed bits in memory, or expressions of a lazy frame.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

Bit = int
FALSE: Bit = 0
TRUE: Bit = 1


class Gate(NamedTuple):
    """One step: `kind` is leaf, not, and, or; a leaf has a `key` that says what it stands for, the others their inputs."""

    kind: str
    inputs: tuple[Bit, ...] = ()
    key: Any = None


class Circuit:
    """Gates in the order in which they can be worked out; a bit is the number of its gate, or the constant FALSE or TRUE."""

    def __init__(self) -> None:
        self.gates: list[Gate] = [Gate("false"), Gate("true")]
        self._numbers: dict[Gate, Bit] = {gate: number for number, gate in enumerate(self.gates)}

    def leaf(self, key: Any) -> Bit:
        """Return the bit that comes from outside under a key."""
        return self._number(Gate("leaf", key=key))

    def negate(self, bit: Bit) -> Bit:
        """Return the opposite of a bit."""
        if bit in (FALSE, TRUE):
            return TRUE - bit
        gate = self.gates[bit]
        return gate.inputs[0] if gate.kind == "not" else self._number(Gate("not", (bit,)))

    def all_of(self, bits: Iterable[Bit]) -> Bit:
        """Return the bit that is true where every one of `bits` is."""
        return self._join("and", bits, FALSE)

    def any_of(self, bits: Iterable[Bit]) -> Bit:
        """Return the bit that is true where at least one of `bits` is."""
        return self._join("or", bits, TRUE)

    def _join(self, kind: str, bits: Iterable[Bit], settles: Bit) -> Bit:
        found = set(bits)
        found.discard(TRUE - settles)
        if settles in found or any(
            self.negate(bit) in found for bit in found if self.gates[bit].kind == "not"
        ):
            return settles
        if len(found) <= 1:
            return found.pop() if found else TRUE - settles
        return self._number(Gate(kind, tuple(sorted(found))))

    def _number(self, gate: Gate) -> Bit:
        if gate not in self._numbers:
            self._numbers[gate] = len(self.gates)
            self.gates.append(gate)
        return self._numbers[gate]

    def needed(self, wanted: Iterable[Bit]) -> list[Bit]:
        """Return the bits that `wanted` are worked out from, themselves included, in order; constants are left out."""
        found: set[Bit] = set()
        waiting = [bit for bit in wanted if bit > TRUE]
        while waiting:
            bit = waiting.pop()
            if bit not in found:
                found.add(bit)
                waiting += self.gates[bit].inputs
        return sorted(found)

    def depending(self, matches: Callable[[Any], bool]) -> set[Bit]:
        """Return the bits that depend on a leaf whose key `matches`, such leaves included."""
        found: set[Bit] = set()
        for bit, gate in enumerate(self.gates):
            if matches(gate.key) if gate.kind == "leaf" else not found.isdisjoint(gate.inputs):
                found.add(bit)
        return found

    def leaves(self, wanted: Iterable[Bit]) -> dict[Bit, Any]:
        """Return the keys of the leaves that `wanted` are worked out from."""
        return {bit: self.gates[bit].key for bit in self.needed(wanted) if self.gates[bit].kind == "leaf"}

    def run(self, leaves: Mapping[Bit, Any], wanted: Iterable[Bit]) -> dict[Bit, Any]:
        """Work out `wanted` from the columns of its leaves; constants are not among the answers."""
        kept = {bit for bit in wanted if bit > TRUE}
        order = self.needed(kept)
        last_use = {source: bit for bit in order for source in self.gates[bit].inputs}
        values: dict[Bit, Any] = {}
        for bit in order:
            gate = self.gates[bit]
            values[bit] = leaves[bit] if gate.kind == "leaf" else work_out(gate, values)
            for source in gate.inputs:
                if last_use[source] == bit and source not in kept:
                    del values[source]
        return {bit: values[bit] for bit in kept}


def work_out(gate: Gate, values: Mapping[Bit, Any]) -> Any:
    """Return the column of one gate from those of its inputs."""
    first, *rest = gate.inputs
    found = values[first]
    if gate.kind == "not":
        return ~found
    for bit in rest:
        found = found & values[bit] if gate.kind == "and" else found | values[bit]
    return found
