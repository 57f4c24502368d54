"""What stands above rows: the label of their group, the title of their table, and the day it is of."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from recommender.scan_report.headings import Heading
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import Line
from recommender.scan_report.numbers import DATE, YEAR, plain
from recommender.scan_report.rows import Segment, phrases
from recommender.scan_report.words import text_of

APART = 1.0  # of the height: phrases of a line that stand so far apart are titles of their own
_TITLE_LINES, _CAPTION_LINES = 14, 2
_LONGEST_TITLE, _LONGEST_CAPTION, _LONGEST_GROUP = 9, 5, 5  # words
_INDENT = 8.0  # points: a label that begins so much further to the right is indented
_NEAR_LABEL = 40.0  # points


class Group(NamedTuple):
    """The label of a group of rows, from its left to its right edge."""

    text: str
    x0: float
    x1: float


def is_group(line: Line) -> bool:
    """Say whether a line without numbers may be the label of the rows below it."""
    is_short = all(len(run) <= _LONGEST_GROUP for run in phrases(line, APART))
    return is_short and any(char.isalpha() for word in line for char in word.text)


def groups_of(line: Line) -> list[Group]:
    """Return the labels on a line, one for each table that has rows below it."""
    return [Group(text_of(run), run[0].x0, run[-1].x1) for run in phrases(line, APART)]


def label_above(segment: Segment, rows: Sequence[tuple[Segment, Sequence[Group]]]) -> Iterator[Group]:
    """Yield the part of the label above left of an indented one: a bone printed once for both sides."""
    above, groups = rows[-1] if rows else (segment, ())
    if segment.x0 <= above.x0 + _INDENT:
        return
    if own := [word for word in above.words if word.x1 <= segment.x0]:
        yield Group(text_of(own), own[0].x0, segment.x0)
    elif groups and len(above.cells) == len(segment.cells):
        yield groups[-1]


def group_of(segment: Segment, groups: Iterable[Group]) -> str:
    """Return the label of the group above a row, in the same column of labels."""
    first_cell = segment.cells[0].x0
    own = [group.text for group in groups if group.x0 < first_cell and group.x1 > segment.x0 - _NEAR_LABEL]
    return own[-1] if own else ""


def title_of(
    segment: Segment,
    above: Sequence[Line],
    band: Sequence[Line],
    columns: Sequence[Heading],
    lexicon: Lexicon,
) -> str:
    """Return the nearest phrase above a row that names a bone, or what never counts; then the scan's day.

    `band` are the lines of the headings, `above` those before them.
    """
    right = max([placed.x1 for placed in segment.cells] + [heading.x1 for heading in columns])
    bone = ""
    for line in reversed([*above, *band][-_TITLE_LINES:]):
        named = [run for run in phrases(line, APART) if _names_bone(run, lexicon)]
        own = [run for run in named if run[0].x0 < right and run[-1].x1 > segment.x0 - 10]
        if named:
            chosen = own or (named if len(named) == 1 else [])
            bone = text_of(chosen[0]) if chosen else ""
            break
    return " ".join(filter(None, (bone, *_captions(above, bone, lexicon))))


def _names_bone(run: Line, lexicon: Lexicon) -> bool:
    text = plain(text_of(run))
    is_title = len(run) <= _LONGEST_TITLE
    return is_title and bool(lexicon.first("bones", text) or lexicon.first("never", text))


def _captions(above: Sequence[Line], bone: str, lexicon: Lexicon) -> Iterator[str]:
    """Yield short phrases right above a table that name a day, or an older scan."""
    for line in above[-_CAPTION_LINES:]:
        for run in phrases(line, APART):
            text = text_of(run)
            names_day = DATE.search(text) or YEAR.search(text) or lexicon.says("older", plain(text))
            if names_day and text != bone and len(run) <= _LONGEST_CAPTION:
                yield text
