"""Tables of a page: rows under headings, each number under exactly one of them by where it stands."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from recommender.scan_report.headings import is_heading_line, other_words, read_headings
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import SCORES, Line, Page, Row, Table
from recommender.scan_report.numbers import plain
from recommender.scan_report.rows import Segment, phrases, segments
from recommender.scan_report.titles import (
    APART,
    Group,
    group_of,
    groups_of,
    is_group,
    label_above,
    title_of,
)
from recommender.scan_report.words import text_of

_MOST_OTHER_WORDS = 2  # that belong to no heading, in a phrase above the line that names a score
_MOST_HEADING_LINES = 3  # above and below the line that names a score
_NEAR = 2.2  # of the height: a line of the same heading
_END = 3.4  # of the height, or 2.2 of the usual distance of lines: the table is over
_LONGEST_LABEL = 9  # words: a longer label or phrase is of a sentence
_BETWEEN = 0.8  # of the usual distance: a label so near to the rows above and below stands beside both
GAP = "   "  # between phrases of a line that stand apart


class _Body(NamedTuple):
    """The rows found under a heading, and the line on which they end."""

    rows: list[tuple[Segment, list[Group]]]
    end: int
    is_clear: bool


class PageTables(NamedTuple):
    """The tables of a page, and the lines that belong to none."""

    tables: tuple[Table, ...]
    others: tuple[str, ...]


def page_tables(page: Page, lexicon: Lexicon) -> PageTables:
    """Return the tables of a page that have a heading with a T- or Z-score."""
    tables: list[Table] = []
    others: list[str] = []
    start = previous_end = 0
    while start < len(page.lines):
        if is_heading_line(page.lines, start, lexicon):
            first, last = _band(page.lines, start, previous_end, lexicon)
            body = _body(page.lines, last, lexicon)
            if body.rows:
                tables.append(_table(page, (first, last), body, previous_end, lexicon))
                start = previous_end = body.end
                continue
        others.append(GAP.join(text_of(run) for run in phrases(page.lines[start], APART)))
        start += 1
    return PageTables(tuple(tables), tuple(others))


def _band(lines: Sequence[Line], start: int, previous_end: int, lexicon: Lexicon) -> tuple[int, int]:
    """Return the first and last line of the heading that has its score on the line `start`."""
    first = last = start
    while first > max(previous_end, start - _MOST_HEADING_LINES) and _is_near(lines[first - 1], lines[first]):
        if any(segment.is_row for segment in segments(lines[first - 1])):
            break
        if any(other_words(text_of(run), lexicon) > _MOST_OTHER_WORDS for run in phrases(lines[first - 1])):
            break
        first -= 1
    while last + 1 < min(len(lines), start + _MOST_HEADING_LINES) and _is_near(lines[last], lines[last + 1]):
        following = lines[last + 1]
        if any(segment.cells for segment in segments(following)) or _is_prose(following):
            break
        if len(phrases(following)) == 1 and not is_heading_line(lines, last + 1, lexicon):
            break  # the label of a group of rows, or a line that is no heading
        last += 1
    return first, last


def _is_near(upper: Line, lower: Line) -> bool:
    return _distance(upper, lower) <= _NEAR * max(word.height for word in lower)


def _distance(upper: Line, lower: Line) -> float:
    return min(word.y0 for word in lower) - min(word.y0 for word in upper)


def _is_prose(line: Line) -> bool:
    return any(len(phrase) > _LONGEST_LABEL for phrase in phrases(line))


def _body(lines: Sequence[Line], heading_end: int, lexicon: Lexicon) -> _Body:
    rows: list[tuple[Segment, list[Group]]] = []
    groups: list[Group] = []
    distances: list[float] = []
    beside: list[float] = []  # from a group's label to the nearer row
    to_group = 0.0
    place = end = heading_end + 1
    last = lines[heading_end]
    while place < len(lines):
        line = lines[place]
        distance = _distance(last, line)
        usual = 2.2 * median(distances) if distances else 0.0
        if distance > max(_END * max(word.height for word in line), usual):
            break
        parts = [segment for segment in segments(line) if segment.is_row or segment.cells]
        if is_heading_line(lines, place, lexicon) or _is_prose(line):
            break
        if any(_is_sentence(segment, lexicon) for segment in parts):
            break
        if any(segment.is_row for segment in parts):
            above = [] if to_group else rows
            rows += [(segment, [*groups, *label_above(segment, above)]) for segment in parts]
            if to_group:
                beside.append(max(to_group, distance))
                to_group = 0.0
            elif rows:
                distances.append(distance)
            last, end = line, place + 1
        elif not parts and is_group(line):
            to_group = distance
            groups += groups_of(line)
            last = line
        elif any(any(char.isalpha() for char in word.text) for word in line) and not parts:
            break
        place += 1
    is_between = any(gap < _BETWEEN * median(distances) for gap in beside) if distances else False
    return _Body(rows, end, not is_between)


def _is_sentence(segment: Segment, lexicon: Lexicon) -> bool:
    """Say whether a label is the beginning of a sentence, such as that of a footnote."""
    names_score = any(lexicon.says(f"headings.{kind}", plain(segment.label)) for kind in SCORES)
    return names_score or len(segment.words) > _LONGEST_LABEL


def _table(page: Page, band: tuple[int, int], body: _Body, previous_end: int, lexicon: Lexicon) -> Table:
    first, last = band
    above, lines = page.lines[previous_end:first], page.lines[first : last + 1]
    headings = read_headings(lines, [segment for segment, _ in body.rows], lexicon)
    rows = tuple(
        Row(
            segment.label,
            group_of(segment, groups),
            title_of(segment, above, lines, headings.columns, lexicon),
            dict(zip(columns, (placed.cell for placed in segment.cells), strict=True)),
        )
        for (segment, groups), columns in zip(body.rows, headings.columns_of, strict=True)
        if len(set(columns)) == len(columns)
    )
    texts = tuple(heading.text for heading in headings.columns)
    return Table(page.number, texts, rows, headings.is_clear and body.is_clear, headings.doubts)
