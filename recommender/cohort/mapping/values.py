"""Find the meaning of a column's cells from a sample: words, sets of codes, numbers and missing values."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

import polars as pl

from recommender.cohort.mapping.names import ColumnDictionary, Name, Role, WordSet, normalised_value
from recommender.cohort.mapping.overrides import Overrides
from recommender.cohort.mapping.score_kinds import SCORE_KINDS
from recommender.language.numbers import MINUS, UNIT, is_number
from recommender.vocabulary import Field
from recommender.vocabulary.answers import plain_number


class ColumnValues(NamedTuple):
    """The cells of a column as read for one field.

    `words` (normalised text to answer) and `missing` (normalised text) hold for every row.
    The rest describes the sample: `seen` counts each raw text, `numbers` are the raw texts that are numbers,
    `unread` those without a meaning. `known_as` names the set of codes that was recognised.
    """

    words: Mapping[str, str]
    missing: frozenset[str]
    known_as: str
    seen: Mapping[str, int]
    numbers: Mapping[str, float]
    unread: tuple[str, ...]

    @property
    def answered(self) -> tuple[str, ...]:
        """Return the texts that are not missing values."""
        return tuple(text for text in self.seen if normalised_value(text) not in self.missing)

    @property
    def unread_share(self) -> float:
        """Return the share of unread cells among those that are not missing, 0 to 1."""
        answered = sum(self.seen[text] for text in self.answered)
        return sum(self.seen[text] for text in self.unread) / max(answered, 1)

    def answer(self, text: str) -> str:
        """Return the answer that a cell stands for; an empty text if it is read as it is."""
        key = normalised_value(text)
        return "unknown" if key in self.missing else self.words.get(key, "")


def read_values(
    field: Field,
    name: Name | None,
    column: pl.Series,
    decimal: str,
    dictionary: ColumnDictionary,
    overrides: Overrides,
) -> ColumnValues:
    """Find the meaning of a column's cells for a field.

    `name` is the dictionary entry of the column's name, if it is one of this field.
    """
    seen = Counter(cell_texts(column))
    meaning, sets = _known(field, name, dictionary)
    stated_answers, unknown = overrides.means(field.id), overrides.unknown(field.id)
    missing_texts = {
        *dictionary.missing,
        *(dictionary.missing_scores if field.doubt_above is not None else ()),
        *_missing_codes(field, seen, dictionary),
    }
    missing_texts = {text for text in missing_texts - meaning.keys() if not _is_value(field, text)} | unknown
    codes = (
        {_code(normalised_value(text), decimal) for text in seen}
        - missing_texts
        - meaning.keys()
        - stated_answers.keys()
    )
    code_answers, known_as = _agreed(
        codes, sets, name.languages if name is not None else dictionary.languages
    )
    meaning = {
        text: answer for text, answer in {**meaning, **code_answers}.items() if text not in unknown
    } | stated_answers
    missing = frozenset(_spellings(missing_texts - stated_answers.keys(), decimal))
    answers = {
        spelling: answer
        for text, answer in meaning.items()
        for spelling in _spellings([text], decimal) - missing
    }
    form = number_form(field, dictionary)
    plain = {
        text: cell_number(field, text, decimal, form)
        for text in seen
        if normalised_value(text) not in missing
    }
    numbers = {text: float(number) for text, number in plain.items() if is_number(number)}
    completed = field.id in dictionary.completed
    unread = [
        text
        for text in plain
        if normalised_value(text) not in answers
        and not (text in numbers and _fits(field, numbers[text], completed))
    ]
    return ColumnValues(answers, missing, known_as, seen, numbers, tuple(unread))


def cell_texts(column: pl.Series) -> list[str]:
    """Return the non-null cells of a column of any type as text."""
    if column.dtype.is_float():
        column = column.fill_nan(None)
    if column.dtype.is_nested() or column.dtype in (pl.Object, pl.Binary, pl.Duration):
        return [str(cell) for cell in column.to_list() if cell is not None]
    return [text for text in column.cast(pl.String).to_list() if text is not None]


def number_form(field: Field, dictionary: ColumnDictionary) -> str:
    """Return a pattern for a number with what people write about it: `T=-2.9`, `-2.9* SD (osteoporosis)`."""
    units = "|".join(re.escape(unit) for unit in sorted(field.unit_words, key=len, reverse=True))
    kind = SCORE_KINDS.get(field.unit, "")
    before = rf"(?:{kind}(?:[-\s]?score)?\s*[:=]?\s*)?" if kind else "0*" if field.unit == "years" else ""
    after = rf"(?:\W*(?:{dictionary.categories})\W*)?" if kind else ""
    number = rf"(?P<sign>\+|{MINUS})?\s*(?P<number>[0-9]+(?:[.,][0-9]+)?)"
    return rf"['\u2019]?\s*{before}{number}\s*(?:{units})?\s*[*\u2020\u2021\u00a7]*{after}"


def cell_number(field: Field, text: str, decimal: str, form: str = "") -> str:
    """Return a number as `read_answer` takes it; `decimal` is the decimal sign of the file.

    `form` is a pattern from `number_form`. A text that is not a number is only normalised.
    """
    plain = normalised_value(text)
    if form and not is_number(plain) and (match := re.fullmatch(form, plain)):
        plain = f"{match['sign'] or ''}{match['number']}"
    return plain_number(field, plain.replace(",", ".", 1) if decimal == "," else plain)


def _known(
    field: Field, name: Name | None, dictionary: ColumnDictionary
) -> tuple[dict[str, str], tuple[WordSet, ...]]:
    """Return the words and the sets of codes of a field; a flag column also has those of yes and no."""
    meaning = dict(dictionary.words[field.id])
    sets = dictionary.yes_no_sets if field.kind == "yes_no" else dictionary.sets[field.id]
    if name is None or name.role != Role.FLAG:
        return meaning, sets
    flag = {"yes": name.yes, "no": name.no, "unknown": "unknown"}
    flags = (
        set_._replace(means={text: flag[word] for text, word in set_.means.items()})
        for set_ in dictionary.yes_no_sets
    )
    return meaning | {text: flag[answer] for text, answer in dictionary.yes_no.items()}, (*sets, *flags)


def _missing_codes(field: Field, seen: Collection[str], dictionary: ColumnDictionary) -> set[str]:
    """Return the codes that can mean not known in a column.

    In a column of numbers they are above or below all answers: 8 is no code for an age, which begins at 18.
    A code whose neighbours occur is a number like them.
    """
    if not field.is_number:
        return set(dictionary.codes)
    present = {float(text) for text in map(normalised_value, seen) if is_number(text)}
    codes = {float(code) for code in dictionary.codes}

    def stands_alone(code: float) -> bool:
        return not any(_next(code, step, codes) in present for step in (-1, 1))

    return {
        text
        for text in dictionary.codes
        if (text.startswith("-") or float(text) * UNIT > field.high) and stands_alone(float(text))
    }


def _next(code: float, step: int, codes: Collection[float]) -> float:
    """Return the next number up or down that is not a code itself."""
    number = code + step
    while number in codes:
        number += step
    return number


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
    """Return a whole number without the decimals that other programs add: 1.0 becomes 1."""
    return text.removesuffix(f"{decimal}0").removesuffix(".0")


def _spellings(texts: Collection[str], decimal: str) -> set[str]:
    """Return the spellings of texts in the file: 1 also as 1.0, decimals also with its decimal sign."""
    forms = {f"{text}.0" for text in texts if is_number(text) and "." not in text}.union(texts)
    return forms | {form.replace(".", decimal) for form in forms if is_number(form)}


def _agreed(
    seen: set[str], sets: Collection[WordSet], languages: frozenset[str]
) -> tuple[Mapping[str, str], str]:
    """Return the meaning of the codes on which all matching sets agree, and the name of the set.

    A set matches if it holds all codes that were seen, and if it holds for the languages of the column.
    """
    codes = {text for text in seen if any(text in set_.means for set_ in sets)}
    matching = [set_ for set_ in sets if codes <= set_.means.keys() and set_.holds_for(languages)]
    if not codes or not matching:
        return {}, ""
    answers: dict[str, set[str]] = {}
    for set_ in matching:
        for text, answer in set_.means.items():
            answers.setdefault(text, set()).add(answer)
    agreed = {text: min(options) for text, options in answers.items() if len(options) == 1}
    names = {set_.known_as for set_ in matching}
    return agreed, names.pop() if len(names) == 1 else ""
