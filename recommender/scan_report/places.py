"""Where a number stands in its report, in words."""

from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import Proposal

_PARTS = ("page", "table", "row", "column")


def where_printed(proposal: Proposal, lexicon: Lexicon) -> str:
    """Return the page, table, row and column of a number, as far as the report has them."""
    texts = {name: str(getattr(proposal, name)) for name in _PARTS}
    return ", ".join(lexicon.sentence(f"asking.{name}", text=text) for name, text in texts.items() if text)
