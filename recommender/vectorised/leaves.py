"""Comparisons over a frame of facts, as Polars expressions that are true or false, never null.

A frame of facts has an integer column for each field with answers, null where the answer is unknown.
Numbers are whole thousandths, yes is `UNIT`, no is 0, a choice is its index in `Field.choices`.
The boolean column `FIELD:never` is true where the answer is "never".
"""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from recommender.language.kinds import equal_by_kind
from recommender.language.tree import OPERATORS, FieldRef, Lowest, Sum, Term, references

NEVER = ":never"

Number = pl.Expr | int


@equal_by_kind
class Answered(NamedTuple):
    """A field has an answer other than "never"."""

    column: str

    def expression(self) -> pl.Expr:
        """Return the Polars expression."""
        return ~pl.col(self.column).is_null()


@equal_by_kind
class Never(NamedTuple):
    """A field was answered "never"."""

    column: str

    def expression(self) -> pl.Expr:
        """Return the Polars expression."""
        return pl.col(self.column + NEVER).fill_null(value=False)


@equal_by_kind
class Among(NamedTuple):
    """A choice is one of several, given by their indices in `Field.choices`."""

    column: str
    indices: tuple[int, ...]

    def expression(self) -> pl.Expr:
        """Return the Polars expression."""
        return pl.col(self.column).is_in(self.indices).fill_null(value=False)


@equal_by_kind
class Holds(NamedTuple):
    """A known number satisfies a comparison; `threshold` is in thousandths."""

    column: str
    operator: str
    threshold: int

    def expression(self) -> pl.Expr:
        """Return the Polars expression."""
        return _compared(pl.col(self.column), self.operator, self.threshold).fill_null(value=False)


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

    def expression(self) -> pl.Expr:
        """Return the Polars expression."""
        return _compared(_column(end(self.term, self.high, self.present)), self.operator, self.threshold)


Leaf = Answered | Never | Among | Holds | HoldsAtEnd


def _compared(number: pl.Expr, operator: str, threshold: int) -> pl.Expr:
    comparison: pl.Expr = OPERATORS[operator](number, threshold)
    return comparison


def end(term: Term, high: bool, present: frozenset[str]) -> Number:
    """Return the lower or upper bound of a term: an expression, or a number if it is the same for all rows.

    `present` are the fields that have a column. Whether a field applies is not considered here.
    """
    if isinstance(term, FieldRef):
        unknown = term.high if high else term.low
        return pl.col(term.name).fill_null(unknown) if term.name in present else unknown
    if isinstance(term, Sum):
        left, right = end(term.left, high, present), end(term.right, high == (term.sign == 1), present)
        return left + right if term.sign == 1 else left - right
    ends = [end(part, high, present) for part in term.of]
    if not isinstance(term, Lowest):
        return _most(ends, highest=True)
    known = [
        _exact(part, present) for part in term.of if any(ref.name in present for ref in references(part))
    ]
    unknown_ends = [_unknown_end(part, high, number) for part, number in zip(term.of, ends, strict=True)]
    fallback = _most(unknown_ends, highest=high)
    return pl.coalesce(pl.min_horizontal(*known), _column(fallback)) if known else fallback


def _unknown_end(part: Term, high: bool, number: Number) -> Number:
    """Return the bound of a part in rows where no part is known; for a field it is a constant."""
    return (part.high if high else part.low) if isinstance(part, FieldRef) else number


def _exact(part: Term, present: frozenset[str]) -> pl.Expr:
    """Return a part where it is exactly known, else null."""
    if isinstance(part, FieldRef):
        return pl.col(part.name)
    low, high = _column(end(part, False, present)), _column(end(part, True, present))
    return pl.when(low == high).then(low)


def _most(numbers: Sequence[Number], highest: bool) -> Number:
    if constants := [number for number in numbers if isinstance(number, int)]:
        constant = max(constants) if highest else min(constants)
        if len(constants) == len(numbers):
            return constant
    columns = [_column(number) for number in numbers]
    return pl.max_horizontal(*columns) if highest else pl.min_horizontal(*columns)


def _column(number: Number) -> pl.Expr:
    return pl.lit(number) if isinstance(number, int) else number
