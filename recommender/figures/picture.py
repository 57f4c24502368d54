"""Puts panels together as one SVG: supports, the start as a ghost, the end, arrows, title and words."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from recommender.figures.body import layers
from recommender.figures.geometry import Camera, Flat, add, around, distance, heading, moved
from recommender.figures.limbs import HEEL, PALM, TOE
from recommender.figures.model import Arrow, Panel, Support
from recommender.figures.paths import SCALE, Path, polygon, shape, units
from recommender.figures.props import places_of, support_layers, thing_layers
from recommender.figures.skeleton import Skeleton, skeleton
from recommender.figures.style import STYLE

_MARGIN, _GAP, _BELOW = 3.0, 10.0, 4.0
_MARK = 9.0
_WIDE = 1.15


class _Drawn(NamedTuple):
    content: str
    left: float
    right: float
    top: float
    low: float


class Shown(NamedTuple):
    """What a picture shows: its name, in words, its panels, and their mark: a tick, a cross or none."""

    name: str
    words: str
    panels: tuple[Panel, ...]
    mark: str = ""


def picture(
    shown: Sequence[Shown], supports: Mapping[str, Support], id_: str, title: str = "", styled: bool = True
) -> str:
    """Return panels as one SVG: side by side, and wide ones below each other.

    `id_` makes its ids unique. Its title is the name of the first where no other is given.
    """
    drawn = [_panel(panel, supports, each.mark) for each in shown for panel in each.panels]
    content, width, height = _arranged(drawn)
    name = escape(title or shown[0].name, quote=False)
    words = escape(" ".join(each.words for each in shown), quote=False)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="pose" role="img" '
        f'viewBox="0 0 {round(width * SCALE)} {round(height * SCALE)}" '
        f'aria-labelledby="{id_}-title {id_}-shows"><title id="{id_}-title">{name}'
        f'</title><desc id="{id_}-shows">{words}</desc>'
        f"{f'<style>{STYLE}</style>' if styled else ''}{content}</svg>"
    )


def _arranged(panels: Sequence[_Drawn]) -> tuple[str, float, float]:
    """Return panels in their places, and the width and height of all of them."""
    wide = all(panel.right - panel.left > _WIDE * (panel.top - panel.low) for panel in panels)
    floor = max(panel.top for panel in panels)
    content, across, down = [], 0.0, 0.0
    for panel in panels:
        at = (-panel.left, down + panel.top) if wide else (across - panel.left, floor)
        content.append(
            f'<g transform="translate({round(at[0] * SCALE)} {round(at[1] * SCALE)})">{panel.content}</g>'
        )
        across += panel.right - panel.left + _GAP
        down += panel.top - panel.low + _BELOW + _GAP
    if wide:
        return "".join(content), max(panel.right - panel.left for panel in panels), down - _GAP
    return "".join(content), across - _GAP, floor - min(panel.low for panel in panels) + _BELOW


def bodies(panel: Panel, supports: Mapping[str, Support]) -> list[Skeleton]:
    """Return the body at the end of a movement and, where it is drawn, at its start."""
    places = places_of(panel, supports)
    return [skeleton(pose, places) for pose in (panel.end, panel.start) if pose is not None]


def _panel(panel: Panel, supports: Mapping[str, Support], mark: str) -> _Drawn:
    camera = Camera(panel.azimuth, panel.above)
    end, *ghosts = bodies(panel, supports)
    extent = [point for body in (end, *ghosts) for point in _extent(body, camera)]
    behind: list[str] = []
    before: list[str] = []
    for in_front, drawing, corners in support_layers(panel, supports, end.hip, camera):
        extent += corners
        (before if in_front else behind).append(drawing)
    things = list(thing_layers(panel.things, end, camera))
    extent += [point for _, points in things for point in points]
    arrows = [_arrow_line(arrow, ghosts[0] if ghosts else end, end, camera) for arrow in panel.arrows]
    extent += [end for arrow in arrows for point in arrow for end in around(point, 4.5, 4)]
    left, right = min(x for x, _ in extent) - _MARGIN, max(x for x, _ in extent) + _MARGIN
    top = max(y for _, y in extent) + _MARGIN + (2 * _MARK if mark else 0)
    low, floor = 0.0, f'<path class="floor" d="M{round(left * SCALE)} 11H{round(right * SCALE)}"/>'
    if panel.above:
        low, floor = min(y for _, y in extent), ""
    shadow = [f'<g opacity=".28">{_body(ghost, camera, ())}</g>' for ghost in ghosts]
    tone = " wrong" if mark == "cross" else ""
    drawn = [_arrow(line, arrow.both_ways, tone) for line, arrow in zip(arrows, panel.arrows, strict=True)]
    body = _body(end, camera, [layer for layer, _ in things])
    content = [floor, *behind, *shadow, body, *before, *drawn]
    if mark:
        content.append(_mark(mark, (right - _MARK - 2, top - _MARK - 2)))
    return _Drawn("".join(content), left, right, top, low)


def _body(body: Skeleton, camera: Camera, things: Sequence[tuple[float, str]]) -> str:
    return "".join(
        drawing for _, drawing in sorted([*layers(body, camera), *things], key=lambda layer: layer[0])
    )


def _extent(body: Skeleton, camera: Camera) -> list[Flat]:
    points = around(camera.flat(body.head), 14, 4)
    for leg in body.legs:
        ends = (add(leg.sole, leg.toes, TOE), add(leg.sole, leg.toes, HEEL))
        points += map(camera.flat, ends)
        for joint in (leg.hip, leg.knee):
            points += around(camera.flat(joint), 9, 4)
    for arm in body.arms:
        points += around(camera.flat(arm.elbow), 5, 4)
        points += around(camera.flat(add(arm.wrist, arm.fingers, PALM)), 8, 4)
    for at, frame in zip(body.spine, body.frames, strict=True):
        points += [camera.flat(frame.point(at, -9, 0)), camera.flat(frame.point(at, 15, 0))]
    return points


def _arrow_line(arrow: Arrow, start: Skeleton, end: Skeleton, camera: Camera) -> tuple[Flat, Flat, Flat]:
    """Return where an arrow begins, is bent towards, and ends."""
    a, b = camera.flat(start.joint(arrow.of)), camera.flat(end.joint(arrow.of))
    way, size = heading(a, b), distance(a, b) + arrow.longer
    if arrow.heading is not None:
        way, size = arrow.heading, arrow.longer
    tail = (a[0] + arrow.beside[0], a[1] + arrow.beside[1])
    tip = moved(tail, way, size)
    return tail, moved(moved(tail, way, size / 2), way + 90, arrow.curve), tip


def _arrow(line: tuple[Flat, Flat, Flat], both_ways: bool, tone: str) -> str:
    tail, bow, tip = line
    (x0, y0), (x1, y1), (x2, y2) = map(units, line)
    tips = _tip(bow, tip) + (_tip(bow, tail) if both_ways else "")
    return shape(f"M{x0} {y0}Q{x1} {y1} {x2} {y2}", f"arrow{tone}") + shape(tips, f"tip{tone}")


def _tip(before: Flat, at: Flat) -> Path:
    way = heading(before, at)
    base = moved(at, way, -4.0)
    return polygon([moved(at, way, 4.5), moved(base, way + 90, 5.0), moved(base, way - 90, 5.0)])


def _mark(mark: str, centre: Flat) -> str:
    x, y = units(centre)
    size = round(_MARK * SCALE * 0.8)
    if mark == "cross":
        return shape(
            f"M{x - size} {y - size}l{2 * size} {2 * size}m0-{2 * size}l-{2 * size} {2 * size}", mark
        )
    return shape(f"M{x - size} {y}l{size * 3 // 4} {size * 3 // 4}L{x + size} {y - size}", mark)
