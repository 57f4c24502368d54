"""Text that a spreadsheet would run as a formula, made harmless by an apostrophe before it."""

import re

# For Python and for Polars. Full-width signs count: spreadsheets run them too. Numbers are left alone.
FORMULA = "(?s)^[=+@\t\r\n\uff1d\uff0b\uff20\uff0d-]."
_SPACE = "[ \t\r\n\u00a0]*"  # spelt out: what counts as space differs between the two
NUMBER = f"^{_SPACE}[+-]?[0-9]*[.,]?[0-9]+([eE][+-]?[0-9]+)?{_SPACE}$"


def defused(text: str) -> str:
    """Return `text` as a spreadsheet shows it and does not run it."""
    return f"'{text}" if re.search(FORMULA, text) and not re.search(NUMBER, text) else text
