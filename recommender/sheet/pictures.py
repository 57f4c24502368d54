"""The figures of a sheet: what they show in words, and their shape. Each is drawn once for a rulebook."""

from collections.abc import Callable
from xml.etree import ElementTree

from recommender.errors import RulebookError
from recommender.figures import figure_of, twin_of
from recommender.rulebook.model import Rulebook
from recommender.sheet.model import Picture

_SVG = "{http://www.w3.org/2000/svg}"
_drawn: dict[tuple[str, str], Picture | None] = {}


def picture_of(book: Rulebook, exercise: str, level: str) -> Picture | None:
    """Return the figure of one level of an exercise, if it is drawn."""
    return _once(book, level, lambda: figure_of(book, exercise, level))


def twin_picture(book: Rulebook, movement: str) -> Picture | None:
    """Return the figure of a risky movement beside its safe twin, if it is drawn."""
    return _once(book, f"twin of {movement}", lambda: twin_of(book, movement))


def _once(book: Rulebook, name: str, draw: Callable[[], str | None]) -> Picture | None:
    key = book.sha256, name
    if key not in _drawn:
        try:
            svg = draw()
        except RulebookError:  # `rules check` asks for what is not drawn; a sheet does without
            svg = None
        _drawn[key] = _picture(svg) if svg else None
    return _drawn[key]


def _picture(svg: str) -> Picture:
    root = ElementTree.fromstring(svg)
    texts = (root.findtext(f"{_SVG}{name}", "") for name in ("title", "desc"))
    alt = ". ".join(" ".join(text.split()).rstrip(".") for text in texts if text)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    return Picture(svg, f"{alt}.", width / height)
