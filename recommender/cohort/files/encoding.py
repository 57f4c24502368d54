"""The text of a source as UTF-8, in blocks: which encoding it is written in is stated, or found out."""

import codecs
import re
from collections.abc import Callable
from typing import NamedTuple

from recommender.cohort.files.source import Source
from recommender.errors import CohortError, Problem, quoted

BOM = codecs.BOM_UTF8
_UTF8 = "utf-8"
_MARKS = (
    (codecs.BOM_UTF8, _UTF8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of UTF-16, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ZEROS_WITHIN = 4096
_BEYOND_ASCII = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CP1252 = "".join(
    bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)
)  # five bytes mean nothing there
_ADVICE = "Save the file as UTF-8, or name its encoding, for example `--encoding cp1252`."

_Decode = Callable[[bytes, bool], tuple[bytes, int]]


class Fault(NamedTuple):
    """What is wrong with the text that comes next: whoever counts lines knows where that is."""

    message: str
    hint: str


class Text:
    """The text of a source as UTF-8, in blocks, without a byte order mark; `encoding` is how it is written there.

    Without a stated encoding a mark at the beginning decides, then the zeros that UTF-16 is full of. Else text is UTF-8 as long
    as it can be, and cp1252 once it cannot be: what was ASCII so far means the same in both. Text that is both is refused.
    """

    def __init__(self, source: Source, stated: str | None) -> None:
        self._source = source
        self._stated = None if stated is None else _codec(stated)
        self._decode: _Decode | None = None
        self._held = b""
        self._wide = False
        self.encoding = ""
        self.ended = False
        self.fault: Fault | None = None

    def read(self, count: int) -> bytes:
        """Return the text of about the next `count` bytes; after it comes more, the end, or a fault."""
        raw = self._source.read(count)
        self.ended = len(raw) < count
        block = self._held + raw
        if begins := self._decode is None:
            self._choose(block)
        try:
            text, used = self._decoded(block)
        except UnicodeError as error:
            self.ended, self.fault = True, self._fault(error)
            text, used = _before(error).decode(self.encoding, "ignore").encode(errors="ignore"), len(block)
        self._held = block[used:]
        return text.removeprefix(BOM) if begins else text

    def _choose(self, block: bytes) -> None:
        marked = next((codec for mark, codec in _MARKS if block.startswith(mark)), None)
        stated = self._stated
        if stated in ("utf-16", "utf-32"):  # of two orders of bytes; without a mark the usual one
            stated = marked if marked and marked.startswith(stated) else f"{stated}-le"
        if marked and stated and marked != stated:
            message = (
                f"it begins with the mark of {shown(marked)}, and the stated encoding is {shown(stated)}."
            )
            raise CohortError(
                Problem(self._source.place, message, "Leave out `--encoding`, or state the right one.")
            )
        self._use(stated or marked or _by_zeros(block[:_ZEROS_WITHIN]) or _UTF8)

    def _use(self, encoding: str) -> None:
        self.encoding = encoding
        if encoding == _UTF8:
            self._decode = self._utf8
        else:
            self._decode = _cp1252 if encoding == "cp1252" and self._stated is None else _decoder(encoding)

    def _decoded(self, block: bytes) -> tuple[bytes, int]:
        assert self._decode is not None  # chosen with the first block
        try:
            return self._decode(block, self.ended)
        except UnicodeDecodeError:
            if self.encoding != _UTF8 or self._stated or self._wide or _BEYOND_ASCII.search(block):
                raise
            self._use("cp1252")
            return self._decode(block, self.ended)

    def _utf8(self, block: bytes, last: bool) -> tuple[bytes, int]:
        if block.isascii():
            return block, len(block)
        used = codecs.utf_8_decode(block, "strict", last)[1]
        text = block[:used]
        self._wide = self._wide or not text.isascii()
        return text, used

    def _fault(self, error: UnicodeError) -> Fault:
        if not isinstance(error, UnicodeDecodeError):
            return Fault(f"the text cannot be read as {shown(self.encoding)}.", _ADVICE)
        byte = f"the byte 0x{error.object[error.start]:02X}"
        if self._stated or self.encoding not in (_UTF8, "cp1252"):
            return Fault(f"{byte} cannot be read as {shown(self.encoding)}.", _ADVICE)
        if self.encoding == _UTF8:
            return Fault(f"{byte} is not UTF-8, though other letters of this file are.", _ADVICE)
        return Fault(
            f"{byte} begins a letter of UTF-8, though other letters of this file are not UTF-8.", _ADVICE
        )


def shown(encoding: str) -> str:
    """Return the name of an encoding as people write it."""
    return encoding.upper() if encoding.startswith("utf") else encoding


def _cp1252(block: bytes, _: bool) -> tuple[bytes, int]:
    if block.isascii():
        return block, len(block)
    if not block.decode(errors="ignore").isascii() and (found := _BEYOND_ASCII.search(block)):
        raise UnicodeDecodeError("cp1252", block, found.start(), found.end(), "")
    return codecs.charmap_decode(block, "strict", _CP1252)[0].encode(), len(block)


def _decoder(codec: str) -> _Decode:
    decoder = codecs.getincrementaldecoder(codec)()
    return lambda block, last: (decoder.decode(block, last).encode(), len(block))


def _before(error: UnicodeError) -> bytes:
    return error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""


def _codec(stated: str) -> str:
    try:
        name = codecs.lookup(stated).name
        "".encode(name)
        codecs.getincrementaldecoder(name)
    except (LookupError, ValueError):
        message = f"{quoted(stated)} is not an encoding of text."
        raise CohortError(Problem("--encoding", message, "For example: utf-8, cp1252, utf-16.")) from None
    return _UTF8 if name == "utf-8-sig" else name


def _by_zeros(block: bytes) -> str | None:
    """Tell UTF-16 without a mark by its zeros: every second byte of plain text."""
    half = len(block) // 2
    first, second = block[0 : half * 2 : 2].count(0), block[1::2].count(0)
    if max(first, second) * 5 <= half * 2 or min(first, second) * 20 >= half:
        return None
    return "utf-16-le" if second > first else "utf-16-be"
