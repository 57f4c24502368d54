"""Pictures of exercises and of risky movements, drawn from the poses in `rules/figures/`."""

from pathlib import Path

from recommender.errors import Problem, RulebookError
from recommender.figures.model import Figures
from recommender.figures.picture import picture
from recommender.rulebook import Rulebook, load_rulebook
from recommender.rulebook.loading import load_figure_documents

__all__ = ["figure_of", "load_figures", "remember_figures", "twin_of"]


def load_figures(book: Rulebook, folder: Path | None = None) -> Figures:
    """Read the figures of a rulebook: hashed with it, and read only when somebody asks for a picture.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    from recommender.figures.reading import read_figures

    levels = [level.id for exercise in book.exercises.values() for level in exercise.levels]
    return read_figures(load_figure_documents(folder), levels, book.movements)


def figure_of(rulebook: Rulebook | Path | None, exercise: str, level: str) -> str:
    """Return the picture of a level as one SVG, self-contained, with title and description.

    `rulebook` is one that was loaded, its folder, or `None` for the shipped one.

    Raises:
        RulebookError: where the rulebook has no such level, or no picture of it.

    """
    book, figures = _loaded(rulebook)
    for each in book.exercises[exercise].levels if exercise in book.exercises else ():
        if each.id == level:
            figure = next((one for one in figures.figures.values() if level in one.levels), None)
            if figure is None:
                break
            title = book.exercises[exercise].name
            if each.name != title:
                title = f"{title}: {each.name}"
            return picture(figure.panels, figures.supports, f"figure-{level}", title, figure.shows)
    raise RulebookError(Problem(f"{exercise}, {level}", "there is no picture of this level."))


def twin_of(rulebook: Rulebook | Path | None, movement: str) -> str | None:
    """Return a risky movement, crossed out, beside its safe twin as one SVG; `None` where there is none."""
    book, figures = _loaded(rulebook)
    twin = figures.twins.get(movement)
    if twin is None:
        return None
    return picture(
        twin.risky.panels + twin.safe.panels,
        figures.supports,
        f"twin-{movement}",
        book.movements[movement].name,
        f"{twin.risky.shows} {twin.safe.shows}",
        ["cross"] * len(twin.risky.panels) + ["tick"] * len(twin.safe.panels),
    )


def _loaded(rulebook: Rulebook | Path | None) -> tuple[Rulebook, Figures]:
    if isinstance(rulebook, Rulebook):
        return rulebook, _figures(rulebook, None)
    book = load_rulebook(rulebook)
    return book, _figures(book, rulebook)


def remember_figures(book: Rulebook, figures: Figures) -> None:
    """Draw from figures that were read before, for a rulebook whose files are not at hand."""
    _cache[book.sha256, None] = figures


_cache: dict[tuple[str, Path | None], Figures] = {}


def _figures(book: Rulebook, folder: Path | None) -> Figures:
    key = (book.sha256, folder)
    if key not in _cache:
        _cache[key] = load_figures(book, folder)
    return _cache[key]
