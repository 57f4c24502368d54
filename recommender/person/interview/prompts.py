"""The questions of a conversation as they are put, and where it stands."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from recommender.language.meaning import Facts, Value, evaluate
from recommender.language.tree import fields_of
from recommender.rulebook.questions import Item, Questions, Step
from recommender.vocabulary import Field, Vocabulary


class Prompt(NamedTuple):
    """One question: a step, with those of its items that are still open; without items its fields are asked.

    `which` asks for the numbers of items of which one or more are true. A prompt that was `opened` by another
    answer does not count towards the most that is asked.
    """

    step: Step
    items: tuple[Item, ...] = ()
    is_urgent: bool = False
    is_safety: bool = False
    which: bool = False
    opened: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return the fields that it can answer."""
        return (*self.step.fields, *(name for item in self.items for name in item.fields))

    @property
    def settles(self) -> tuple[str, ...]:
        """Return the fields not to be asked again after it: an item of several says too little of each."""
        items = (item.fields[0] for item in self.items if len(item.fields) == 1)
        return (*self.step.fields, *items)


class State(NamedTuple):
    """Where a conversation stands.

    `asked` are the steps and fields that were put, `opened` the prompts that answers have opened. So much was
    `counted` of at most `most` that are asked after the safety part. It is `alarmed` where one of the
    emergencies may be true.
    """

    values: Mapping[str, Value]
    asked: frozenset[str]
    opened: tuple[Prompt, ...]
    counted: int
    most: int
    alarmed: bool


def single(name: str, prompt: Prompt | None = None) -> Prompt:
    """Return a question about one field, opened by another prompt, or by itself."""
    step = Step(name, "", "", (name,), (), None, each_time=False)
    if prompt is None:
        return Prompt(step)
    return Prompt(step, (), prompt.is_urgent, prompt.is_safety, opened=True)


def applies(field: Field, facts: Facts) -> bool:
    """Say whether a field may apply to somebody."""
    return field.only_if is None or evaluate(field.only_if, facts) is not False


def resting_on(vocabulary: Vocabulary, names: Iterable[str]) -> frozenset[str]:
    """Return some fields with all that apply only through them."""
    closed = set(names)
    for field in vocabulary.fields.values():
        if field.only_if and closed & set(fields_of(field.only_if)):
            closed.add(field.id)
    return frozenset(closed)


def asked_each_time(questions: Questions, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the fields whose answers are never taken from another day."""
    groups = (name for name, field in vocabulary.fields.items() if field.group in questions.each_time)
    steps = (questions.emergencies, *questions.safety, *(step for step in questions.early if step.each_time))
    safety = (name for step in steps for name in step.names)
    return resting_on(vocabulary, (*groups, *safety))
