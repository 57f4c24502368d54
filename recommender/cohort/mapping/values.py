"""What the cells of one column mean, found from a sample of them: words, codes that only make sense together, cells that say nothing."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

import polars as pl

from recommender.cohort.mapping.names import ColumnDictionary, Name, Role, WordSet, normalised_value
from recommender.cohort.mapping.overrides import Overrides
from recommender.language.numbers import UNIT, is_number
from recommender.vocabulary import Field
from recommender.vocabulary.answers import plain_number


class ColumnValues(NamedTuple):
    """The cells of a column as read for one field.

    `words` (normalised text to an answer) and `missing` hold for every row; the rest is of the sample: how often each text stands
    in it as it was written, the plain numbers in it, and the texts that mean nothing for this field.
    """

    words: Mapping[str, str]
    missing: frozenset[str]
    known_as: str
    seen: Mapping[str, int]
    numbers: Mapping[str, float]
    unread: tuple[str, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """Return the texts that say anything."""
        return tuple(text for text in self.seen if normalised_value(text) not in self.missing)

    @property
    def unread_share(self) -> float:
        """Return the share of the cells that say anything which mean nothing for the field."""
        return sum(self.seen[text] for text in self.unread) / max(
            sum(self.seen[text] for text in self.told), 1
        )

    def answer(self, text: str) -> str:
        """Return the answer that a cell stands for, or nothing where it is its own."""
        key = normalised_value(text)
        return "unknown" if key in self.missing else self.words.get(key, "")


def read_values(
    field: Field,
    name: Name | None,
    column: pl.Series,
    decimal: str,
    words: ColumnDictionary,
    stated: Overrides,
) -> ColumnValues:
    """Find out what the cells of a column mean for a field; `name` is what the column's name says of that field, if anything."""
    seen = Counter(cell_texts(column))
    meaning, sets = _known(field, name, words)
    means, unknown = stated.means(field.id), stated.unknown(field.id)
    silent = {*words.missing, *(words.missing_scores if field.doubt_above is not None else ()), *words.codes}
    silent = {text for text in silent - meaning.keys() if not _is_value(field, text)} | unknown
    open_ = {_code(normalised_value(text), decimal) for text in seen} - silent - meaning.keys() - means.keys()
    coded, known_as = _agreed(open_, sets, name.languages if name is not None else words.languages)
    meaning = {text: answer for text, answer in {**meaning, **coded}.items() if text not in unknown} | means
    missing = frozenset(_spelled(silent - means.keys(), decimal))
    answers = {
        form: answer for text, answer in meaning.items() for form in _spelled([text], decimal) - missing
    }
    plain = {
        text: cell_number(field, text, decimal) for text in seen if normalised_value(text) not in missing
    }
    numbers = {text: float(number) for text, number in plain.items() if is_number(number)}
    completed = field.id in words.completed
    unread = [
        text
        for text in plain
        if normalised_value(text) not in answers
        and not (text in numbers and _fits(field, numbers[text], completed))
    ]
    return ColumnValues(answers, missing, known_as, seen, numbers, tuple(unread))


def cell_texts(column: pl.Series) -> list[str]:
    """Return the cells that hold anything as text, those of a typed table too."""
    if column.dtype.is_float():
        column = column.fill_nan(None)
    if column.dtype.is_nested() or column.dtype in (pl.Object, pl.Binary, pl.Duration):
        return [str(cell) for cell in column.to_list() if cell is not None]
    return [text for text in column.cast(pl.String).to_list() if text is not None]


def cell_number(field: Field, text: str, decimal: str) -> str:
    """Return a number as `read_answer` takes it, from a file with `decimal` as its decimal sign, as far as the text is one."""
    plain = normalised_value(text)
    return plain_number(field, plain.replace(",", ".", 1) if decimal == "," else plain)


def _known(
    field: Field, name: Name | None, words: ColumnDictionary
) -> tuple[dict[str, str], tuple[WordSet, ...]]:
    """Return the words of a field and its sets of codes; a column that says yes or no of one of its answers has more."""
    meaning = dict(words.words[field.id])
    sets = words.yes_no_sets if field.kind == "yes_no" else words.sets[field.id]
    if name is None or name.role != Role.FLAG:
        return meaning, sets
    flag = {"yes": name.yes, "no": name.no, "unknown": "unknown"}
    flags = (
        set_._replace(means={text: flag[word] for text, word in set_.means.items()})
        for set_ in words.yes_no_sets
    )
    return meaning | {text: flag[answer] for text, answer in words.yes_no.items()}, (*sets, *flags)


def _is_value(field: Field, text: str) -> bool:
    return (
        field.kind in ("number", "count")
        and is_number(text)
        and field.low <= float(text) * UNIT <= field.high
    )


def _fits(field: Field, number: float, completed: bool) -> bool:
    if field.kind not in ("number", "count") or (
        field.kind == "count" and not completed and number != int(number)
    ):
        return False
    return field.low <= (int(number) if completed else number) * UNIT <= field.high


def _code(text: str, decimal: str) -> str:
    """Return a whole number without the decimals that other programs give it: 1.0 is 1."""
    return text.removesuffix(f"{decimal}0").removesuffix(".0")


def _spelled(texts: Collection[str], decimal: str) -> set[str]:
    """Return texts as they may stand in the file: whole numbers also with a decimal, decimals also with the sign of the file."""
    forms = {f"{text}.0" for text in texts if is_number(text) and "." not in text}.union(texts)
    return forms | {form.replace(".", decimal) for form in forms if is_number(form)}


def _agreed(
    open_: set[str], sets: Collection[WordSet], languages: frozenset[str]
) -> tuple[Mapping[str, str], str]:
    """Return what codes mean where every set that holds all that were seen says the same of them."""
    codes = {text for text in open_ if any(text in set_.means for set_ in sets)}
    holding = [
        set_
        for set_ in sets
        if codes <= set_.means.keys() and (not set_.languages or set_.languages & languages)
    ]
    said: dict[str, set[str]] = {}
    for set_ in holding:
        for text, answer in set_.means.items():
            said.setdefault(text, set()).add(answer)
    if not codes or not holding:
        return {}, ""
    known_as = {set_.known_as for set_ in holding}
    return {text: min(answers) for text, answers in said.items() if len(answers) == 1}, known_as.pop() if len(
        known_as
    ) == 1 else ""
