"""What a change does to activities: a part that lost a movement is laxer, whoever asks about it."""

from collections.abc import Iterator

from recommender.proof.difference import Difference, Direction, Witness
from recommender.rulebook.activities import Activities, Activity

_GONE = "it is gone"


def activity_differences(old: Activities, new: Activities) -> Iterator[Difference]:
    """Yield a difference for each part of each activity that was there before.

    Activities and parts that are new say more than before, and no difference is told.
    """
    for id_, activity in old.activities.items():
        then, now = _movements(activity), _movements(new.activities.get(id_))
        for part, movements in then.items():
            yield Difference("activity", f"{id_}: {part}", *_change(movements, now.get(part)))


def _movements(activity: Activity | None) -> dict[str, frozenset[str]]:
    """Return the movements of each part by its id."""
    return {part.id: frozenset(part.movements) for part in activity.parts} if activity else {}


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
