"""What the whole report tells: whose it is, and what its words say against its numbers."""

from collections.abc import Iterator, Sequence

from recommender.language.numbers import UNIT
from recommender.scan_report.headings import kind_of
from recommender.scan_report.lexicon import Lexicon
from recommender.scan_report.model import Score, Table
from recommender.scan_report.numbers import read_number

_OSTEOPOROSIS, _OSTEOPENIA = -2_500, -1_000
_WORDS = ("osteoporosis", "osteopenia", "normal")  # worst first
_BORDER = 60
_YEARS_BACK = 12  # a report may be as old as that
_CONCLUSION_LINES = 6
_AROUND = 24, 14  # letters before and behind an age that say whose or of when it is
_AGES = range(5, 116)


def ages_of(texts: Sequence[str], tables: Sequence[Table], lexicon: Lexicon) -> set[int]:
    """Return the ages that a report prints of its person; else those in a column of ages."""
    ages = set()
    for text in texts:
        for match in lexicon.patterns["age"].finditer(text):
            around = text[max(0, match.start() - _AROUND[0]) : match.end() + _AROUND[1]]
            if not lexicon.says("not_this_age", around):
                ages.add(int(match[1]))
    if ages:
        return ages & set(_AGES)
    column = [
        number.value // UNIT
        for table in tables
        for row in table.rows
        for place, cell in row.cells.items()
        if kind_of(table.headings[place], lexicon) == "age" and (number := read_number(cell.text))
    ]
    return {max(column)} if column else set()


def sexes_of(texts: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """Return the sexes whose reference the scores may be of: for a man, either."""
    is_female = any(lexicon.says("female", text) for text in texts)
    is_male = any(lexicon.says("male", text) for text in texts)
    return ("female",) if is_female and not is_male else ("female", "male")


def against_all(
    scores: Sequence[Score], printed: Sequence[int], age: int | None, texts: Sequence[str], lexicon: Lexicon
) -> Iterator[str]:
    """Yield what the whole report says against each of its numbers."""
    if scores and not any(score.value < 0 for score in scores):
        yield lexicon.doubt("no_minus")
    if len(printed) > 1 and printed[-1] - printed[0] > 1:
        yield lexicon.doubt("two_people")
    elif printed and age is not None and not age - _YEARS_BACK <= printed[0] <= age + 1:
        yield lexicon.doubt("age_differs", printed=printed[0], age=age)
    if any(lexicon.says("not_final", text) for text in texts):
        yield lexicon.doubt("unverified")


def against_conclusion(texts: Sequence[str], scores: Sequence[Score], lexicon: Lexicon) -> Iterator[str]:
    """Yield a doubt where the words of the conclusion do not go with the lowest T-score that was read."""
    values = [score.value for score in scores if score.kind == "t" and not score.date]
    values = values or [score.value for score in scores if score.kind == "t"]
    words = _concluding_words(texts, lexicon)
    if not values or not words:
        return
    lowest = min(values)
    if min(abs(lowest - border) for border in (_OSTEOPOROSIS, _OSTEOPENIA)) <= _BORDER:
        return
    fits = _WORDS[(lowest > _OSTEOPOROSIS) + (lowest >= _OSTEOPENIA)]
    if words[0] != fits:
        yield lexicon.doubt("conclusion", word=words[0])


def _concluding_words(texts: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Return what the conclusion calls the bones, worst first: in its line and the few that follow."""
    words: set[str] = set()
    left = 0
    for text in texts:
        begins = lexicon.patterns["conclusion.begins"].match(text)
        left = _CONCLUSION_LINES if begins else left - 1
        left = 0 if lexicon.says("conclusion.ends", text) else left
        defines = lexicon.says("definitions", text) and lexicon.says("headings.t", text)
        if left <= 0 or defines or lexicon.says("conclusion.denials", text):
            continue
        words |= {
            word
            for word in _WORDS
            if lexicon.says(f"conclusion.{word}", text[begins.end() :] if begins else text)
        }
    return [word for word in _WORDS if word in words]
