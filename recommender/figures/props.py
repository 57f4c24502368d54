"""Draws supports, and things that are held or worn."""

from collections.abc import Iterator, Mapping

from recommender.figures.body import Layer, trunk_between
from recommender.figures.geometry import UP, Camera, Flat, Vector, add, between, hull, moved, turned, unit
from recommender.figures.model import Panel, Part, Placed, Support, Thing
from recommender.figures.paths import Path, capsule, circle, line, outline, polygon, shape
from recommender.figures.skeleton import Places, Skeleton

_BEFORE = 8.0
"""A support nearer than the hips by so much is drawn before the body."""


def places_of(panel: Panel, supports: Mapping[str, Support]) -> Places:
    """Return where hands may rest in a picture."""
    places = {}
    for name, placed in panel.placed.items():
        for place, ((x, y, out), off) in supports[placed.support].places.items():
            right, left = (_at((x, y, side * out), placed) for side in (1.0, -1.0))
            places[f"{name} {place}".strip()] = right, left, turned(off, UP, -placed.turn)
    return places


def support_layers(
    panel: Panel, supports: Mapping[str, Support], hip: Vector, camera: Camera
) -> Iterator[tuple[bool, str, list[Flat]]]:
    """Yield the parts of supports: whether before the body, the drawing, and its corners."""
    for placed in panel.placed.values():
        for part in supports[placed.support].parts:
            middle = _at(between(part.a, part.b), placed)
            drawing, corners = _part(part, placed, camera)
            yield camera.depth(middle) > camera.depth(hip) + _BEFORE, drawing, corners


def thing_layers(things: tuple[Thing, ...], body: Skeleton, camera: Camera) -> Iterator[Layer]:
    """Yield things that are held or worn, each with how near it is."""
    for thing in things:
        held = body.joint(thing.by) if thing.by != "both hands" else _between_hands(body)
        to = body.joint(thing.to) if thing.to else thing.at
        a, b = camera.flat(held), camera.flat(to)
        path, style = _thing(thing.kind, body, camera, a, b)
        yield (
            camera.depth(held) + (30 if style == "vest" else -0.5 if style == "bag" else 4),
            shape(path, style),
        )


def _thing(kind: str, body: Skeleton, camera: Camera, a: Flat, b: Flat) -> tuple[Path, str]:
    x, y = a
    match kind:
        case "weight":
            path, style = capsule((x - 6, y), 1.4, (x + 6, y), 1.4), "metal"
            for side in (-6.5, 6.5):
                path += capsule((x + side, y - 2.5), 2.6, (x + side, y + 2.5), 2.6)
        case "bag":
            handle = [(x - 6, y - 14), (x - 4, y - 2), (x + 4, y - 2), (x + 6, y - 14)]
            box = [(x - 9, y - 14), (x + 9, y - 14), (x + 11, y - 38), (x - 11, y - 38)]
            path, style = polygon(box) + polygon(handle), "bag"
        case "bar":
            path, style = circle(a, 11) + circle(a, 2), "metal"
        case "rod":
            path, style = circle(a, 2.2), "wood"
        case "stick":
            path, style = _stick(body, camera), "wood"
        case "vest":
            path, style = outline(trunk_between(body, camera, 2, 6)), "vest"
        case "cup":
            cup = [(x - 3, y + 5), (x + 3, y + 5), (x + 2.4, y - 5), (x - 2.4, y - 5)]
            path, style = polygon(cup), "metal"
        case "towel":
            path, style = capsule(a, 2.6, b, 2.6), "soft"
        case "pole":
            path, style = capsule((x, y + 4), 1.1, b, 0.9), "metal"
        case _:
            path, style = line([a, b]), "band"
    return path, style


def _stick(body: Skeleton, camera: Camera) -> Path:
    """Return a stick that lies along the back, from below the tailbone to the head."""
    low, high = (body.frames[at].point(body.spine[at], -back, 0.0) for at, back in ((0, 10.5), (5, 7.5)))
    way = unit(add(high, low, -1.0))
    return capsule(camera.flat(add(low, way, -16)), 1.4, camera.flat(add(low, way, 66)), 1.4)


def _between_hands(body: Skeleton) -> Vector:
    right, left = body.arms
    return between(right.hold, left.hold)


def _at(point: Vector, placed: Placed) -> Vector:
    return add(turned(point, UP, -placed.turn), placed.at)


def _part(part: Part, placed: Placed, camera: Camera) -> tuple[str, list[Flat]]:
    if part.shape != "box":
        a, b = (camera.flat(_at(each, placed)) for each in (part.a, part.b))
        path = capsule(a, part.size / 2, b, part.size / 2) if part.shape == "bar" else circle(a, part.size)
        return shape(path, part.tone), [moved(a, turn, part.size / 2) for turn in (0, 90, 180, 270)] + [b]
    corners = [
        _at((x, y, z), placed)
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
