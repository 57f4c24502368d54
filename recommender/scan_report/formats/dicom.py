"""DICOM: a PDF that is encapsulated, or a structured report with names and numbers.

Both need a dozen tags of little-endian files, which this reads; pydicom would be 15 MB for the same.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from recommender.errors import ReportError
from recommender.scan_report.formats.budget import Budget
from recommender.scan_report.formats.pdf import pdf_content
from recommender.scan_report.headings import kind_of
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import SCORES, Content, Statement

_START = 132
_TRANSFER, _DOCUMENT, _AGE, _STATUS = 0x00020010, 0x00420011, 0x00101010, 0x0040A491
_CONTENT, _CONCEPT, _MEANING = 0x0040A730, 0x0040A043, 0x00080104
_MEASURED, _NUMBER, _TEXT, _CODE = 0x0040A300, 0x0040A30A, 0x0040A160, 0x0040A168
_VERIFIED = 0x0040A493
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_IMPLICIT, _EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
_LONG_FORMS = (b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"SQ", b"UC", b"UN", b"UR", b"UT", b"SV", b"UV")
_SEQUENCES = {_CONTENT, _CONCEPT, _MEASURED, _CODE}
_UNDEFINED = 0xFFFFFFFF
_DEEPEST = 20


class _Element(NamedTuple):
    """A tag with its bytes, or the items of a sequence, each a list of elements."""

    tag: int
    data: bytes
    items: list[dict[int, "_Element"]]


def is_dicom(data: bytes) -> bool:
    """Say whether a file is DICOM."""
    return data[128:_START] == b"DICM"


def dicom_content(data: bytes, lexicon: Lexicon, budget: Budget) -> Content:
    """Return the report inside a DICOM file.

    Raises:
        ReportError: when it is damaged, packed, or holds neither a PDF nor a structured report.

    """
    try:
        elements = _Reader(data, budget).read()
    except (struct.error, IndexError, ValueError, KeyError):
        raise ReportError(lexicon.sentence("refusals.broken")) from None
    age = _age(_text(elements, _AGE))
    if _DOCUMENT in elements:
        packed = elements[_DOCUMENT].data
        start = packed.find(b"%PDF-", 0, 1_024)
        if start < 0:
            raise ReportError(lexicon.sentence("refusals.not_a_report"))
        content = pdf_content(packed[start:], lexicon, budget)
        return content._replace(kind="dicom", age=content.age if content.age is not None else age)
    if _CONTENT not in elements:
        raise ReportError(lexicon.sentence("refusals.picture"))
    unfinished = (
        _text(elements, _STATUS).upper() == "PARTIAL" or _text(elements, _VERIFIED).upper() == "UNVERIFIED"
    )
    doubts = ("unverified",) if unfinished else ()
    statements = [
        statement._replace(doubts=doubts) for statement in _measured(elements[_CONTENT].items, "", lexicon)
    ]
    return Content("dicom", (), tuple(statements), (), age)


class _Reader:
    """Reads elements one after another; what is longer than the file ends with it."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        self.data, self.budget, self.place = data, budget, _START
        self.explicit = True

    def read(self) -> dict[int, _Element]:
        """Return the elements of the file by tag."""
        elements = self._elements(len(self.data), 0, header=True)
        transfer = elements[_TRANSFER].data.rstrip(b"\0 ").decode("ascii")
        if transfer not in (_IMPLICIT, _EXPLICIT):
            raise ValueError(transfer)
        self.explicit = transfer == _EXPLICIT
        return elements | self._elements(len(self.data), 0)

    def _elements(self, end: int, depth: int, header: bool = False) -> dict[int, _Element]:
        elements: dict[int, _Element] = {}
        while self.place + 8 <= min(end, len(self.data)):
            self.budget.check()
            if header and self.data[self.place : self.place + 2] != b"\x02\x00":
                break
            tag = self._tag()
            if tag in (_ITEM_END, _SEQUENCE_END):
                self.place += 4
                break
            length, form = self._length()
            if form == b"SQ" or (tag in _SEQUENCES and not self.explicit) or length == _UNDEFINED:
                elements[tag] = _Element(tag, b"", self._items(length, depth + 1))
                continue
            if self.place + length > len(self.data):
                raise ValueError(length)
            elements[tag] = _Element(tag, self.data[self.place : self.place + length], [])
            self.place += length
        return elements

    def _tag(self) -> int:
        group, element = struct.unpack_from("<HH", self.data, self.place)
        self.place += 4
        return int(group) << 16 | int(element)

    def _length(self) -> tuple[int, bytes]:
        if not self.explicit:
            self.place += 4
            return int(struct.unpack_from("<I", self.data, self.place - 4)[0]), b""
        form = self.data[self.place : self.place + 2]
        if form in _LONG_FORMS:
            self.place += 8
            return int(struct.unpack_from("<I", self.data, self.place - 4)[0]), form
        self.place += 4
        return int(struct.unpack_from("<H", self.data, self.place - 2)[0]), form

    def _items(self, length: int, depth: int) -> list[dict[int, _Element]]:
        if depth > _DEEPEST:
            raise ValueError(depth)
        end = len(self.data) if length == _UNDEFINED else self.place + length
        items: list[dict[int, _Element]] = []
        while self.place + 8 <= min(end, len(self.data)):
            self.budget.check()
            tag = self._tag()
            size = int(struct.unpack_from("<I", self.data, self.place)[0])
            self.place += 4
            if tag == _SEQUENCE_END:
                break
            if tag != _ITEM:
                raise ValueError(tag)
            last = len(self.data) if size == _UNDEFINED else self.place + size
            items.append(self._elements(last, depth))
        return items


def _measured(items: list[dict[int, _Element]], about: str, lexicon: Lexicon) -> Iterator[Statement]:
    """Yield the scores of a content tree; the names of the containers around say which bone."""
    beside = " ".join(_meaning(item, _CODE) for item in items if _CODE in item)
    for item in items:
        name = _meaning(item, _CONCEPT)
        around = " ".join(filter(None, (name, beside, about)))
        for measured in item[_MEASURED].items if _MEASURED in item else ():
            kind = kind_of(name, lexicon)
            if kind in SCORES and _NUMBER in measured:
                number = measured[_NUMBER].data.decode("ascii", "replace").strip("\0 ")
                yield Statement(kind, number, around, f"{around}: {number}", 1, "", (), f"SR {name}")
        if _CONTENT in item:
            yield from _measured(item[_CONTENT].items, around, lexicon)


def _meaning(item: dict[int, _Element], tag: int) -> str:
    """Return the words of a coded name."""
    return _text(item[tag].items[0], _MEANING) if tag in item and item[tag].items else ""


def _text(elements: dict[int, _Element], tag: int) -> str:
    return elements[tag].data.decode("utf-8", "replace").strip("\0 ") if tag in elements else ""


def _age(text: str) -> int | None:
    """Return an age in years, written `063Y`."""
    return int(text[:3]) if text[:3].isdigit() and text[3:] == "Y" else None
