"""Lines and shapes of a picture as SVG: centimetres in, y up; whole units of the picture out, y down.

Outlines run one way round, so that those of one path that overlap make one shape.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import acos, atan2, cos, pi, sin

from recommender.figures.geometry import Flat, distance

SCALE = 10
"""Units of the picture in a centimetre."""


class Path(str):
    """The `d` of a path; paths are added."""

    __slots__ = ()

    def __add__(self, other: str) -> "Path":
        return Path(f"{self}{other}")


def units(point: Flat) -> tuple[int, int]:
    """Return a point in units of the picture."""
    return round(point[0] * SCALE), round(-point[1] * SCALE)


def capsule(a: Flat, first: float, b: Flat, second: float) -> Path:
    """Return the outline around two circles with the radii `first` and `second`."""
    apart = distance(a, b)
    if apart <= abs(first - second) + 0.01:
        return circle(*((a, first) if first >= second else (b, second)))
    base, spread = atan2(b[1] - a[1], b[0] - a[0]), acos((first - second) / apart)

    def on(centre: Flat, radius: float, turn: float) -> tuple[int, int]:
        return units((centre[0] + radius * cos(turn), centre[1] + radius * sin(turn)))

    (x0, y0), (x1, y1) = on(a, first, base - spread), on(b, second, base - spread)
    (x2, y2), (x3, y3) = on(b, second, base + spread), on(a, first, base + spread)
    large = int(spread < pi / 2)
    r1, r2 = round(first * SCALE), round(second * SCALE)
    return Path(
        f"M{x0} {y0}L{x1} {y1}A{r2} {r2} 0 {1 - large} 0 {x2} {y2}L{x3} {y3}A{r1} {r1} 0 {large} 0 {x0} {y0}z"
    )


def circle(centre: Flat, radius: float) -> Path:
    """Return the outline of a circle."""
    x, y = units(centre)
    r = round(radius * SCALE)
    return Path(f"M{x - r} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z")


def polygon(points: Sequence[Flat]) -> Path:
    """Return a closed outline with straight sides."""
    ring = [units(point) for point in _one_way(points)]
    steps = [_pair(x - a, y - b) for (a, b), (x, y) in pairwise(ring) if (x, y) != (a, b)]
    return Path(f"M{_pair(*ring[0])}l{_joined(steps)}z")


def outline(points: Sequence[Flat]) -> Path:
    """Return a closed smooth outline through points."""
    ring = _one_way(points)
    return Path(_curve([ring[-1], *ring, ring[0], ring[1]]) + "z")


def line(points: Sequence[Flat]) -> Path:
    """Return a smooth line through points."""
    return Path(_curve([points[0], *points, points[-1]]))


def segment(a: Flat, b: Flat) -> Path:
    """Return a straight line."""
    (x0, y0), (x1, y1) = units(a), units(b)
    return Path(f"M{_pair(x0, y0)}l{_pair(x1 - x0, y1 - y0)}")


def dots(points: Sequence[Flat]) -> Path:
    """Return dots at points, for a line with round ends."""
    return Path("".join(f"M{_pair(*units(point))}h0" for point in points))


def shape(path: str, style: str) -> str:
    """Return the element of a path in a style."""
    return f'<path class="{style}" d="{path}"/>'


def _one_way(points: Sequence[Flat]) -> list[Flat]:
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*points, points[0]]))
    return list(points) if area > 0 else list(reversed(points))


def _curve(points: Sequence[Flat]) -> str:
    x, y = units(points[1])
    steps = []
    for p0, p1, p2, p3 in zip(points, points[1:], points[2:], points[3:], strict=False):
        first = (p1[0] + (p2[0] - p0[0]) / 6, p1[1] + (p2[1] - p0[1]) / 6)
        second = (p2[0] - (p3[0] - p1[0]) / 6, p2[1] - (p3[1] - p1[1]) / 6)
        steps += [_pair(u - x, v - y) for u, v in map(units, (first, second, p2))]
        x, y = units(p2)
    return f"M{_pair(*units(points[1]))}c{_joined(steps)}"


def _pair(x: int, y: int) -> str:
    return f"{x}{y}" if y < 0 else f"{x} {y}"


def _joined(pairs: Sequence[str]) -> str:
    return "".join(pair if pair[0] == "-" or not index else f" {pair}" for index, pair in enumerate(pairs))
