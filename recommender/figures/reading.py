"""From the plain data of `rules/figures/*.yaml` to figures, telling every problem at its place.

A pose may be `like` a named one, and a figure like another: what it says itself goes over that, key by key.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import RulebookError
from recommender.figures.geometry import ORIGIN, Vector
from recommender.figures.measures import LIMITS, POSTURES
from recommender.figures.model import (
    Arrow,
    Bounds,
    Figure,
    Figures,
    Foot,
    Hand,
    MustShow,
    Panel,
    Part,
    Placed,
    Pose,
    Support,
    Thing,
    Twin,
)
from recommender.figures.props import THINGS
from recommender.figures.skeleton import BODY_PLACES, DIRECTIONS, GRIPS, SIDES
from recommender.figures.style import TONES

_DRAWINGS = ("supports", "poses", "figures", "twins", "no_twin")
_BOUNDS = ("bounds", "twin_shows", "must_show", "postures", "words")
_EVERY_LEVEL, _SAFE = "every_level", "safe"
_ANGLES = ("lean", "side", "turn", "lumbar", "thorax", "neck", "nod", "aside", "twist")
_LIMBS = {"feet": ("right_foot", "left_foot"), "hands": ("right_hand", "left_hand")}
_POSE = ("like", "hip", "knees", *_ANGLES, *_LIMBS, *_LIMBS["feet"], *_LIMBS["hands"])
_PANEL = ("view", "with", "things", "pose", "start", "end", "arrows")
_MERGED = ("with", "pose", "start", "end")
_SHAPES = ("box", "bar", "wheel")
_PARTS = ("knee", "foot", "toes", "elbow", "shoulder", "hand")
_JOINTS = ("hip", "head", "chest", *(f"{side} {part}" for side, _ in SIDES for part in _PARTS))
_VIEWS = {"side": 8.0, "front": 85.0, "back": -95.0}


def read_figures(
    documents: Iterable[Document], levels: Collection[str], movements: Collection[str]
) -> Figures:
    """Build the figures of a rulebook from its documents.

    Raises:
        RulebookError: with every problem found, each with its file, line and column.

    """
    return _Reader([Checker(document) for document in documents], levels, movements).read()


class _Reader:
    def __init__(self, checkers: list[Checker], levels: Collection[str], movements: Collection[str]) -> None:
        self.checkers, self.levels, self.movements = checkers, levels, movements
        self.supports: dict[str, Support] = {}
        self.poses: dict[str, dict[str, Any]] = {}
        self.raw: dict[str, dict[str, Any]] = {}

    def read(self) -> Figures:
        for check in self.checkers:
            check.mapping(check.document.data, (), (), (*_DRAWINGS, *_BOUNDS))
        for check, id_, raw, path in self._entries("supports"):
            self.supports[id_] = self._support(check, raw, path)
        for check, id_, raw, path in self._entries("poses"):
            self.poses[id_] = self._keys(check, raw, path)
        self.raw = {id_: raw for _, id_, raw, _ in self._entries("figures") if isinstance(raw, dict)}
        figures = {
            id_: self._figure(check, id_, raw, path) for check, id_, raw, path in self._entries("figures")
        }
        twins = {id_: self._twin(check, id_, raw, path) for check, id_, raw, path in self._entries("twins")}
        no_twin = {}
        for check, id_, raw, path in self._entries("no_twin"):
            check.one_of(id_, path, self.movements, "movement")
            no_twin[id_] = check.text(raw, path)
        bounds = self._bounds()
        problems = [problem for check in self.checkers for problem in check.problems]
        if problems:
            raise RulebookError(problems)
        return Figures(self.supports, figures, twins, no_twin, bounds)

    def _entries(self, section: str) -> Iterator[tuple[Checker, str, Any, Path_]]:
        seen: set[str] = set()
        for check in self.checkers:
            if isinstance(check.document.data, dict) and section in check.document.data:
                for id_, raw in check.mapping(check.document.data[section], (section,)).items():
                    if id_ in seen:
                        check.fail_key((section, id_), f"`{id_}` is defined twice.", "Give one another id.")
                    seen.add(id_)
                    yield check, id_, raw, (section, id_)

    def _bounds(self) -> Bounds:
        spine = self._degrees("bounds", _EVERY_LEVEL)
        twins = self._degrees("twin_shows", _SAFE)
        must_show = {}
        for check, id_, raw, path in self._entries("must_show"):
            check.one_of(id_, path, self.movements, "movement")
            data = check.mapping(raw, path, (), ("hands", "grips", "things"))
            must_show[id_] = MustShow(
                hands=round(_number(check, data.get("hands", "0"), (*path, "hands"))),
                grips=check.some_of(data.get("grips"), (*path, "grips"), GRIPS, "grip"),
                things=check.some_of(
                    data.get("things"), (*path, "things"), (*THINGS, *self.supports), "thing"
                ),
            )
        return Bounds(
            every_level=spine.pop(_EVERY_LEVEL, {}),
            spine=spine,
            safe_twin=twins.pop(_SAFE, {}),
            twin_shows=twins,
            must_show=must_show,
            postures={
                words: check.one_of(raw, path, POSTURES, "posture")
                for check, words, raw, path in self._entries("postures")
            },
            supports={
                word: check.some_of(raw, path, self.supports, "support")
                for check, word, raw, path in self._entries("words")
            },
        )

    def _degrees(self, section: str, apart: str) -> dict[str, dict[str, float]]:
        degrees: dict[str, dict[str, float]] = {}
        for check, id_, raw, path in self._entries(section):
            if id_ != apart:
                check.one_of(id_, path, self.movements, "movement")
            data = check.mapping(raw, path, (), LIMITS)
            degrees[id_] = {key: _number(check, value, (*path, key)) for key, value in data.items()}
        return degrees

    def _support(self, check: Checker, raw: Any, path: Path_) -> Support:
        data = check.mapping(raw, path, ("parts",), ("places", "carries"))
        parts = check.items(data.get("parts"), (*path, "parts"))
        places: dict[str, tuple[Vector, Vector]] = {}
        for name, value in check.mapping(data.get("places"), (*path, "places")).items():
            x, y, out, *off = _numbers(check, value, (*path, "places", name), 6)
            places[name] = (x, y, out), (off[0], off[1], off[2])
        return Support(
            parts=tuple(_part(check, item, item_path) for item_path, item in parts),
            places=places,
            carries=check.yes_no(data.get("carries", "no"), (*path, "carries")),
        )

    def _figure(self, check: Checker, id_: str, raw: Any, path: Path_, of_levels: bool = True) -> Figure:
        keys = ("like", "panels", *_PANEL, *(("levels",) if of_levels else ()))
        data = check.mapping(raw, path, ("shows",), keys)
        merged = self._merged(check, data, path, (id_,))
        common = {key: merged[key] for key in _PANEL if key in merged}
        panels = [
            self._panel(check, over(common, check.mapping(panel, panel_path, (), _PANEL)), panel_path)
            for panel_path, panel in check.items(merged.get("panels", [{}]), (*path, "panels"))
        ]
        return Figure(
            id=id_,
            levels=check.some_of(data.get("levels", [id_]), (*path, "levels"), self.levels, "level")
            if of_levels
            else (),
            shows=check.text(data.get("shows"), (*path, "shows")),
            panels=tuple(panels),
        )

    def _merged(
        self, check: Checker, data: Mapping[str, Any], path: Path_, seen: tuple[str, ...]
    ) -> dict[str, Any]:
        """Return the keys of a figure with those of the figure that it is like."""
        if "like" not in data:
            return dict(data)
        name = check.one_of(data["like"], (*path, "like"), self.raw, "figure")
        if name in seen:
            check.fail((*path, "like"), f"`{name}` is like itself.")
            return dict(data)
        return over(self._merged(check, self.raw.get(name, {}), path, (*seen, name)), data)

    def _panel(self, check: Checker, raw: Mapping[str, Any], path: Path_) -> Panel:
        view = raw.get("view", "side")
        placed = {
            name: self._placed(check, name, value, (*path, "with", name))
            for name, value in check.mapping(raw.get("with"), (*path, "with")).items()
        }
        places = [
            f"{name} {place}".strip()
            for name, each in placed.items()
            if each.support in self.supports
            for place in self.supports[each.support].places
        ]
        common, start, end = (
            self._keys(check, raw.get(key), (*path, key)) for key in ("pose", "start", "end")
        )
        arrows = check.items(raw.get("arrows"), (*path, "arrows"))
        things = check.items(raw.get("things"), (*path, "things"))
        return Panel(
            azimuth=_VIEWS.get(view) or _number(check, view, (*path, "view")),
            end=_pose(check, over(common, end), (*path, "end"), places),
            start=_pose(check, over(common, start), (*path, "start"), places) if "start" in raw else None,
            arrows=tuple(_arrow(check, item, item_path) for item_path, item in arrows),
            placed=placed,
            things=tuple(_thing(check, item, item_path) for item_path, item in things),
        )

    def _keys(self, check: Checker, raw: Any, path: Path_) -> dict[str, Any]:
        """Return the keys of a pose with those of the named pose that it is like."""
        data = check.mapping(raw, path, (), _POSE)
        if "like" not in data:
            return data
        name = check.one_of(data["like"], (*path, "like"), self.poses, "pose")
        own = {key: value for key, value in data.items() if key != "like"}
        return over(self.poses.get(name, {}), own)

    def _placed(self, check: Checker, name: str, raw: Any, path: Path_) -> Placed:
        support = check.one_of(name.split(maxsplit=1)[0], path, self.supports, "support")
        turned = isinstance(raw, list) and len(raw) == 4
        x, y, z, turn = _numbers(check, raw, path, 4) if turned else (*_numbers(check, raw, path, 3), 0.0)
        return Placed(support, (x, y, z), turn)

    def _twin(self, check: Checker, id_: str, raw: Any, path: Path_) -> Twin:
        check.one_of(id_, path, self.movements, "movement")
        data = check.mapping(raw, path, ("risky", "safe"), ())
        risky, safe = (
            self._figure(check, id_, data.get(side), (*path, side), of_levels=False)
            for side in ("risky", "safe")
        )
        return Twin(id_, risky, safe)


def over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `own` says over what `base` says; both feet or hands stand for each of the two."""
    merged = dict(base)
    for key, value in own.items():
        below = base.get(key)
        nested = key in _MERGED and isinstance(value, dict) and isinstance(below, dict)
        merged[key] = over(below, value) if nested and below else value
        for one in _LIMBS.get(key, ()):
            if one not in own:
                merged.pop(one, None)
    return merged


def _number(check: Checker, raw: Any, path: Path_) -> float:
    return float(check.number(raw, path))


def _numbers(check: Checker, raw: Any, path: Path_, count: int) -> tuple[float, ...]:
    numbers = tuple(_number(check, value, item) for item, value in check.items(raw, path))
    if len(numbers) == count:
        return numbers
    check.fail(path, f"this must be {count} numbers.", f"Write [{', '.join('0' * count)}].")
    return (0.0,) * count


def _vector(check: Checker, raw: Any, path: Path_) -> Vector:
    x, y, z = _numbers(check, raw, path, 3)
    return x, y, z


def _part(check: Checker, raw: Any, path: Path_) -> Part:
    data = check.mapping(raw, path, (), (*_SHAPES, "tone", "size"))
    kind = next((each for each in _SHAPES if each in data), "")
    if not kind:
        check.fail(path, "this part has no shape.", f"Known here: {', '.join(_SHAPES)}.")
        return Part("box", ORIGIN, ORIGIN, 0.0, "wood")
    x, y, z, *end = _numbers(check, data[kind], (*path, kind), 3 if kind == "wheel" else 6)
    return Part(
        shape=kind,
        a=(x, y, z),
        b=(end[0], end[1], end[2]) if end else (x, y, z),
        size=_number(check, data.get("size", "4"), (*path, "size")),
        tone=check.one_of(data.get("tone", "wood"), (*path, "tone"), TONES, "tone"),
    )


def _pose(check: Checker, raw: Mapping[str, Any], path: Path_, places: Collection[str]) -> Pose:
    angles = {key: _number(check, raw[key], (*path, key)) for key in _ANGLES if key in raw}
    right, left = (_foot(check, raw.get(key, raw.get("feet")), (*path, key)) for key in _LIMBS["feet"])
    hands = [_hand(check, raw.get(key, raw.get("hands")), (*path, key), places) for key in _LIMBS["hands"]]
    return Pose(
        hip=_vector(check, raw.get("hip"), (*path, "hip")),
        knees=_ways(check, raw.get("knees"), (*path, "knees")),
        feet=(right, left),
        hands=(hands[0], hands[1]),
        **angles,
    )


def _foot(check: Checker, raw: Any, path: Path_) -> Foot:
    if isinstance(raw, list):
        return Foot(_vector(check, raw, path))
    data = check.mapping(raw, path, (), ("at", "heel", "out", "toes", "top"))
    default = Foot()
    return Foot(
        at=_vector(check, data["at"], (*path, "at")) if "at" in data else default.at,
        heel=_number(check, data.get("heel", f"{default.heel:g}"), (*path, "heel")),
        out=_number(check, data.get("out", f"{default.out:g}"), (*path, "out")),
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
        at=_vector(check, data["at"], (*path, "at")) if "at" in data else ORIGIN,
        grip=check.one_of(data.get("grip", GRIPS[0]), (*path, "grip"), GRIPS, "grip") or GRIPS[0],
        **{key: _ways(check, data.get(key), (*path, key)) for key in ("fingers", "palm", "elbow")},
    )


def _ways(check: Checker, raw: Any, path: Path_) -> str:
    words = check.text(raw, path)
    for word in words.split():
        check.one_of(word, path, DIRECTIONS, "direction")
    return " ".join(word for word in words.split() if word in DIRECTIONS)


def _thing(check: Checker, raw: Any, path: Path_) -> Thing:
    data = check.mapping(raw, path, (), (*THINGS, "to", "at"))
    kind = next((each for each in THINGS if each in data), "")
    if not kind:
        check.fail(path, "this names no thing.", f"Known here: {', '.join(THINGS)}.")
    by = check.one_of(data.get(kind), (*path, kind), (*_JOINTS, "both hands"), "part of the body")
    return Thing(
        kind=kind,
        by=by or _JOINTS[0],
        to=check.one_of(data.get("to"), (*path, "to"), _JOINTS, "part of the body"),
        at=_vector(check, data["at"], (*path, "at")) if "at" in data else ORIGIN,
    )


def _arrow(check: Checker, raw: Any, path: Path_) -> Arrow:
    data = check.mapping(raw, path, ("of",), ("beside", "curve", "longer", "heading", "both_ways"))
    across, up = _numbers(check, data["beside"], (*path, "beside"), 2) if "beside" in data else (0.0, 0.0)
    return Arrow(
        of=check.one_of(data.get("of"), (*path, "of"), _JOINTS, "part of the body") or _JOINTS[0],
        beside=(across, up),
        curve=_number(check, data.get("curve", "0"), (*path, "curve")),
        longer=_number(check, data.get("longer", "0"), (*path, "longer")),
        heading=_number(check, data["heading"], (*path, "heading")) if "heading" in data else None,
        both_ways=check.yes_no(data.get("both_ways", "no"), (*path, "both_ways")),
    )
