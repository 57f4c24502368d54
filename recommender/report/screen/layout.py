"""A page of the first screen: sections with a heading of their own, or run in where room is short."""

from collections.abc import Iterable, Sequence

from recommender.report.page import Page


class ScreenPage(Page):
    """A page that is `airy`, or else has no empty line and no heading on a line of its own."""

    def __init__(self, width: int, colour: bool, airy: bool) -> None:
        super().__init__(width, colour)
        self.airy = airy

    @property
    def words(self) -> int:
        """Return the number of words on the page."""
        return sum(len(line.split()) for line in self.lines)

    def heading(self, text: str) -> None:
        """Begin a section; only an airy page sets it apart."""
        super().heading(text)
        if not self.airy:
            del self.lines[-2]

    def section(self, title: str, texts: Sequence[str]) -> None:
        """Add a section of some texts, if there are any."""
        if not self.airy and texts:
            self.paragraph(f"{title.upper()}: {' '.join(texts)}")
        elif len(texts) == 1:
            self.heading(title)
            self.paragraph(texts[0])
        elif texts:
            self.heading(title)
            self.bullets(texts, indent=0)

    def command(self, words: Iterable[str], say: str) -> None:
        """Add a command to copy and what it is for; a shell reads several lines as one."""
        words = tuple(words)
        if self.commented_fits(words, say):
            self.lines.append(self._commented(words, say))
        else:
            self.paragraph(f"# {say}", indent=2)
            self.lines += self.command_lines(words)

    def commented_fits(self, words: Iterable[str], say: str) -> bool:
        """Return whether a command and what it is for fit one line."""
        return len(self._commented(words, say)) <= self.width

    @staticmethod
    def _commented(words: Iterable[str], say: str) -> str:
        return f"  {' '.join(words)}   # {say}"

    def command_lines(self, words: Iterable[str]) -> list[str]:
        """Return a command as lines that fit the page, each but the last with the sign that it goes on."""
        lines, line, continued = [], "  ", " \\"
        for word in words:
            if line.strip() and len(line) + 1 + len(word) + len(continued) > self.width:
                lines.append(line + continued)
                line = "   "
            line = f"{line} {word}" if line.strip() else f"{line}{word}" if not lines else f"{line} {word}"
        return [*lines, line]
