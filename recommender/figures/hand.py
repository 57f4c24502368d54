"""Draws a hand from any side: a fist, or fingers side by side and a thumb."""

from recommender.figures.geometry import UP, Camera, Flat, add, around, cross, distance, dot, hull, square
from recommender.figures.limbs import Arm
from recommender.figures.paths import Path, polygon, segment

_BETWEEN_FINGERS = (-1.5, 0.0, 1.5)
_SEEN = 1.8
"""Lines between fingers are drawn where two fingers are seen so far apart, in centimetres."""


def hand(arm: Arm, camera: Camera) -> tuple[Path, Path]:
    """Return the outline of a hand, and the lines between its fingers where they are seen."""
    palm = square(arm.palm, arm.fingers, cross(arm.fingers, UP))
    across = cross(arm.fingers, palm)
    if dot(across, (1.0, 0.4, -1.0 if arm.shoulder[2] > 0 else 1.0)) < 0:  # the thumb's side
        across = cross(palm, arm.fingers)

    def point(along: float, aside: float, off: float = 0.0) -> Flat:
        return camera.flat(add(add(add(arm.wrist, arm.fingers, along), across, aside), palm, off))

    def disc(along: float, aside: float, off: float, radius: float) -> list[Flat]:
        return around(point(along, aside, off), radius, 8)

    def lines(first: float, last: float) -> Path:
        if distance(point(first, 1.5), point(first, -1.5)) < _SEEN:
            return Path("")
        return Path("".join(segment(point(first, aside), point(last, aside)) for aside in _BETWEEN_FINGERS))

    if arm.grip == "fist":
        corners = [*disc(1, 0, 0, 2.8), *disc(4, 2.2, 0, 3.0), *disc(4, -2.2, 0, 3.0)]
        corners += [*disc(6.5, 1.4, 1.5, 2.4), *disc(6.5, -1.4, 1.5, 2.4)]
        return polygon(hull(corners)), lines(5.5, 8.0)
    corners = [*disc(0.5, 0, 0, 2.7), *disc(6.5, 3.0, 0, 1.9), *disc(6.5, -3.0, 0, 1.9)]
    corners += [*disc(12.5, 2.0, 0.6, 1.5), *disc(14.0, 0.0, 0.6, 1.4), *disc(12.0, -2.2, 0.6, 1.4)]
    thumb = [*disc(2.0, 2.2, 0.4, 1.7), *disc(7.0, 5.2, 1.0, 1.3)]
    return polygon(hull(corners)) + polygon(hull(thumb)), lines(8.0, 13.0)
