"""A question of a conversation in words: plain lines with one thing on each, for screen readers too."""

from collections.abc import Iterator, Mapping, Sequence

from recommender.language.meaning import Value
from recommender.person.assessment import Question
from recommender.person.interview.prompts import Prompt
from recommender.rulebook.model import Rulebook
from recommender.rulebook.questions import Questions
from recommender.rulebook.scales import Clearance
from recommender.vocabulary import Field
from recommender.vocabulary.answers import write_answer


class Wording:
    """The words of a conversation, to the person, or about `name` to somebody who helps."""

    def __init__(self, book: Rulebook, questions: Questions, name: str = "") -> None:
        self.book, self.questions, self.name = book, questions, name

    def question(self, prompt: Prompt) -> Iterator[str]:
        """Yield the lines of a question."""
        if title := self.title(prompt):
            yield title
        if prompt.which:
            return
        yield self.ask(prompt)
        for number, text in enumerate(self.items(prompt), 1):
            yield self.book.phrase("ask.item", number=number, text=text)

    def title(self, prompt: Prompt) -> str:
        """Return the title of a question, if it has one."""
        return "" if prompt.opened else self.about(prompt.step.title)

    def ask(self, prompt: Prompt) -> str:
        """Return the question itself."""
        if prompt.opened and prompt.items:
            return self.about(self.book.phrase("ask.others"))
        return self.about(prompt.step.ask or self._field(prompt).ask)

    def items(self, prompt: Prompt) -> list[str]:
        """Return what a question to a group names."""
        return [self.about(item.say) for item in prompt.items]

    def accepted(self, prompt: Prompt) -> str:
        """Return what may be typed, to stand before the answer."""
        if prompt.which:
            return self.book.phrase("ask.which")
        if prompt.items:
            several = len(prompt.items) > 1
            return self.book.phrase("ask.group") if several else self.book.phrase("ask.one_item")
        if len(prompt.step.fields) > 1:
            return self.book.phrase("ask.two_numbers")
        return self._accepted(self._field(prompt))

    def consequences(self, raised: Sequence[Clearance | None]) -> Iterator[str]:
        """Yield for each item of a group what would follow if it were true."""
        for number, clearance in enumerate(raised, 1):
            if clearance is None:
                yield self.book.phrase("ask.counts_together", number=number)
            else:
                yield self.book.phrase(
                    "ask.would_be", number=number, say=self.book.words["would_be"][clearance]
                )

    def why(self, prompt: Prompt, importance: Question | None) -> Iterator[str]:
        """Yield why a question is asked, where the answer stands, and what to do if it is not known."""
        if prompt.is_urgent or prompt.is_safety or (importance and importance.kind == "safety"):
            yield self.book.phrase("ask.why_safety")
        elif importance and importance.could_change and importance.kind == "opens":
            yield self.book.counted("ask.why_opens", importance.could_change)
        elif importance and importance.could_change:
            yield self.book.counted("ask.why_sharpen", importance.could_change)
        else:
            yield self.about(self.book.phrase("ask.why_helps"))
        if not prompt.items:
            field = self._field(prompt)
            if field.where:
                yield self.book.phrase("ask.why_where", where=self.about(field.where))
            yield self.book.phrase("ask.why_unsure", unsure=self.about(field.unsure))

    def answered(self, values: dict[str, Value]) -> Iterator[str]:
        """Yield the answers from another day, numbered."""
        for number, (label, answer) in enumerate(self.told(values), 1):
            yield self.book.phrase("ask.answered_item", number=number, label=label, answer=answer)

    def told(self, values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
        """Yield what each answer is about, and the answer."""
        for name, value in values.items():
            field = self.book.vocabulary.fields[name]
            answer = write_answer(field, value).replace("_", " ")
            if _has_units(field) and not field.is_time:  # the label of a time names its unit
                answer = f"{answer} {field.unit}"
            yield self.about(field.label), answer

    def _accepted(self, field: Field) -> str:
        if field.kind == "yes_no":
            return self.book.phrase("ask.yes_no")
        if field.kind == "choice":
            return self.book.phrase("ask.choice", choices=", ".join(field.choices))
        if field.time in ("ago", "lasting"):
            return self.book.phrase("ask.time_never") if field.never else self.book.phrase("ask.time")
        return (
            self.book.phrase("ask.number_unit", unit=field.unit)
            if _has_units(field)
            else self.book.phrase("ask.number")
        )

    def _field(self, prompt: Prompt) -> Field:
        return self.book.vocabulary.fields[prompt.step.fields[0]]

    def about(self, text: str) -> str:
        """Return words to the person as words about somebody, where the conversation is about them."""
        return self.questions.about(text) if self.name else text


def _has_units(field: Field) -> bool:
    """Say whether a number could be given in several units."""
    return len(set(field.lengths.values())) > 1
