"""Whether a page of a sheet fits its paper, by an estimate that is a little too high.

A browser sets the pages only when they are printed, so nothing can be measured: the letters are taken to be
those of Arial, which the page asks for, and its free likenesses. The tests hold this to real pages.
"""

from collections.abc import Iterable
from functools import cache

from recommender.sheet.model import MARGIN, PAPERS, Blanks, Card, Cards, Items, Lines, Page, Part, Section

MM = 25.4 / 72  # of a point
LINE = 1.2  # the height of a line
GAP = 0.3  # after a paragraph or an item of a list
BOLD = 1.07  # the width of bold letters
INDENT = 1.5  # of the size of the text, of lists
TITLE, HEADING, LEAD, CARD_TITLE = 1.4, 1.15, 1.1, 1.06  # sizes, beside that of the text
BESIDE, BETWEEN_CARDS = 3.0, 4.0  # mm, between a picture and its words, and between cards
BETWEEN_ROWS = 0.5  # of the size of the text, of cards
BOX = 3.0  # mm, to the left and right of a boxed section; a third of it above and below
BETWEEN_SECTIONS = 0.45  # of the size of the text
TICKS = 4.5  # mm, the height of boxes to tick, above the letters of the days

_WIDTHS = {
    letter: width
    for width, letters in (
        (0.222, "ijl"),
        (0.278, " ft!.,:;/I'"),
        (0.333, 'r-()“”"'),
        (0.5, "ckJsvxyz"),
        (0.611, "FTZ"),
        (0.667, "ABEKPSVXY&"),
        (0.722, "CDHNRUw"),
        (0.778, "GOQ"),
        (0.833, "mM"),
        (0.944, "W%"),
    )
    for letter in letters
}
_WIDTH = 0.556  # of any other letter


@cache
def _width(word: str) -> float:
    """Return the width of a word, in the size of its letters."""
    return sum(_WIDTHS.get(letter, _WIDTH) for letter in word)


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes that are `width` wide, in the size of its letters."""
    lines, used = 1, 0.0
    for word in text.split(" "):
        long = _width(word)
        if used and used + _WIDTHS[" "] + long > width:
            lines, used = lines + 1, long
        else:
            used += (_WIDTHS[" "] if used else 0) + long
    return lines


class _Measure:
    """The heights of parts in mm, for letters of one size in points."""

    def __init__(self, size: float) -> None:
        self.size = size * MM

    def text(self, text: str, width: float, scale: float = 1.0, weight: float = 1.0) -> float:
        """Return the height of a paragraph with the gap after it."""
        lines = _lines(text, width / (self.size * scale * weight))
        return (lines * LINE + GAP) * scale * self.size

    def texts(self, texts: Iterable[str], width: float) -> float:
        return sum(self.text(text, width) for text in texts)

    def part(self, part: Part, width: float) -> float:
        """Return the height of one part."""
        match part:
            case Lines(texts, lead):
                return sum(
                    self.text(text, width, LEAD, BOLD) if lead else self.text(text, width) for text in texts
                )
            case Items(items):
                return self.texts((f"{item.head} {item.text}" for item in items), width - INDENT * self.size)
            case Cards(cards, across):
                rows = [cards[start : start + across] for start in range(0, len(cards), across)]
                column = (width - BETWEEN_CARDS * (across - 1)) / across
                return sum(
                    max(self.card(card, part, column) for card in row) + BETWEEN_ROWS * self.size
                    for row in rows
                )
            case Blanks(labels):
                return len(labels) * 1.9 * self.size

    def card(self, card: Card, cards: Cards, width: float) -> float:
        """Return the height of a card, its words beside its picture or under it."""
        if card.picture is None:
            return self._words(card, width)
        if cards.under:
            return cards.height + self._words(card, width)
        return max(cards.height, self._words(card, width - cards.width - BESIDE))

    def _words(self, card: Card, width: float) -> float:
        ticks = TICKS + 1.2 * self.size if card.days else 0.0
        title = self.text(card.title, width, CARD_TITLE, BOLD)
        words = title + self.texts(card.texts, width) + ticks
        if card.written_out:
            words += self.texts(card.more, width) + self.texts(card.steps, width - INDENT * self.size)
        return words

    def section(self, section: Section, width: float) -> float:
        """Return the height of a section with its heading."""
        inside = width - 2 * BOX if section.alarm else width
        heading = self.text(section.title, inside, HEADING, BOLD)
        parts = sum(self.part(part, inside) for part in section.parts)
        return heading + parts + (2 * BOX / 3 if section.alarm else 0) + BETWEEN_SECTIONS * self.size


def height(page: Page, paper: str, *, titled: bool) -> float:
    """Return the estimated height of a page in mm, with the title of the sheet if it has one."""
    width, measure = PAPERS[paper][0] - 2 * MARGIN, _Measure(page.size)
    title = (TITLE * LINE + GAP) * measure.size if titled else 0.0
    return title + sum(measure.section(section, width) for section in page.sections)


def fits(page: Page, paper: str, *, titled: bool) -> bool:
    """Say whether a page fits its paper."""
    return height(page, paper, titled=titled) <= PAPERS[paper][1] - 2 * MARGIN
