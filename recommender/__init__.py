"""recommender: which movements are risky for a person with low bone density, and which exercises are safe.

It informs. It does not diagnose, prescribe, or change anybody's medicine.

- `assess(t_score=-3.9, age=54)` answers one person;
- `assess_frame(frame)` answers every row of a frame of pandas, Polars, Arrow or Spark (extra `batch`);
- `assessment_schema()` is the JSON Schema of an answer, `load_rulebook()` reads the rules.

What is refused raises an error of `recommender.errors`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from recommender.version import __version__

if TYPE_CHECKING:
    from recommender.api import Answer, assess, assessment_schema
    from recommender.cohort.dataframes import assess_frame
    from recommender.errors import (
        CohortError,
        ColumnWarning,
        DocumentError,
        ProfileError,
        RecommenderError,
        RulebookError,
    )
    from recommender.rulebook import load_rulebook

_HOMES = {
    "Answer": "recommender.api",
    "assess": "recommender.api",
    "assessment_schema": "recommender.api",
    "assess_frame": "recommender.cohort.dataframes",
    "load_rulebook": "recommender.rulebook",
    **dict.fromkeys(
        (
            "CohortError",
            "ColumnWarning",
            "DocumentError",
            "ProfileError",
            "RecommenderError",
            "RulebookError",
        ),
        "recommender.errors",
    ),
}

__all__ = [
    "Answer",
    "CohortError",
    "ColumnWarning",
    "DocumentError",
    "ProfileError",
    "RecommenderError",
    "RulebookError",
    "__version__",
    "assess",
    "assess_frame",
    "assessment_schema",
    "load_rulebook",
]


def __getattr__(name: str) -> object:
    """Import a public name on first use: one answer does not wait for the table libraries."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(_HOMES[name]), name)
    except ModuleNotFoundError as error:
        message = f"{name} needs more than is installed: pip install 'recommender[batch]'"
        raise ImportError(message) from error


def __dir__() -> list[str]:
    return __all__
