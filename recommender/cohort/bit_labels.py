"""Turn columns of bits into text: for every row, the joined list of the words whose bit is set.

Each distinct list is built once and shared by its rows. Long lists are joined from chunks of sixteen words.
A chunk has at most 65,536 distinct texts, so no text is built row by row.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

CHUNK = 16
KEY = 64

Bits = NDArray[np.uint8]
"""A column of booleans, packed eight to a byte, the first row in the lowest bit."""


class LabelLists:
    """Builds the lists of one column: `words` in their order, joined by `separator`."""

    def __init__(self, words: Sequence[str], separator: str) -> None:
        self.separator = separator
        self._chunks = [
            _Chunk(words[start : start + CHUNK], separator) for start in range(0, len(words), CHUNK)
        ]

    def texts(self, columns: Sequence[Bits | bool], rows: int) -> pl.Series:
        """Return the text of each row.

        `columns` has one entry for each word: its bits, or a boolean if all rows have the same value.
        """
        keys = [_keys(columns[start : start + KEY], rows) for start in range(0, len(columns), KEY)] or [
            _keys([], rows)
        ]
        if len(self._chunks) == 1:
            return self._chunks[0].texts(pl.Series(keys[0].astype(np.uint16))).fill_null("")
        frame = pl.DataFrame({f"key{number}": key for number, key in enumerate(keys)})
        distinct = frame.unique()
        texts = distinct.with_columns(self._joined(distinct).alias("text"))
        return frame.join(texts, on=frame.columns, how="left", maintain_order="left")["text"]

    def _joined(self, keys: pl.DataFrame) -> pl.Series:
        """Return the text for each row of keys."""
        texts = []
        for number, chunk in enumerate(self._chunks):
            key, shift = divmod(number * CHUNK, KEY)
            codes = keys.to_series(key).to_numpy() >> np.uint64(shift) & np.uint64((1 << CHUNK) - 1)
            texts.append(chunk.texts(pl.Series(codes.astype(np.uint16))))
        if not texts:
            return pl.Series([""] * keys.height, dtype=pl.String)
        return pl.select(pl.concat_str(texts, separator=self.separator, ignore_nulls=True)).to_series()


class _Chunk:
    """Up to sixteen words, and a cache of their joined texts by code."""

    def __init__(self, words: Sequence[str], separator: str) -> None:
        self._words, self._separator = words, separator
        self._cached = np.zeros(1 << CHUNK, dtype=np.bool_)
        self._texts = pl.Series([None], dtype=pl.String).new_from_index(0, 1 << CHUNK)

    def texts(self, codes: pl.Series) -> pl.Series:
        """Return the text of each code, null for code 0; bit i of a code stands for word i."""
        distinct = codes.unique().to_numpy()
        if new := distinct[~self._cached[distinct]].tolist():
            self._texts = self._texts.scatter(new, [self._text(code) for code in new])
            self._cached[new] = True
        return self._texts.gather(codes)

    def _text(self, code: int) -> str | None:
        return self._separator.join(word for bit, word in enumerate(self._words) if code >> bit & 1) or None


def packed(column: pl.Series) -> Bits:
    """Return a boolean column without nulls, packed; the unused bits of the last byte are undefined."""
    array = column.rechunk().to_arrow()
    buffer = array.buffers()[1]
    if array.offset or buffer is None:
        return np.packbits(column.to_numpy(), bitorder="little")
    return np.frombuffer(buffer, dtype=np.uint8, count=(len(column) + 7) // 8)


def _keys(columns: Sequence[Bits | bool], rows: int) -> NDArray[np.uint64]:
    """Return one 64-bit key for each row; bit i is that of column i."""
    width = (rows + 7) // 8
    keys = np.zeros((width * 8, KEY // 8), dtype=np.uint8)
    for start in range(0, len(columns), 8):
        keys[:, start // 8] = _transposed(columns[start : start + 8], width)
    return keys.view(np.uint64).ravel()[:rows]


def _transposed(columns: Sequence[Bits | bool], width: int) -> Bits:
    """Turn up to eight packed columns of `width` bytes into one byte for each row.

    Each square of 8 by 8 bits is transposed by swapping blocks about its diagonal
    (Warren, Hacker's Delight, 7-3).
    """
    squares = np.zeros((width, 8), dtype=np.uint8)
    for index, column in enumerate(columns):
        squares[:, index] = (0xFF if column else 0) if isinstance(column, bool) else column
    square = squares.view(np.uint64).ravel()
    for distance, mask in ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0)):
        swapped = (square ^ square >> np.uint64(distance)) & np.uint64(mask)
        square = square ^ swapped ^ swapped << np.uint64(distance)
    return square.view(np.uint8)
