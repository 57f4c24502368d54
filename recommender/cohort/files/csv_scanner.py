"""Find the records of a block of CSV: where each begins and ends, and how many fields it has.

A line ends with LF, CRLF or CR. A field that begins with a quote ends at the next quote that is not doubled.
It may hold delimiters and line ends. A quote anywhere else is literal text.

A quote that is never closed, or closes before its field ends, breaks its record. A broken record is one line
long, so a lost quote cannot swallow the lines after it. How a text is cut into blocks makes no difference.
"""

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.intp]
Mask = NDArray[np.bool_]

MOST_LINES = 1000
LF, CR, QUOTE = b'\n\r"'
_BROKEN, _INCOMPLETE = -1, -2
_LINE_END = re.compile(rb"\r\n|\n|\r")


class Records(NamedTuple):
    """The complete records of a block, as arrays with one element per record.

    `starts` and `ends` are byte offsets; an end excludes the line end. `lines` are line numbers in the block,
    from 0. `fields` are the numbers of fields, `broken` the records that a quote breaks.
    `separators` marks the bytes that separate fields. `quoted` says that some quotes are not literal;
    `literal` are the offsets of those that are. The records take up `used` bytes, which are `passed` lines.
    """

    starts: Positions
    ends: Positions
    lines: Positions
    fields: Positions
    broken: Mask
    quoted: bool
    literal: Positions
    separators: Mask
    used: int
    passed: int


class _Quotes(NamedTuple):
    """Which bytes are quoted (`None`: none), and the offsets of literal quotes and of broken records.

    From offset `limit` on, the block is too short to tell.
    """

    inside: Mask | None
    limit: int
    literal: list[int]
    broken: list[int]


def find_records(block: bytes, delimiter: int, last: bool) -> Records:
    """Find the complete records of a block that begins with one; `last` says that the file ends here."""
    text = np.frombuffer(block, np.uint8)
    line_ends = _line_ends(block, text, last)
    quotes = _quotes(block, text, line_ends, delimiter, last)
    outer, separators = line_ends, text == delimiter
    if quotes.inside is not None:
        outer = outer[~quotes.inside[outer]]
        separators &= ~quotes.inside
    outer = outer[outer < quotes.limit]
    starts, ends = np.concatenate(([0], outer + 1)), outer
    used = int(starts[-1])
    if last and used < len(block):
        ends, used = np.append(ends, len(block)), len(block)
    else:
        starts = starts[:-1]
    if b"\r" in block:
        ends = ends - ((ends > starts) & (text[ends - 1] == CR))
    broken = np.zeros(len(starts), np.bool_)
    broken[np.searchsorted(starts, quotes.broken)] = True
    return Records(
        starts,
        ends,
        np.searchsorted(line_ends, starts) if quotes.inside is not None else np.arange(len(starts)),
        _fields(separators[:used], starts, used) if len(starts) else starts,
        broken,
        quotes.inside is not None,
        np.array([offset for offset in quotes.literal if offset < used], np.intp),
        separators,
        used,
        int(np.searchsorted(line_ends, used)),
    )


def count_lines(text: bytes, start: int = 0, end: int | None = None) -> int:
    """Return the number of line ends between two offsets."""
    return text.count(b"\n", start, end) + text.count(b"\r", start, end) - text.count(b"\r\n", start, end)


def end_of_line(text: bytes, start: int, last: bool) -> int | None:
    """Return the offset of the next line after `start`, or `None` if the text is too short."""
    line_end = _LINE_END.search(text, start)
    if line_end is None or (
        not last and line_end.end() == len(text) and line_end[0] == b"\r"
    ):  # its LF may follow
        return None
    return line_end.end()


def _line_ends(block: bytes, text: NDArray[np.uint8], last: bool) -> Positions:
    """Return the offset of the last byte of each line."""
    ends = text == LF
    if b"\r" in block:
        alone = text == CR
        alone[:-1] &= ~ends[1:]
        alone[-1] &= last
        ends |= alone
    return np.flatnonzero(ends)


def _fields(separators: Mask, starts: Positions, used: int) -> Positions:
    """Return the number of fields of each record: one more than it has separators."""
    longest = int(np.diff(starts, append=used).max())
    dtype = np.int16 if longest < np.iinfo(np.int16).max else np.intp  # int16 is four times as fast
    return np.add.reduceat(separators.view(np.int8), starts, dtype=dtype).astype(np.intp) + 1


def _quotes(
    block: bytes, text: NDArray[np.uint8], line_ends: Positions, delimiter: int, last: bool
) -> _Quotes:
    if b'"' not in block:
        return _Quotes(None, len(block), [], [])
    regular = _regular_quotes(text, line_ends, delimiter, last)
    if regular is not None:
        return regular
    offsets = np.flatnonzero(text == QUOTE)
    if offsets[0] and not np.isin(text[offsets - 1], (LF, CR, delimiter)).any():  # all are literal
        return _Quotes(None, len(block), [], [])
    return _irregular_quotes(block, delimiter, last)


def _regular_quotes(
    text: NDArray[np.uint8], line_ends: Positions, delimiter: int, last: bool
) -> _Quotes | None:
    """Read quotes in pairs: the fast path for blocks without literal or broken quotes, else `None`.

    Each pair encloses a whole field, or the part of one before or after a doubled quote.
    """
    is_quote = text == QUOTE
    offsets = np.flatnonzero(is_quote)
    opening, closing = offsets[::2], offsets[1::2]
    around = np.zeros(256, np.bool_)
    around[[LF, CR, QUOTE, delimiter]] = True
    if (
        not around[text[opening[opening > 0] - 1]].all()
        or not around[text[closing[closing < len(text) - 1] + 1]].all()
    ):
        return None
    if last and len(opening) > len(closing):
        return None
    inside = _between(is_quote)
    inner = line_ends[inside[line_ends]]
    if (
        len(inner) > MOST_LINES
        and np.bincount(np.searchsorted(line_ends[~inside[line_ends]], inner)).max() > MOST_LINES
    ):
        return None
    return _Quotes(inside, len(text), [], [])


def _irregular_quotes(block: bytes, delimiter: int, last: bool) -> _Quotes:
    """Read quotes one by one; this defines what `_regular_quotes` must return."""
    marks = np.zeros(len(block), np.bool_)
    literal: list[int] = []
    broken: list[int] = []
    pairs: list[int] = []
    start = position = 0
    limit = len(block)
    while (quote := block.find(b'"', position)) >= 0:
        if line := max(block.rfind(b"\n", position, quote), block.rfind(b"\r", position, quote)) + 1:
            marks[pairs] = True
            pairs, start = [], line
        if quote > start and block[quote - 1] != delimiter:
            literal.append(quote)
            position = quote + 1
            continue
        close = _field_end(block, start, quote, delimiter, last)
        if close >= 0:
            pairs += (quote, close)
            position = close + 1
            continue
        next_line = end_of_line(block, start, last)
        if close == _INCOMPLETE or (next_line is None and not last):
            limit = start
            break
        broken.append(start)
        pairs, start = [], next_line or len(block)
        position = start
    marks[pairs] = True
    return _Quotes(_between(marks), limit, literal, broken)


def _field_end(block: bytes, start: int, quote: int, delimiter: int, last: bool) -> int:
    """Return the offset of the quote that ends the field begun at `quote`, in a record begun at `start`.

    Return `_BROKEN` if no quote ends it, `_INCOMPLETE` if the block is too short to tell.
    """
    close = _closing(block, quote)
    end = len(block) if close is None else close
    if count_lines(block, start, end) > MOST_LINES:
        return _BROKEN
    if close is None and not last:
        return _INCOMPLETE
    if close is None or block[close + 1 : close + 2] not in (bytes([delimiter]), b"\n", b"\r", b""):
        return _BROKEN
    return close


def _closing(block: bytes, quote: int) -> int | None:
    """Return the offset of the quote that closes the one at `quote`: the next that is not doubled."""
    position = quote + 1
    while (close := block.find(b'"', position)) >= 0:
        if block[close + 1 : close + 2] != b'"':
            return close
        position = close + 2
    return None


def _between(marks: Mask) -> Mask:
    """Return which bytes lie between an odd mark (included) and the next mark (excluded).

    This is the running parity of the marks, computed 64 bits at a time.
    """
    words = np.zeros(-(-len(marks) // 64), "<u8")
    packed = np.packbits(marks, bitorder="little")
    words.view(np.uint8)[: len(packed)] = packed
    for shift in (1, 2, 4, 8, 16, 32):
        words ^= words << np.uint64(shift)
    odd = np.bitwise_xor.accumulate(words >> np.uint64(63))
    words[1:] ^= -odd[:-1]
    return np.unpackbits(words.view(np.uint8), count=len(marks), bitorder="little").view(np.bool_)
