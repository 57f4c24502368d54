"""Every picture on one page: each level of each exercise, each risky movement beside its safe twin."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from recommender.figures import STYLE, drawn_levels, figure_of, twin_of
from recommender.pages.rendering import render
from recommender.rulebook import Rulebook


def gallery_page(book: Rulebook, folder: Path | None) -> str:
    """Return all pictures of a rulebook as one self-contained HTML page."""
    return render(book, "gallery.html", **picture_functions(book, folder))


def picture_functions(book: Rulebook, folder: Path | None) -> dict[str, Any]:
    """Return what templates with pictures ask for: each picture, or nothing, and the style of all of them."""
    source = folder or book
    drawn = drawn_levels(source)

    def figure(exercise: str, level: str) -> Markup:
        return Markup(figure_of(source, exercise, level, styled=False) if level in drawn else "")

    def twin(movement: str) -> Markup:
        return Markup(twin_of(source, movement, styled=False) or "")

    return {"figure": figure, "twin": twin, "figure_style": Markup(STYLE)}
