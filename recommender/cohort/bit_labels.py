"""From bits to words: for every row the list of the words whose bit is true.

Few lists differ, so each is written once and then shared by its rows. Even where many differ, no text is made a row at a time:
a list is joined from pieces of sixteen words, and a piece has at most 65,536 forms.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

PIECE = 16
KEY = 64

Bits = NDArray[np.uint8]
"""A column of booleans, eight to a byte, the first in the lowest bit."""


class LabelLists:
    """The lists of one column: `words` in their order, joined by `separator`."""

    def __init__(self, words: Sequence[str], separator: str) -> None:
        self.separator = separator
        self._pieces = [
            _Chunk(words[start : start + PIECE], separator) for start in range(0, len(words), PIECE)
        ]

    def texts(self, columns: Sequence[Bits | bool], rows: int) -> pl.Series:
        """Return the text of each row; `columns` are the bits of the words, or a boolean where they are the same for all."""
        keys = [_keys(columns[start : start + KEY], rows) for start in range(0, len(columns), KEY)] or [
            _keys([], rows)
        ]
        if len(self._pieces) == 1:
            return self._pieces[0].texts(pl.Series(keys[0].astype(np.uint16))).fill_null("")
        frame = pl.DataFrame({f"key{number}": key for number, key in enumerate(keys)})
        forms = frame.unique()
        written = forms.with_columns(self._written(forms).alias("text"))
        return frame.join(written, on=frame.columns, how="left", maintain_order="left")["text"]

    def _written(self, forms: pl.DataFrame) -> pl.Series:
        texts = []
        for number, piece in enumerate(self._pieces):
            key, place = divmod(number * PIECE, KEY)
            codes = forms.to_series(key).to_numpy() >> np.uint64(place) & np.uint64((1 << PIECE) - 1)
            texts.append(piece.texts(pl.Series(codes.astype(np.uint16))))
        if not texts:
            return pl.Series([""] * forms.height, dtype=pl.String)
        return pl.select(pl.concat_str(texts, separator=self.separator, ignore_nulls=True)).to_series()


class _Chunk:
    """Up to sixteen words, and the texts made of them so far."""

    def __init__(self, words: Sequence[str], separator: str) -> None:
        self._words, self._separator = words, separator
        self._written = np.zeros(1 << PIECE, dtype=np.bool_)
        self._texts = pl.Series([None], dtype=pl.String).new_from_index(0, 1 << PIECE)

    def texts(self, codes: pl.Series) -> pl.Series:
        """Return the text of each code, null where it has no words."""
        met = codes.unique().to_numpy()
        if new := met[~self._written[met]].tolist():
            self._texts = self._texts.scatter(new, [self._text(code) for code in new])
            self._written[new] = True
        return self._texts.gather(codes)

    def _text(self, code: int) -> str | None:
        return (
            self._separator.join(word for place, word in enumerate(self._words) if code >> place & 1) or None
        )


def packed(column: pl.Series) -> Bits:
    """Return a column of booleans without nulls, eight to a byte; what follows the last row in its byte is undefined."""
    found = column.rechunk().to_arrow()
    buffer = found.buffers()[1]
    if found.offset or buffer is None:
        return np.packbits(column.to_numpy(), bitorder="little")
    return np.frombuffer(buffer, dtype=np.uint8, count=(len(column) + 7) // 8)


def _keys(columns: Sequence[Bits | bool], rows: int) -> NDArray[np.uint64]:
    """Return for each row the number whose binary digits are the bits of up to 64 columns."""
    width = (rows + 7) // 8
    keys = np.zeros((width * 8, KEY // 8), dtype=np.uint8)
    for start in range(0, len(columns), 8):
        keys[:, start // 8] = _transposed(columns[start : start + 8], width)
    return keys.view(np.uint64).ravel()[:rows]


def _transposed(columns: Sequence[Bits | bool], width: int) -> Bits:
    """Turn eight columns of bits into one byte for each row.

    The eight bytes that hold eight rows of eight columns are a square of bits; it is transposed by swapping ever larger blocks
    about its diagonal (Warren, Hacker's Delight, 7-3).
    """
    squares = np.zeros((width, 8), dtype=np.uint8)
    for place, column in enumerate(columns):
        squares[:, place] = (0xFF if column else 0) if isinstance(column, bool) else column
    square = squares.view(np.uint64).ravel()
    for distance, mask in ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0)):
        swapped = (square ^ square >> np.uint64(distance)) & np.uint64(mask)
        square = square ^ swapped ^ swapped << np.uint64(distance)
    return square.view(np.uint8)
