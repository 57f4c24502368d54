"""The letters of the pages of a PDF, read by pdfminer within a budget of time and memory."""

import logging
import types
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from pdfminer import pdftypes
from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.utils import apply_matrix_pt

from recommender.scan_report.formats.budget import Budget
from recommender.scan_report.model import Word
from recommender.scan_report.numbers import UNREADABLE

Locked = (PDFEncryptionError, PDFPasswordIncorrect)
"""What is raised where a password is needed."""

Letters = list[tuple[int, Word]]
"""Letters of one page, each with its direction in quarter turns to the left."""

_MOST_LETTERS = 60_000  # of a page
_INVISIBLE = 3  # the rendering mode of a layer of text over a picture

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # what it logs is about somebody's report


def letters_of_pages(data: bytes, most: int, budget: Budget) -> tuple[list[Letters], bool]:
    """Return the letters of up to `most` pages, and whether there are more pages.

    Raises:
        OverBudget: when it takes too long or unpacks to too much.
        Exception: nearly any, when the file is damaged; one of `Locked` when it needs a password.

    """
    pages: list[Letters] = []
    with _unpacking_within(budget):
        document = PDFDocument(PDFParser(_Watched(data, budget)))
        resources = PDFResourceManager()
        for page in PDFPage.create_pages(document):
            if len(pages) == most:
                return pages, True
            device = _Device(resources, budget)
            _Interpreter(resources, device, budget).process_page(page)
            pages.append(device.letters)
    return pages, False


class _Watched(BytesIO):
    """The bytes of a file, which look at the clock whenever they are read on."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        super().__init__(data)
        self._budget = budget

    def read(self, size: int | None = -1, /) -> bytes:
        self._budget.check()
        return super().read(size)


class _Interpreter(PDFPageInterpreter):
    """Looks at the clock at each operand."""

    def __init__(self, resources: Any, device: Any, budget: Budget) -> None:
        super().__init__(resources, device)
        self._budget = budget

    def dup(self) -> "_Interpreter":
        return _Interpreter(self.rsrcmgr, self.device, self._budget)

    def push(self, obj: Any) -> None:
        self._budget.check()
        super().push(obj)


class _Device(PDFTextDevice):
    """Keeps each letter with its box, its direction, and whether it is printed at all."""

    def __init__(self, resources: Any, budget: Budget) -> None:
        super().__init__(resources)
        self.letters: Letters = []
        self._budget = budget
        self._doubt = ""

    def render_string(self, textstate: Any, *others: Any) -> None:
        self._doubt = "hidden" if textstate.render == _INVISIBLE else ""
        super().render_string(textstate, *others)

    def render_char(
        self, matrix: Any, font: Any, fontsize: float, scaling: float, rise: float, cid: int, *_: Any
    ) -> float:
        self._budget.check()
        width: float = font.char_width(cid) * fontsize * scaling
        if len(self.letters) >= _MOST_LETTERS:
            return width
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = UNREADABLE
        bottom = font.get_descent() * fontsize + rise
        corners = ((0, bottom), (width, bottom), (width, bottom + fontsize))
        (x0, y0), (x1, y1), top = (apply_matrix_pt(matrix, corner) for corner in corners)
        is_level = abs(x1 - x0) >= abs(y1 - y0)
        direction = 2 * (x1 < x0) if is_level else 1 + 2 * (y1 < y0)
        xs, ys = zip((x0, y0), (x1, y1), top, strict=True)
        word = Word(text, min(xs), max(xs), -max(ys), -min(ys), self._doubt)
        self.letters.append((direction, word))
        return width


@contextmanager
def _unpacking_within(budget: Budget) -> Iterator[None]:
    """Let pdfminer unpack within a budget: by itself it has no bound."""
    module: Any = pdftypes
    before = module.zlib, module.lzwdecode, module.rldecode
    module.zlib = types.SimpleNamespace(
        decompress=budget.inflate, error=before[0].error, decompressobj=_no_second_try
    )
    module.lzwdecode, module.rldecode = budget.lzw(before[1]), budget.runs(before[2])
    try:
        yield
    finally:
        module.zlib, module.lzwdecode, module.rldecode = before


def _no_second_try() -> Any:
    """Stand for pdfminer's second try, which goes byte by byte: the first one went as far as it could."""
    raise ValueError
