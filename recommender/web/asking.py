"""The questions of a conversation, page by page, until the answer is there or help comes first."""

from http import HTTPStatus

from recommender.errors import ProfileError
from recommender.person.interview.answers import is_word_for_score
from recommender.person.interview.prompts import Prompt
from recommender.web.answering import Answering
from recommender.web.conversation import Conversation
from recommender.web.question_page import answer_of, question_page
from recommender.web.rendering import Rendering
from recommender.web.request import Request, Response


class Asking:
    """Pages that ask; after the last question comes the page of the answer."""

    def __init__(self, answering: Answering, rendering: Rendering) -> None:
        self.answering, self.rendering, self.book = answering, rendering, rendering.book

    def next(self, conversation: Conversation) -> Response:
        """Show the next question, or the answer where enough was asked or help comes first."""
        if conversation.only_safety:
            conversation.interview.close_settled_safety()
        prompt = conversation.interview.next()
        is_safety = prompt is not None and (prompt.is_urgent or prompt.is_safety)
        if prompt is None or (conversation.only_safety and not is_safety):
            return self.answering.answer(conversation)
        if conversation.earlier and not is_safety and conversation.interview.to_keep():
            told = self._told_before(conversation)
            return self.rendering.page("earlier.html", conversation=conversation, told=told)
        return self._question(conversation, prompt)

    def answer(self, conversation: Conversation, request: Request) -> Response:
        """Take an answer; one that cannot be understood comes back with all that was typed and ticked."""
        prompt = conversation.interview.next()
        if prompt is None:
            return self.answering.answer(conversation)
        try:
            conversation.interview.answer(prompt, answer_of(request, prompt, conversation))
        except ProfileError as error:
            problems = [str(problem._replace(place="")) for problem in error.problems]
            fields = self.book.vocabulary.fields
            if any(is_word_for_score(fields[name], request.text(name)) for name in prompt.step.fields):
                problems.append(self.book.phrase("ask.only_word"))
            if prompt.is_urgent:
                problems.append(self.book.phrase("ask.help_first"))
            return self._question(conversation, prompt, request, problems=tuple(problems))
        return self.next(conversation)

    def meaning(self, conversation: Conversation, request: Request) -> Response:
        """Say what would follow if each item of a question were true."""
        prompt = conversation.interview.next()
        if prompt is None:
            return self.answering.answer(conversation)
        meaning = conversation.wording.consequences(conversation.interview.consequences(prompt))
        return self._question(conversation, prompt, request, meaning=tuple(meaning))

    def look_over(self, conversation: Conversation, request: Request) -> Response:
        """Ask again about the answers of another day that have changed."""
        known = conversation.interview.to_keep()
        conversation.interview.reopen(name for name in request.form.get("changed", ()) if name in known)
        conversation.earlier = False
        return self.next(conversation)

    def more(self, conversation: Conversation) -> Response:
        """Ask further questions, as many again."""
        if conversation.interview.next() is None:
            conversation.interview.go_on()
        return self.next(conversation)

    def safety(self, conversation: Conversation) -> Response:
        """Ask the safety questions that are open, and nothing else."""
        if conversation.interview.has_unnamed_alarm:
            return self.answering.answer(conversation)
        conversation.only_safety = True
        conversation.interview.ask_safety()
        return self.next(conversation)

    def change(self, conversation: Conversation, request: Request) -> Response:
        """Ask one question again."""
        known = conversation.known
        conversation.interview.reopen(name for name in request.form.get("field", ()) if name in known)
        return self.next(conversation)

    def _told_before(self, conversation: Conversation) -> list[tuple[str, str, str]]:
        """Return the fields that were answered another day, each with its label and answer."""
        values = conversation.interview.to_keep()
        return [(name, *told) for name, told in zip(values, conversation.wording.told(values), strict=True)]

    def _question(
        self,
        conversation: Conversation,
        prompt: Prompt,
        request: Request | None = None,
        problems: tuple[str, ...] = (),
        meaning: tuple[str, ...] = (),
    ) -> Response:
        return self.rendering.page(
            "question.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
            conversation=conversation,
            question=question_page(conversation, prompt),
            prompt=prompt,
            is_alarm=conversation.interview.has_unnamed_alarm,
            request=request or Request("GET", ""),
            problems=problems,
            meaning=meaning,
        )
