"""Decode a source to UTF-8 in blocks; the encoding is given or detected."""

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
# The five bytes that cp1252 does not define are read as control characters, as browsers do.
_CP1252 = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))
_ADVICE = "Save the file as UTF-8, or name its encoding, for example `--encoding {}`."
_EXAMPLES = "cp1252"
_OTHER_EXAMPLES = "cp1250` (Central Europe), `cp1254` (Turkish) or `cp1251"

_Decode = Callable[[bytes, bool], tuple[bytes, int]]


class Fault(NamedTuple):
    """Why the next text cannot be decoded; the caller knows the line."""

    message: str
    hint: str


class Text:
    """The text of a source as UTF-8, in blocks, without a byte order mark; `encoding` is that of the source.

    If no encoding is given, a byte order mark decides, then the many zero bytes of UTF-16.
    Other text is UTF-8 until a byte is not; then it is cp1252, if all text before was ASCII.
    Text that mixes both is a fault.
    """

    def __init__(self, source: Source, encoding: str | None) -> None:
        self._source = source
        self._requested = None if encoding is None else _codec(encoding)
        self._decode: _Decode | None = None
        self._held = b""
        self._wide = False
        self.encoding = ""
        self.ended = False
        self.fault: Fault | None = None

    def read(self, count: int) -> bytes:
        """Return the text of about the next `count` bytes; set `ended` and `fault` when they apply."""
        raw = self._source.read(count)
        self.ended = len(raw) < count
        block = self._held + raw
        if first := self._decode is None:
            self._choose(block)
        try:
            text, used = self._decoded(block)
        except UnicodeError as error:
            self.ended, self.fault = True, self._fault(error)
            text, used = _before(error).decode(self.encoding, "ignore").encode(errors="ignore"), len(block)
        self._held = block[used:]
        return text.removeprefix(BOM) if first else text

    def _choose(self, block: bytes) -> None:
        marked = next((codec for mark, codec in _MARKS if block.startswith(mark)), None)
        encoding = self._requested
        if encoding in ("utf-16", "utf-32"):  # little-endian unless a mark says otherwise
            encoding = marked if marked and marked.startswith(encoding) else f"{encoding}-le"
        if marked and encoding and marked != encoding:
            message = (
                f"it begins with the mark of {describe_encoding(marked)}, "
                f"and the stated encoding is {describe_encoding(encoding)}."
            )
            raise CohortError(
                Problem(self._source.name, message, "Leave out `--encoding`, or state the right one.")
            )
        self._use(encoding or marked or _by_zeros(block[:_ZEROS_WITHIN]) or _UTF8)

    def _use(self, encoding: str) -> None:
        self.encoding = encoding
        if encoding == _UTF8:
            self._decode = self._utf8
        else:
            self._decode = _cp1252 if encoding == "cp1252" and self._requested is None else _decoder(encoding)

    def _decoded(self, block: bytes) -> tuple[bytes, int]:
        assert self._decode is not None  # chosen with the first block
        try:
            return self._decode(block, self.ended)
        except UnicodeDecodeError:
            if self.encoding != _UTF8 or self._requested or self._wide or _BEYOND_ASCII.search(block):
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
        advice = _ADVICE.format(_OTHER_EXAMPLES if self.encoding == "cp1252" else _EXAMPLES)
        if not isinstance(error, UnicodeDecodeError):
            return Fault(f"the text cannot be read as {describe_encoding(self.encoding)}.", advice)
        byte = f"the byte 0x{error.object[error.start]:02X}"
        if self._requested or self.encoding not in (_UTF8, "cp1252"):
            return Fault(f"{byte} cannot be read as {describe_encoding(self.encoding)}.", advice)
        if self.encoding == _UTF8:
            return Fault(f"{byte} is not UTF-8, though other letters of this file are.", advice)
        return Fault(
            f"{byte} begins a letter of UTF-8, though other letters of this file are not UTF-8.", advice
        )


def describe_encoding(encoding: str) -> str:
    """Return the usual spelling of an encoding, for messages."""
    return encoding.upper() if encoding.startswith("utf") else encoding


def _cp1252(block: bytes, _: bool) -> tuple[bytes, int]:
    if block.isascii():
        return block, len(block)
    if not block.decode(errors="ignore").isascii() and (match := _BEYOND_ASCII.search(block)):
        raise UnicodeDecodeError("cp1252", block, match.start(), match.end(), "")
    return codecs.charmap_decode(block, "strict", _CP1252)[0].encode(), len(block)


def _decoder(codec: str) -> _Decode:
    decoder = codecs.getincrementaldecoder(codec)()
    return lambda block, last: (decoder.decode(block, last).encode(), len(block))


def _before(error: UnicodeError) -> bytes:
    return error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""


def _codec(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)
        codecs.getincrementaldecoder(name)
    except (LookupError, ValueError):
        message = f"{quoted(encoding)} is not an encoding of text."
        raise CohortError(Problem("--encoding", message, "For example: utf-8, cp1252, utf-16.")) from None
    return _UTF8 if name == "utf-8-sig" else name


def _by_zeros(block: bytes) -> str | None:
    """Detect UTF-16 without a mark: about every second byte is zero."""
    half = len(block) // 2
    first, second = block[0 : half * 2 : 2].count(0), block[1::2].count(0)
    if max(first, second) * 5 <= half * 2 or min(first, second) * 20 >= half:
        return None
    return "utf-16-le" if second > first else "utf-16-be"
