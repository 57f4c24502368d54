"""Frames of facts from people, for the readings of the rules that take a whole table."""

from collections.abc import Mapping, Sequence

import polars as pl

from recommender.language.meaning import NOT_APPLICABLE, Facts, Value
from recommender.language.numbers import UNIT
from recommender.vectorised.leaves import NEVER
from recommender.vocabulary import Field


def frame_of(
    fields: Mapping[str, Field], people: Sequence[Facts], given: Sequence[str] | None = None
) -> pl.DataFrame:
    """Build the frame of several people's facts, with a column for each field in `given` (default: all)."""
    columns: list[pl.Series] = []
    for field in fields.values():
        if given is None or field.id in given:
            values = [known.values.get(field.id) for known in people]
            columns.append(pl.Series(field.id, [_whole(field, value) for value in values], dtype=pl.Int32))
            if field.never:
                columns.append(pl.Series(field.id + NEVER, [value is NOT_APPLICABLE for value in values]))
    return pl.DataFrame(columns)


def _whole(field: Field, value: Value | None) -> int | None:
    if value is None or value is NOT_APPLICABLE:
        return None
    if isinstance(value, str):
        return field.choices.index(value)
    return value * UNIT if isinstance(value, bool) else int(value)
