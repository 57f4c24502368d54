"""What a conversation asks, from `rules/questions.yaml`: what stands together, and in which order."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from recommender.language.meaning import Value
from recommender.language.tree import Condition


class Item(NamedTuple):
    """One thing that is named in a group: the fields that a yes opens, and its words.

    `yes` are those of its fields that its number alone answers, with the worse answer of each. `no` is the
    answer to its first field that "no" to the whole group stands for, if there is one.
    """

    fields: tuple[str, ...]
    say: str
    yes: tuple[str, ...]
    no: Value | None


class Step(NamedTuple):
    """One thing to ask: a group of `items`, or one or two `fields` in one answer (`130/80`).

    It is asked only where `when` is known to be true. One of `each_time` is part of safety, wherever it
    stands: it does not count towards the most that is asked, and its answers are not those of another day.
    Without an `ask` of its own the field's question is asked.
    """

    id: str
    title: str
    ask: str
    fields: tuple[str, ...]
    items: tuple[Item, ...]
    when: Condition | None
    each_time: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Return every field that it can answer."""
        return (*self.fields, *(name for item in self.items for name in item.fields))


class Questions(NamedTuple):
    """All that a conversation asks, in parts: one yes to `emergencies` ends it, `safety` is asked each time.

    `most` is how much is asked after the safety part before somebody is asked whether to go on. `each_time`
    are groups of fields that are asked each time, too. `no_words` are further words for "no" to a group;
    `about_somebody` maps words to the person to words about them.
    """

    most: int
    each_time: tuple[str, ...]
    no_words: tuple[str, ...]
    emergencies: Step
    safety: tuple[Step, ...]
    early: tuple[Step, ...]
    later: tuple[Step, ...]
    about_somebody: Mapping[str, str]

    @property
    def in_steps(self) -> frozenset[str]:
        """Return the fields that are part of a step."""
        steps = (self.emergencies, *self.safety, *self.early, *self.later)
        return frozenset(name for step in steps for name in step.names)

    def about(self, text: str) -> str:
        """Return a question to a person as a question about them."""
        pattern = "|".join(rf"\b{re.escape(words)}\b" for words in self.about_somebody)
        return re.sub(pattern, self._about, text, flags=re.IGNORECASE)

    def _about(self, match: re.Match[str]) -> str:
        words = self.about_somebody[match[0].lower()]
        return words.capitalize() if match[0][0].isupper() else words
