"""From plain data to the parts of figures: poses with feet and hands, supports, things, arrows."""

from collections.abc import Collection, Mapping
from typing import Any

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Path_
from recommender.figures.geometry import ORIGIN, Vector
from recommender.figures.limbs import BODY_PLACES, DIRECTIONS, GRIPS
from recommender.figures.model import Arrow, Foot, Hand, Part, Pose, Thing
from recommender.figures.props import THINGS
from recommender.figures.skeleton import SIDES
from recommender.figures.style import TONES

ANGLES = ("lean", "side", "turn", "lumbar", "thorax", "neck", "nod", "aside", "twist")
LIMBS = {"feet": ("right_foot", "left_foot"), "hands": ("right_hand", "left_hand")}
_MERGED = ("with", "pose", "start", "end")
_SHAPES = ("box", "bar", "wheel")
_PARTS = ("knee", "foot", "toes", "elbow", "shoulder", "hand")
_JOINTS = ("hip", "head", "chest", *(f"{side} {part}" for side, _ in SIDES for part in _PARTS))


def over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `own` says over what `base` says; both feet or hands stand for each of the two."""
    merged = dict(base)
    for key, value in own.items():
        below = base.get(key)
        nested = key in _MERGED and isinstance(value, dict) and isinstance(below, dict)
        merged[key] = over(below, value) if nested and below else value
        for one in LIMBS.get(key, ()):
            if one not in own:
                merged.pop(one, None)
    return merged


def read_number(check: Checker, raw: Any, path: Path_) -> float:
    """Return a plain decimal number."""
    return float(check.number(raw, path))


def read_numbers(check: Checker, raw: Any, path: Path_, count: int) -> tuple[float, ...]:
    """Return a list of so many numbers."""
    numbers = tuple(read_number(check, value, item) for item, value in check.items(raw, path))
    if len(numbers) == count:
        return numbers
    check.fail(path, f"this must be {count} numbers.", f"Write [{', '.join('0' * count)}].")
    return (0.0,) * count


def read_vector(check: Checker, raw: Any, path: Path_) -> Vector:
    """Return a point: forward, up, and to the right or out."""
    x, y, z = read_numbers(check, raw, path, 3)
    return x, y, z


def read_part(check: Checker, raw: Any, path: Path_) -> Part:
    """Return one part of a support."""
    data = check.mapping(raw, path, (), (*_SHAPES, "tone", "size"))
    kind = next((each for each in _SHAPES if each in data), "")
    if not kind:
        check.fail(path, "this part has no shape.", f"Known here: {', '.join(_SHAPES)}.")
        return Part("box", ORIGIN, ORIGIN, 0.0, "wood")
    x, y, z, *end = read_numbers(check, data[kind], (*path, kind), 3 if kind == "wheel" else 6)
    return Part(
        shape=kind,
        a=(x, y, z),
        b=(end[0], end[1], end[2]) if end else (x, y, z),
        size=read_number(check, data.get("size", "4"), (*path, "size")),
        tone=check.one_of(data.get("tone", "wood"), (*path, "tone"), TONES, "tone"),
    )


def read_pose(check: Checker, raw: Mapping[str, Any], path: Path_, places: Collection[str]) -> Pose:
    """Return a pose whose hands may be on the body or on `places`."""
    angles = {key: read_number(check, raw[key], (*path, key)) for key in ANGLES if key in raw}
    right, left = (_foot(check, raw.get(key, raw.get("feet")), (*path, key)) for key in LIMBS["feet"])
    hands = [_hand(check, raw.get(key, raw.get("hands")), (*path, key), places) for key in LIMBS["hands"]]
    return Pose(
        hip=read_vector(check, raw.get("hip"), (*path, "hip")),
        knees=_ways(check, raw.get("knees"), (*path, "knees")),
        feet=(right, left),
        hands=(hands[0], hands[1]),
        **angles,
    )


def _foot(check: Checker, raw: Any, path: Path_) -> Foot:
    if isinstance(raw, list):
        return Foot(read_vector(check, raw, path))
    data = check.mapping(raw, path, (), ("at", "heel", "out", "toes", "top"))
    default = Foot()
    return Foot(
        at=read_vector(check, data["at"], (*path, "at")) if "at" in data else default.at,
        heel=read_number(check, data.get("heel", f"{default.heel:g}"), (*path, "heel")),
        out=read_number(check, data.get("out", f"{default.out:g}"), (*path, "out")),
        toes=_ways(check, data.get("toes"), (*path, "toes")),
        top=_ways(check, data.get("top"), (*path, "top")),
    )


def _hand(check: Checker, raw: Any, path: Path_, places: Collection[str]) -> Hand:
    if raw is None:
        return Hand("hang")
    if isinstance(raw, str):  # such as `fingertips on worktop`
        grip, _, place = raw.rpartition(" on ")
        raw = {"on": place, **({"grip": grip} if grip else {})}
    data = check.mapping(raw, path, (), ("on", "at", "grip", "fingers", "palm", "elbow"))
    return Hand(
        on=check.one_of(data.get("on"), (*path, "on"), (*BODY_PLACES, *places), "place for a hand"),
        at=read_vector(check, data["at"], (*path, "at")) if "at" in data else ORIGIN,
        grip=check.one_of(data.get("grip", GRIPS[0]), (*path, "grip"), GRIPS, "grip") or GRIPS[0],
        **{key: _ways(check, data.get(key), (*path, key)) for key in ("fingers", "palm", "elbow")},
    )


def _ways(check: Checker, raw: Any, path: Path_) -> str:
    words = check.text(raw, path)
    for word in words.split():
        check.one_of(word, path, DIRECTIONS, "direction")
    return " ".join(word for word in words.split() if word in DIRECTIONS)


def read_thing(check: Checker, raw: Any, path: Path_) -> Thing:
    """Return something that is held or worn."""
    data = check.mapping(raw, path, (), (*THINGS, "to", "at"))
    kind = next((each for each in THINGS if each in data), "")
    if not kind:
        check.fail(path, "this names no thing.", f"Known here: {', '.join(THINGS)}.")
    by = check.one_of(data.get(kind), (*path, kind), (*_JOINTS, "both hands"), "part of the body")
    return Thing(
        kind=kind,
        by=by or _JOINTS[0],
        to=check.one_of(data.get("to"), (*path, "to"), _JOINTS, "part of the body"),
        at=read_vector(check, data["at"], (*path, "at")) if "at" in data else ORIGIN,
    )


def read_arrow(check: Checker, raw: Any, path: Path_) -> Arrow:
    """Return an arrow."""
    data = check.mapping(raw, path, ("of",), ("beside", "curve", "longer", "heading", "both_ways"))
    across, up = read_numbers(check, data["beside"], (*path, "beside"), 2) if "beside" in data else (0.0, 0.0)
    return Arrow(
        of=check.one_of(data.get("of"), (*path, "of"), _JOINTS, "part of the body") or _JOINTS[0],
        beside=(across, up),
        curve=read_number(check, data.get("curve", "0"), (*path, "curve")),
        longer=read_number(check, data.get("longer", "0"), (*path, "longer")),
        heading=read_number(check, data["heading"], (*path, "heading")) if "heading" in data else None,
        both_ways=check.yes_no(data.get("both_ways", "no"), (*path, "both_ways")),
    )
