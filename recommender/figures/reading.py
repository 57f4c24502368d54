"""From the plain data of `rules/figures/*.yaml` to figures, telling every problem at its place.

A pose may be `like` a named one, and a figure like another: what it says itself goes over that, key by key.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from recommender.documents.checker import Checker
from recommender.documents.yaml_json import Document, Path_
from recommender.errors import RulebookError
from recommender.figures.geometry import Vector
from recommender.figures.limbs import GRIPS
from recommender.figures.measures import LIMITS, POSTURES
from recommender.figures.model import (
    Bounds,
    Figure,
    Figures,
    MustShow,
    Panel,
    Placed,
    Support,
    Twin,
)
from recommender.figures.part_reading import (
    ANGLES,
    LIMBS,
    over,
    read_arrow,
    read_number,
    read_numbers,
    read_part,
    read_pose,
    read_thing,
)
from recommender.figures.props import THINGS

_DRAWINGS = ("supports", "poses", "figures", "twins", "no_twin")
_BOUNDS = ("bounds", "twin_shows", "must_show", "postures", "words")
_EVERY_LEVEL, _SAFE = "every_level", "safe"
_POSE = ("like", "hip", "knees", *ANGLES, *LIMBS, *LIMBS["feet"], *LIMBS["hands"])
_PANEL = ("view", "with", "things", "pose", "start", "end", "arrows")
_ABOVE = "above"
_VIEWS = {"side": 8.0, "front": 85.0, "back": -95.0, _ABOVE: 0.0}


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
                hands=round(read_number(check, data.get("hands", "0"), (*path, "hands"))),
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
            degrees[id_] = {key: read_number(check, value, (*path, key)) for key, value in data.items()}
        return degrees

    def _support(self, check: Checker, raw: Any, path: Path_) -> Support:
        data = check.mapping(raw, path, ("parts",), ("places", "carries"))
        parts = check.items(data.get("parts"), (*path, "parts"))
        places: dict[str, tuple[Vector, Vector]] = {}
        for name, value in check.mapping(data.get("places"), (*path, "places")).items():
            x, y, out, *off = read_numbers(check, value, (*path, "places", name), 6)
            places[name] = (x, y, out), (off[0], off[1], off[2])
        return Support(
            parts=tuple(read_part(check, item, item_path) for item_path, item in parts),
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
            azimuth=_VIEWS[view] if view in _VIEWS else read_number(check, view, (*path, "view")),
            above=view == _ABOVE,
            end=read_pose(check, over(common, end), (*path, "end"), places),
            start=read_pose(check, over(common, start), (*path, "start"), places) if "start" in raw else None,
            arrows=tuple(read_arrow(check, item, item_path) for item_path, item in arrows),
            placed=placed,
            things=tuple(read_thing(check, item, item_path) for item_path, item in things),
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
        x, y, z, turn = (
            read_numbers(check, raw, path, 4) if turned else (*read_numbers(check, raw, path, 3), 0.0)
        )
        return Placed(support, (x, y, z), turn)

    def _twin(self, check: Checker, id_: str, raw: Any, path: Path_) -> Twin:
        check.one_of(id_, path, self.movements, "movement")
        data = check.mapping(raw, path, ("risky", "safe"), ())
        risky, safe = (
            self._figure(check, id_, data.get(side), (*path, side), of_levels=False)
            for side in ("risky", "safe")
        )
        return Twin(id_, risky, safe)
