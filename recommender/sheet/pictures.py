"""The figures of a sheet: what they show in words, and their shape."""

from collections.abc import Iterable
from xml.etree import ElementTree

from recommender.errors import RulebookError
from recommender.figures import figure_of, twin_of
from recommender.rulebook.model import Rulebook
from recommender.sheet.model import Picture

_SVG = "{http://www.w3.org/2000/svg}"


def picture_of(book: Rulebook, exercise: str, level: str) -> Picture | None:
    """Return the figure of one level of an exercise, if it is drawn."""
    try:
        return _picture(figure_of(book, exercise, level), book.exercises[exercise].name)
    except RulebookError:
        return None


def twin_picture(book: Rulebook, movement: str) -> Picture | None:
    """Return the figure of a risky movement beside its safe twin, if it is drawn."""
    svg = twin_of(book, movement)
    return _picture(svg, book.movements[movement].name) if svg else None


def _picture(svg: str, name: str) -> Picture:
    root = ElementTree.fromstring(svg)
    texts: Iterable[str | None] = (root.findtext(f"{_SVG}title"), root.findtext(f"{_SVG}desc"))
    alt = " ".join(" ".join(text.split()) for text in texts if text) or name
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    return Picture(svg, alt, width / height)
