"""A line of a page taken apart: labels with the cells to their right, and phrases of words close together."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from recommender.scan_report.model import Cell, Line, Word
from recommender.scan_report.numbers import DATE, is_empty, looks_numeric, plain, read_number
from recommender.scan_report.words import text_of

_PHRASE = 0.65  # of the height: the widest gap inside a phrase
_APART = 1.0  # of the height: what stands so far apart is not of one sentence
_LONGEST = 4  # words of a label
_SIGN = 0.35, 1.2  # of the height: a minus so near to its number belongs to it; one so near may
_UNIT = re.compile(r"\(?(?:%|g ?/ ?cm2|g|cm2|s\.?d\.?|sds|years?|yrs?|y)\)?", re.IGNORECASE)
_LEVEL = re.compile(r"\bL(?:WK?)? ?[1-5]$", re.IGNORECASE)
_INTEGER = re.compile(r"\d{1,2}")
_THIRD = "33%"
_YEAR = re.compile(r"(?:19|20)\d\d")


class Placed(NamedTuple):
    """A cell with the place where it stands on its line."""

    cell: Cell
    x0: float
    x1: float


class Segment(NamedTuple):
    """A label and the cells to its right, up to the next label on the same line."""

    words: tuple[Word, ...]
    cells: tuple[Placed, ...]

    @property
    def label(self) -> str:
        """The words of the label."""
        return text_of(self.words)

    @property
    def x0(self) -> float:
        """Where the label begins."""
        return self.words[0].x0

    @property
    def is_row(self) -> bool:
        """Whether it holds a number with decimals, as every row of scores does."""
        numbers = (read_number(placed.cell.text) for placed in self.cells)
        return any(number and number.decimals for number in numbers)


def phrases(line: Line, gap: float = _PHRASE) -> list[Line]:
    """Return runs of words that stand close together."""
    runs: list[Line] = []
    for word in line:
        if runs and word.x0 - runs[-1][-1].x1 <= gap * word.height:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def segments(line: Line) -> list[Segment]:
    """Return the labels of a line with their cells; numbers left of the first label belong to no row."""
    result: list[Segment] = []
    label: Line = []
    cells: list[Placed] = []
    words = list(_signed(line))
    for place, (word, doubts) in enumerate(words):
        following = words[place + 1][0] if place + 1 < len(words) else None
        is_cell = _is_cell(word) and not (not cells and _is_in_label(label, word, following))
        if is_cell and label:
            cells.append(Placed(Cell(word.text, doubts, word), word.x0, word.x1))
        elif not label and _is_day(word):
            label.append(word)
        elif cells and _UNIT.fullmatch(plain(word.text)):
            cells[-1] = cells[-1]._replace(x1=word.x1)
        elif is_cell:
            continue
        else:
            if cells:
                result.append(_segment(label, cells))
                label, cells = [], []
            label.append(word)
    if cells:
        result.append(_segment(label, cells))
    return result


def _segment(label: Line, cells: Sequence[Placed]) -> Segment:
    doubts = ("overlaid",) if any(word.doubt == "overlaid" for word in label) else ()
    placed = (each._replace(cell=each.cell._replace(doubts=(*each.cell.doubts, *doubts))) for each in cells)
    return Segment(tuple(_end_of_label(label)), tuple(placed))


def _end_of_label(label: Line) -> Line:
    """Return a label without a sentence that ends on the same line, as of a letter beside a table."""
    runs = phrases(label, _APART)
    while len(runs) > 1 and len(runs[0]) > _LONGEST:
        runs = runs[1:]
    return [word for run in runs for word in run]


def _is_cell(word: Word) -> bool:
    return looks_numeric(word.text) or is_empty(word.text) or DATE.fullmatch(word.text) is not None


def _is_day(word: Word) -> bool:
    return DATE.fullmatch(word.text) is not None or _YEAR.fullmatch(word.text) is not None


def _is_in_label(label: Line, word: Word, following: Word | None) -> bool:
    """Say whether a sign or a short number is part of a label such as `L1 - L4` or `Radius 33 %`."""
    if not label or following is None:
        return False
    text, after = plain(word.text), plain(following.text)
    if text == _THIRD:
        return True
    before = plain(text_of(label))
    if text in ("-", "/"):
        in_range = _LEVEL.search(before) and _INTEGER.fullmatch(after)
        return bool(in_range) or any(char.isalpha() for char in after) or (text == "/" and after == "3")
    if _INTEGER.fullmatch(text):
        return after in ("%", "/") or (before[-1:] in "-/" and before[:-1].strip()[-1:].isdigit())
    return False


def _signed(line: Line) -> Iterator[tuple[Word, tuple[str, ...]]]:
    """Yield words with keys of doubts; a minus that stands apart is joined to its number."""
    sign: Word | None = None
    for word in line:
        doubts: tuple[str, ...] = (word.doubt,) if word.doubt else ()
        if sign:
            number = plain(word.text)
            gap = (word.x0 - sign.x1) / max(word.height, 0.01)
            if (
                number[:1].isdigit()
                and read_number(number)
                and "." in number.replace(",", ".")
                and gap < _SIGN[1]
            ):
                doubts += () if gap <= _SIGN[0] else ("marked",)
                yield word._replace(text=f"-{word.text}", x0=sign.x0), doubts
                sign = None
                continue
            yield sign, ()
            sign = None
        if plain(word.text) == "-":
            sign = word
        else:
            yield word, doubts
    if sign:
        yield sign, ()
