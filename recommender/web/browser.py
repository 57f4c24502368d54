"""The person's pages inside a browser: the same handlers, asked by a script in place of a server."""

import pickle
import re
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

_CARRIED = re.compile(r'name="conversation" value="([^"]*)"')
KNOWLEDGE = "web/knowledge.pickle"
"""What is parsed when the site is made: the rulebook with the words of pages, the questions, the
activities, the figures, the words of reports, the clinic. It lies in the program's own archive, whose hash
the page holds."""


@cache
def browser_handlers() -> Handlers:
    """Return the handlers of the site that this program is part of; they are made once."""
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


def rehearse() -> None:
    """Lead somebody made up to an answer, so that all this needs is in the memory that a browser keeps."""
    handlers = browser_handlers()
    handlers.answer(Request("GET", "/"))
    handlers.answer(Request("GET", "/number"))
    begun = handlers.answer(Request("POST", "/number", {"t_score": ["-2.6"], "age": ["61"]}))
    carried = {"conversation": _CARRIED.findall(str(begun.body))}
    handlers.answer(Request("POST", "/answer", carried))


def answer(handlers: Handlers, method: str, path: str, pairs: Any, files: Any) -> dict[str, Any]:
    """Answer what the script sends: the pairs of a form, and files by name."""
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    sent = {name: bytes(content) for name, content in files}
    response = handlers.answer(Request(method, path, form, sent))
    return response._asdict()
