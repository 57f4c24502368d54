"""Holds pictures to the rules: every level has one, and no picture shows what its level does not contain."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from recommender.authoring.locations import location
from recommender.documents.yaml_json import Document
from recommender.errors import Problem
from recommender.figures.measures import (
    Solid,
    joints,
    lowest,
    posture,
    sole,
    solids,
    spine_bends,
)
from recommender.figures.model import Bounds, Figure, Figures, MustShow, Panel, Support
from recommender.figures.picture import bodies
from recommender.figures.skeleton import Skeleton
from recommender.rulebook.model import Level, Rulebook

_REACH, _FLOOR, _INSIDE = 0.25, 0.35, 3.0
"""In centimetres: in a picture 6 cm wide, a pixel is at least twice as much as a hand may miss its target."""
_JUMPS = "jump_landing"
_ON_SUPPORTS = ("flat", "fingertips", "fist")
_HIP_ABOVE = {
    "sits": (6.0, 13.0),
    "on_back": (9.0, 16.0),
    "on_front": (8.0, 19.0),
    "on_side": (12.0, 20.0),
    "on_all_fours": (40.0, 54.0),
}
"""How high the hips of a body that rests on something are above that, in centimetres."""


def figure_problems(known: Figures, book: Rulebook, documents: Iterable[Document]) -> Iterator[Problem]:
    """Yield levels without a picture, and pictures that show another thing than their level."""
    documents = tuple(documents)
    levels = {level.id: level for exercise in book.exercises.values() for level in exercise.levels}
    drawn = [level for figure in known.figures.values() for level in figure.levels]
    for id_ in levels.keys() - set(drawn):
        exercise = next(each for each in book.exercises.values() if levels[id_] in each.levels)
        hint = "Draw it in figures/, or name it under the `levels` of a picture."
        yield Problem(location(documents, "exercises", exercise.id), f"there is no picture of `{id_}`.", hint)
    for id_ in sorted({level for level in drawn if drawn.count(level) > 1}):
        yield Problem("", f"there is more than one picture of `{id_}`.", "Keep one of them.")
    for figure in known.figures.values():
        place = location(documents, "figures", figure.id)
        if not figure.levels:
            yield Problem(place, f"the picture `{figure.id}` is of no level.")
        for message in _contradictions(figure, known, [levels[level] for level in figure.levels]):
            yield Problem(place, f"the picture `{figure.id}` {message}")


def twin_problems(known: Figures, book: Rulebook, documents: Iterable[Document]) -> Iterator[Problem]:
    """Yield risky movements without a twin, and twins that do not show the risk, or do where it is safe."""
    documents = tuple(documents)
    limited = {id_ for rule in book.rules.values() for id_ in rule.limits}
    for movement in book.movements.values():
        everyday = not (movement.exercise_only or book.families[movement.family].free)
        if everyday and movement.id in limited and movement.id not in {**known.twins, **known.no_twin}:
            hint = "Draw it under `twins`, or say under `no_twin` why no picture can show it."
            place = location(documents, "movements", movement.id)
            yield Problem(place, f"the movement `{movement.id}` has no safe twin.", hint)
    for twin in known.twins.values():
        place = location(documents, "twins", twin.movement)
        least = known.bounds.twin_shows.get(twin.movement, {})
        most = {**known.bounds.every_level, **known.bounds.safe_twin}
        for figure, words in ((twin.risky, "risky"), (twin.safe, "safe")):
            for panel in figure.panels:
                for body in bodies(panel, known.supports):
                    for message in _broken(body):
                        yield Problem(place, f"the {words} twin of `{twin.movement}` {message}")
        bends = spine_bends(bodies(twin.risky.panels[0], known.supports)[0])
        for way, degrees in least.items():
            if bends[way] < degrees:
                message = f"is bent {way} by {bends[way]:.0f} degrees, and {degrees:.0f} show the risk."
                yield Problem(place, f"the risky twin of `{twin.movement}` {message}")
        for panel in twin.safe.panels:
            for body in bodies(panel, known.supports):
                for message in _bent(body, most):
                    yield Problem(place, f"the safe twin of `{twin.movement}` {message}")


def _contradictions(figure: Figure, known: Figures, levels: Sequence[Level]) -> Iterator[str]:
    """Yield what is wrong with one picture, as it goes on after its name."""
    drawn = [(panel, bodies(panel, known.supports)) for panel in figure.panels]
    for panel, both in drawn:
        boxes = list(solids(panel.placed, known.supports))
        for body in both:
            yield from _broken(body)
            yield from _inside(body, boxes)
    for level in levels:
        most = _allowed(level, known.bounds)
        for panel, both in drawn:
            for body in both:
                yield from _bent(body, most)
            if _JUMPS not in level.movements:
                yield from _floating(panel, both, known.supports)
        for movement in level.movements:
            if movement in known.bounds.must_show:
                yield from _lacking(figure, movement, known.bounds.must_show[movement])
        yield from _otherwise_held(level, known, drawn)


def _allowed(level: Level, bounds: Bounds) -> Mapping[str, float]:
    most = dict(bounds.every_level)
    for movement in level.movements:
        for way, degrees in bounds.spine.get(movement, {}).items():
            most[way] = max(most.get(way, 0.0), degrees)
    return most


def _bent(body: Skeleton, most: Mapping[str, float]) -> Iterator[str]:
    for way, degrees in spine_bends(body).items():
        if degrees > most[way] + 0.5:
            yield f"is bent {way} by {degrees:.0f} degrees, and {most[way]:.0f} is the most there."


def _broken(body: Skeleton) -> Iterator[str]:
    """Yield what no body can do: a limb that does not reach, a joint bent too far, a part in the floor."""
    for limb, miss in body.misses.items():
        if miss > _REACH:
            yield f"has a {limb} that misses its target by {miss:.1f} cm."
    for joint, bent, limit in joints(body):
        if bent > limit:
            yield f"bends the {joint} by {bent:.0f} degrees, and {limit:.0f} is the most of a joint."
    for part, height in lowest(body).items():
        if height < -_FLOOR:
            yield f"has the {part} {-height:.1f} cm in the floor."


def _inside(body: Skeleton, boxes: Sequence[Solid]) -> Iterator[str]:
    for side, leg, arm in zip(("right", "left"), body.legs, body.arms, strict=True):
        for name, point in ((f"{side} knee", leg.knee), (f"{side} elbow", arm.elbow), ("hip", leg.hip)):
            for box in boxes:
                if not box.soft and box.holds(point, _INSIDE):
                    yield f"has the {name} inside the {box.support}."


def _floating(panel: Panel, both: Sequence[Skeleton], supports: Mapping[str, Support]) -> Iterator[str]:
    """Yield bodies that stand on nothing."""
    tops = [*solids(panel.placed, supports)]
    for body in both:
        if posture(body) != "stands" or any(supports[each.support].carries for each in panel.placed.values()):
            continue
        gaps = [
            abs(point[1] - top)
            for leg in body.legs
            for point in sole(leg)
            for top in (0.0, *(box.high[1] for box in tops if box.is_below(point, 4.0)))
        ]
        if min(gaps) > _FLOOR and not any(box.holds(body.hip, -10.0) for box in tops):
            yield "stands on nothing: no foot is on the floor or on a step."


def _lacking(figure: Figure, movement: str, must: MustShow) -> Iterator[str]:
    for panel in figure.panels:
        for pose in (panel.end, panel.start):
            held = [
                hand
                for hand in (pose.hands if pose else ())
                if hand.grip in must.grips and hand.on.partition(" ")[0] in _kinds(panel)
            ]
            if pose and len(held) < must.hands and (pose is panel.start or len(figure.panels) == 1):
                yield f"has fewer than {must.hands} hands on a support, and `{movement}` needs them."
    shown = {thing.kind for panel in figure.panels for thing in panel.things}
    shown |= {each.support for panel in figure.panels for each in panel.placed.values()}
    if must.things and not shown & set(must.things):
        yield f"shows none of {', '.join(must.things)}, and `{movement}` needs one."


def _kinds(panel: Panel) -> set[str]:
    return {name.partition(" ")[0] for name in panel.placed}


def _otherwise_held(
    level: Level, known: Figures, drawn: Sequence[tuple[Panel, list[Skeleton]]]
) -> Iterator[str]:
    """Yield where a level is held or supported in another way than its position says."""
    held = next((how for words, how in known.bounds.postures.items() if level.position.startswith(words)), "")
    if held and held not in {posture(body) for _, both in drawn for body in both}:
        yield f"shows nobody who {held.replace('_', ' ')}, and the position of `{level.id}` says so."
    elif held in _HIP_ABOVE and not any(
        _rests(body, held, list(solids(panel.placed, known.supports)))
        for panel, both in drawn
        for body in both
    ):
        yield f"shows nobody who rests on anything, and the position of `{level.id}` says so."
    words = level.position.lower()
    named = {kind for word, kinds in known.bounds.supports.items() if word in words for kind in kinds}
    shown = {each.support for panel, _ in drawn for each in panel.placed.values()}
    if named and not named & shown:
        yield f"shows none of {', '.join(sorted(named))}, and the position of `{level.id}` names one."


def _rests(body: Skeleton, held: str, tops: Sequence[Solid]) -> bool:
    low, high = _HIP_ABOVE[held]
    return posture(body) == held and any(
        low <= body.hip[1] - box.high[1] <= high and box.is_below(body.hip, 12.0) for box in tops
    )
