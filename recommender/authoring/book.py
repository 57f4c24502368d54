"""Renders a rulebook as one linked, printable page: rules, movements, exercises, sources and whole people."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from recommender.authoring.cases.people import PersonCase
from recommender.authoring.gallery import picture_functions
from recommender.pages.rendering import render
from recommender.report.rulebook import goals, limits, signed
from recommender.rulebook.model import Movement, Rulebook
from recommender.rulebook.signing import reviewed


def rulebook_page(
    book: Rulebook, people: Sequence[PersonCase], folder: Path | None = None, back: str = ""
) -> str:
    """Return the whole rulebook, by default the shipped one, as one self-contained HTML page.

    `back` is where its first link leads.
    """
    return render(
        book,
        "book.html",
        people=people,
        back=back,
        reviewed=reviewed(book),
        goals=lambda exercise: goals(book, exercise),
        linked=("rule", "movement", "exercise", "level", "source"),
        **entry_functions(book),
        **picture_functions(book, folder),
    )


def entry_functions(book: Rulebook) -> dict[str, Callable[..., Any]]:
    """Return what the templates of whole rules and movements (`entries.html`) ask for."""

    def limiting(movement: Movement) -> list[str]:
        return [rule.id for rule in book.rules.values() if movement.id in rule.limits]

    def containing(movement: Movement) -> list[str]:
        levels = (level for exercise in book.exercises.values() for level in exercise.levels)
        return [level.id for level in levels if movement.id in level.movements]

    return {
        "limits": limits,
        "signed": lambda rule: signed(book, rule),
        "limiting": limiting,
        "containing": containing,
    }
