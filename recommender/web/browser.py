"""The person's pages inside a browser: the same handlers, asked by a script in place of a server."""

import pickle
from functools import cache
from typing import Any

from recommender.activities.matching import Catalogue
from recommender.figures import remember_figures
from recommender.person.engines import ReferenceEngine
from recommender.rulebook.files import package
from recommender.scan_report.reading import Known
from recommender.web.clinic import Clinic
from recommender.web.conversation import Knowledge
from recommender.web.handlers import Handlers
from recommender.web.rendering import Rendering
from recommender.web.request import Request

KNOWLEDGE = "web/knowledge.pickle"
"""What is parsed when the site is made: the rulebook with the words of pages, the questions, the
activities, the figures, the words of reports, the clinic. It lies in the program's own archive, whose hash
the page holds."""


def browser_handlers() -> Handlers:
    """Return the handlers of the site that this program is part of."""
    known = pickle.loads((package() / KNOWLEDGE).read_bytes())
    book, questions, activities, figures, lexicon, clinic = known
    remember_figures(book, figures)

    @cache
    def catalogue() -> Catalogue:
        return Catalogue(activities, book)

    knowledge = Knowledge(book, ReferenceEngine(book.strata), questions)
    report = Known(lexicon, book.vocabulary)
    return Handlers(
        knowledge, catalogue, lambda: report, Rendering(book, Clinic(*clinic) if clinic else None, "browser")
    )


def answer(handlers: Handlers, method: str, path: str, pairs: Any, files: Any) -> dict[str, Any]:
    """Answer what the script sends: the pairs of a form, and files by name."""
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    sent = {name: bytes(content) for name, content in files}
    response = handlers.answer(Request(method, path, form, sent))
    return response._asdict()
