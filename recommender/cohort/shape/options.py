"""Options for tables with several rows of one person."""

from typing import NamedTuple

LATEST, ALL = "latest", "all"


class ShapeOptions(NamedTuple):
    """How rows make people.

    `long` are the columns that together name the bone of each row. `one_per_person` is `LATEST`, `ALL` or
    `None`. `person` is the column that tells people apart; `None`: found by its name.
    """

    long: tuple[str, ...] = ()
    one_per_person: str | None = None
    person: str | None = None
