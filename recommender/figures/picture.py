"""Puts panels together as one SVG: supports, the start as a ghost, the end, arrows, title and words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from recommender.figures.body import layers
from recommender.figures.geometry import Camera, Flat, add, distance, heading, moved
from recommender.figures.model import Arrow, Panel, Support
from recommender.figures.paths import SCALE, Path, polygon, shape, units
from recommender.figures.props import places_of, support_layers, thing_layers
from recommender.figures.skeleton import HAND, TOE, Skeleton, skeleton
from recommender.figures.style import STYLE

_MARGIN, _GAP, _BELOW = 5.0, 10.0, 4.0
_MARK = 9.0


class _Drawn(NamedTuple):
    content: str
    left: float
    right: float
    top: float


def picture(
    panels: Sequence[Panel],
    supports: Mapping[str, Support],
    name: str,
    title: str,
    shows: str,
    marks: Sequence[str] = (),
) -> str:
    """Return panels side by side as one SVG.

    `name` makes its ids unique. `marks` gives each panel a `tick`, a `cross` or none.
    """
    content, left, top = [], 0.0, 0.0
    for index, panel in enumerate(panels):
        drawn = _panel(panel, supports, marks[index] if marks else "")
        content.append(f'<g transform="translate({round((left - drawn.left) * SCALE)})">{drawn.content}</g>')
        left += drawn.right - drawn.left + _GAP
        top = max(top, drawn.top)
    size = f"{round((left - _GAP) * SCALE)} {round((top + _BELOW) * SCALE)}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="figure" role="img" '
        f'viewBox="0 {-round(top * SCALE)} {size}" aria-labelledby="{name}-title {name}-shows">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-shows">{escape(shows)}</desc>'
        f"<style>{STYLE}</style>{''.join(content)}</svg>"
    )


def bodies(panel: Panel, supports: Mapping[str, Support]) -> list[Skeleton]:
    """Return the body at the end of a movement and, where it is drawn, at its start."""
    places = places_of(panel, supports)
    return [skeleton(pose, places) for pose in (panel.end, panel.start) if pose is not None]


def _panel(panel: Panel, supports: Mapping[str, Support], mark: str) -> _Drawn:
    camera = Camera(panel.azimuth)
    end, *ghosts = bodies(panel, supports)
    extent = [point for body in (end, *ghosts) for point in _extent(body, camera)]
    behind: list[str] = []
    before: list[str] = []
    for in_front, drawing, corners in support_layers(panel, supports, end.hip, camera):
        extent += corners
        (before if in_front else behind).append(drawing)
    arrows = [_arrow_line(arrow, ghosts[0] if ghosts else end, end, camera) for arrow in panel.arrows]
    extent += [point for arrow in arrows for point in arrow]
    left, right = min(x for x, _ in extent) - _MARGIN, max(x for x, _ in extent) + _MARGIN
    top = max(y for _, y in extent) + _MARGIN
    floor = f'<path class="floor" d="M{round(left * SCALE)} 11H{round(right * SCALE)}"/>'
    shadow = [f'<g opacity=".28">{_body(ghost, camera, ())}</g>' for ghost in ghosts]
    drawn = [_arrow(line, arrow.both_ways) for line, arrow in zip(arrows, panel.arrows, strict=True)]
    body = _body(end, camera, tuple(thing_layers(panel.things, end, camera)))
    content = [floor, *behind, *shadow, body, *before, *drawn]
    if mark:
        content.append(_mark(mark, (right - _MARK - 2, top - _MARK - 2)))
    return _Drawn("".join(content), left, right, top)


def _body(body: Skeleton, camera: Camera, things: Sequence[tuple[float, str]]) -> str:
    return "".join(
        drawing for _, drawing in sorted([*layers(body, camera), *things], key=lambda layer: layer[0])
    )


def _extent(body: Skeleton, camera: Camera) -> list[Flat]:
    x, y = camera.flat(body.head)
    points = [(x + 12, y), (x - 14, y), (x, y + 12), (x, y - 12)]
    for leg in body.legs:
        points += map(
            camera.flat, (add(leg.hip, leg.top, -10), leg.knee, leg.ankle, add(leg.sole, leg.toes, TOE))
        )
    for arm in body.arms:
        points += map(camera.flat, (arm.elbow, add(arm.wrist, arm.fingers, HAND)))
    back = [camera.flat(frame.point(at, -9, 0)) for at, frame in zip(body.spine, body.frames, strict=True)]
    return points + back


def _arrow_line(arrow: Arrow, start: Skeleton, end: Skeleton, camera: Camera) -> tuple[Flat, Flat, Flat]:
    """Return where an arrow begins, is bent towards, and ends."""
    a, b = camera.flat(start.joint(arrow.of)), camera.flat(end.joint(arrow.of))
    way, size = heading(a, b), distance(a, b) + arrow.longer
    tail = (a[0] + arrow.beside[0], a[1] + arrow.beside[1])
    tip = moved(tail, way, size)
    return tail, moved(moved(tail, way, size / 2), way + 90, arrow.curve), tip


def _arrow(line: tuple[Flat, Flat, Flat], both_ways: bool) -> str:
    tail, bow, tip = line
    (x0, y0), (x1, y1), (x2, y2) = map(units, line)
    tips = _tip(bow, tip) + (_tip(bow, tail) if both_ways else "")
    return f'<path class="arrow" d="M{x0} {y0}Q{x1} {y1} {x2} {y2}"/>' + shape(tips, "tip")


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
