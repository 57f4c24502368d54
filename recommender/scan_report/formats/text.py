"""Plain text, as it is pasted or sent: each letter is one wide, so that columns of spaces stay columns."""

from collections.abc import Iterable

from recommender.scan_report.counting import counted_tables
from recommender.scan_report.formats.budget import Budget
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import Content, Line, Page, Table, Word
from recommender.scan_report.tables import page_tables

_HEIGHT, _PITCH = 2.0, 2.4  # of a letter that is one wide
_TAB = 8
_LONGEST_LINE, _MOST_LINES = 400, 2_000
_COLUMN = 40.0  # how far apart the columns of text with tabs are put


def text_content(text: str, lexicon: Lexicon, budget: Budget) -> Content:
    """Return the tables and lines of plain text; a form feed begins a page."""
    tables: list[Table] = []
    lines: list[tuple[int, str]] = []
    for number, page in enumerate(text.split("\f"), 1):
        budget.check()
        page_lines = _lines(page)
        page_content = page_tables(Page(number, page_lines), lexicon)
        clear = [table for table in page_content.tables if table.is_clear]
        unclear = [table for table in page_content.tables if not table.is_clear]
        tables += clear + (counted_tables(page_lines, number, lexicon) or unclear if unclear else [])
        lines += [(number, line) for line in page_content.others]
    return Content("text", tuple(tables), (), tuple(lines))


def _lines(text: str) -> list[Line]:
    raw = [line[:_LONGEST_LINE] for line in text.splitlines()[:_MOST_LINES]]
    widest = max((len(part) for line in raw for part in line.split("\t")), default=0)
    lines = []
    for place, line in enumerate(raw):
        words = list(_words(line, place * _PITCH, max(float(widest + _TAB), _COLUMN)))
        if words:
            lines.append(words)
    return lines


def _words(line: str, y: float, column: float) -> Iterable[Word]:
    """Yield the words of a line; what stands after a tab stands in the next column."""
    for number, part in enumerate(line.split("\t")):
        position = 0
        for text in part.split():
            start = part.index(text, position)
            position = start + len(text)
            x = number * column + start
            yield Word(text, x, x + len(text), y, y + _HEIGHT)
