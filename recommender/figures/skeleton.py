"""From a pose to the joints of a body: the spine piece by piece, then limbs that reach their targets."""

from collections.abc import Mapping
from math import atan2, degrees
from typing import NamedTuple

from recommender.figures.geometry import Frame, Vector, add, dot
from recommender.figures.limbs import TOE, Arm, Leg, Places, Reach, leg_of
from recommender.figures.model import Pose

SIDES = (("right", 1.0), ("left", -1.0))

# The natural curve of an older adult: the length of each piece, and how far it leans forward of its frame.
_LUMBAR = ((6.0, 6.0), (6.0, 0.0), (6.0, -5.0))
_THORAX = ((7.0, -5.0), (7.0, 0.0), (7.0, 5.0), (6.0, 9.0))
_NECK = ((5.0, 15.0), (5.0, 12.0))


class Skeleton(NamedTuple):
    """The joints of a body, and by how many centimetres each hand and foot misses its target.

    `spine` are points along the back from the pelvis to the neck, `frames` which way the trunk faces there.
    """

    hip: Vector
    pelvis: Frame
    spine: tuple[Vector, ...]
    frames: tuple[Frame, ...]
    neck: tuple[Vector, ...]
    head: Vector
    face: Frame
    legs: tuple[Leg, Leg]
    arms: tuple[Arm, Arm]
    misses: Mapping[str, float]

    def joint(self, name: str) -> Vector:
        """Return a part of the body by name: `hip`, `chest`, `head`, `right hand`, `left knee`."""
        middle = {"hip": self.hip, "chest": self.spine[-2], "head": self.head}
        if name in middle:
            return middle[name]
        side, _, part = name.partition(" ")
        leg, arm = self.legs[side == "left"], self.arms[side == "left"]
        return {
            "knee": leg.knee,
            "foot": leg.ankle,
            "toes": add(leg.sole, leg.toes, TOE),
            "elbow": arm.elbow,
            "shoulder": arm.shoulder,
            "hand": arm.hold,
        }[part]

    @property
    def bend(self) -> float:
        """Return how far the spine is bent forward out of its natural curve; less than 0 is backward."""
        chest, pelvis = self.frames[-1].up, self.pelvis
        return degrees(atan2(dot(chest, pelvis.forward), dot(chest, pelvis.up)))


def skeleton(pose: Pose, places: Places) -> Skeleton:
    """Return the joints of a body in a pose, with its hands on `places`."""
    pelvis = Frame().twisted(pose.turn).tipped(pose.side).bent(pose.lean)
    spine, frames = _spine(pose, pelvis)
    neck, face = _neck(pose, spine[-1], frames[-1])
    misses: dict[str, float] = {}
    legs, arms = [], []
    for (name, side), foot, hand in zip(SIDES, pose.feet, pose.hands, strict=True):
        leg, misses[f"{name} foot"] = leg_of(pose, pelvis, foot, side)
        reach = Reach(hand, side, pose.hip, pelvis, spine, frames, leg, places)
        arm, misses[f"{name} hand"] = reach.arm()
        legs.append(leg)
        arms.append(arm)
    return Skeleton(
        hip=pose.hip,
        pelvis=pelvis,
        spine=spine,
        frames=frames,
        neck=neck,
        head=face.point(neck[-1], 3.5, 8.0),
        face=face,
        legs=(legs[0], legs[1]),
        arms=(arms[0], arms[1]),
        misses=misses,
    )


def _spine(pose: Pose, pelvis: Frame) -> tuple[tuple[Vector, ...], tuple[Frame, ...]]:
    points, frames = [pelvis.point(pose.hip, -5.0, 5.0)], [pelvis]
    pieces = len(_LUMBAR) + len(_THORAX)
    for curve, bend in ((_LUMBAR, pose.lumbar), (_THORAX, pose.thorax)):
        for size, natural in curve:
            frame = frames[-1].bent(bend / len(curve))
            frame = frame.tipped(pose.aside / pieces).twisted(pose.twist / pieces)
            points.append(add(points[-1], frame.bent(natural).up, size))
            frames.append(frame)
    return tuple(points), tuple(frames)


def _neck(pose: Pose, top: Vector, chest: Frame) -> tuple[tuple[Vector, ...], Frame]:
    frame, points = chest, [top]
    for size, natural in _NECK:
        frame = frame.bent(pose.neck / len(_NECK)).tipped(pose.aside / 7).twisted(pose.twist / 7)
        points.append(add(points[-1], frame.bent(natural).up, size))
    return tuple(points), frame.bent(pose.nod)
