"""A conversation at the terminal: plain lines in order, and nothing redrawn, for screen readers too."""

import re
from collections.abc import Iterable

import click

from recommender.cli.output import width
from recommender.errors import ProfileError
from recommender.language.meaning import Value
from recommender.person.interview.answers import is_word_for_score
from recommender.person.interview.interview import Interview
from recommender.person.interview.prompts import Prompt
from recommender.report.asking import Wording

_WHY, _BACK, _STOP = ("?", "why"), ("b", "back"), ("s", "stop", "q", "quit")
_NUMBER = re.compile(r"\d+", re.ASCII)


class Dialogue:
    """Puts the questions of an interview, and reads what is typed."""

    def __init__(self, interview: Interview, wording: Wording) -> None:
        self.interview, self.wording, self.book = interview, wording, interview.book

    def begin(self, file: str | None) -> None:
        """Say how to answer, and where the answers stay."""
        phrase, name = self.book.phrase, self.wording.name
        self._say([phrase("ask.begin_for", name=name) if name else phrase("ask.begin"), phrase("ask.keys")])
        self._say([phrase("ask.keeping_in", file=file) if file else phrase("ask.keeping")])

    def end(self, file: str | None) -> None:
        """Say where the answers are, and to whom the answer speaks."""
        self._say([""])
        if file:
            self._say(
                [self.book.phrase("ask.kept", file=file), self.book.phrase("ask.go_on_later", file=file)]
            )
        if self.wording.name:
            self._say([self.book.phrase("ask.to_helper", name=self.wording.name)])
        self._say([""])

    def ask_all(self, earlier: dict[str, Value]) -> None:
        """Put questions until enough was asked, somebody stops, or help comes first.

        Once the safety part is over, answers from an `earlier` day are shown: which of them have changed?
        """
        while True:
            prompt = self.interview.next()
            if prompt is None:
                if not self._goes_on():
                    return
            elif earlier and not (prompt.is_urgent or prompt.is_safety):
                if not self._ask_what_changed(earlier):
                    return
                earlier = {}
            elif not self._ask(prompt):
                return

    def _ask_what_changed(self, values: dict[str, Value]) -> bool:
        """Ask again about the answers that have changed; say whether to go on."""
        self._say(["", self.book.phrase("ask.answered"), *self.wording.answered(values)])
        names = list(values)
        while True:
            text = self._read(self.book.phrase("ask.changed"))
            if text is None or text.casefold() in _STOP:
                return False
            numbers = [int(number) for number in _NUMBER.findall(text)]
            if all(1 <= number <= len(names) for number in numbers):
                self.interview.reopen(names[number - 1] for number in numbers)
                return True
            self._say([f"Accepted: 1 to {len(names)}, or no."])

    def _ask(self, prompt: Prompt) -> bool:
        """Put one question until it is answered, or left; say whether to go on."""
        if not prompt.which:
            self._say(["", *self.wording.question(prompt)])
        while True:
            text = self._read(self.wording.accepted(prompt))
            if text is None or text.casefold() in _STOP:
                return False
            if text.casefold() in _WHY:
                self._say(self.wording.why(prompt, self.interview.importance(prompt)))
                if prompt.is_urgent or prompt.is_safety:
                    self._say(self.wording.consequences(self.interview.consequences(prompt)))
            elif text.casefold() in _BACK:
                if self.interview.back():
                    return True
                self._say([self.book.phrase("ask.first_question")])
            else:
                try:
                    told = self.interview.answer(prompt, text)
                except ProfileError as error:
                    self._say(str(problem) for problem in error.problems)
                    fields = self.book.vocabulary.fields
                    if any(is_word_for_score(fields[name], text) for name in prompt.step.fields):
                        self._say([self.book.phrase("ask.only_word")])
                    if prompt.is_urgent:
                        self._say([self.book.phrase("ask.help_first")])
                    continue
                self._say(told)
                is_alarm = self.interview.has_unnamed_alarm and not self.interview.is_emergency
                if prompt.is_urgent and prompt.items and not prompt.which and is_alarm:
                    self._say([self.book.phrase("ask.urgent")])
                return True

    def _goes_on(self) -> bool:
        """Ask whether to go on where more could still change something."""
        left = self.interview.questions_left()
        if self.interview.is_emergency or self.interview.has_unnamed_alarm or not left:
            return False
        self._say([""])
        text = self._read(self.book.counted("ask.go_on", left))
        if text is None or text.casefold() not in ("yes", "y"):
            return False
        self.interview.go_on()
        return True

    def _read(self, prompt: str) -> str | None:
        """Return a line that is typed, or `None` at the end of what is typed."""
        try:
            return input(click.wrap_text(prompt, width()).rstrip() + " ").strip()
        except EOFError:
            click.echo()
            return None

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            click.echo(click.wrap_text(line, width(), subsequent_indent="   " if line[:1].isdigit() else ""))
