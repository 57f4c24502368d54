"""Pictures of exercises and of risky movements, drawn from the poses in `rules/figures/`."""

from pathlib import Path

from recommender.errors import Problem, RulebookError
from recommender.figures.model import Figures
from recommender.figures.picture import Shown, picture
from recommender.figures.style import STYLE
from recommender.rulebook import Level, Rulebook, load_rulebook
from recommender.rulebook.loading import load_figure_documents

__all__ = [
    "STYLE",
    "drawn_levels",
    "figure_of",
    "ladder_of",
    "load_figures",
    "remember_figures",
    "twin_of",
]


def load_figures(book: Rulebook, folder: Path | None = None) -> Figures:
    """Read the figures of a rulebook: hashed with it, and read only when somebody asks for a picture.

    Raises:
        RulebookError: with every problem found, each at its place.

    """
    from recommender.figures.reading import read_figures

    levels = [level.id for exercise in book.exercises.values() for level in exercise.levels]
    return read_figures(load_figure_documents(folder), levels, book.movements)


def drawn_levels(rulebook: Rulebook | Path | None) -> frozenset[str]:
    """Return the levels of which there is a picture."""
    _, figures = _loaded(rulebook)
    return frozenset(level for figure in figures.figures.values() for level in figure.levels)


def figure_of(rulebook: Rulebook | Path | None, exercise: str, level: str, styled: bool = True) -> str:
    """Return the picture of a level as one SVG, self-contained, with title and description.

    `rulebook` is one that was loaded, its folder, or `None` for the shipped one. One that was loaded, or has
    no pictures of its own, has those of levels that are the same in the shipped one, for which they were
    drawn. A picture that is not `styled` is for a page that carries `STYLE` itself.

    Raises:
        RulebookError: where the rulebook has no such level, or no picture of it.

    """
    book, figures = _loaded(rulebook)
    shown = _shown(book, figures, exercise, level)
    return picture([shown], figures.supports, f"figure-{level}", styled=styled)


def ladder_of(rulebook: Rulebook | Path | None, exercise: str) -> str:
    """Return the pictures of all levels of an exercise side by side as one SVG, gentlest first.

    Raises:
        RulebookError: where the rulebook has no such exercise, or no picture of one of its levels.

    """
    book, figures = _loaded(rulebook)
    if exercise not in book.exercises:
        raise RulebookError(Problem(exercise, "there is no picture of this exercise."))
    entry = book.exercises[exercise]
    shown = [_shown(book, figures, exercise, level.id) for level in entry.levels]
    return picture(shown, figures.supports, f"figure-{exercise}", entry.name)


def twin_of(rulebook: Rulebook | Path | None, movement: str, styled: bool = True) -> str | None:
    """Return a risky movement, crossed out, beside its safe twin as one SVG; `None` where there is none."""
    book, figures = _loaded(rulebook)
    twin = figures.twins.get(movement)
    if twin is None:
        return None
    name = book.movements[movement].name
    shown = [
        Shown(name, figure.shows, figure.panels, mark)
        for figure, mark in ((twin.risky, "cross"), (twin.safe, "tick"))
    ]
    return picture(shown, figures.supports, f"twin-{movement}", name, styled)


def _shown(book: Rulebook, figures: Figures, exercise: str, level: str) -> Shown:
    levels = book.exercises[exercise].levels if exercise in book.exercises else ()
    name = next((each.name for each in levels if each.id == level), "")
    figure = next((each for each in figures.figures.values() if level in each.levels), None)
    if not name or figure is None:
        raise RulebookError(Problem(f"{exercise}, {level}", "there is no picture of this level."))
    whole = book.exercises[exercise].name
    return Shown(whole if name == whole else f"{whole}: {name}", figure.shows, figure.panels)


def _loaded(rulebook: Rulebook | Path | None) -> tuple[Rulebook, Figures]:
    if not isinstance(rulebook, Rulebook):
        book = load_rulebook(rulebook)
        own = _of_folder(book.sha256, rulebook)
        return book, own if own.figures else _same_levels(book)
    return rulebook, _same_levels(rulebook)


_cache: dict[tuple[str, Path | None], Figures] = {}


def remember_figures(book: Rulebook, figures: Figures) -> None:
    """Draw from figures that were read before, for a rulebook whose files are not at hand."""
    _cache[book.sha256, None] = figures


def _of_folder(sha256: str, folder: Path | None) -> Figures:
    if (sha256, folder) not in _cache:
        _cache[sha256, folder] = load_figures(load_rulebook(folder), folder)
    return _cache[sha256, folder]


def _same_levels(book: Rulebook) -> Figures:
    """Return the shipped figures of what a rulebook has just as the shipped one, for which they are drawn."""
    if (book.sha256, None) in _cache:
        return _cache[book.sha256, None]
    shipped = load_rulebook()
    figures = _of_folder(shipped.sha256, None)
    if book.sha256 == shipped.sha256:
        return figures
    ours, theirs = (_levels(each) for each in (shipped, book))
    same = {id_ for id_, level in ours.items() if id_ in theirs and _done(level) == _done(theirs[id_])}
    return figures._replace(
        figures={
            id_: figure._replace(levels=tuple(level for level in figure.levels if level in same))
            for id_, figure in figures.figures.items()
        },
        twins={
            id_: twin
            for id_, twin in figures.twins.items()
            if book.movements.get(id_) == shipped.movements.get(id_)
        },
    )


def _levels(book: Rulebook) -> dict[str, Level]:
    return {level.id: level for exercise in book.exercises.values() for level in exercise.levels}


def _done(level: Level) -> tuple[object, ...]:
    return level.movements, level.position, level.steps
