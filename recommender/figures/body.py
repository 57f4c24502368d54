"""Draws a body: an older adult in plain clothes, with the spine as one clear curve."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot

from recommender.figures.geometry import (
    UP,
    Camera,
    Flat,
    Vector,
    add,
    around,
    between,
    cross,
    distance,
    dot,
    hull,
    unit,
)
from recommender.figures.hand import hand
from recommender.figures.head import head
from recommender.figures.limbs import BALL, HEEL, TOE, Arm, Leg
from recommender.figures.paths import Path, capsule, dots, outline, polygon, shape
from recommender.figures.skeleton import Skeleton

ROUND = 15.0
"""From so many degrees on a spine is drawn as a round one."""

# Of the trunk at each point of the spine: how far it goes to each side, to the front, and to the back.
_GIRTH = (
    (15.5, 15.0, 8.5), (15.0, 17.0, 7.5), (14.5, 17.5, 6.5), (14.5, 17.0, 6.5),
    (15.0, 16.5, 6.5), (15.5, 16.0, 6.5), (13.5, 12.0, 6.0), (8.5, 7.0, 4.5),
)  # fmt: skip
_HIP, _KNEE, _ANKLE, _BUTTOCK = 9.0, 6.3, 4.6, 8.8
_FORESHORTENED = 24.0
_FAR, _FAR_ARM = -3.0, -6.0
_DOT = 4.2

# Of a shoe: along from the ankle, up from the sole, half its width.
_UPPER = ((HEEL, 1.2, 2.6), (HEEL + 0.6, 4.5, 2.4), (HEEL + 3, 8.6, 2.2), (4.5, 8.4, 2.4), (10, 5.6, 3.4))
_HEEL_SOLE = ((HEEL, 1.6, 2.6), (HEEL + 0.5, 0.0, 2.4), (BALL, 0.0, 3.8), (BALL, 1.4, 3.8))
_CAP = ((BALL, 5.0, 3.8), (TOE - 1, 3.0, 2.6), (TOE, 1.2, 2.2), (TOE - 1.5, 0.0, 2.2), (BALL, 0.0, 3.8))
_CAP_SOLE = ((BALL, 0.0, 3.8), (BALL, 1.4, 3.8), (TOE - 1.5, 0.0, 2.2), (TOE, 1.4, 2.2))

Layer = tuple[float, str]
"""How near something is to the camera, and its drawing."""


def layers(body: Skeleton, camera: Camera) -> Iterator[Layer]:
    """Yield the parts of a body, each with how near it is."""
    middle = camera.depth(body.spine[3])
    yield middle, shape(outline(_trunk(body, camera)), "shirt")
    yield from _legs(body, camera, middle)
    yield middle + 0.6, head(body, camera)
    for arm in body.arms:
        depth = camera.depth(between(arm.elbow, arm.wrist)) - camera.depth(body.spine[5])
        far = camera.depth(arm.shoulder) - camera.depth(body.spine[5]) < _FAR_ARM
        yield middle + depth, _arm(arm, camera, " far" if far else "")
    yield middle + 60, spine(body, camera)


def spine(body: Skeleton, camera: Camera) -> str:
    """Return the spine as dots; one that is round has a style of its own."""
    points = [
        camera.flat(frame.point(at, -1.0, 0.0)) for at, frame in zip(body.spine, body.frames, strict=True)
    ]
    if dot(body.face.forward, camera.towards) < 0.6:  # else it would run over the face
        points += [camera.flat(each) for each in body.neck[1:]]
    return shape(dots(_evenly(points)), "spine round" if body.bend > ROUND else "spine")


def trunk_between(body: Skeleton, camera: Camera, first: int, last: int) -> list[Flat]:
    """Return the outline of the trunk between two points of the spine, as what is worn there covers it."""
    sections = _sections(body, camera)[first : last + 1]
    return [each[0] for each in sections] + [each[1] for each in reversed(sections)]


def _trunk(body: Skeleton, camera: Camera) -> list[Flat]:
    """Return the outline of the trunk from the waist up; the seat covers its lower end."""
    return [*trunk_between(body, camera, 1, len(_GIRTH)), camera.flat(body.hip)]


def _sections(body: Skeleton, camera: Camera) -> list[tuple[Flat, Flat]]:
    """Return the two ends of the trunk across each point of the spine, as the camera sees it."""
    points = [camera.flat(point) for point in body.spine]
    before, after = [points[0], *points[:-1]], [*points[1:], points[-1]]
    sections = []
    for (x, y), (x0, y0), (x1, y1), frame, girth in zip(
        points, before, after, body.frames, _GIRTH, strict=True
    ):
        size = hypot(x1 - x0, y1 - y0) or 1.0
        across = ((y1 - y0) / size, (x0 - x1) / size)
        solid = camera.solid(across)
        wide, deep = girth[0] * dot(solid, frame.right), dot(solid, frame.forward)
        ahead, behind = hypot(wide, girth[1] * deep), hypot(wide, girth[2] * deep)
        one, other = (ahead, behind) if deep > 0 else (behind, ahead)
        sections.append(
            ((x + across[0] * one, y + across[1] * one), (x - across[0] * other, y - across[1] * other))
        )
    return sections


def _legs(body: Skeleton, camera: Camera, middle: float) -> Iterator[Layer]:
    """Yield a far leg, then the seat and what is near, in one outline."""
    seat, shins, depth = _seat(body, camera), [], 0.2
    for leg in body.legs:
        near = camera.depth(between(leg.hip, leg.knee, 0.6)) - camera.depth(body.hip)
        shin = _limb(leg.knee, _KNEE, leg.ankle, _ANKLE, camera)
        if camera.depth(leg.hip) - camera.depth(body.hip) < _FAR:
            whole = _limb(leg.hip, _HIP, leg.knee, _KNEE, camera) + shin
            yield middle + near, shape(whole, "trousers far") + _shoe(leg, camera)
            continue
        depth = max(depth, near)
        if distance(camera.flat(leg.hip), camera.flat(leg.knee)) < _FORESHORTENED:
            seat += _limb(leg.hip, _HIP, leg.knee, _KNEE + 1, camera)
            shins.append(shape(_limb(leg.knee, _KNEE + 0.7, leg.ankle, _ANKLE, camera), "trousers"))
        else:
            seat += _limb(leg.hip, _HIP, leg.knee, _KNEE, camera) + shin
        shins.append(_shoe(leg, camera))
    yield middle + depth, shape(seat, "trousers") + "".join(shins)


def _seat(body: Skeleton, camera: Camera) -> Path:
    corners = [end for section in _sections(body, camera)[:2] for end in section]
    for leg in body.legs:
        corners += around(camera.flat(add(leg.hip, body.pelvis.way(-0.5, 0.5))), _BUTTOCK, 14)
    return polygon(hull(corners))


def _limb(a: Vector, first: float, b: Vector, second: float, camera: Camera) -> Path:
    return capsule(camera.flat(a), first, camera.flat(b), second)


def _shoe(leg: Leg, camera: Camera) -> str:
    """Return a shoe; its toes lie flat where the heel is lifted."""
    across = unit(cross(leg.toes, leg.top))
    ball = add(leg.sole, leg.toes, BALL)
    flat, up = (unit((leg.toes[0], 0.0, leg.toes[2])), UP) if leg.on_ball else (leg.toes, leg.top)

    def part(points: Sequence[tuple[float, float, float]], toes: Vector, top: Vector) -> Path:
        corners = (
            camera.flat(add(add(add(ball, toes, along - BALL), top, height), across, side * width))
            for along, height, width in points
            for side in (-1.0, 1.0)
        )
        return polygon(hull(corners))

    upper = part((*_UPPER, _CAP[0], *_HEEL_SOLE[1:3]), leg.toes, leg.top) + part(_CAP, flat, up)
    sole = part(_HEEL_SOLE, leg.toes, leg.top) + part(_CAP_SOLE, flat, up)
    parts = [shape(upper, "shoe"), shape(sole, "sole")]
    return "".join(reversed(parts) if dot(leg.top, camera.towards) > 0.5 else parts)


def _arm(arm: Arm, camera: Camera, far: str) -> str:
    cuff = between(arm.shoulder, arm.elbow, 0.86)
    skin = _limb(cuff, 4.2, arm.elbow, 4.4, camera) + _limb(arm.elbow, 4.4, arm.wrist, 2.9, camera)
    sleeve = _limb(arm.shoulder, 5.6, cuff, 4.9, camera)
    outside, lines = hand(arm, camera)
    fingers = shape(lines, "thin") if lines else ""
    return shape(skin + outside, f"skin{far}") + fingers + shape(sleeve, f"shirt{far}")


def _evenly(points: Sequence[Flat]) -> list[Flat]:
    """Return points at even steps along a smooth curve through some points."""
    dense: list[Flat] = []
    ends = [points[0], *points, points[-1]]
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        dense += [
            (_between(a[0], b[0], c[0], d[0], k / 10), _between(a[1], b[1], c[1], d[1], k / 10))
            for k in range(10)
        ]
    even, left = [dense[0]], 0.0
    for a, b in pairwise([*dense, points[-1]]):
        left += distance(a, b)
        if left >= _DOT:
            even.append(b)
            left = 0.0
    return even


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    """Return one coordinate of a smooth curve (Catmull-Rom) a share `t` of the way from b to c."""
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
