"""A sheet as PDF for print: tagged, in English, with its font inside, and held to PDF/UA-1 as it is made."""

import json
from importlib.resources import files
from typing import Any

import fontpkg_atkinson_hyperlegible
import typst

from recommender.sheet.model import MARGIN, Sheet, kind_of

FONT = "Atkinson Hyperlegible"
_PAPERS = {"a4": "a4", "letter": "us-letter"}


def sheet_as_pdf(sheet: Sheet) -> bytes:
    """Return the file; Typst refuses to make one that is not accessible by the rules of PDF/UA-1."""
    template = files("recommender.sheet") / "pages" / "sheet.typ"
    letters = str(files(fontpkg_atkinson_hyperlegible) / "files")
    layout = {"paper": _PAPERS[sheet.paper], "margin": MARGIN, "font": FONT}
    pdf: bytes = typst.compile(
        template.read_bytes(),
        font_paths=typst.Fonts(
            font_paths=[letters], include_system_fonts=False, include_embedded_fonts=False
        ),
        sys_inputs={"sheet": json.dumps({**_plain(sheet), **layout})},
        pdf_standards=["ua-1"],
    )
    return pdf


def _plain(value: Any) -> Any:
    """Return named tuples as objects with their `kind`, as the template reads them."""
    if hasattr(value, "_asdict"):
        fields = {name: _plain(field) for name, field in value._asdict().items()}
        return {"kind": kind_of(value), **fields}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
