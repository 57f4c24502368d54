"""A report as blocks that a template lays out, from the same writing as the text for a terminal."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from recommender.report.screen.layout import ScreenPage


class Block(NamedTuple):
    """One piece of a report: its `kind` is the name of the method that wrote it."""

    kind: str
    texts: tuple[str, ...]
    label: str = ""


class Outline(ScreenPage):
    """A page that keeps what is written on it as blocks."""

    def __init__(self) -> None:
        super().__init__(width=0, colour=False, airy=True)
        self.blocks: list[Block] = []

    def title(self, text: str) -> None:
        """Add the title."""
        self.blocks.append(Block("title", (text,)))

    def lead(self, text: str) -> None:
        """Add a sentence that stands out."""
        self.blocks.append(Block("lead", (text,)))

    def heading(self, text: str) -> None:
        """Begin a section."""
        self.blocks.append(Block("heading", (text,)))

    def subheading(self, text: str) -> None:
        """Begin a part of a section."""
        self.blocks.append(Block("subheading", (text,)))

    def paragraph(self, text: str, indent: int = 0, hanging: int = 0) -> None:  # noqa: ARG002
        """Add a paragraph."""
        self.blocks.append(Block("paragraph", (text,)))

    def bullets(self, texts: Iterable[str], indent: int = 0) -> None:  # noqa: ARG002
        """Add a list; one that follows a list goes on with it."""
        self._list("bullets", tuple(texts))

    def steps(self, texts: Iterable[str], indent: int = 0) -> None:  # noqa: ARG002
        """Add numbered steps."""
        self._list("steps", tuple(texts))

    def entry(self, label: str, text: str, indent: int = 0) -> None:  # noqa: ARG002
        """Add a labelled line."""
        if text:
            self.blocks.append(Block("entry", (text,), label))

    def blank(self) -> None:
        """Add nothing: the template sets parts apart."""

    def section(self, title: str, texts: Sequence[str]) -> None:
        """Add a section of some texts, if there are any."""
        if texts:
            self.heading(title)
            self._list("bullets" if len(texts) > 1 else "paragraph", tuple(texts))

    def command(self, words: Iterable[str], say: str) -> None:
        """Add nothing: a page has buttons where a terminal has commands."""

    def parts(self) -> list[tuple[str, list[Block]]]:
        """Return the parts of the page: each heading with the blocks under it."""
        parts: list[tuple[str, list[Block]]] = []
        for block in self.blocks:
            if block.kind == "heading":
                parts.append((block.texts[0], []))
            elif parts:
                parts[-1][1].append(block)
        return parts

    def _list(self, kind: str, texts: tuple[str, ...]) -> None:
        if self.blocks and self.blocks[-1].kind == kind == "bullets":
            texts = (*self.blocks.pop().texts, *texts)
        if texts:
            self.blocks.append(Block(kind, texts))
