"""Checks usable activities for parts that nobody uses, and for parts whose name promises another movement."""

from collections.abc import Iterator

from recommender.errors import Problem
from recommender.rulebook.activities import Activities, Part, PartWords, normalised


def activity_problems(known: Activities) -> Iterator[Problem]:
    """Yield the problems of activities that can be read and are still likely a slip."""
    used = set()
    for activity in known.activities.values():
        for part in (*activity.parts, *activity.rather):
            used.add(part.id)
            yield from _unlisted(known.part_words, part, activity.id, activity.place)
    for addition in known.additions:
        used.add(addition.part.id)
        yield from _unlisted(known.part_words, addition.part, "additions", addition.place)
    for id_ in sorted(known.parts.keys() - used):
        yield Problem("", f"the part `{id_}` is in no activity.", "Use it or remove it.")


def _unlisted(part_words: tuple[PartWords, ...], part: Part, owner: str, place: str) -> Iterator[Problem]:
    words = f" {normalised(part.name)} "
    for rule in part_words:
        word = next((word for word in rule.words if f" {word} " in words), None)
        if word is not None and not set(rule.movements) & set(part.movements):
            yield Problem(
                place,
                f"the part “{part.name}” of `{owner}` names “{word}” and contains no such movement.",
                f"Give it a part with one of: {', '.join(rule.movements)}.",
            )
