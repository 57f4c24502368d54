"""One line on a plot, as SVG that can be read without colour."""

import math
from pathlib import Path
from typing import NamedTuple

WIDTH, HEIGHT, EDGE = 560, 300, 60


class Series(NamedTuple):
    """Points to plot, and what their axes say; with `log`, steps along the bottom are powers of ten."""

    across: str
    up: str
    points: list[tuple[float, float]]
    log: bool


def draw(file: Path, series: Series) -> None:
    """Write a plot of one series, every point with its value."""
    places = [math.log10(x) if series.log else x for x, _ in series.points]
    low = min(places) if series.log else 0.0
    span, top = (max(places) - low) or 1.0, max(y for _, y in series.points) * 1.2
    spots = [
        (EDGE + (place - low) / span * (WIDTH - 2 * EDGE), HEIGHT - EDGE - y / top * (HEIGHT - 1.6 * EDGE))
        for place, (_, y) in zip(places, series.points, strict=True)
    ]
    marks = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
        f'<text x="{x:.1f}" y="{y - 10:.1f}" text-anchor="middle">{value:.3g}</text>'
        f'<text x="{x:.1f}" y="{HEIGHT - EDGE + 18}" text-anchor="middle">{number:,.0f}</text>'
        for (x, y), (number, value) in zip(spots, series.points, strict=True)
    )
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    told = "; ".join(f"{number:,.0f}: {value:.3g}" for number, value in series.points)
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="13">'
        f"<title>{series.up} by {series.across}</title><desc>{told}</desc>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
        f'<path d="M{EDGE - 20} {EDGE / 2}V{HEIGHT - EDGE}H{WIDTH - EDGE + 20}" fill="none" stroke="black"/>'
        f'<polyline points="{line}" fill="none" stroke="black" stroke-width="2"/>{marks}'
        f'<text x="{EDGE - 20}" y="18">{series.up}</text>'
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 15}" text-anchor="middle">{series.across}</text></svg>\n',
        encoding="utf-8",
    )
