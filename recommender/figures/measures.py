"""What can be measured of a drawn body: how far its spine is bent, its joints, and what it rests on."""

from collections.abc import Iterator, Mapping
from math import atan2, degrees
from typing import NamedTuple

from recommender.figures.geometry import Frame, Vector, add, angle, dot, scaled, sub
from recommender.figures.limbs import BALL, HEEL, TOE, Arm, Leg
from recommender.figures.model import Placed, Support
from recommender.figures.props import at_place
from recommender.figures.skeleton import Skeleton

LIMITS = ("forward", "back", "aside", "twist", "neck_forward", "neck_back")
POSTURES = ("sits", "stands", "on_back", "on_front", "on_side", "on_all_fours")
_LUMBAR_END = 3

# How far joints of an older adult bend at most, in degrees: what is drawn beyond looks broken.
_KNEE, _ELBOW, _ARM_BEHIND = 150.0, 155.0, 75.0
_HIP_FLEXION, _HIP_EXTENSION, _ANKLE_UP, _ANKLE_DOWN = 135.0, 35.0, 35.0, 70.0
_KNEELING, _LEVEL, _SEAT = 20.0, 22.0, 75.0


class Range(NamedTuple):
    """A joint, how far it is bent, and how far it can be, in degrees."""

    joint: str
    bent: float
    most: float


def spine_bends(body: Skeleton) -> Mapping[str, float]:
    """Return by how many degrees the spine and the neck are bent out of their natural curve, each way.

    Lumbar and thoracic parts do not make up for each other: bent forward below and back above is both.
    """
    lumbar, chest = body.frames[_LUMBAR_END], body.frames[-1]
    parts = [_forward(body.pelvis, lumbar), _forward(lumbar, chest)]
    neck = _forward(chest, body.face)
    return {
        "forward": sum(max(0.0, part) for part in parts),
        "back": sum(max(0.0, -part) for part in parts),
        "aside": abs(degrees(atan2(dot(chest.up, body.pelvis.right), dot(chest.up, body.pelvis.up)))),
        "twist": abs(
            degrees(atan2(dot(chest.forward, body.pelvis.right), dot(chest.forward, body.pelvis.forward)))
        ),
        "neck_forward": max(0.0, neck),
        "neck_back": max(0.0, -neck),
    }


def _forward(below: Frame, above: Frame) -> float:
    return degrees(atan2(dot(above.up, below.forward), dot(above.up, below.up)))


def joints(body: Skeleton) -> Iterator[Range]:
    """Yield how far each joint of the limbs is bent."""
    for side, leg, arm in zip(("right", "left"), body.legs, body.arms, strict=True):
        thigh, shin = sub(leg.knee, leg.hip), sub(leg.ankle, leg.knee)
        yield Range(f"{side} knee", angle(thigh, shin), _KNEE)
        raised = degrees(atan2(dot(thigh, body.pelvis.forward), -dot(thigh, body.pelvis.up)))
        yield Range(f"{side} hip", raised, _HIP_FLEXION)
        yield Range(f"{side} hip", -raised, _HIP_EXTENSION)
        foot = 90 - angle(leg.toes, scaled(shin, -1.0))
        yield Range(f"{side} ankle", foot, _ANKLE_UP)
        yield Range(f"{side} ankle", -foot, _ANKLE_DOWN)
        upper, lower = sub(arm.elbow, arm.shoulder), sub(arm.wrist, arm.elbow)
        yield Range(f"{side} elbow", angle(upper, lower), _ELBOW)
        chest = body.frames[-1]
        behind = degrees(atan2(-dot(upper, chest.forward), -dot(upper, chest.up)))
        if dot(upper, chest.up) < 0:
            yield Range(f"{side} shoulder", behind, _ARM_BEHIND)


def posture(body: Skeleton) -> str:
    """Return how a body is held, one of `POSTURES`."""
    if abs(body.pelvis.right[1]) > 0.8:
        return "on_side"
    if body.pelvis.forward[1] > 0.75:
        return "on_back"
    knees = [leg.knee[1] for leg in body.legs]
    if body.pelvis.forward[1] < -0.75 and min(knees) < _KNEELING:
        return "on_all_fours"
    if body.pelvis.forward[1] < -0.75 and min(knees) > body.hip[1] - _KNEELING:
        return "on_front"
    level = [abs(knee - body.hip[1]) < _LEVEL for knee in knees]
    return "sits" if all(level) or (any(level) and body.hip[1] < _SEAT) else "stands"


def lowest(body: Skeleton) -> Mapping[str, float]:
    """Return how high the lowest point of each part is above the floor."""
    heights = {}
    for side, leg, arm in zip(("right", "left"), body.legs, body.arms, strict=True):
        heights[f"{side} foot"] = min(point[1] for point in sole(leg))
        heights[f"{side} knee"] = leg.knee[1] - 6.3
        heights[f"{side} elbow"] = arm.elbow[1] - 4.4
        heights[f"{side} hand"] = min(arm.wrist[1], _fingertips(arm)[1]) - 2.0
    heights["head"] = body.head[1] - 10.0
    heights["hip"] = body.hip[1] - 9.0
    return heights


def sole(leg: Leg) -> tuple[Vector, Vector]:
    """Return the heel and the toe of a sole, or its ball where the toes lie flat."""
    return add(leg.sole, leg.toes, HEEL), add(leg.sole, leg.toes, BALL if leg.on_ball else TOE)


def _fingertips(arm: Arm) -> Vector:
    return add(arm.wrist, arm.fingers, 7.0 if arm.grip == "fist" else 14.0)


class Solid(NamedTuple):
    """A box of a support in space, between its lowest and its highest corner; a soft one gives way."""

    support: str
    low: Vector
    high: Vector
    soft: bool

    def holds(self, point: Vector, margin: float) -> bool:
        """Say whether a point lies inside, farther than a margin from every side."""
        return all(a + margin < x < b - margin for a, x, b in zip(self.low, point, self.high, strict=True))

    def is_below(self, point: Vector, margin: float) -> bool:
        """Say whether a point lies above its top, or less than a margin beside that."""
        return all(self.low[axis] - margin <= point[axis] <= self.high[axis] + margin for axis in (0, 2))


def solids(placed: Mapping[str, Placed], supports: Mapping[str, Support]) -> Iterator[Solid]:
    """Yield the boxes of the supports of a picture."""
    for each in placed.values():
        for part in supports[each.support].parts:
            if part.shape == "box":
                ends = [at_place(point, each) for point in (part.a, part.b)]
                low, high = (
                    (pick(x for x, _, _ in ends), pick(y for _, y, _ in ends), pick(z for _, _, z in ends))
                    for pick in (min, max)
                )
                yield Solid(each.support, low, high, part.tone == "soft")
