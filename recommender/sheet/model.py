"""What a sheet is made of: sections of a few kinds of parts, the same for a web page and for PDF."""

from collections.abc import Iterable
from typing import NamedTuple

PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""The papers that a sheet can be printed on: width and height in mm."""
MARGIN = 10.0
"""Of every page, in mm."""


class Picture(NamedTuple):
    """A drawing as SVG, what it shows in words, and its width divided by its height."""

    svg: str
    alt: str
    aspect: float


class Lines(NamedTuple):
    """Paragraphs; those of a `lead` stand out."""

    texts: tuple[str, ...]
    lead: bool = False


class Item(NamedTuple):
    """An item of a list, perhaps with a head that stands out."""

    text: str
    head: str = ""


class Items(NamedTuple):
    """A list, numbered or not."""

    items: tuple[Item, ...]
    numbered: bool = False


def listed(texts: Iterable[str]) -> Items:
    """Return texts as a list without heads."""
    return Items(tuple(map(Item, texts)))


class Card(NamedTuple):
    """A picture, if there is one, with a title, paragraphs, boxes to tick, and how to do it step by step.

    There is a box for each of the `days`; `tick` says on how many of them. On paper the steps, and what else
    there is to know (`more`), stand only where they are `written_out`.
    """

    picture: Picture | None
    title: str
    texts: tuple[str, ...]
    more: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    written_out: bool = False
    tick: str = ""
    days: tuple[str, ...] = ()


class Cards(NamedTuple):
    """Cards side by side, so many in a row on paper.

    Each picture has room of `width` by `height` mm, and its words stand beside or `under` it.
    """

    cards: tuple[Card, ...]
    across: int
    width: float
    height: float
    under: bool = False


class Blanks(NamedTuple):
    """Lines to write on, each with its label, and perhaps a box to tick before it."""

    labels: tuple[str, ...]
    ticked: str = ""


Part = Lines | Items | Cards | Blanks


def kind_of(part: Part) -> str:
    """Return the name of the kind of a part, as the templates know it."""
    return type(part).__name__.lower()


class Section(NamedTuple):
    """A section with its heading; one with an `alarm` is boxed."""

    name: str
    title: str
    parts: tuple[Part, ...]
    alarm: bool = False


class Page(NamedTuple):
    """The sections of one page, and the size of its letters in points."""

    sections: tuple[Section, ...]
    size: float


class Sheet(NamedTuple):
    """A whole sheet: one page or two, or in large print as many as it takes."""

    title: str
    pages: tuple[Page, ...]
    paper: str
    large_print: bool
