"""What a change does to activities: a part that lost a movement is laxer, whoever asks about it."""

from collections.abc import Iterable, Iterator

from recommender.proof.difference import Difference, Direction, Witness
from recommender.rulebook.activities import Activities, Part

_GONE = "it is gone"


def activity_differences(old: Activities, new: Activities) -> Iterator[Difference]:
    """Yield a difference for each part of each activity, and each addition, that was there before.

    Activities and parts that are new say more than before, and no difference is told.
    """
    for id_, activity in old.activities.items():
        later = new.activities.get(id_)
        yield from _differences(id_, activity.parts, later.parts if later else ())
    yield from _differences(
        "additions", [each.part for each in old.additions], [each.part for each in new.additions]
    )


def _differences(owner: str, old: Iterable[Part], new: Iterable[Part]) -> Iterator[Difference]:
    then, now = ({part.id: frozenset(part.movements) for part in parts} for parts in (old, new))
    for part, movements in then.items():
        yield Difference("activity", f"{owner}: {part}", *_change(movements, now.get(part)))


def _change(
    then: frozenset[str], now: frozenset[str] | None
) -> tuple[Direction, Witness | None, Witness | None]:
    if now is None:
        return Direction.INCOMPARABLE, Witness(None, _listed(then), _GONE), None
    witness = Witness(None, _listed(then), _listed(now))
    lost, gained = then - now, now - then
    if lost and gained:
        return Direction.INCOMPARABLE, witness, witness
    if lost:
        return Direction.LAXER, witness, None
    return (Direction.STRICTER, None, witness) if gained else (Direction.EQUIVALENT, None, None)


def _listed(movements: frozenset[str]) -> str:
    return ", ".join(sorted(movements))
