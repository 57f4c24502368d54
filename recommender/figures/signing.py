"""What can be signed of the pictures: `figure:ID` and `twin:ID`, each with all that is drawn in it."""

from collections.abc import Mapping
from typing import Any

from recommender.figures.model import Figure, Figures, Support


def picture_entries(known: Figures) -> dict[str, Any]:
    """Return every picture by the name under which it is signed, with the supports that it shows."""
    figures = {f"figure:{id_}": _whole(figure, known) for id_, figure in known.figures.items()}
    twins = {
        f"twin:{id_}": (_whole(twin.risky, known), _whole(twin.safe, known))
        for id_, twin in known.twins.items()
    }
    return {**figures, **twins}


def _whole(figure: Figure, known: Figures) -> tuple[Figure, Mapping[str, Support]]:
    names = {placed.support for panel in figure.panels for placed in panel.placed.values()}
    return figure, {name: known.supports[name] for name in sorted(names)}
