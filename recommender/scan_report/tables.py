"""Tables of a page: rows under headings, each number under exactly one of them by where it stands."""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from recommender.scan_report.headings import Heading, is_heading_line, other_words, read_headings
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import Line, Page, Row, Table
from recommender.scan_report.numbers import plain
from recommender.scan_report.rows import Segment, phrases, segments
from recommender.scan_report.words import text_of

_MOST_OTHER_WORDS = 2  # that belong to no heading, in a phrase above the line that names a score
_MOST_HEADING_LINES = 3  # above and below the line that names a score
_NEAR = 2.2  # of the height: a line of the same heading
_END = 3.4  # of the height, or 2.2 of the usual distance of lines: the table is over
_TITLE_LINES = 14
_LONGEST_TITLE = 9  # words
_TITLE_GAP = 1.0
_LONGEST_GROUP = 5
GAP = "   "  # between phrases of a line that stand apart


class _Group(NamedTuple):
    text: str
    x0: float
    x1: float


class _Body(NamedTuple):
    """The rows found under a heading, and the line on which they end."""

    rows: list[tuple[Segment, list[_Group]]]
    end: int


class Found(NamedTuple):
    """The tables of a page, and the lines that belong to none."""

    tables: tuple[Table, ...]
    others: tuple[str, ...]


def page_tables(page: Page, lexicon: Lexicon) -> Found:
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
        others.append(GAP.join(text_of(run) for run in phrases(page.lines[start], _TITLE_GAP)))
        start += 1
    return Found(tuple(tables), tuple(others))


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
    return any(len(phrase) > _LONGEST_TITLE for phrase in phrases(line))


def _body(lines: Sequence[Line], heading_end: int, lexicon: Lexicon) -> _Body:
    rows: list[tuple[Segment, list[_Group]]] = []
    groups: list[_Group] = []
    distances: list[float] = []
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
        if any(segment.is_row for segment in parts):
            rows += [(segment, list(groups)) for segment in parts]
            distances.append(distance)
            last, end = line, place + 1
        elif not parts and _is_group(line):
            groups += [_Group(text_of(run), run[0].x0, run[-1].x1) for run in phrases(line, _TITLE_GAP)]
            last = line
        elif any(any(char.isalpha() for char in word.text) for word in line) and not parts:
            break
        place += 1
    return _Body(rows, end)


def _is_group(line: Line) -> bool:
    return all(len(run) <= _LONGEST_GROUP for run in phrases(line, _TITLE_GAP)) and any(
        char.isalpha() for word in line for char in word.text
    )


def _table(page: Page, band: tuple[int, int], body: _Body, previous_end: int, lexicon: Lexicon) -> Table:
    first, last = band
    headings = read_headings(page.lines[first : last + 1], [segment for segment, _ in body.rows], lexicon)
    rows = tuple(
        Row(
            segment.label,
            _group_of(segment, groups),
            _title_of(segment, page.lines[previous_end : last + 1], headings.columns, lexicon),
            dict(zip(columns, (placed.cell for placed in segment.cells), strict=True)),
        )
        for (segment, groups), columns in zip(body.rows, headings.columns_of, strict=True)
        if len(set(columns)) == len(columns)
    )
    texts = tuple(heading.text for heading in headings.columns)
    return Table(page.number, texts, rows, headings.is_clear, headings.doubts)


def _group_of(segment: Segment, groups: Iterable[_Group]) -> str:
    """Return the label of the group above a row, in the same column of labels."""
    first_cell = segment.cells[0].x0
    own = [group.text for group in groups if group.x0 < first_cell and group.x1 > segment.x0 - 40]
    return own[-1] if own else ""


def _title_of(segment: Segment, above: Sequence[Line], columns: Sequence[Heading], lexicon: Lexicon) -> str:
    """Return the nearest phrase above a table that names a bone, or something that is none that counts."""
    right = max([placed.x1 for placed in segment.cells] + [heading.x1 for heading in columns])
    for line in reversed(above[-_TITLE_LINES:]):
        named = [run for run in phrases(line, _TITLE_GAP) if _names_bone(run, lexicon)]
        own = [run for run in named if run[0].x0 < right and run[-1].x1 > segment.x0 - 10]
        if named:
            chosen = own or (named if len(named) == 1 else [])
            return text_of(chosen[0]) if chosen else ""
    return ""


def _names_bone(run: Line, lexicon: Lexicon) -> bool:
    text = plain(text_of(run))
    is_title = len(run) <= _LONGEST_TITLE
    return is_title and bool(lexicon.first("bones", text) or lexicon.first("never", text))
