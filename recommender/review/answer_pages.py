"""The pages of other answers: what they would change, and keeping those that the patient gave."""

from collections.abc import Sequence
from http import HTTPStatus

from starlette.responses import Response

from recommender.errors import RecommenderError
from recommender.review.answering import Answered, amendment, read_answers
from recommender.review.desk import Desk, Review
from recommender.review.effects import effects
from recommender.review.rendering import Rendering
from recommender.review.request import DeskRequest
from recommender.review.requested import back_to_person, must_judge_first, requested
from recommender.review.snapshot import changes


class AnswerPages:
    """Shows what other answers of a person would change, and keeps answers as amendments."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        """Work on the people of a desk."""
        self.desk, self.rendering = desk, rendering

    def what_if(self, request: DeskRequest) -> Response:
        """Show what other answers would change; they are posted, to keep them out of URLs and history."""
        return self._page(request, keeps=False)

    def answers(self, request: DeskRequest) -> Response:
        """Show what the answers of the patient change, and keep them once the reviewer says so."""
        if not request.form.get("keep"):
            return self._page(request, keeps=True)
        review = requested(self.desk, request)
        if must_judge_first(self.desk, request, review):
            return back_to_person(request)
        try:
            self.desk.add([amendment(self.desk, review, request.who, request.form)])
        except RecommenderError as error:
            return self._page(request, keeps=True, problems=[str(problem) for problem in error.problems])
        return back_to_person(request, "#known")

    def _page(self, request: DeskRequest, keeps: bool, problems: Sequence[str] = ()) -> Response:
        review = requested(self.desk, request)
        if must_judge_first(self.desk, request, review):
            return back_to_person(request)
        fields = self.desk.book.vocabulary.fields
        typed = {name: request.form[name] for name in fields if name in request.form}
        answered = None
        try:
            answered = read_answers(self.desk, review, request.form)
        except RecommenderError as error:
            problems = problems or [str(problem) for problem in error.problems]
        changed = answered is not None and bool(answered.changes)
        return self.rendering.page(
            "other_answers.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
            who=request.who,
            person=review.person,
            query=request.place,
            keeps=keeps,
            known=review.answers,
            amended=review.amended,
            entered={**review.answers, **typed},
            comment=request.form.get("comment", ""),
            answered=answered if changed else None,
            asked=bool(request.form),
            problems=problems,
            **(self._effects(review, answered) if answered is not None and changed else {}),
        )

    def _effects(self, review: Review, answered: Answered) -> dict[str, object]:
        before, after = review.assessment, answered.assessment
        return {
            "effects": effects(before, after),
            "differs": changes(*map(self.rendering.names.statements, (before, after))),
        }
