"""What a picture is made of, as an author wrote it; lengths are centimetres, angles degrees."""

from collections.abc import Mapping
from typing import NamedTuple

from recommender.figures.geometry import ORIGIN, Vector


class Foot(NamedTuple):
    """Where a foot stands.

    `at` is the sole below the ankle: forward, up, and out from the middle. `heel` lifts the heel about the
    ball of the foot, or, below 0, the toes about the heel; `out` turns the toes out. A foot on which nobody
    stands may point its `toes`, and the way from its sole to its `top`, in other directions.
    """

    at: Vector = (0.0, 0.0, 9.0)
    heel: float = 0.0
    out: float = 6.0
    toes: str = ""
    top: str = ""


class Hand(NamedTuple):
    """Where a hand is: `on` a place of a support or of the body, moved by `at`, or freely `at` a point.

    `grip` says how it is held. Where they differ from what the place brings, `fingers`, `palm` and `elbow`
    name the directions in which those point.
    """

    on: str = ""
    at: Vector = ORIGIN
    grip: str = "open"
    fingers: str = ""
    palm: str = ""
    elbow: str = ""


class Pose(NamedTuple):
    """How a body is held.

    `lean` tips all of it forward, `side` to its right, `turn` faces it to its right. `lumbar`, `thorax` and
    `neck` bend the parts of the spine forward out of their natural curve, `aside` and `twist` bend and turn
    all of the spine, `nod` bends the head. `knees` is the direction in which they point. Of feet and hands
    the right one comes first.
    """

    hip: Vector = ORIGIN
    lean: float = 0.0
    side: float = 0.0
    turn: float = 0.0
    lumbar: float = 0.0
    thorax: float = 0.0
    neck: float = 0.0
    nod: float = 0.0
    aside: float = 0.0
    twist: float = 0.0
    knees: str = ""
    feet: tuple[Foot, Foot] = (Foot(), Foot())
    hands: tuple[Hand, Hand] = (Hand("hang"), Hand("hang"))


class Part(NamedTuple):
    """A box between two corners, a bar between two points, or a wheel about `a`; `size` is how thick."""

    shape: str
    a: Vector
    b: Vector
    size: float
    tone: str


class Support(NamedTuple):
    """Something to stand at, sit or lie on: its parts, and where a hand may rest.

    Each place has its point (the third number goes out to both sides) and the way off its surface. One that
    `carries` a body, such as a machine, has the feet on pedals or on a plate.
    """

    parts: tuple[Part, ...]
    places: Mapping[str, tuple[Vector, Vector]]
    carries: bool


class Placed(NamedTuple):
    """A support in a picture: where, and how far it is turned to the right."""

    support: str
    at: Vector
    turn: float


class Thing(NamedTuple):
    """Something held or worn `by` a part of the body; a band goes `to` another part, or to a point."""

    kind: str
    by: str
    to: str
    at: Vector

    @property
    def reaches(self) -> bool:
        """Say whether it goes from one point to another."""
        return bool(self.to) or self.at != ORIGIN


class Arrow(NamedTuple):
    """The way of a part of the body from the start to the end.

    It is drawn `beside` that (across and up), with a `curve`, and so much `longer`. With a `heading` it goes
    that way instead, as long as `longer` says: for a part that presses, or goes on.
    """

    of: str
    beside: tuple[float, float]
    curve: float
    longer: float
    heading: float | None
    both_ways: bool


class Panel(NamedTuple):
    """One picture: the end of a movement, its start as a ghost where there is one, and arrows.

    It is seen from an azimuth (see `Camera`), or from above.
    """

    azimuth: float
    above: bool
    end: Pose
    start: Pose | None
    arrows: tuple[Arrow, ...]
    placed: Mapping[str, Placed]
    things: tuple[Thing, ...]


class Figure(NamedTuple):
    """The picture of levels that differ only in dose, in one panel or more; `shows` says it in words."""

    id: str
    levels: tuple[str, ...]
    shows: str
    panels: tuple[Panel, ...]


class Twin(NamedTuple):
    """A risky movement, and its safe twin."""

    movement: str
    risky: Figure
    safe: Figure


class MustShow(NamedTuple):
    """What a picture of a movement must show: hands on a support, in one of the grips; one of some things."""

    hands: int
    grips: tuple[str, ...]
    things: tuple[str, ...]


Degrees = Mapping[str, float]
"""How far a spine is bent, by the ways of `measures.LIMITS`."""


class Bounds(NamedTuple):
    """What pictures may and must show.

    `spine` is how far a spine is bent at most, by movement and for every level; `twin_shows` how far that of
    a risky twin is bent at least. `postures` go by how the position of a level begins, and `supports` by the
    words in it.
    """

    every_level: Degrees
    spine: Mapping[str, Degrees]
    safe_twin: Degrees
    twin_shows: Mapping[str, Degrees]
    must_show: Mapping[str, MustShow]
    postures: Mapping[str, str]
    supports: Mapping[str, tuple[str, ...]]


class Figures(NamedTuple):
    """All of `rules/figures/`; `no_twin` says why there is no picture of the risk of some movements."""

    supports: Mapping[str, Support]
    figures: Mapping[str, Figure]
    twins: Mapping[str, Twin]
    no_twin: Mapping[str, str]
    bounds: Bounds
