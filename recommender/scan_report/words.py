"""From letters with boxes to the lines of a page."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from recommender.scan_report.model import Line, Word
from recommender.scan_report.numbers import UNREADABLE

_SAME_LINE = 0.4  # of the height: how far the middles of two letters of a line may be apart
_SPACE = 0.2  # of the height: a gap between two words
_RAISED = 0.75  # of the height of its neighbour: a letter that small begins a word of its own
_TWICE = 0.12  # of the height: the same letter printed again as close as this is bold
_OVERLAID = 0.5  # of the width
_LONGEST = 150  # words: a longer line is none that a report has


def lines_of(letters: Iterable[Word]) -> list[Line]:
    """Return lines of words from single letters; spaces end a word, as gaps and changes of size do."""
    lines = (_words(line) for line in grouped(letters))
    return [line for line in lines if 0 < len(line) <= _LONGEST]


def grouped(boxes: Iterable[Word]) -> list[Line]:
    """Return boxes grouped into lines, from top to bottom, each from left to right."""
    lines: list[Line] = []
    for box in sorted(boxes, key=lambda box: ((box.y0 + box.y1) / 2, box.x0)):
        for line in reversed(lines[-4:]):
            tallest = max(line, key=lambda other: other.height)
            apart = abs((box.y0 + box.y1) - (tallest.y0 + tallest.y1)) / 2
            if apart <= _SAME_LINE * max(box.height, tallest.height):
                line.append(box)
                break
        else:
            lines.append([box])
    return [sorted(line, key=lambda box: (box.x0, box.x1)) for line in lines]


def _words(letters: Line) -> Line:
    words: list[Line] = []
    previous: Word | None = None
    for letter in letters:
        if previous and _is_again(letter, previous):
            continue
        if not letter.text.strip():
            previous = None
            continue
        if previous is None or _is_apart(previous, letter):
            words.append([])
        words[-1].append(letter)
        previous = letter
    return [_joined(word) for word in words]


def _is_again(letter: Word, previous: Word) -> bool:
    """Say whether a letter was printed a second time in its place, as some printers do for bold."""
    return letter.text == previous.text and letter.x0 - previous.x0 < _TWICE * letter.height


def _is_apart(previous: Word, letter: Word) -> bool:
    low, high = sorted((previous.height, letter.height))
    return letter.x0 - previous.x1 > _SPACE * low or low < _RAISED * high


def _joined(letters: Sequence[Word]) -> Word:
    doubt = next((letter.doubt for letter in letters if letter.doubt), "")
    text = "".join(letter.text for letter in letters)
    if UNREADABLE in text or any(
        before.x1 - after.x0 > _OVERLAID * min(before.x1 - before.x0, after.x1 - after.x0)
        for before, after in pairwise(letters)
    ):
        doubt = "overlaid"
    return Word(
        text,
        min(letter.x0 for letter in letters),
        max(letter.x1 for letter in letters),
        min(letter.y0 for letter in letters),
        max(letter.y1 for letter in letters),
        doubt,
    )


def text_of(line: Iterable[Word]) -> str:
    """Return the words of a line as text."""
    return " ".join(word.text for word in line)
