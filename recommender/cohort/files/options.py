"""Options for reading a file."""

from typing import NamedTuple


class ReadOptions(NamedTuple):
    """How a file is written; what is `None` is detected from the file.

    `header_row` is the line of the names, from 1, or two lines that make the names together: `1-2`.
    """

    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    header_row: str | None = None
