"""The leaves of a circuit as Polars expressions over a frame of facts: true or false, never null."""

from collections.abc import Sequence

import polars as pl

from recommender.language.tree import OPERATORS, FieldRef, Lowest, Sum, Term, references
from recommender.vectorised.leaves import NEVER, Among, Answered, HoldsAtEnd, Leaf, Never

_Number = pl.Expr | int


def expression(leaf: Leaf) -> pl.Expr:
    """Return the Polars expression of a leaf."""
    if isinstance(leaf, HoldsAtEnd):
        number = _column(_end(leaf.term, leaf.high, leaf.present))
        return _compared(number, leaf.operator, leaf.threshold)
    column = pl.col(leaf.column)
    if isinstance(leaf, Answered):
        return ~column.is_null()
    if isinstance(leaf, Never):
        return pl.col(leaf.column + NEVER).fill_null(value=False)
    if isinstance(leaf, Among):
        return column.is_in(leaf.indices).fill_null(value=False)
    return _compared(column, leaf.operator, leaf.threshold).fill_null(value=False)


def _compared(number: pl.Expr, operator: str, threshold: int) -> pl.Expr:
    comparison: pl.Expr = OPERATORS[operator](number, threshold)
    return comparison


def _end(term: Term, high: bool, present: frozenset[str]) -> _Number:
    """Return the lower or upper bound of a term: an expression, or a number if it is the same for all rows.

    `present` are the fields that have a column. Whether a field applies is not considered here.
    """
    if isinstance(term, FieldRef):
        unknown = term.high if high else term.low
        return pl.col(term.name).fill_null(unknown) if term.name in present else unknown
    if isinstance(term, Sum):
        left, right = _end(term.left, high, present), _end(term.right, high == (term.sign == 1), present)
        return left + right if term.sign == 1 else left - right
    ends = [_end(part, high, present) for part in term.of]
    if not isinstance(term, Lowest):
        return _most(ends, highest=True)
    known = [
        _exact(part, present) for part in term.of if any(ref.name in present for ref in references(part))
    ]
    unknown_ends = [_unknown_end(part, high, number) for part, number in zip(term.of, ends, strict=True)]
    fallback = _most(unknown_ends, highest=high)
    return pl.coalesce(pl.min_horizontal(*known), _column(fallback)) if known else fallback


def _unknown_end(part: Term, high: bool, number: _Number) -> _Number:
    """Return the bound of a part in rows where no part is known; for a field it is a constant."""
    return (part.high if high else part.low) if isinstance(part, FieldRef) else number


def _exact(part: Term, present: frozenset[str]) -> pl.Expr:
    """Return a part where it is exactly known, else null."""
    if isinstance(part, FieldRef):
        return pl.col(part.name)
    low, high = _column(_end(part, False, present)), _column(_end(part, True, present))
    return pl.when(low == high).then(low)


def _most(numbers: Sequence[_Number], highest: bool) -> _Number:
    if constants := [number for number in numbers if isinstance(number, int)]:
        constant = max(constants) if highest else min(constants)
        if len(constants) == len(numbers):
            return constant
    columns = [_column(number) for number in numbers]
    return pl.max_horizontal(*columns) if highest else pl.min_horizontal(*columns)


def _column(number: _Number) -> pl.Expr:
    return pl.lit(number) if isinstance(number, int) else number
