"""The words of a PDF, each with its box.

pdfminer.six reads it: pure Python, so that it runs in a browser too. pdfplumber would add a renderer and
Pillow (30 MB of compiled code), and its words are made of pdfminer's letters.
"""

import sys
import types
from importlib import import_module

from recommender.errors import ReportError
from recommender.scan_report.formats.budget import Budget
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import Content, Page, Table, Word
from recommender.scan_report.numbers import UNREADABLE
from recommender.scan_report.tables import page_tables
from recommender.scan_report.words import lines_of

MOST_PAGES = 30
_FEWEST_READABLE = 0.5
_UPRIGHT, _UPWARDS, _UPSIDE_DOWN, _DOWNWARDS = range(4)


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
        page_content = page_tables(page, lexicon)
        tables += page_content.tables
        lines += [(page.number, line) for line in page_content.others]
    notes = (lexicon.note("more_pages", pages=MOST_PAGES),) if more else ()
    return Content("pdf", tuple(tables), (), tuple(lines), None, notes, pages=tuple(pages))


def _pages(data: bytes, lexicon: Lexicon, budget: Budget) -> tuple[list[Page], bool]:
    """Return the pages of a PDF, and whether there are more than were read."""
    _stand_in_for_cryptography()
    from recommender.scan_report.formats.pdf_letters import Locked, letters_of_pages

    try:
        pages, more = letters_of_pages(data, MOST_PAGES, budget)
    except Locked:
        raise _refusal(lexicon, "encrypted") from None
    except (RecursionError, MemoryError):
        raise _refusal(lexicon, "too_much") from None
    except Exception:  # a damaged file makes pdfminer raise nearly anything
        raise _refusal(lexicon, "encrypted" if b"/Encrypt" in data else "broken") from None
    text = "".join(word.text for page in pages for _, word in page)
    if not text.strip():
        raise _refusal(lexicon, "no_text")
    if text.count(UNREADABLE) > _FEWEST_READABLE * len(text):
        raise _refusal(lexicon, "no_letters")
    return [Page(number, lines_of(_upright(page))) for number, page in enumerate(pages, 1)], more


def _refusal(lexicon: Lexicon, key: str) -> ReportError:
    return ReportError(lexicon.sentence(f"refusals.{key}"))


def _upright(letters: list[tuple[int, Word]]) -> list[Word]:
    """Return the letters of the direction in which most are written, turned so that they are upright."""
    directions = [direction for direction, _ in letters]
    main = max(set(directions), key=directions.count, default=_UPRIGHT)
    return [_turned(word, main) for direction, word in letters if direction == main]


def _turned(word: Word, direction: int) -> Word:
    """Turn a box that is written in a direction, counted in quarter turns."""
    x0, x1, y0, y1 = word.x0, word.x1, word.y0, word.y1
    if direction == _UPWARDS:
        x0, x1, y0, y1 = -y1, -y0, x0, x1
    elif direction == _UPSIDE_DOWN:
        x0, x1, y0, y1 = -x1, -x0, -y1, -y0
    elif direction == _DOWNWARDS:
        x0, x1, y0, y1 = y0, y1, -x1, -x0
    return word._replace(x0=x0, x1=x1, y0=y0, y1=y1)


def _stand_in_for_cryptography() -> None:
    """Let pdfminer be imported in a browser, which lacks `cryptography`: locked files are refused there."""
    try:
        import_module("cryptography")
    except ModuleNotFoundError:
        missing: dict[str, tuple[str, ...]] = {
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
