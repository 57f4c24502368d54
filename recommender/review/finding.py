"""Finding a movement or an exercise of a person by the beginnings of its words."""

from collections.abc import Iterable

from recommender.review.desk import Line


def lines_with(typed: str, lines: Iterable[Line]) -> list[Line]:
    """Return the lines whose name has, for each typed word, a word that begins with it."""
    wanted = typed.casefold().split()
    return [line for line in lines if wanted and line.about and _has(wanted, line.name.casefold().split())]


def _has(wanted: Iterable[str], words: Iterable[str]) -> bool:
    words = [word.strip("(),.") for word in words]
    return all(any(word.startswith(begins) for word in words) for begins in wanted)
