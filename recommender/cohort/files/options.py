"""What a user stated about the form of a file."""

from typing import NamedTuple


class ReadOptions(NamedTuple):
    """How a file is written, as far as the user stated it; `None` is found out from the file itself."""

    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    sheet: str | None = None
