"""Draws supports, and things that are held or worn."""

from collections.abc import Iterator, Mapping, Sequence

from recommender.figures.body import Layer, trunk_between
from recommender.figures.geometry import (
    UP,
    Camera,
    Flat,
    Vector,
    add,
    around,
    between,
    heading,
    hull,
    moved,
    turned,
    unit,
)
from recommender.figures.limbs import Places
from recommender.figures.model import Panel, Part, Placed, Support, Thing
from recommender.figures.paths import Path, capsule, circle, line, outline, polygon, shape
from recommender.figures.skeleton import Skeleton

THINGS = (
    "weight", "bag", "box", "book", "cup", "bar", "rod", "stick", "vest", "towel", "pole", "lever", "band",
    "loop",
)  # fmt: skip
"""What can be held or worn."""
_ROOM = {"box": 27.0, "book": 18.0, "weight": 10.0, "bar": 11.0}
"""How far a thing goes out beyond the hand."""
_BAG, _HANDLE = ((-9, -14), (9, -14), (11, -38), (-11, -38)), ((-6, -14), (-4, -2), (4, -2), (6, -14))
_OUTLINES = {
    "box": ((-5, -9), (27, -9), (27, 15), (-5, 15)),
    "book": ((0, -1), (18, 5), (18, 8), (0, 2)),
    "cup": ((-3, 5), (3, 5), (2.4, -5), (-2.4, -5)),
}
_BEFORE = 12.0
"""A support nearer than the hips by so much is drawn before the body."""


def places_of(panel: Panel, supports: Mapping[str, Support]) -> Places:
    """Return where hands may rest in a picture."""
    places = {}
    for name, placed in panel.placed.items():
        for place, ((x, y, out), off) in supports[placed.support].places.items():
            right, left = (at_place((x, y, side * out), placed) for side in (1.0, -1.0))
            places[f"{name} {place}".strip()] = right, left, turned(off, UP, -placed.turn)
    return places


def support_layers(
    panel: Panel, supports: Mapping[str, Support], hip: Vector, camera: Camera
) -> Iterator[tuple[bool, str, list[Flat]]]:
    """Yield the parts of supports: whether before the body, the drawing, and its corners."""
    for placed in panel.placed.values():
        parts = supports[placed.support].parts
        depths = [camera.depth(at_place(end, placed)) for part in parts for end in (part.a, part.b)]
        in_front = (min(depths) + max(depths)) / 2 > camera.depth(hip) + _BEFORE
        for part in sorted(parts, key=lambda part: camera.depth(at_place(between(part.a, part.b), placed))):
            drawing, corners = _part(part, placed, camera)
            yield in_front, drawing, corners


def thing_layers(
    things: tuple[Thing, ...], body: Skeleton, camera: Camera
) -> Iterator[tuple[Layer, list[Flat]]]:
    """Yield things that are held or worn: how near, the drawing, and the points between which it reaches."""
    for thing in things:
        held = body.joint(thing.by) if thing.by != "both hands" else _between_hands(body)
        to = body.joint(thing.to) if thing.to else thing.at
        a, b = camera.flat(held), camera.flat(to)
        drawing = shape(*_thing(thing.kind, body, camera, a, b))
        worn = {"vest": 0.7, "loop": 50.0, "bag": camera.depth(held) - camera.depth(body.spine[3]) - 0.5}
        depth = (
            camera.depth(body.spine[3]) + worn[thing.kind] if thing.kind in worn else camera.depth(held) + 4
        )
        points = [a, b] if thing.reaches else [a, (a[0] + _ROOM.get(thing.kind, 0), a[1])]
        yield (depth, drawing), points


def _thing(kind: str, body: Skeleton, camera: Camera, a: Flat, b: Flat) -> tuple[Path, str]:
    """Return the outline and the style of a thing that is held at `a`, and goes to `b` where it reaches."""
    x, y = a
    match kind:
        case "bag":
            return polygon(_at(a, _BAG)) + polygon(_at(a, _HANDLE)), "bag"
        case "box" | "book" | "cup":
            return polygon(_at(a, _OUTLINES[kind])), "metal" if kind == "cup" else "bag"
        case "weight":
            ends = [capsule((x + side, y - 2.5), 2.6, (x + side, y + 2.5), 2.6) for side in (-6.5, 6.5)]
            return capsule((x - 6, y), 1.4, (x + 6, y), 1.4) + ends[0] + ends[1], "metal"
        case "bar" | "rod":
            return (circle(a, 11) + circle(a, 2), "metal") if kind == "bar" else (circle(a, 2.2), "wood")
        case "stick":
            return _stick(body, camera), "wood"
        case "vest":
            return outline(trunk_between(body, camera, 2, 6)), "vest"
    return _reaching(kind, a, b)


def _reaching(kind: str, a: Flat, b: Flat) -> tuple[Path, str]:
    match kind:
        case "towel":
            return capsule(a, 2.6, b, 2.6), "soft"
        case "pole":
            return capsule((a[0], a[1] + 4), 1.1, b, 0.9), "metal"
        case "lever":
            return capsule(a, 2.0, b, 2.4), "metal"
        case "loop":
            return line([moved(a, heading(b, a), 6), moved(b, heading(a, b), 6)]), "band"
    return line([a, b]), "band"


def _at(point: Flat, corners: Sequence[Flat]) -> list[Flat]:
    return [(point[0] + across, point[1] + up) for across, up in corners]


def _stick(body: Skeleton, camera: Camera) -> Path:
    """Return a stick that lies along the back, from below the tailbone to the head."""
    low, high = (body.frames[at].point(body.spine[at], -back, 0.0) for at, back in ((0, 10.5), (5, 7.5)))
    way = unit(add(high, low, -1.0))
    return capsule(camera.flat(add(low, way, -16)), 1.4, camera.flat(add(low, way, 66)), 1.4)


def _between_hands(body: Skeleton) -> Vector:
    right, left = body.arms
    return between(right.hold, left.hold)


def at_place(point: Vector, placed: Placed) -> Vector:
    """Return where a point of a support stands in a picture."""
    return add(turned(point, UP, -placed.turn), placed.at)


def _part(part: Part, placed: Placed, camera: Camera) -> tuple[str, list[Flat]]:
    if part.shape != "box":
        a, b = (camera.flat(at_place(each, placed)) for each in (part.a, part.b))
        radius = part.size / 2 if part.shape == "bar" else part.size
        path = capsule(a, radius, b, radius)
        return shape(path, part.tone), around(a, radius, 4) + around(b, radius, 4)
    corners = [
        at_place((x, y, z), placed)
        for x in (part.a[0], part.b[0])
        for y in (part.a[1], part.b[1])
        for z in (part.a[2], part.b[2])
    ]
    sides = hull(map(camera.flat, corners))
    edge = camera.flat(max(corners, key=camera.depth))[0]
    path = polygon(sides)
    if min(abs(edge - x) for x, _ in sides) > 1:
        path += line([(edge, min(y for _, y in sides)), (edge, max(y for _, y in sides))])
    return shape(path, part.tone), sides
