"""Layout of text for a terminal of any width: headings, paragraphs, bullets, numbered steps."""

from collections.abc import Iterable

WIDEST = 92
NARROWEST = 32


class Page:
    """A page of text that is wrapped to `width` columns; headings are bold where `colour` is on."""

    def __init__(self, width: int, colour: bool) -> None:
        self.width = max(NARROWEST, min(width, WIDEST))
        self.colour = colour
        self.lines: list[str] = []

    def __str__(self) -> str:
        """Return the whole page, ending in one line break."""
        return "\n".join(self.lines).rstrip() + "\n"

    def title(self, text: str) -> None:
        """Add the title, underlined."""
        self._wrapped(text, style="1")
        self.lines.append("=" * min(self.width, len(text)))

    def lead(self, text: str) -> None:
        """Add a sentence that stands out."""
        self._wrapped(text, style="1")

    def heading(self, text: str) -> None:
        """Begin a section."""
        self.lines.append("")
        self._wrapped(text.upper(), style="1;36")

    def subheading(self, text: str) -> None:
        """Begin a part of a section."""
        self.lines.append("")
        self._wrapped(text, style="1")

    def paragraph(self, text: str, indent: int = 0, hanging: int = 0) -> None:
        """Add a paragraph; its lines after the first stand `hanging` further in."""
        self._wrapped(text, " " * indent, " " * (indent + hanging))

    def bullets(self, texts: Iterable[str], indent: int = 2) -> None:
        """Add one bullet for each text."""
        for text in texts:
            self._wrapped(text, " " * indent + "- ", " " * (indent + 2))

    def steps(self, texts: Iterable[str], indent: int = 2) -> None:
        """Add numbered steps."""
        for number, text in enumerate(texts, 1):
            self._wrapped(text, " " * indent + f"{number}. ", " " * (indent + 3))

    def entry(self, label: str, text: str, indent: int = 2) -> None:
        """Add a labelled line: `How much: …`."""
        if text:
            self._wrapped(f"{label}: {text}", " " * indent, " " * (indent + 2))

    def blank(self) -> None:
        """Add an empty line."""
        self.lines.append("")

    def _wrapped(self, text: str, first: str = "", rest: str = "", style: str = "") -> None:
        """Add text wrapped at spaces; a word longer than a line stands alone, unbroken."""
        line, empty = first, True
        for word in text.split():
            if not empty and len(line) + 1 + len(word) > self.width:
                self._add(line, style)
                line, empty = rest, True
            line = line + word if empty else f"{line} {word}"
            empty = False
        self._add(line, style)

    def _add(self, line: str, style: str) -> None:
        self.lines.append(f"\x1b[{style}m{line}\x1b[0m" if style and self.colour else line)
