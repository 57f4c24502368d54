"""Points and directions in space, turning them, and how a camera sees them.

Lengths are centimetres, angles degrees: x the way that a standing person faces, y up from the floor, z to the
person's right.
"""

from collections.abc import Iterable
from math import acos, atan2, cos, degrees, hypot, pi, radians, sin, sqrt
from typing import NamedTuple

Vector = tuple[float, float, float]
Flat = tuple[float, float]
"""A point of the picture: across, and up."""

ORIGIN, FORWARD, UP, RIGHT = (0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
DOWN = (0.0, -1.0, 0.0)
_NOTHING = 1e-9


def add(a: Vector, b: Vector, times: float = 1.0) -> Vector:
    """Return a + times · b."""
    return a[0] + times * b[0], a[1] + times * b[1], a[2] + times * b[2]


def sub(a: Vector, b: Vector) -> Vector:
    """Return a - b."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def scaled(a: Vector, times: float) -> Vector:
    """Return times · a."""
    return times * a[0], times * a[1], times * a[2]


def dot(a: Vector, b: Vector) -> float:
    """Return the scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    """Return the vector product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def length(a: Vector) -> float:
    """Return the length of a vector."""
    return sqrt(dot(a, a))


def unit(a: Vector, otherwise: Vector = UP) -> Vector:
    """Return the direction of a vector; `otherwise` where it has none."""
    size = length(a)
    return scaled(a, 1 / size) if size > _NOTHING else otherwise


def square(a: Vector, way: Vector, otherwise: Vector = UP) -> Vector:
    """Return the direction of the part of a vector that is square to `way`."""
    return unit(add(a, way, -dot(a, way)), otherwise)


def between(a: Vector, b: Vector, share: float = 0.5) -> Vector:
    """Return the point that lies a share of the way from a to b."""
    return add(a, sub(b, a), share)


def angle(a: Vector, b: Vector) -> float:
    """Return the angle between two directions."""
    return degrees(acos(max(-1.0, min(1.0, dot(unit(a), unit(b))))))


def turned(vector: Vector, axis: Vector, by: float) -> Vector:
    """Turn a vector about an axis of length 1."""
    c, s = cos(radians(by)), sin(radians(by))
    return add(add(scaled(vector, c), cross(axis, vector), s), axis, dot(axis, vector) * (1 - c))


class Frame(NamedTuple):
    """Which way a part of the body faces: forward, up along it, and to its right."""

    forward: Vector = FORWARD
    up: Vector = UP
    right: Vector = RIGHT

    def bent(self, by: float) -> "Frame":
        """Tip it forward."""
        return self._turned(self.right, -by)

    def tipped(self, by: float) -> "Frame":
        """Tip it to its right."""
        return self._turned(self.forward, by)

    def twisted(self, by: float) -> "Frame":
        """Turn it to its right about its length."""
        return self._turned(self.up, -by)

    def _turned(self, axis: Vector, by: float) -> "Frame":
        return Frame(*(turned(way, axis, by) for way in self)) if by else self

    def way(self, forward: float, up: float, right: float = 0.0) -> Vector:
        """Return the vector that goes so far forward, up and to the right."""
        return add(add(scaled(self.forward, forward), self.up, up), self.right, right)

    def point(self, origin: Vector, forward: float, up: float, right: float = 0.0) -> Vector:
        """Return the point that lies so far forward, up and to the right of `origin`."""
        return add(origin, self.way(forward, up, right))


class Camera:
    """Looks at the scene from an azimuth: 0 sees the right side, 90 the front, -90 the back.

    It looks level, or straight down from `above`.
    """

    def __init__(self, azimuth: float, above: bool = False) -> None:
        turn, squarely = radians(azimuth), radians(90 * round(azimuth / 90))
        self._across: Vector = (cos(turn), 0.0, -sin(turn))
        level: Vector = (sin(turn), 0.0, cos(turn))
        self._up, self.towards = (scaled(level, -1.0), UP) if above else (UP, level)
        """`towards` is the direction from the scene to the camera."""
        self._order: Vector = UP if above else (sin(squarely), 0.0, cos(squarely))

    def flat(self, point: Vector) -> Flat:
        """Return where a point stands in the picture."""
        return dot(point, self._across), dot(point, self._up)

    def depth(self, point: Vector) -> float:
        """Return how near a point is to a camera that looks squarely; the greater, the nearer."""
        return dot(point, self._order)

    def solid(self, direction: Flat) -> Vector:
        """Return the direction in space of a direction in the picture."""
        return add(scaled(self._across, direction[0]), self._up, direction[1])


def reached(a: Vector, b: Vector, first: float, second: float, pole: Vector) -> tuple[Vector, Vector]:
    """Return the middle joint and the end of a limb of two parts that reaches from a towards b.

    The middle joint lies on the side of `pole`. The end is b where the limb is long enough.
    """
    way = unit(sub(b, a), DOWN)
    reach = min(max(length(sub(b, a)), abs(first - second) + 0.001), first + second - 0.001)
    share = (first * first + reach * reach - second * second) / (2 * first * reach)
    aside = square(pole, way, square(RIGHT, way, FORWARD))
    middle = add(add(a, way, first * share), aside, first * sqrt(max(0.0, 1 - share * share)))
    return middle, add(a, way, reach)


def hull(points: Iterable[Flat]) -> list[Flat]:
    """Return the corners of the convex hull, one way round."""
    ordered = sorted(set(points))
    corners: list[Flat] = []
    for sequence in (ordered, ordered[::-1]):
        half: list[Flat] = []
        for point in sequence:
            while len(half) > 1 and _turn(half[-2], half[-1], point) <= 0:
                half.pop()
            half.append(point)
        corners += half[:-1]
    return corners or ordered


def _turn(a: Flat, b: Flat, c: Flat) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def around(centre: Flat, radius: float, points: int = 12) -> list[Flat]:
    """Return points on a circle."""
    turns = [2 * pi * k / points for k in range(points)]
    return [(centre[0] + radius * cos(turn), centre[1] + radius * sin(turn)) for turn in turns]


def moved(point: Flat, heading: float, by: float) -> Flat:
    """Return a point of the picture moved by a length along a heading."""
    return point[0] + by * cos(radians(heading)), point[1] + by * sin(radians(heading))


def heading(a: Flat, b: Flat) -> float:
    """Return the direction from a to b, against the clock from the right."""
    return degrees(atan2(b[1] - a[1], b[0] - a[0]))


def distance(a: Flat, b: Flat) -> float:
    """Return how far two points of the picture are apart."""
    return hypot(b[0] - a[0], b[1] - a[1])
