"""Charts as small SVG texts: hatching and numbers instead of colour, as wide as the page.

Lengths are shares of the width and letters keep their size, so that a chart reads at 320 px as on paper.
"""

import textwrap
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from recommender.report.html import Markup, heading, safe

_NARROW, _BROAD = 240, 550
_LABEL_LETTERS = 40
_LINE, _BAR, _GAP = 17, 20, 14
_LETTER = 8

DOTS, PLAIN, LINES, GRID, DARK = "dots", "plain", "lines", "grid", "dark"
_INK, _EDGE = "#1f3a5f", "#1b1b1b"
_PATTERNS = {
    DOTS: ("#ffffff", '<circle cx="2" cy="2" r="1"/><circle cx="6" cy="6" r="1"/>'),
    PLAIN: ("#e3ecf5", ""),
    LINES: ("#ffffff", '<path d="M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6" stroke-width="1.5"/>'),
    GRID: ("#9dbbd8", '<path d="M0 0 L8 8 M8 0 L0 8" stroke-width="1.5"/>'),
    DARK: (_INK, ""),
}


class Part(NamedTuple):
    """A part of every bar: its name and its fill."""

    name: str
    fill: str


class Bar(NamedTuple):
    """One bar: label, shown number, the lengths of its parts, and the length of the full width."""

    label: str
    value: str
    lengths: tuple[int, ...]
    whole: int


class Reach(NamedTuple):
    """An estimate between -1 and 1, with its confidence interval."""

    label: str
    estimate: float
    low: float
    high: float

    @property
    def value(self) -> str:
        """The estimate and its interval as text."""
        return f"{self.estimate:z.2f} ({self.low:z.2f} to {self.high:z.2f})"


def patterns() -> Markup:
    """Return the fills that all charts of a page share; a page must hold them once."""
    tiles = "".join(
        f'<pattern id="fill-{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{ground}"/>'
        f'<g fill="{_INK}" stroke="{_INK}" stroke-width="0">{marks}</g></pattern>'
        for name, (ground, marks) in _PATTERNS.items()
    )
    return Markup(
        f'<svg class="pattern-store" width="0" height="0" aria-hidden="true"><defs>{tiles}</defs></svg>\n'
    )


def key(parts: Iterable[Part], says: Iterable[str]) -> Markup:
    """Return the key of a chart: each fill with its name and a sentence."""
    items = "".join(
        f'<li><svg width="24" height="16" aria-hidden="true">{_rect(0, 100, 0, part.fill, 16)}</svg>'
        f"{safe(f'{part.name}: {words}')}</li>\n"
        for part, words in zip(parts, says, strict=True)
    )
    return Markup(f'<ul class="key">\n{items}</ul>\n')


def figure(caption: str, says: str, inside: Markup) -> Markup:
    """Return a chart under its caption and a sentence that helps to read it."""
    return Markup(
        f"<figure>\n<figcaption><strong>{safe(caption)}</strong><br/>{safe(says)}</figcaption>\n"
        f"{inside}</figure>\n"
    )


def panels(charts: Iterable[tuple[str, Markup]]) -> Markup:
    """Return small charts with a name each, beside each other where there is room."""
    cells = "".join(f'<div class="panel">\n{heading(3, name)}{chart}</div>\n' for name, chart in charts)
    return Markup(f'<div class="panels">\n{cells}</div>\n')


def bar_chart(name: str, title: str, says: str, parts: Sequence[Part], bars: Sequence[Bar]) -> Markup:
    """Return one chart; `name` is unique in the page, `says` describes it for screen readers."""
    drawn, top = [], 0
    for bar in bars:
        shapes, height = _bar(bar, parts, top)
        drawn.append(shapes)
        top += height
    numbers = "; ".join(f"{bar.label}: {bar.value}" for bar in bars)
    return _drawing(name, title, f"{says} {numbers}.", top, drawn)


def interval_chart(name: str, title: str, says: str, reaches: Sequence[Reach]) -> Markup:
    """Return a chart of estimates from -1 to 1, each with its interval, and a line at 0."""
    drawn, top = [], 0
    for reach in reaches:
        low, mark, high = (f"{50 * (1 + number):.2f}%" for number in (reach.low, reach.estimate, reach.high))
        lines = textwrap.wrap(f"{reach.label}: {reach.value}", _LABEL_LETTERS)
        drawn += [
            f'<text x="0" y="{top + _LINE * number + 13}">{safe(line)}</text>\n'
            for number, line in enumerate(lines)
        ]
        top += _LINE * len(lines)
        middle = top + _BAR // 2
        drawn.append(
            f'<rect x="0" y="{top}" width="100%" height="{_BAR}" fill="#ffffff" stroke="#767676"/>\n'
        )
        drawn.append(f'<line x1="50%" y1="{top}" x2="50%" y2="{top + _BAR}" stroke="#767676"/>\n')
        drawn.append(
            f'<line x1="{low}" y1="{middle}" x2="{high}" y2="{middle}" stroke="{_INK}" stroke-width="3"/>\n'
        )
        drawn.append(f'<circle cx="{mark}" cy="{middle}" r="6" fill="{_INK}"/>\n')
        top += _BAR + _GAP
    return _drawing(
        name, title, f"{says} {'; '.join(f'{reach.label}: {reach.value}' for reach in reaches)}.", top, drawn
    )


def _drawing(name: str, title: str, says: str, height: int, drawn: Iterable[str]) -> Markup:
    return Markup(
        f'<svg role="img" aria-labelledby="{name}-title {name}-says" width="100%" height="{height}">\n'
        f'<title id="{name}-title">{safe(title)}</title>\n'
        f'<desc id="{name}-says">{safe(says)}</desc>\n{"".join(drawn)}</svg>\n'
    )


def _bar(bar: Bar, parts: Sequence[Part], top: int) -> tuple[str, int]:
    """Return one bar, with its label and number above it, and its height."""
    lines = textwrap.wrap(f"{bar.label}:", _LABEL_LETTERS)
    if len(lines[-1]) + len(bar.value) < _LABEL_LETTERS:
        lines[-1] += f" {bar.value}"
    else:
        lines.append(bar.value)
    drawn = [
        f'<text x="0" y="{top + _LINE * number + 13}">{safe(line)}</text>\n'
        for number, line in enumerate(lines)
    ]
    top += _LINE * len(lines)
    drawn.append(f'<rect x="0" y="{top}" width="100%" height="{_BAR}" fill="#ffffff" stroke="#767676"/>\n')
    begin = 0
    for part, length in zip(parts, bar.lengths, strict=True):
        if length > 0:
            drawn.append(_stretch(part, length, begin, bar.whole, top))
        begin += length
    return "".join(drawn), _LINE * len(lines) + _BAR + _GAP


def _stretch(part: Part, length: int, begin: int, whole: int, top: int) -> str:
    """Return a part of a bar, with its number where it has room: on any page, or only on a broad one."""
    start, share = 100 * begin / whole, 100 * length / whole
    number = f"{length:,}"
    drawn, room = _rect(start, share, top, part.fill), _LETTER * (len(number) + 1)
    if share * _BROAD / 100 < room:
        return drawn
    kinds = [
        "inside",
        *(["on-dark"] if part.fill == DARK else []),
        *(["if-broad"] if share * _NARROW / 100 < room else []),
    ]
    middle = f'x="{start + share / 2:.2f}%" y="{top + 14}" text-anchor="middle"'
    return f'{drawn}<text class="{" ".join(kinds)}" {middle}>{number}</text>\n'


def _rect(start: float, share: float, top: int, fill: str, height: int = _BAR) -> str:
    return (
        f'<rect x="{start:.2f}%" y="{top}" width="{share:.2f}%" height="{height}" fill="url(#fill-{fill})" '
        f'stroke="{_EDGE}" stroke-width="1"/>\n'
    )
