"""The words of a PDF, each with its box.

pdfminer.six reads it: pure Python, so that it runs in a browser too. pdfplumber would add a renderer and Pillow
(30 MB of compiled code), and its words are pdfminer's letters.
"""

import logging
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from recommender.errors import ReportError
from recommender.scan_report.formats.budget import Budget
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import Content, Page, Table, Word
from recommender.scan_report.numbers import UNREADABLE
from recommender.scan_report.tables import page_tables
from recommender.scan_report.words import lines_of

MOST_PAGES = 30
_MOST_LETTERS = 60_000  # of a page
_INVISIBLE = 3  # the rendering mode of a layer of text over a picture
_FEWEST_READABLE = 0.5


def pdf_content(data: bytes, lexicon: Lexicon, budget: Budget) -> Content:
    """Return the tables and lines of a PDF.

    Raises:
        ReportError: when it is locked, damaged, or has no text.
        OverBudget: when it takes too long or unpacks to too much.

    """
    pages, more = _pages(data, lexicon, budget)
    tables: list[Table] = []
    lines: list[tuple[int, str]] = []
    for page in pages:
        budget.check()
        found = page_tables(page, lexicon)
        tables += found.tables
        lines += [(page.number, line) for line in found.others]
    notes = (lexicon.note("more_pages", pages=MOST_PAGES),) if more else ()
    return Content("pdf", tuple(tables), (), tuple(lines), None, notes)


def _pages(data: bytes, lexicon: Lexicon, budget: Budget) -> tuple[list[Page], bool]:
    """Return the pages of a PDF, and whether there are more than were read."""
    _stand_in_for_cryptography()
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # its words are about this person's file
    from pdfminer import pdfexceptions
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    try:
        with _bounded(budget):
            pages, more = _read(data, budget)
    except (PDFPasswordIncorrect, PDFEncryptionError):
        raise _refusal(lexicon, "encrypted") from None
    except (RecursionError, MemoryError):
        raise _refusal(lexicon, "too_much") from None
    except (pdfexceptions.PDFException, Exception):  # a damaged file makes pdfminer raise nearly anything
        raise _refusal(lexicon, "encrypted" if b"/Encrypt" in data else "broken") from None
    letters = "".join(word.text for page in pages for line in page.lines for word in line)
    if not letters:
        raise _refusal(lexicon, "no_text")
    if letters.count(UNREADABLE) > _FEWEST_READABLE * len(letters):
        raise _refusal(lexicon, "no_letters")
    return pages, more


def _refusal(lexicon: Lexicon, key: str) -> ReportError:
    return ReportError(lexicon.sentence(f"refusals.{key}"))


def _read(data: bytes, budget: Budget) -> tuple[list[Page], bool]:
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    class Interpreter(PDFPageInterpreter):
        """Looks at the clock at each operand."""

        def push(self, obj: Any) -> None:
            budget.check()
            super().push(obj)

    document = PDFDocument(PDFParser(_Watched(data, budget)))
    resources = PDFResourceManager()
    pages: list[Page] = []
    for number, page in enumerate(PDFPage.create_pages(document), 1):
        if number > MOST_PAGES:
            return pages, True
        device = _letters_device(resources, budget)
        Interpreter(resources, device).process_page(page)
        pages.append(Page(number, lines_of(_upright(device.letters))))
    return pages, False


class _Watched(BytesIO):
    """The file of a reader that looks at the clock whenever it reads on."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        super().__init__(data)
        self._budget = budget

    def read(self, size: int | None = -1, /) -> bytes:
        self._budget.check()
        return super().read(size)


def _letters_device(resources: Any, budget: Budget) -> Any:
    """Return a device that keeps the letters of a page; each with the direction in which it is written."""
    from pdfminer.pdfdevice import PDFTextDevice
    from pdfminer.pdffont import PDFUnicodeNotDefined
    from pdfminer.utils import apply_matrix_pt

    class Letters(PDFTextDevice):
        def __init__(self) -> None:
            super().__init__(resources)
            self.letters: list[tuple[int, Word]] = []
            self._doubt = ""

        def render_string(self, textstate: Any, *others: Any) -> None:
            self._doubt = "hidden" if textstate.render == _INVISIBLE else ""
            super().render_string(textstate, *others)

        def render_char(
            self, matrix: Any, font: Any, fontsize: float, scaling: float, rise: float, cid: int, *_: Any
        ) -> float:
            if len(self.letters) > _MOST_LETTERS:
                return 0.0
            budget.check()
            try:
                text = font.to_unichr(cid)
            except PDFUnicodeNotDefined:
                text = UNREADABLE
            width: float = font.char_width(cid) * fontsize * scaling
            descent = font.get_descent() * fontsize
            top = descent + fontsize
            corners = [
                apply_matrix_pt(matrix, corner)
                for corner in ((0, descent + rise), (width, descent + rise), (width, top + rise))
            ]
            (x0, y0), (x1, y1), _top = corners
            quarter = 0 if abs(x1 - x0) >= abs(y1 - y0) else 1
            turned = quarter + 2 * ((x1 < x0) if quarter == 0 else (y1 < y0))
            xs, ys = zip(*corners, strict=True)
            self.letters.append(
                (turned, Word(text, min(xs), max(xs), -max(ys), -min(ys), self._doubt))
            )
            return width

    return Letters()


def _upright(letters: list[tuple[int, Word]]) -> list[Word]:
    """Return the letters of the direction in which most are written, turned so that they are upright."""
    directions = [turned for turned, _ in letters]
    if not directions:
        return []
    main = max(set(directions), key=directions.count)
    return [_turned(word, main) for turned, word in letters if turned == main]


def _turned(word: Word, direction: int) -> Word:
    """Turn a box: 0 is written to the right, 1 upwards, 2 to the left, 3 downwards."""
    x0, x1, y0, y1 = word.x0, word.x1, word.y0, word.y1
    if direction == 1:
        x0, x1, y0, y1 = -y1, -y0, x0, x1
    elif direction == 2:
        x0, x1, y0, y1 = -x1, -x0, -y1, -y0
    elif direction == 3:
        x0, x1, y0, y1 = y0, y1, -x1, -x0
    return word._replace(x0=x0, x1=x1, y0=y0, y1=y1)


@contextmanager
def _bounded(budget: Budget) -> Iterator[None]:
    """Let pdfminer unpack within the budget: by itself it has no bound."""
    from pdfminer import pdftypes

    module: Any = pdftypes
    before = module.zlib, module.lzwdecode, module.rldecode
    module.zlib = types.SimpleNamespace(decompress=budget.inflate, error=before[0].error, decompressobj=_none)
    module.lzwdecode, module.rldecode = budget.lzw(before[1]), budget.runs(before[2])
    try:
        yield
    finally:
        module.zlib, module.lzwdecode, module.rldecode = before


def _none() -> Any:
    """Stand for the second try of pdfminer, which goes byte by byte: the first went as far as it could."""
    raise ValueError


def _stand_in_for_cryptography() -> None:
    """Let pdfminer be imported in a browser, which lacks `cryptography`: locked files are refused there."""
    try:
        import cryptography  # noqa: F401
    except ModuleNotFoundError:
        missing = {
            "cryptography": (),
            "cryptography.hazmat": (),
            "cryptography.hazmat.backends": ("default_backend",),
            "cryptography.hazmat.primitives": (),
            "cryptography.hazmat.primitives.ciphers": ("Cipher", "algorithms", "modes"),
        }
        for name, members in missing.items():
            module = types.ModuleType(name)
            for member in members:
                setattr(module, member, None)
            sys.modules[name] = module
