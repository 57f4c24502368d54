"""recommender: which movements are risky for a person with low bone density, and which exercises are safe.

It informs. It does not diagnose, prescribe, or change anybody's medicine.
"""

from typing import TYPE_CHECKING

from recommender.version import __version__ as __version__

if TYPE_CHECKING:
    from recommender.cohort.dataframes import assess_frame as assess_frame


def __getattr__(name: str) -> object:
    """Import `assess_frame` on first use: one person's answer does not wait for the table libraries."""
    if name == "assess_frame":
        from recommender.cohort.dataframes import assess_frame

        return assess_frame
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
