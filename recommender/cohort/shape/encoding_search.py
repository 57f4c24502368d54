"""Propose the encoding of a text that is neither UTF-8 nor Western European, by what its letters make."""

import re
import unicodedata
from contextlib import suppress

from recommender.cohort.files.formats import BEGINNING, format_named, format_of
from recommender.cohort.files.options import ReadOptions
from recommender.cohort.files.source import is_folder, open_source
from recommender.cohort.mapping.names import ColumnDictionary, normalised_value
from recommender.errors import Problem, RecommenderError, quoted

_SAMPLE = 1 << 16
_WESTERN = "cp1252"
_CANDIDATES = {
    "cp1250": "Central Europe",
    "cp1254": "Turkish",
    "cp1251": "Cyrillic",
    "cp1253": "Greek",
    "shift_jis": "Japanese",
    "gb18030": "Chinese",
    "big5": "Chinese, traditional",
    "euc-kr": "Korean",
    "euc-jp": "Japanese",
    "cp1256": "Arabic",
    "cp1255": "Hebrew",
    "koi8-r": "Cyrillic",
    "cp850": "Western Europe, from DOS",
    "mac_roman": "Western Europe, from a Macintosh",
}
_CELLS = re.compile(r"[,;\t|\r\n\"]+")


def better_encoding(source: str, options: ReadOptions, dictionary: ColumnDictionary) -> Problem | None:
    """Return the proposal of an encoding in which more names and cells are known words, if there is one."""
    if source == "-" or options.encoding is not None or is_folder(source) or format_named(_suffix(source)):
        return None
    with suppress(RecommenderError):
        opened = open_source(source)
        try:
            text = opened.read(_SAMPLE)
        finally:
            opened.close()
        text = text[: text.rfind(b"\n") + 1] or text
        if format_of(text[:BEGINNING]) is not None or text.isascii() or _decoded(text, "utf-8") is not None:
            return None
        ranks = {name: rank for name in (_WESTERN, *_CANDIDATES) if (rank := _rank(text, name, dictionary))}
        best = max(ranks, key=lambda name: ranks[name], default=_WESTERN)
        if best != _WESTERN and ranks[best] > ranks.get(_WESTERN, (0, 0.0)):
            word = _first_word(_decoded(text, best) or "")
            return Problem(
                source,
                f"its letters make words in the encoding {best} ({_CANDIDATES[best]}): {quoted(word)}.",
                f"Write --encoding {best}.",
            )
    return None


def _suffix(source: str) -> str:
    return re.sub(r".*(\.[^.]*)$", r"\1", source).lower()


def _decoded(text: bytes, encoding: str) -> str | None:
    try:
        return text.decode(encoding)
    except UnicodeDecodeError:
        return None


def _rank(text: bytes, encoding: str, dictionary: ColumnDictionary) -> tuple[int, float]:
    """Return how many different cells beyond ASCII are known, and the share of plain words."""
    decoded = text.decode(encoding, "replace") if encoding == _WESTERN else _decoded(text, encoding)
    if decoded is None:
        return (0, 0.0)
    cells = {cell.strip() for cell in _CELLS.split(decoded) if not cell.isascii()}
    known = sum(_is_known(cell, dictionary) for cell in cells)
    words = [word for cell in cells for word in re.findall(r"\w+", cell) if not word.isascii()]
    plain = sum(_is_plain(word) for word in words) / max(len(words), 1)
    return known, plain


def _is_known(cell: str, dictionary: ColumnDictionary) -> bool:
    value = normalised_value(cell)
    return (
        dictionary.lookup(cell) is not None
        or value in dictionary.yes_no
        or any(value in words for words in dictionary.words.values())
    )


def _is_plain(word: str) -> bool:
    """Return whether a word has letters of one script, and few accents among Latin ones."""
    scripts = {unicodedata.name(char, "?").split()[0] for char in word if char.isalpha()}
    if scripts == {"LATIN"}:
        return sum(not char.isascii() for char in word) * 2 <= len(word)
    return len(scripts) == 1 or scripts <= {"CJK", "HIRAGANA", "KATAKANA"}


def _first_word(text: str) -> str:
    return next((cell.strip() for cell in _CELLS.split(text) if not cell.isascii()), "")
