"""What a condition is made of. Trees are frozen values; equal text gives equal trees.

They are named tuples because those are made four times as fast as dataclasses when the program starts.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from operator import ge, gt, le, lt
from typing import Any, NamedTuple

from recommender.language.kinds import equal_by_kind


@equal_by_kind
class FieldRef(NamedTuple):
    """A numeric field (a yes/no counts 1 or 0), with the range it may take while unknown, in thousandths.

    While unknown, a field that `may_not_apply` may also turn out not to apply to this person at all.
    """

    name: str
    low: int
    high: int
    may_not_apply: bool = False


@equal_by_kind
class Lowest(NamedTuple):
    """The lowest of the scores given; unknown only when none is."""

    of: tuple["Term", ...]


@equal_by_kind
class Highest(NamedTuple):
    """The highest of several numbers, all of which must be known."""

    of: tuple["Term", ...]


@equal_by_kind
class Sum(NamedTuple):
    """`left + sign * right`, with sign +1 or -1."""

    left: "Term"
    right: "Term"
    sign: int


Term = FieldRef | Lowest | Highest | Sum


OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


@equal_by_kind
class Compare(NamedTuple):
    """A number against a threshold (thousandths); `operator` is one of < <= > >=."""

    term: Term
    operator: str
    threshold: int
    text: str


@equal_by_kind
class IsOneOf(NamedTuple):
    """A choice field is one of `wanted`; while unknown it may be any of `choices`."""

    name: str
    wanted: frozenset[str]
    choices: frozenset[str]
    may_not_apply: bool
    text: str


@equal_by_kind
class IsYes(NamedTuple):
    """A yes/no field is yes."""

    name: str
    text: str
    may_not_apply: bool = False


@equal_by_kind
class AtLeast(NamedTuple):
    """A conclusion has reached at least a level of its ordered scale (`risk_tier >= high`)."""

    scale: str
    level: int
    text: str


@equal_by_kind
class IsKnown(NamedTuple):
    """Whether a field or a measure is known at all: never itself unknown."""

    names: tuple[str, ...]
    any_of: bool
    text: str


@equal_by_kind
class Always(NamedTuple):
    """True of everybody."""

    text: str = "always"


Atom = Compare | IsOneOf | IsYes | AtLeast | IsKnown | Always


@equal_by_kind
class Not(NamedTuple):
    """The negation of a condition."""

    of: "Condition"


@equal_by_kind
class And(NamedTuple):
    """All of several conditions."""

    of: tuple["Condition", ...]


@equal_by_kind
class Or(NamedTuple):
    """At least one of several conditions."""

    of: tuple["Condition", ...]


Condition = Atom | Not | And | Or


def atoms(condition: Condition) -> Iterator[Atom]:
    """Yield every comparison in a condition, left to right."""
    if isinstance(condition, Not):
        yield from atoms(condition.of)
    elif isinstance(condition, (And, Or)):
        for part in condition.of:
            yield from atoms(part)
    else:
        yield condition


def references(term: Term) -> Iterator[FieldRef]:
    """Yield the fields that a number is computed from."""
    if isinstance(term, FieldRef):
        yield term
    elif isinstance(term, Sum):
        yield from references(term.left)
        yield from references(term.right)
    else:
        for part in term.of:
            yield from references(part)


def fields_of_term(term: Term) -> Iterator[str]:
    """Yield the names of the fields that a number is computed from."""
    return (reference.name for reference in references(term))


def fields_of_atom(atom: Atom) -> tuple[str, ...]:
    """Return the names of the fields that a comparison reads."""
    if isinstance(atom, Compare):
        return tuple(fields_of_term(atom.term))
    if isinstance(atom, (IsOneOf, IsYes)):
        return (atom.name,)
    return atom.names if isinstance(atom, IsKnown) else ()


def fields_of(condition: Condition) -> tuple[str, ...]:
    """Return the names of all fields a condition reads, each once, in order of appearance."""
    return tuple(dict.fromkeys(name for atom in atoms(condition) for name in fields_of_atom(atom)))


def scales_of(condition: Condition) -> frozenset[str]:
    """Return the names of the scales whose conclusions a condition reads."""
    return frozenset(atom.scale for atom in atoms(condition) if isinstance(atom, AtLeast))


def without_scales(condition: Condition, scales: Collection[str]) -> Condition:
    """Return a condition in which each comparison of one of `scales` counts as true."""
    if isinstance(condition, Not):
        return Not(without_scales(condition.of, scales))
    if isinstance(condition, (And, Or)):
        return type(condition)(tuple(without_scales(part, scales) for part in condition.of))
    return Always() if isinstance(condition, AtLeast) and condition.scale in scales else condition
