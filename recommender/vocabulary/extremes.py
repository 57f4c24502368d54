"""The worst and the best answer to a field, by its `worse`."""

from typing import NamedTuple

from recommender.language.meaning import NOT_APPLICABLE, Value
from recommender.vocabulary.model import Field


class Extremes(NamedTuple):
    """The worst and the best answer that a field accepts."""

    worst: Value
    best: Value


def extremes(field: Field) -> Extremes:
    """Return the worst and the best answer to a field whose `worse` is not "neither"."""
    if field.kind == "yes_no":
        return Extremes(field.worse == "yes", field.worse != "yes")
    if field.kind == "choice":
        first, last = field.choices[0], field.choices[-1]
        return Extremes(last, first) if field.worse == "last" else Extremes(first, last)
    worst, best = (field.high, field.low) if field.worse == "higher" else (field.low, field.high)
    return Extremes(worst, NOT_APPLICABLE if field.never else best)
