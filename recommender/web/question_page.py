"""One question as a page shows it: its words, what can be answered, and what was answered."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from recommender.errors import Problem, ProfileError
from recommender.person.interview.prompts import Prompt
from recommender.vocabulary import Field
from recommender.web.conversation import Conversation
from recommender.web.request import Request

_FIRST_SENTENCE = re.compile(r"(.*?(?:[?.](?=\s)|$))\s*(.*)", re.DOTALL)
NO, TICKED, UNSURE, TYPED = "no", "ticked", "unsure", "typed"


class Choice(NamedTuple):
    """An answer that one button gives."""

    answer: str
    label: str


class Entry(NamedTuple):
    """A box to type in: its name in the form, its label, an example or unit, and the keyboard of a phone."""

    name: str
    label: str
    hint: str
    keyboard: str


class QuestionPage(NamedTuple):
    """One question; a group has `items`, another has `choices` or `entries`. `place` says how far one is."""

    title: str
    ask: str
    place: str
    items: Sequence[str]
    choices: Sequence[Choice]
    entries: Sequence[Entry]
    may_be_never: bool
    why: Sequence[str]


def question_page(conversation: Conversation, prompt: Prompt) -> QuestionPage:
    """Return a question as a page shows it."""
    interview, wording = conversation.interview, conversation.wording
    title, ask = wording.title(prompt), wording.ask(prompt)
    if not title:
        first = _FIRST_SENTENCE.match(ask)
        title, ask = first.groups() if first else (ask, "")
    return QuestionPage(
        title=title,
        ask=ask,
        place=_place(conversation, prompt),
        items=wording.items(prompt),
        choices=_choices(conversation, prompt),
        entries=_entries(conversation, prompt),
        may_be_never=not prompt.items and _field(conversation, prompt).never,
        why=list(wording.why(prompt, interview.importance(prompt))),
    )


def answer_of(request: Request, prompt: Prompt, conversation: Conversation) -> str:
    """Return what a form answers, as it is typed at a terminal.

    Raises:
        ProfileError: where the form says nothing, or two things at once.

    """
    phrase, answer = conversation.interview.book.phrase, request.text("answer")
    if prompt.items:
        ticked = [number for number in request.form.get("item", ()) if number.isdecimal()]
        if answer == NO and ticked:
            raise ProfileError(Problem("", phrase("web.question.ticked_and_none")))
        if answer == TICKED and not ticked:
            raise ProfileError(Problem("", phrase("web.question.nothing_ticked")))
        return {NO: NO, TICKED: " ".join(ticked)}.get(answer, "")
    if answer != TYPED:
        return "" if answer == UNSURE else answer
    typed = [text for name in prompt.step.fields if (text := request.text(name).strip())]
    if not typed:
        raise ProfileError(Problem("", phrase("web.question.nothing_typed")))
    if len(typed) < len(prompt.step.fields) and typed[0].isdecimal():
        raise ProfileError(Problem("", phrase("web.question.one_typed")))
    return " / ".join(typed)


def _place(conversation: Conversation, prompt: Prompt) -> str:
    """Say how far a conversation is: in the safety part, or how much is left at most."""
    interview = conversation.interview
    phrase, safety = interview.book.phrase, interview.questions.safety
    if not (prompt.is_urgent or prompt.is_safety):
        return conversation.wording.about(phrase("web.question.sharper", count=interview.most_left()))
    if conversation.only_safety:
        return phrase("web.question.safety_left", count=interview.opened_left())
    if prompt.is_urgent:
        return phrase("web.question.first")
    if prompt.step in safety:
        return phrase("web.question.safety", number=safety.index(prompt.step) + 1, count=len(safety))
    return phrase("web.question.more_safety")


def _field(conversation: Conversation, prompt: Prompt) -> Field:
    return conversation.interview.book.vocabulary.fields[prompt.step.fields[0]]


def _choices(conversation: Conversation, prompt: Prompt) -> list[Choice]:
    phrase = conversation.interview.book.phrase
    if prompt.items or len(prompt.step.fields) > 1:
        return []
    field = _field(conversation, prompt)
    if field.kind == "yes_no":
        return [Choice("yes", phrase("web.question.yes")), Choice("no", phrase("web.question.no"))]
    if field.kind == "choice":
        return [Choice(choice, choice.replace("_", " ").capitalize()) for choice in field.choices]
    return []


def _entries(conversation: Conversation, prompt: Prompt) -> list[Entry]:
    if prompt.items:
        return []
    book = conversation.interview.book
    fields = [book.vocabulary.fields[name] for name in prompt.step.fields]
    several = len(fields) > 1
    return [
        Entry(
            field.id,
            conversation.wording.about(field.label) if several else book.phrase("web.question.answer"),
            book.phrase("web.question.time") if field.time in ("ago", "lasting") else field.unit,
            "numeric" if field.kind == "count" and field.low >= 0 and not field.is_time else "text",
        )
        for field in fields
        if field.is_number
    ]
