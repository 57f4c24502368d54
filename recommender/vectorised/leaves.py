"""One comparison over all rows of a frame of facts, as a Polars expression that is true or false and never null.

A frame of facts has a column of integers for each field that anybody answered, null where it is unknown: numbers as whole
thousandths, yes as `UNIT` and no as 0, a choice as its place in `Field.choices`. `FIELD:never` (a boolean) is true where the
answer was "never".
"""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from recommender.language.kinds import equal_by_kind
from recommender.language.tree import OPERATORS, FieldRef, Lowest, Sum, Term, references

NEVER = ":never"

Number = pl.Expr | int


@equal_by_kind
class Given(NamedTuple):
    """A field has an answer other than "never"."""

    column: str

    def expression(self) -> pl.Expr:
        """Return the column of it."""
        return ~pl.col(self.column).is_null()


@equal_by_kind
class Never(NamedTuple):
    """A field was answered "never"."""

    column: str

    def expression(self) -> pl.Expr:
        """Return the column of it."""
        return pl.col(self.column + NEVER).fill_null(value=False)


@equal_by_kind
class Among(NamedTuple):
    """A choice is one of several, named by their places."""

    column: str
    places: tuple[int, ...]

    def expression(self) -> pl.Expr:
        """Return the column of it."""
        return pl.col(self.column).is_in(self.places).fill_null(value=False)


@equal_by_kind
class Holds(NamedTuple):
    """A number that was given satisfies a comparison."""

    column: str
    operator: str
    threshold: int

    def expression(self) -> pl.Expr:
        """Return the column of it."""
        return _compared(pl.col(self.column), self.operator, self.threshold).fill_null(value=False)


@equal_by_kind
class HoldsAtEnd(NamedTuple):
    """A computed number satisfies a comparison at one end of the interval it may still take."""

    term: Term
    high: bool
    present: frozenset[str]
    operator: str
    threshold: int

    def expression(self) -> pl.Expr:
        """Return the column of it."""
        return _compared(_column(end(self.term, self.high, self.present)), self.operator, self.threshold)


Leaf = Given | Never | Among | Holds | HoldsAtEnd


def _compared(number: pl.Expr, operator: str, threshold: int) -> pl.Expr:
    comparison: pl.Expr = OPERATORS[operator](number, threshold)
    return comparison


def end(term: Term, high: bool, present: frozenset[str]) -> Number:
    """Return the lowest or the highest number that a term may still be: a column or, where it is the same for all, a number.

    `present` are the fields that have a column. Whether a field applies at all is not looked at here.
    """
    if isinstance(term, FieldRef):
        unknown = term.high if high else term.low
        return pl.col(term.name).fill_null(unknown) if term.name in present else unknown
    if isinstance(term, Sum):
        left, right = end(term.left, high, present), end(term.right, high == (term.sign > 0), present)
        return left + right if term.sign > 0 else left - right
    ends = [end(part, high, present) for part in term.of]
    if not isinstance(term, Lowest):
        return _most(ends, highest=True)
    given = [
        _exact(part, present) for part in term.of if any(ref.name in present for ref in references(part))
    ]
    open_ = _most(
        [_unknown_end(part, high, number) for part, number in zip(term.of, ends, strict=True)], highest=high
    )
    return pl.coalesce(pl.min_horizontal(*given), _column(open_)) if given else open_


def _unknown_end(part: Term, high: bool, number: Number) -> Number:
    """Return an end for where no part is given: that of a bare field is then the same for all."""
    return (part.high if high else part.low) if isinstance(part, FieldRef) else number


def _exact(part: Term, present: frozenset[str]) -> pl.Expr:
    """Return the number of a part where it is exactly known, else null."""
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
