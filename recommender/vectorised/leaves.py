"""Comparisons over a frame of facts: the leaves of a circuit. `expressions.py` has them for Polars.

A frame of facts has an integer column for each field with answers, null where the answer is unknown.
Numbers are whole thousandths, yes is `UNIT`, no is 0, a choice is its index in `Field.choices`.
The boolean column `FIELD:never` is true where the answer is "never".
"""

from typing import NamedTuple

from recommender.language.kinds import equal_by_kind
from recommender.language.tree import Term

NEVER = ":never"


@equal_by_kind
class Answered(NamedTuple):
    """A field has an answer other than "never"."""

    column: str


@equal_by_kind
class Never(NamedTuple):
    """A field was answered "never"."""

    column: str


@equal_by_kind
class Among(NamedTuple):
    """A choice is one of several, given by their indices in `Field.choices`."""

    column: str
    indices: tuple[int, ...]


@equal_by_kind
class Holds(NamedTuple):
    """A known number satisfies a comparison; `threshold` is in thousandths."""

    column: str
    operator: str
    threshold: int


@equal_by_kind
class HoldsAtEnd(NamedTuple):
    """The comparison holds for the lower (or upper) bound of a partly unknown number.

    `high` chooses the upper bound; `present` are the fields with a column.
    """

    term: Term
    high: bool
    present: frozenset[str]
    operator: str
    threshold: int


Leaf = Answered | Never | Among | Holds | HoldsAtEnd
