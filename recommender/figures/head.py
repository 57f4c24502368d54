"""Draws a head from any side: grey hair in a bun, face, ears, neck."""

from collections.abc import Sequence
from math import cos, pi, sin, sqrt

from recommender.figures.geometry import (
    Camera,
    Flat,
    Vector,
    add,
    cross,
    dot,
    hull,
    scaled,
    sub,
    unit,
)
from recommender.figures.paths import Path, capsule, circle, dots, line, outline, polygon, shape
from recommender.figures.skeleton import Skeleton

_WIDE, _TALL, _STEPS = 9.3, 11.0, 16


def head(body: Skeleton, camera: Camera) -> str:
    """Return the head and neck of a body."""
    face, centre = body.face, body.head
    sees = dot(face.forward, camera.towards)
    skull = _skull(body, camera)
    bun = circle(camera.flat(face.point(centre, -10.2, -3.0)), 3.8)
    hair = outline([camera.flat(add(centre, sub(each, centre), 1.06)) for each in skull])
    neck = capsule(camera.flat(body.neck[0]), 5.8, camera.flat(face.point(centre, -2.5, -6.0)), 5.0)
    if sees < -0.4:
        return shape(neck, "skin") + shape(hair, "hair") + shape(bun, "hair")
    skin = neck + polygon(hull(_bare(body, camera, skull)))
    skin += capsule(
        camera.flat(face.point(centre, 4.0, -7.5)), 3.4, camera.flat(face.point(centre, 5.4, -8.0)), 3.2
    )
    if sees < 0.8:
        tip = camera.flat(face.point(centre, 10.8, -2.4))
        skin += capsule(camera.flat(face.point(centre, 7.6, -0.4)), 2.4, tip, 1.3)
    return shape(bun + hair, "hair") + shape(skin, "skin") + _features(body, camera, sees)


def _skull(body: Skeleton, camera: Camera) -> list[Vector]:
    """Return the outline of the head as the camera sees it: an egg, a little longer than wide."""
    points = []
    for step in range(_STEPS):
        turn = 2 * pi * step / _STEPS
        way = camera.solid((cos(turn), sin(turn)))
        up = dot(way, body.face.up)
        radius = _WIDE * _TALL / sqrt(_TALL**2 * (1 - up * up) + (_WIDE * up) ** 2)
        points.append(add(body.head, way, radius))
    return points


def _bare(body: Skeleton, camera: Camera, skull: Sequence[Vector]) -> list[Flat]:
    """Return the edge of what the hair leaves bare: the outline, and the hairline where it is seen."""
    face, centre = body.face, body.head
    axis = unit(face.way(-0.78, 0.62))
    points = [camera.flat(each) for each in skull if dot(unit(sub(each, centre)), axis) < -0.2]
    front = cross(axis, face.right)
    for step in range(_STEPS):
        turn = 2 * pi * step / _STEPS
        ring = add(scaled(face.right, 8.8 * cos(turn)), front, 9.6 * sin(turn))
        if dot(ring, camera.towards) > -0.5:
            points.append(camera.flat(add(add(centre, axis, -1.8), ring)))
    return points


def _features(body: Skeleton, camera: Camera, sees: float) -> str:
    face, centre = body.face, body.head
    ears, eyes = Path(""), []
    for side in (1.0, -1.0):
        if dot(face.right, camera.towards) * side > 0.5:
            ears += circle(camera.flat(face.point(centre, -0.5, -1.0, side * 9.2)), 2.2)
        eye = face.way(8.0, 1.0, side * 3.6)
        if dot(unit(eye), camera.towards) > 0.12:
            eyes.append(camera.flat(add(centre, eye)))
    mouth = [face.way(8.2, -5.6, 2.6), face.way(9.0, -6.2, 0.0), face.way(8.2, -5.6, -2.6)]
    if sees < 0.6:
        mouth = mouth[:2] if dot(face.right, camera.towards) > 0 else mouth[1:]
    lines = line([camera.flat(add(centre, each)) for each in mouth]) if sees > -0.2 else Path("")
    if sees > 0.6:
        nose = (face.way(10, 0, 0.6), face.way(10, -2.6, 1.2), face.way(10, -2.8, -0.6))
        lines += line([camera.flat(add(centre, each)) for each in nose])
    parts = [shape(ears, "ear")] if ears else []
    return "".join([*parts, shape(dots(eyes), "eye") if eyes else "", shape(lines, "thin") if lines else ""])
