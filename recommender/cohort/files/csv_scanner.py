"""Where the records of a block of text begin and end, and how many fields each has: what quotes and line ends mean.

A line ends with LF, CRLF or CR. A field that begins with a quote goes on to the next quote that is not doubled, and may hold
delimiters and line ends; a quote anywhere else is plain text. A quote that is never closed, or is closed before its field
ends, breaks its record: that is then the first line alone, and the next line begins a new record. So one lost quote cannot
swallow what comes after it. Where a text is cut into blocks makes no difference.
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
    """The records of a block: from where to where (without the line end), on which line of the block, with how many fields.

    `broken` are the records that a quote breaks, `separators` the delimiters that count. `quoted` says that there are quotes
    with a meaning; `literal` are those among them that have none. `used` bytes, which are `passed` lines, are complete records.
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
    """Which bytes are inside quotes (`None`: none are), which quotes are plain text, which records are broken.

    From `limit` on, the block is too short to say.
    """

    inside: Mask | None
    limit: int
    literal: list[int]
    broken: list[int]


def find_records(block: bytes, delimiter: int, last: bool) -> Records:
    """Find the complete records of a block that begins with one; `last` says that no more text comes after it."""
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
        np.array([place for place in quotes.literal if place < used], np.intp),
        separators,
        used,
        int(np.searchsorted(line_ends, used)),
    )


def count_lines(text: bytes, start: int = 0, end: int | None = None) -> int:
    """Return how many lines end in a stretch of text."""
    return text.count(b"\n", start, end) + text.count(b"\r", start, end) - text.count(b"\r\n", start, end)


def end_of_line(text: bytes, start: int, last: bool) -> int | None:
    """Return where the line after `start` begins, if the text goes so far."""
    found = _LINE_END.search(text, start)
    if found is None or (not last and found.end() == len(text) and found[0] == b"\r"):  # its LF may follow
        return None
    return found.end()


def _line_ends(block: bytes, text: NDArray[np.uint8], last: bool) -> Positions:
    """Return the last byte of each line."""
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
    fast = (
        np.int16 if longest < np.iinfo(np.int16).max else np.intp
    )  # four times as fast, where it cannot overflow
    return np.add.reduceat(separators.view(np.int8), starts, dtype=fast).astype(np.intp) + 1


def _quotes(
    block: bytes, text: NDArray[np.uint8], line_ends: Positions, delimiter: int, last: bool
) -> _Quotes:
    if b'"' not in block:
        return _Quotes(None, len(block), [], [])
    regular = _regular_quotes(text, line_ends, delimiter, last)
    if regular is not None:
        return regular
    places = np.flatnonzero(text == QUOTE)
    if places[0] and not np.isin(text[places - 1], (LF, CR, delimiter)).any():  # no field begins with one
        return _Quotes(None, len(block), [], [])
    return _irregular_quotes(block, delimiter, last)


def _regular_quotes(
    text: NDArray[np.uint8], line_ends: Positions, delimiter: int, last: bool
) -> _Quotes | None:
    """Read quotes in pairs, where each pair is a whole field, or the part of one before or after a doubled quote."""
    is_quote = text == QUOTE
    places = np.flatnonzero(is_quote)
    opening, closing = places[::2], places[1::2]
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
    """Go from quote to quote: the definition that `_regular_quotes` is a fast road to."""
    marks = np.zeros(len(block), np.bool_)
    literal: list[int] = []
    broken: list[int] = []
    pairs: list[int] = []
    start = at = 0
    limit = len(block)
    while (quote := block.find(b'"', at)) >= 0:
        if line := max(block.rfind(b"\n", at, quote), block.rfind(b"\r", at, quote)) + 1:
            marks[pairs] = True
            pairs, start = [], line
        if quote > start and block[quote - 1] != delimiter:
            literal.append(quote)
            at = quote + 1
            continue
        close = _field_end(block, start, quote, delimiter, last)
        if close >= 0:
            pairs += (quote, close)
            at = close + 1
            continue
        next_line = end_of_line(block, start, last)
        if close == _INCOMPLETE or (next_line is None and not last):
            limit = start
            break
        broken.append(start)
        pairs, start = [], next_line or len(block)
        at = start
    marks[pairs] = True
    return _Quotes(_between(marks), limit, literal, broken)


def _field_end(block: bytes, start: int, quote: int, delimiter: int, last: bool) -> int:
    """Return the quote that ends the field which begins at `quote`, in a record from `start`; or that none does, or none yet."""
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
    """Return the quote that closes the one at `quote`: the next that is not doubled."""
    at = quote + 1
    while (found := block.find(b'"', at)) >= 0:
        if block[found + 1 : found + 2] != b'"':
            return found
        at = found + 2
    return None


def _between(marks: Mask) -> Mask:
    """Return which bytes are between an odd mark (included) and the next (not included): parities, 64 at a time."""
    words = np.zeros(-(-len(marks) // 64), "<u8")
    packed = np.packbits(marks, bitorder="little")
    words.view(np.uint8)[: len(packed)] = packed
    for shift in (1, 2, 4, 8, 16, 32):
        words ^= words << np.uint64(shift)
    odd = np.bitwise_xor.accumulate(words >> np.uint64(63))
    words[1:] ^= -odd[:-1]
    return np.unpackbits(words.view(np.uint8), count=len(marks), bitorder="little").view(np.bool_)
