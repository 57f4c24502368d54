"""The handlers of a rulebook, ready to answer."""

from functools import cache
from pathlib import Path

from recommender.activities.matching import Catalogue
from recommender.figures import load_figures, remember_figures
from recommender.person.engines import ReferenceEngine
from recommender.rulebook.loading import load_activities, load_questions, load_web_rulebook
from recommender.rulebook.model import Rulebook
from recommender.scan_report.reading import shipped
from recommender.web.clinic import Clinic
from recommender.web.conversation import Knowledge
from recommender.web.handlers import Handlers
from recommender.web.rendering import Rendering


def served_handlers(rulebook: Rulebook, folder: Path | None, clinic: Clinic | None) -> Handlers:
    """Return the handlers for pages that are served; activities are read when somebody first asks.

    Raises:
        RulebookError: where a file of the rulebook cannot be used.

    """
    book = load_web_rulebook(rulebook, folder)
    remember_figures(book, load_figures(book, folder))
    # the reference can be asked by several pages at once
    knowledge = Knowledge(book, ReferenceEngine(book.strata), load_questions(book, folder))

    @cache
    def catalogue() -> Catalogue:
        return Catalogue(load_activities(rulebook, folder), book)

    return Handlers(knowledge, catalogue, shipped, Rendering(book, clinic, "served"))
