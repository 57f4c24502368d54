"""The legs and arms of a body, which reach their targets by inverse kinematics."""

from collections.abc import Mapping
from typing import NamedTuple

from recommender.figures.geometry import (
    DOWN,
    FORWARD,
    ORIGIN,
    RIGHT,
    UP,
    Frame,
    Vector,
    add,
    between,
    cross,
    length,
    reached,
    scaled,
    square,
    sub,
    turned,
    unit,
)
from recommender.figures.model import Foot, Hand, Pose

THIGH, SHIN, ANKLE = 40.0, 39.0, 7.0
UPPER_ARM, FOREARM, PALM, HAND, FIST = 29.0, 25.0, 7.0, 15.0, 4.5
HEEL, BALL, TOE = -6.0, 14.0, 19.0
HIP_WIDTH, SHOULDER_WIDTH = 8.0, 15.5

# Places of the body where a hand may rest: the point of the spine, then forward, up and out from there.
_PLACES = {
    "chest": (4, 17.0, 1.0, 5.0),
    "ribs": (3, 9.0, 2.0, 14.5),
    "belly": (1, 16.5, 0.0, 7.0),
    "shoulder": (6, 9.0, 1.0, 11.0),
    "other shoulder": (6, 10.5, -1.0, -9.0),
}
_WAYS = {
    "forward": FORWARD,
    "back": (-1.0, 0.0, 0.0),
    "up": UP,
    "down": DOWN,
    "out": RIGHT,
    "in": (0.0, 0.0, -1.0),
}
Places = Mapping[str, tuple[Vector, Vector, Vector]]
"""Where hands may rest on a support, by name: the points for the right and the left one, the way off it."""


class Leg(NamedTuple):
    """The joints of a leg; the foot points along `toes`, and `top` goes from its sole to the ankle."""

    hip: Vector
    knee: Vector
    ankle: Vector
    toes: Vector
    top: Vector

    @property
    def sole(self) -> Vector:
        """Return the point of the sole below the ankle."""
        return add(self.ankle, self.top, -ANKLE)

    @property
    def on_ball(self) -> bool:
        """Say whether the heel is lifted, so that the toes bend and lie flat."""
        return self.toes[1] < -0.1 and self.top[1] > 0.3


class Arm(NamedTuple):
    """The joints of an arm; the hand points along `fingers`, its palm faces `palm`."""

    shoulder: Vector
    elbow: Vector
    wrist: Vector
    fingers: Vector
    palm: Vector
    grip: str

    @property
    def hold(self) -> Vector:
        """Return the point in the hand where it holds things."""
        return add(self.wrist, self.fingers, FIST)


def leg_of(pose: Pose, pelvis: Frame, foot: Foot, side: float) -> tuple[Leg, float]:
    """Return the leg that reaches a foot, and by how much it misses that."""
    hip = add(pose.hip, pelvis.right, side * HIP_WIDTH)
    ahead = turned(_level(pelvis), UP, -side * foot.out)
    across = cross(ahead, UP)
    toes, top = turned(ahead, across, -foot.heel), turned(UP, across, -foot.heel)
    if foot.toes:
        toes = way_of(foot.toes, side)
        top = square(way_of(foot.top, side) if foot.top else UP, toes, UP)
    x, y, out = foot.at
    pivot = BALL if foot.heel > 0 else HEEL if foot.heel < 0 else 0.0
    ankle = add(add(add((x, y, side * out), ahead, pivot), toes, -pivot), top, ANKLE)
    pole = add(add(pelvis.forward, ahead, 0.3), pelvis.right, side * 0.1)
    knee, end = reached(hip, ankle, THIGH, SHIN, way_of(pose.knees, side) if pose.knees else pole)
    return Leg(hip, knee, end, toes, top), length(sub(ankle, end))


def _level(pelvis: Frame) -> Vector:
    """Return the level way in which a body faces: lying face up that of its feet, face down of its head."""
    way = pelvis.forward
    if abs(pelvis.forward[1]) > abs(pelvis.up[1]):
        way = scaled(pelvis.up, -1.0 if pelvis.forward[1] > 0 else 1.0)
    return unit((way[0], 0.0, way[2]), FORWARD)


class Reach(NamedTuple):
    """All that says where a hand goes."""

    hand: Hand
    side: float
    hip: Vector
    pelvis: Frame
    spine: tuple[Vector, ...]
    frames: tuple[Frame, ...]
    leg: Leg
    places: Places

    def arm(self) -> tuple[Arm, float]:
        """Return the arm, and by how much it misses its target."""
        hand, chest, side = self.hand, self.frames[-1], self.side
        shoulder = chest.point(self.spine[-1], 4.5, -4.5, side * SHOULDER_WIDTH)
        target, off, fingers = self._target(shoulder)
        target = add(target, (hand.at[0], hand.at[1], side * hand.at[2]))
        fingers = way_of(hand.fingers, side) if hand.fingers else fingers
        wrist = _wrist(hand.grip, target, off, fingers)
        pole = way_of(hand.elbow, side) if hand.elbow else add(chest.way(-1.0, -0.5, side * 0.35), DOWN, 0.5)
        elbow, end = reached(shoulder, wrist, UPPER_ARM, FOREARM, pole)
        palm = way_of(hand.palm, side) if hand.palm else scaled(off, -1.0)
        straight = hand.on in ("", "hang", "side") and not hand.fingers
        fingers = unit(sub(end, elbow)) if straight else fingers
        return Arm(shoulder, elbow, end, fingers, palm, hand.grip), length(sub(wrist, end))

    def _target(self, shoulder: Vector) -> tuple[Vector, Vector, Vector]:
        """Return where the hand goes, the way off what it rests on, and the way of the fingers."""
        side, on = self.side, self.hand.on
        outward = (0.0, 0.0, side)
        if not on:
            return ORIGIN, outward, FORWARD
        if on in ("hang", "side"):
            down = DOWN if on == "hang" else scaled(self.frames[-1].up, -1.0)
            reach = add(add(shoulder, down, UPPER_ARM + FOREARM - 1), self.pelvis.forward, 2.0)
            return add(reach, outward, 3.0), outward, down
        if on in self.places:
            right, left, off = self.places[on]
            fingers = UP if abs(off[1]) < 0.5 else FORWARD
            fingers = unit(add(fingers, off, -1.2)) if self.hand.grip == "fingertips" else fingers
            return right if side > 0 else left, off, fingers
        return self._on_body(on)

    def _on_body(self, on: str) -> tuple[Vector, Vector, Vector]:
        side, pelvis, leg = self.side, self.pelvis, self.leg
        if on == "thigh":
            along = unit(sub(leg.knee, leg.hip))
            off = square(pelvis.up, along)
            return add(between(leg.hip, leg.knee, 0.62), off, 7.5), off, along
        if on == "hip":
            point = pelvis.point(self.hip, -10.0, 8.0, side * 10.0)
            return point, unit(pelvis.way(-1.0, 0.0, side * 0.6)), unit(pelvis.way(0.0, -1.0, -side * 0.5))
        index, forward, up, out = _PLACES[on]
        chest = self.frames[index]
        fingers = unit(chest.way(0.0, 0.5, -side))
        return chest.point(self.spine[index], forward, up, side * out), chest.forward, fingers


def _wrist(grip: str, contact: Vector, off: Vector, fingers: Vector) -> Vector:
    """Return where the wrist is when the hand touches `contact`."""
    behind, above = {
        "flat": (PALM, 2.0), "fingertips": (HAND, 0.0), "above": (PALM, 8.0), "fist": (FIST, 0.0),
        "rest": (PALM, 3.0), "open": (0.0, 0.0),
    }[grip]  # fmt: skip
    return add(add(contact, fingers, -behind), off, above)


def way_of(words: str, side: float) -> Vector:
    """Return the direction that words name, such as `up` or `forward down`; `out` is away from the middle."""
    way = ORIGIN
    for word in words.split():
        way = add(way, _WAYS[word])
    return unit((way[0], way[1], way[2] * side))


DIRECTIONS = tuple(_WAYS)
BODY_PLACES = ("hang", "side", "thigh", "hip", *_PLACES)
GRIPS = ("open", "flat", "fingertips", "above", "fist", "rest")
