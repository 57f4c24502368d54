"""What an answer to a prompt means: the values it gives, and what it opens. Enter is never no."""

import re
from datetime import date
from typing import NamedTuple

from recommender.errors import Problem, ProfileError, quoted
from recommender.language.meaning import Value
from recommender.person.interview.prompts import Prompt, single
from recommender.rulebook.questions import Questions
from recommender.vocabulary import Field, Vocabulary
from recommender.vocabulary.answers import read_answer
from recommender.vocabulary.profile import read_quantity

_NUMBERS = re.compile(r"\d{1,2}(?:(?:[\s,;]|and)+\d{1,2})*", re.ASCII)
_BETWEEN_TWO = re.compile(r"\s*(?:/|,|\bover\b|\s)\s*")


class Understood(NamedTuple):
    """What one answer brings: values by field, prompts that it opens, and how it was read, to be told."""

    values: dict[str, Value]
    opens: tuple[Prompt, ...] = ()
    told: tuple[str, ...] = ()


NOTHING = Understood({})


def answer_group(prompt: Prompt, text: str, questions: Questions, vocabulary: Vocabulary) -> Understood:
    """Understand the answer to a group: "no" answers each item that was shown, a yes opens them.

    Raises:
        ProfileError: when it cannot be understood.

    """
    if not text:
        return Understood({}, _one_by_one(prompt)) if prompt.which else NOTHING
    if _NUMBERS.fullmatch(text.lower()):
        return _numbered(prompt, [int(number) for number in re.findall(r"\d+", text)], vocabulary)
    value = False if text.lower() in questions.no_words else _yes_no(prompt, text, vocabulary)
    if value is False:
        return Understood({item.fields[0]: item.no for item in prompt.items if item.no is not None})
    if value and len(prompt.items) == 1:
        return _numbered(prompt, [1], vocabulary)
    if value and not prompt.which:
        return Understood({}, (prompt._replace(which=True, opened=True),))
    return Understood({}, _one_by_one(prompt))


def answer_fields(prompt: Prompt, text: str, vocabulary: Vocabulary, as_of: date) -> Understood:
    """Understand the answer to one field, or to two in one: `130/80`.

    Raises:
        ProfileError: when it cannot be understood.

    """
    values: dict[str, Value] = {}
    told = []
    for name, part in zip(prompt.step.fields, _parts(prompt, text, vocabulary), strict=True):
        value, understood = read_quantity(vocabulary, vocabulary.fields[name], part, "", as_of)
        if value is not None:
            values[name] = value
        if understood:
            told.append(understood)
    return Understood(values, (), tuple(told))


def is_word_for_score(field: Field, text: str) -> bool:
    """Say whether somebody typed a word, such as what a report calls a score, where a score is asked for."""
    return field.doubt_above is not None and text.strip() != "" and not re.search(r"\d", text)


def _yes_no(prompt: Prompt, text: str, vocabulary: Vocabulary) -> Value | None:
    field = next(field for field in vocabulary.fields.values() if field.kind == "yes_no")
    try:
        return read_answer(field, text, "")
    except ProfileError:
        numbers = f"the numbers 1 to {len(prompt.items)}" if len(prompt.items) > 1 else "1"
        message = f"{quoted(text)} is not an answer. Accepted: yes, no, {numbers}, or Enter for not known."
        raise ProfileError(Problem("", message)) from None


def _numbered(prompt: Prompt, numbers: list[int], vocabulary: Vocabulary) -> Understood:
    """Answer the numbered items with yes, or open them, and ask about the others."""
    if wrong := [number for number in numbers if not 1 <= number <= len(prompt.items)]:
        message = f"There is no number {wrong[0]} here. Accepted: 1 to {len(prompt.items)}."
        raise ProfileError(Problem("", message))
    chosen = [item for number, item in enumerate(prompt.items, 1) if number in numbers]
    values: dict[str, Value] = {name: _worse(name, vocabulary) for item in chosen for name in item.yes}
    opens = [single(name, prompt) for item in chosen for name in item.fields if name not in values]
    others = tuple(item for item in prompt.items if item not in chosen)
    if others:
        opens.append(prompt._replace(items=others, which=False, opened=True))
    return Understood(values, tuple(opens))


def _worse(name: str, vocabulary: Vocabulary) -> bool:
    return vocabulary.fields[name].worse != "no"


def _one_by_one(prompt: Prompt) -> tuple[Prompt, ...]:
    names = dict.fromkeys(name for item in prompt.items for name in item.fields)
    return tuple(single(name, prompt) for name in names)


def _parts(prompt: Prompt, text: str, vocabulary: Vocabulary) -> list[str]:
    """Return the answer to each field of a prompt."""
    names = prompt.step.fields
    yes_no = next(field for field in vocabulary.fields.values() if field.kind == "yes_no")
    if not text or yes_no.spellings.get(text.lower(), text.lower()) == "unknown":
        return [""] * len(names)
    if len(names) == 1:
        return [_none(vocabulary.fields[names[0]], text)]
    parts = _BETWEEN_TWO.split(text)
    if len(parts) == len(names):
        return parts
    message = (
        f"{quoted(text)} is not an answer. Accepted: two numbers, the top one first, or Enter for not known."
    )
    raise ProfileError(Problem("", message))


def _none(field: Field, text: str) -> str:
    """Return what stands for "no" where one of the choices is none."""
    return "none" if text.lower() in ("no", "n") and "none" in field.choices else text
