"""Tables of text that lost its columns: as many numbers in a row as there are headings, counted off."""

import re
from collections.abc import Sequence

from recommender.scan_report.headings import kind_of
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import SCORES, Line, Row, Table
from recommender.scan_report.numbers import plain
from recommender.scan_report.rows import segments
from recommender.scan_report.words import text_of

_KINDS = ("t", "z", "bmd", "bmc", "area", "date")
_TITLE_LINES = 3
_UNITS = re.compile(r"\([^()]*\)")


def counted_tables(lines: Sequence[Line], page: int, lexicon: Lexicon) -> list[Table]:
    """Return tables whose rows have as many numbers as there are headings; each number of them is doubted."""
    tables = []
    for place, line in enumerate(lines):
        headings = _headings(text_of(line), lexicon)
        kinds = [kind_of(heading, lexicon) for heading in headings]
        if not any(kind in SCORES for kind in kinds) or any(kinds.count(kind) > 1 for kind in SCORES):
            continue
        title = _title(lines[max(0, place - _TITLE_LINES) : place], lexicon)
        rows = []
        for following in lines[place + 1 :]:
            parts = segments(following)
            if len(parts) != 1 or len(parts[0].cells) != len(headings):
                break
            cells = {column: placed.cell for column, placed in enumerate(parts[0].cells)}
            rows.append(Row(parts[0].label, "", title, cells))
        if rows:
            tables.append(Table(page, tuple(headings), tuple(rows), True, ("by_order",)))
    return tables


def _headings(text: str, lexicon: Lexicon) -> list[str]:
    """Return the headings of a line that holds nothing else, without that of the labels; else nothing."""
    text = _UNITS.sub(" ", plain(text))
    patterns = [lexicon.patterns[f"headings.{kind}"].pattern for kind in _KINDS]
    first = lexicon.patterns["first_column"].match(text.strip())
    rest = text.strip()[first.end() :] if first else text
    pattern = re.compile("|".join(patterns), re.IGNORECASE)
    return [] if pattern.sub("", rest).strip() else [match[0] for match in pattern.finditer(rest)]


def _title(above: Sequence[Line], lexicon: Lexicon) -> str:
    texts = (text_of(line) for line in reversed(above))
    return next((text for text in texts if lexicon.first("bones", plain(text))), "")
