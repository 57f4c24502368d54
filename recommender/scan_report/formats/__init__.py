"""Each format of a report read into the same content; which one it is, the bytes say and not the name."""

from recommender.errors import ReportError
from recommender.scan_report.formats.budget import Budget
from recommender.scan_report.formats.dicom import dicom_content, is_dicom
from recommender.scan_report.formats.fhir import fhir_content
from recommender.scan_report.formats.hl7 import hl7_content
from recommender.scan_report.formats.html import html_content
from recommender.scan_report.formats.pdf import pdf_content
from recommender.scan_report.formats.text import text_content
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import Content

_PDF_WITHIN = 1_024
_LARGEST_TEXT = 8_000_000  # bytes
_PICTURES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"\x00\x00\x00\x18ftyp",
    b"\x00\x00\x00\x1cftyp",
    b"RIFF",
)
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\xd0\xcf\x11\xe0",
    b"BZh",
    b"\xfd7zXZ",
)
_BYTE_ORDERS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_CONTROL = frozenset(range(9)) | frozenset(range(14, 28))


def contents(data: bytes, lexicon: Lexicon, budget: Budget) -> Content:
    """Return what a file holds.

    Raises:
        ReportError: when it is of no known format, or cannot be read.
        OverBudget: when it takes too long or unpacks to too much.

    """
    if not data.strip():
        raise _refusal(lexicon, "empty")
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return pdf_content(data, lexicon, budget)
    if is_dicom(data):
        return dicom_content(data, lexicon, budget)
    if data.startswith(_PICTURES):
        raise _refusal(lexicon, "picture")
    if data.startswith(_ARCHIVES):
        raise _refusal(lexicon, "archive")
    if len(data) > _LARGEST_TEXT:
        raise ReportError(lexicon.sentence("refusals.too_large", most=_LARGEST_TEXT // 1_000_000))
    text = _text(data, lexicon)
    start = text.lstrip()
    if start.startswith(("MSH|", "FHS|", "BHS|", "\x0bMSH|")):
        return hl7_content(start, lexicon, budget)
    if start.startswith(("{", "[")):
        return fhir_content(start, lexicon, budget)
    if start.startswith("<"):
        return html_content(start, lexicon, budget)
    return text_content(text, lexicon, budget)


def _text(data: bytes, lexicon: Lexicon) -> str:
    encoding = next((name for mark, name in _BYTE_ORDERS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    controls = sum(ord(char) in _CONTROL for char in text[:4_096])
    if controls > len(text[:4_096]) // 100 + 1:
        raise _refusal(lexicon, "unknown")
    return text


def _refusal(lexicon: Lexicon, key: str) -> ReportError:
    return ReportError(lexicon.sentence(f"refusals.{key}"))
