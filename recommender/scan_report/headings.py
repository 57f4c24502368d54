"""Headings of a table over one line or several, and which column of numbers each stands over."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import SCORES, Line, Word
from recommender.scan_report.numbers import plain, tight
from recommender.scan_report.rows import Placed, Segment, phrases, segments
from recommender.scan_report.words import text_of

_WIDER = 1.0  # points: a heading stands over a number although it ends so far beside it
_MOST_OTHER_WORDS = 5
_CLEARLY = 3  # times: so much more must a heading stand over a column than the next one on its line


class Heading(NamedTuple):
    """What is printed over one column of numbers, from its left to its right edge."""

    text: str
    kind: str
    x0: float
    x1: float


class Headings(NamedTuple):
    """The headings of a table's columns, the column of each cell of each row, and how sure that is."""

    columns: tuple[Heading, ...]
    columns_of: tuple[tuple[int, ...], ...]
    is_clear: bool
    doubts: tuple[str, ...]


def kind_of(text: str, lexicon: Lexicon) -> str:
    """Return the kind of a heading: `t`, `z`, `bmd`, …; `both` where T and Z are named, else nothing.

    The heading of an older scan or of a change is `old`, whatever else it says.
    """
    text = tight(text)
    if lexicon.first("headings", text) in ("old", "tbs"):
        return "old"
    if lexicon.says("either_score", text) or all(lexicon.says(f"headings.{kind}", text) for kind in SCORES):
        return "both"
    for kind, letter in lexicon.letters.items():
        if letter in text.split() and not any(
            lexicon.says(f"headings.{other}", text) for other in (*SCORES, "bmd")
        ):
            return kind
    return lexicon.first("headings", text)


def is_heading_line(lines: Sequence[Line], place: int, lexicon: Lexicon) -> bool:
    """Say whether a line names a score as a heading does: without numbers, in few words."""
    line = lines[place]
    if any(segment.is_row for segment in segments(line)):
        return False
    for run in phrases(line):
        text = plain(text_of(run))
        named = [kind for kind in SCORES if lexicon.says(f"headings.{kind}", tight(text))]
        is_half = any(lexicon.says("half_headings", part) for part in _runs_of_letters(text))
        if (named or is_half) and other_words(text, lexicon) <= _MOST_OTHER_WORDS:
            return True
    return False


def _runs_of_letters(text: str) -> list[str]:
    """Return single letters of a text, each with the dash behind it: `BMD T - Z -` has `T -` and `Z -`."""
    words = text.split()
    return [
        f"{word} -" if words[place + 1 : place + 2] == ["-"] else word
        for place, word in enumerate(words)
        if len(word.rstrip("-")) == 1 and word.isupper()
    ]


def other_words(text: str, lexicon: Lexicon) -> int:
    """Return how many words of a text belong to no heading of a table."""
    text = plain(text)
    for name in ("first_column", *(f"headings.{kind}" for kind in ("t", "z", "bmd", "bmc", "area", "date"))):
        text = lexicon.patterns[name].sub(" ", text)
    return sum(any(char.isalpha() for char in word) for word in text.split())


def read_headings(band: Sequence[Line], rows: Sequence[Segment], lexicon: Lexicon) -> Headings:
    """Find the columns of numbers in `rows`, and over each what `band` says there.

    A column of numbers has the headings that stand over it. Where the headings can be counted, counting them
    must come to the same; where the two differ, or a score stands under two headings, nothing is clear.
    """
    columns = _columns([placed for row in rows for placed in row.cells])
    columns_of = tuple(tuple(_column(columns, placed) for placed in row.cells) for row in rows)
    runs = [[part for run in phrases(line) for part in _split(run, lexicon)] for line in band]
    label_end = min((row.cells[0].x0 for row in rows), default=0.0)
    headings: list[Heading] = []
    is_clear = all(len(set(own)) == len(own) for own in columns_of)
    for x0, x1 in columns:
        words, is_sure = _over(runs, x0, x1, lexicon)
        is_clear = is_clear and is_sure
        headings.append(_heading(" ".join(words), x0, x1, lexicon))
    counted = _counted(runs, columns, label_end, lexicon) if _is_full(columns_of, len(columns)) else []
    by_count = [_heading(text, *place, lexicon) for text, place in zip(counted, columns, strict=False)]
    doubts: tuple[str, ...] = ()
    if by_count and not any(heading.kind in SCORES for heading in headings):
        headings, doubts = by_count, ("by_order",)
    is_clear = is_clear and not (by_count and _scores(by_count) != _scores(headings))
    is_clear = is_clear and not (_has_idle(runs, columns, lexicon) and not all(h.text for h in headings))
    kinds = [heading.kind for heading in headings]
    is_clear = is_clear and "both" not in kinds and _has_one_each(columns_of, kinds)
    if any(word.doubt == "overlaid" for line in band for word in line):
        doubts += ("overlaid",)
    return Headings(tuple(headings), columns_of, is_clear, doubts)


def _has_idle(
    runs: Sequence[Sequence[Line]], columns: Sequence[tuple[float, float]], lexicon: Lexicon
) -> bool:
    """Say whether a heading stands over no column of numbers."""
    return any(
        kind_of(text_of(run), lexicon) and not any(_overlap(run, x0, x1) > 0 for x0, x1 in columns)
        for line in runs
        for run in line
    )


def _heading(text: str, x0: float, x1: float, lexicon: Lexicon) -> Heading:
    return Heading(text, kind_of(text, lexicon), x0, x1)


def _scores(headings: Sequence[Heading]) -> list[str]:
    """Return which columns hold scores, and which ones."""
    return [heading.kind if heading.kind in SCORES else "" for heading in headings]


def _is_full(columns_of: Iterable[Sequence[int]], count: int) -> bool:
    return all(len(set(own)) == count for own in columns_of)


def _has_one_each(columns_of: Iterable[Sequence[int]], kinds: Sequence[str]) -> bool:
    """Say whether no row has two numbers under headings of the same score."""
    return all(
        sum(kinds[column] == score for column in set(own)) <= 1 for own in columns_of for score in SCORES
    )


def _columns(cells: Iterable[Placed]) -> list[tuple[float, float]]:
    columns: list[tuple[float, float]] = []
    for placed in sorted(cells, key=lambda placed: (placed.x0, placed.x1)):
        if columns and placed.x0 < columns[-1][1]:
            columns[-1] = columns[-1][0], max(columns[-1][1], placed.x1)
        else:
            columns.append((placed.x0, placed.x1))
    return columns


def _column(columns: Sequence[tuple[float, float]], placed: Placed) -> int:
    return next(number for number, (x0, x1) in enumerate(columns) if x0 <= placed.x0 < x1 or x0 == placed.x0)


def _split(run: Line, lexicon: Lexicon) -> list[Line]:
    """Split a run of words where several headings stand as close together as words, at the widest gaps.

    A run that names two scores, one of them older, stays whole: which is which cannot be told.
    """
    text = plain_run(run)
    starts = [match.start() for match in lexicon.heading_words.finditer(text)]
    if len(starts) < 2 or lexicon.says("headings.old", text):
        return [run]
    offsets, position = [], 0
    for word in run:
        offsets.append(position)
        position += len(plain(word.text)) + 1
    first_words = [sum(offset <= start for offset in offsets) - 1 for start in starts]
    cuts = [
        max(range(start + 1, end + 1), key=lambda place: (run[place].x0 - run[place - 1].x1, place))
        for start, end in pairwise(first_words)
        if end > start
    ]
    return [run[start:end] for start, end in pairwise([0, *cuts, len(run)])]


def plain_run(run: Iterable[Word]) -> str:
    """Return the words of a run in one form, each at the place where its own letters begin."""
    return " ".join(plain(word.text) for word in run)


def _over(runs: Sequence[Sequence[Line]], x0: float, x1: float, lexicon: Lexicon) -> tuple[list[str], bool]:
    """Return the words over a column from top to bottom, and whether no line has two headings there."""
    words: list[str] = []
    is_sure = True
    for line in runs:
        over = sorted(
            ((_overlap(run, x0, x1), place) for place, run in enumerate(line)),
            key=lambda entry: (-entry[0], entry[1]),
        )
        own = [(amount, line[place]) for amount, place in over if amount > 0]
        if not own:
            continue
        words.append(text_of(own[0][1]))
        rivals = [run for amount, run in own[1:] if amount * _CLEARLY > own[0][0]]
        names_score = [run for run in (own[0][1], *rivals) if _may_name_score(text_of(run), lexicon)]
        is_sure = is_sure and not (rivals and names_score)
    return words, is_sure


def _may_name_score(text: str, lexicon: Lexicon) -> bool:
    parts = _runs_of_letters(plain(text))
    return any(lexicon.says(f"headings.{kind}", tight(text)) for kind in SCORES) or any(
        lexicon.says("half_headings", part) for part in parts
    )


def _overlap(run: Line, x0: float, x1: float) -> float:
    return min(run[-1].x1 + _WIDER, x1) - max(run[0].x0 - _WIDER, x0)


def _counted(
    runs: Sequence[Sequence[Line]],
    columns: Sequence[tuple[float, float]],
    label_end: float,
    lexicon: Lexicon,
) -> list[str]:
    """Return the headings from left to right if there are as many as columns, else nothing.

    Words over each other are one heading; one over several others, and that of the labels, do not count.
    """
    boxes: list[tuple[float, float, list[str]]] = []
    for line in reversed(runs):
        for run in line:
            x0, x1 = run[0].x0, run[-1].x1
            under = [box for box in boxes if box[0] < x1 and box[1] > x0]
            if len(under) > 1:
                continue
            if under:
                boxes.remove(under[0])
                boxes.append((min(x0, under[0][0]), max(x1, under[0][1]), [text_of(run), *under[0][2]]))
            else:
                boxes.append((x0, x1, [text_of(run)]))
    boxes.sort(key=lambda box: box[0])
    texts = [" ".join(words) for _, _, words in boxes]
    while len(texts) > len(columns) and _is_of_labels(texts[0], boxes[-len(texts)], label_end, lexicon):
        texts = texts[1:]
    return texts if len(texts) == len(columns) else []


def _is_of_labels(text: str, box: tuple[float, float, list[str]], label_end: float, lexicon: Lexicon) -> bool:
    return lexicon.says("first_column", plain(text)) or (box[1] < label_end and not kind_of(text, lexicon))
