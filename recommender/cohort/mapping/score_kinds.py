"""The kinds of bone scores, and which fields are scores."""

from recommender.cohort.mapping.names import T, Z
from recommender.vocabulary import Field

SCORE_KINDS = {"T-score": T, "Z-score": Z}


def is_score(field: Field) -> bool:
    """Return whether a field is a T-score or a Z-score."""
    return field.unit in SCORE_KINDS
