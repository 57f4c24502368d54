"""Charts as small SVG images: hatching and numbers instead of colour, as wide as the page.

Here is where everything stands; `charts.html` draws it. Lengths are shares of the width and letters keep
their size, so that a chart reads at 320 px as on paper.
"""

import textwrap
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_NARROW, _BROAD = 240, 550
_LABEL_LETTERS = 40
_LINE, _BAR, _GAP = 17, 20, 14
_LETTER = 8
_BASELINE = 13  # of a line of text, below its top

DOTS, PLAIN, LINES, GRID, DARK = "dots", "plain", "lines", "grid", "dark"


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
    """An estimate between -1 and 1, with its confidence interval, both as numbers and as text."""

    label: str
    value: str
    estimate: float
    low: float
    high: float


class Line(NamedTuple):
    """A line of text above a bar, at `y` pixels."""

    y: int
    text: str


class Stretch(NamedTuple):
    """A part of one bar: where it starts and its share of the width in %, and its number where it has room.

    `kinds` are the classes of the number.
    """

    fill: str
    start: float
    share: float
    number: str
    kinds: str


class DrawnBar(NamedTuple):
    """A bar at `top` pixels, under the lines of its label."""

    top: int
    lines: tuple[Line, ...]
    stretches: tuple[Stretch, ...]


class DrawnReach(NamedTuple):
    """An interval at `top` pixels, under the lines of its label; in % of the width."""

    top: int
    lines: tuple[Line, ...]
    low: float
    mark: float
    high: float


class Chart(NamedTuple):
    """A chart: `name` is unique in its page, `says` helps to read it; `numbers` says the same as text.

    `height` is that of the whole, `bar` that of every bar, in pixels.
    """

    name: str
    title: str
    says: str
    numbers: str
    height: int
    bar: int = _BAR
    bars: tuple[DrawnBar, ...] = ()
    reaches: tuple[DrawnReach, ...] = ()


def bar_chart(name: str, title: str, says: str, parts: Sequence[Part], bars: Sequence[Bar]) -> Chart:
    """Return a chart of bars below each other."""
    drawn, top = [], 0
    for bar in bars:
        lines = _label(bar.label, bar.value, top)
        top += _LINE * len(lines)
        drawn.append(DrawnBar(top, lines, tuple(_stretches(bar, parts))))
        top += _BAR + _GAP
    return Chart(name, title, says, _numbers(bars), top, bars=tuple(drawn))


def interval_chart(name: str, title: str, says: str, reaches: Sequence[Reach]) -> Chart:
    """Return a chart of estimates from -1 to 1, each with its interval, and a line at 0."""
    drawn, top = [], 0
    for reach in reaches:
        lines = _lines(textwrap.wrap(f"{reach.label}: {reach.value}", _LABEL_LETTERS), top)
        top += _LINE * len(lines)
        low, mark, high = (50 * (1 + number) for number in (reach.low, reach.estimate, reach.high))
        drawn.append(DrawnReach(top, lines, low, mark, high))
        top += _BAR + _GAP
    return Chart(name, title, says, _numbers(reaches), top, reaches=tuple(drawn))


def _numbers(rows: Iterable[Bar | Reach]) -> str:
    return "; ".join(f"{row.label}: {row.value}" for row in rows)


def _label(label: str, value: str, top: int) -> tuple[Line, ...]:
    """Return the lines of a label with its number, on a line of its own where the last has no room."""
    texts = textwrap.wrap(f"{label}:", _LABEL_LETTERS)
    if len(texts[-1]) + len(value) < _LABEL_LETTERS:
        texts[-1] += f" {value}"
    else:
        texts.append(value)
    return _lines(texts, top)


def _lines(texts: Iterable[str], top: int) -> tuple[Line, ...]:
    return tuple(Line(top + _LINE * number + _BASELINE, text) for number, text in enumerate(texts))


def _stretches(bar: Bar, parts: Sequence[Part]) -> Iterable[Stretch]:
    """Yield the parts of a bar; a number is shown where it has room: on any page, or only on a broad one."""
    begin = 0
    for part, length in zip(parts, bar.lengths, strict=True):
        if length > 0:
            share, number = 100 * length / bar.whole, f"{length:,}"
            room = _LETTER * (len(number) + 1)
            kinds = [
                "inside",
                *(["on-dark"] if part.fill == DARK else []),
                *(["if-broad"] if share * _NARROW / 100 < room else []),
            ]
            shown = number if share * _BROAD / 100 >= room else ""
            yield Stretch(part.fill, 100 * begin / bar.whole, share, shown, " ".join(kinds))
        begin += length
