"""The place of a number on its page, cut out: the words around it where they stand."""

from collections.abc import Sequence

from recommender.scan_report.model import Cutout, Page, Score, Word

_ABOVE, _BELOW = 11.0, 2.5  # of the height of the number: mostly enough to see the heading over it
_LEFT, _RIGHT = 420.0, 60.0  # points: mostly enough to see the label of its row
_MARGIN = 6.0
_TO_TENTHS = 1


def cutout_of(score: Score, pages: Sequence[Page]) -> Cutout | None:
    """Return the words around the number of a score, if its place is known.

    Words at the edge are whole or left out: a number without its sign would be another number.
    """
    number = score.word
    page = next((page for page in pages if page.number == score.page), None)
    if number is None or page is None:
        return None
    x0, x1 = number.x0 - _LEFT, number.x1 + _RIGHT
    y0, y1 = number.y0 - _ABOVE * number.height, number.y1 + _BELOW * number.height
    words = [
        word
        for line in page.lines
        for word in line
        if x0 <= word.x0 and word.x1 <= x1 and y0 <= word.y0 and word.y1 <= y1
    ]
    left, top = (min(getattr(word, side) for word in words) - _MARGIN for side in ("x0", "y0"))
    return Cutout(
        round(max(word.x1 for word in words) + _MARGIN - left, _TO_TENTHS),
        round(max(word.y1 for word in words) + _MARGIN - top, _TO_TENTHS),
        tuple(_moved(word, left, top) for word in words),
        _moved(number, left, top),
    )


def _moved(word: Word, left: float, top: float) -> Word:
    x0, x1, y0, y1 = (
        round(value, _TO_TENTHS) for value in (word.x0 - left, word.x1 - left, word.y0 - top, word.y1 - top)
    )
    return Word(word.text, x0, x1, y0, y1)


def read_cutout(plain: Sequence[object] | None) -> Cutout | None:
    """Return a cut-out from plain data as JSON holds it.

    Raises:
        ValueError, TypeError: when it is none.

    """
    if plain is None:
        return None
    width, height, words, number = plain
    return Cutout(float(width), float(height), tuple(map(_read_word, words)), _read_word(number))  # type: ignore[arg-type,call-overload]


def _read_word(plain: Sequence[object]) -> Word:
    text, x0, x1, y0, y1, _ = plain
    return Word(str(text), *(float(value) for value in (x0, x1, y0, y1)))  # type: ignore[arg-type]
