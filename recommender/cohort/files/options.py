"""Options for reading a file."""

from typing import NamedTuple


class ReadOptions(NamedTuple):
    """How a file is written; what is `None` is detected from the file."""

    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    sheet: str | None = None
