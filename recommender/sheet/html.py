"""A sheet as one web page: it asks nothing of the net, and prints on the paper it was made for."""

from markupsafe import Markup

from recommender.pages.rendering import environment
from recommender.rulebook.model import Rulebook
from recommender.sheet.model import MARGIN, Sheet, kind_of


def sheet_as_html(book: Rulebook, sheet: Sheet) -> str:
    """Return the page, well-formed as HTML and as XML."""
    templates = environment(book, "recommender.sheet")
    templates.filters |= {
        "kind": kind_of,
        "figure": Markup,
    }  # figures are drawn here, from data that was checked
    sections = [section for page in sheet.pages for section in page.sections]
    return templates.get_template("sheet.html").render(sheet=sheet, sections=sections, margin=MARGIN)
