"""Rendering of the person's pages, with the clinic's name where there is one."""

from base64 import b64encode
from http import HTTPStatus
from typing import Any

from recommender.errors import RulebookError
from recommender.pages.rendering import environment
from recommender.person.assessment import Offer
from recommender.report.why import capital
from recommender.rulebook.files import package
from recommender.rulebook.model import Rulebook
from recommender.rulebook.signing import reviewed
from recommender.sheet.model import Picture
from recommender.sheet.pictures import picture_of
from recommender.version import __version__
from recommender.web.clinic import Clinic
from recommender.web.display import wanted_display
from recommender.web.request import Response


class Rendering:
    """Renders the pages of one rulebook; `home` is where they run: `served`, or a `browser`."""

    def __init__(self, book: Rulebook, clinic: Clinic | None, home: str) -> None:
        """Prepare the templates."""
        self.book = book
        self.templates = environment(book, "recommender.web")
        self.templates.filters |= {"capitalized": capital, "data_address": _data_address}
        self.templates.globals |= {
            "clinic": clinic,
            "home": home,
            "reviewed": reviewed(book),
            "program": __version__,
            "wanted_display": wanted_display,
        }

    def page(self, template: str, code: int = HTTPStatus.OK, /, **values: Any) -> Response:
        """Return a page."""
        return Response(self.text(template, **values), int(code))

    def text(self, template: str, **values: Any) -> str:
        """Return a template as text."""
        return self.templates.get_template(template).render(**values)

    def script(self, name: str) -> bytes:
        """Return a script as it stands beside the templates."""
        return (package() / "web" / "pages" / name).read_bytes()

    def style(self) -> str:
        """Return the style of all pages."""
        return self.text("web.css")

    def figure(self, offer: Offer) -> Picture | None:
        """Return the figure of the form that an exercise begins with, if it is drawn."""
        try:
            return picture_of(self.book, offer.exercise.id, offer.start.level.id)
        except RulebookError:
            return None


def _data_address(svg: str) -> str:
    """Return a figure as an address, so that its own style is not style of the page."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
