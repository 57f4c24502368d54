"""Agreeing in bulk: acts of their own, with people who are clear, and again once the rulebook changed."""

from collections.abc import Callable, Mapping, Sequence

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from recommender.errors import Problem, ReviewError
from recommender.review.bulk import again, bulk_allows, in_bulk
from recommender.review.desk import Desk, Review, Reviewer
from recommender.review.models import Decision
from recommender.review.rendering import Rendering
from recommender.review.request import DeskRequest, number_in
from recommender.review.since import MOST_TOUCHED, by_change, by_line
from recommender.review.worklist import Wanted

_CHOSEN = "person-"
Act = Callable[[Desk, Sequence[Review], Reviewer, Mapping[str, str]], list[Decision]]
WithOthers = Callable[[Reviewer, Sequence[int]], Mapping[int, str]]
"""Says which of some people are with another reviewer, by number, with a sentence."""


class BulkPage:
    """Lists whom a reviewer may agree with in bulk, or again, and stores that they did."""

    def __init__(self, desk: Desk, rendering: Rendering, with_others: WithOthers) -> None:
        """Work on the people of a desk, but for those who are with others."""
        self.desk, self.rendering, self.with_others = desk, rendering, with_others

    def show(self, request: DeskRequest) -> Response:
        """Show the next people who are open to it."""
        return self._clear(request)

    def agree(self, request: DeskRequest) -> Response:
        """Store the agreement with everybody who was chosen, and the signatures, or nothing."""
        return self._keep(request, in_bulk, "/bulk", self._clear)

    def changed(self, request: DeskRequest) -> Response:
        """Show what the rulebook of today changed, once for all whom it touches."""
        return self._changed(request)

    def agree_again(self, request: DeskRequest) -> Response:
        """Store that the reviewer agrees again with everybody who was chosen, and the signatures."""
        return self._keep(request, again, "/changed", self._changed)

    def _keep(
        self, request: DeskRequest, read: Act, back: str, page: Callable[[DeskRequest, str], Response]
    ) -> Response:
        self._not_when_blind()
        chosen = [name.removeprefix(_CHOSEN) for name in request.form if name.startswith(_CHOSEN)]
        numbers = [number_in(each) or 0 for each in chosen]
        try:
            if not numbers:
                message = "nobody is chosen."
                raise ReviewError(Problem("", message, "Choose at least one person."))
            reviews = self._reviews(numbers)
            held = self.with_others(request.who, numbers)
            for review in reviews:
                if sentence := held.get(review.person["number"]):
                    raise ReviewError(Problem(review.person["name"], sentence, "Nobody was agreed with."))
            self.desk.add(read(self.desk, reviews, request.who, request.form))
        except ReviewError as error:
            return page(request, str(error))
        return RedirectResponse(back, 303)

    def _clear(self, request: DeskRequest, problem: str = "") -> Response:
        self._not_when_blind()
        page = self.desk.worklist.page(Wanted(screened=True, mine=request.who.name))
        # the list may have been sorted under another rulebook: who is listed is asked of today's rules
        numbers = [row["number"] for row in page.rows]
        held = self.with_others(request.who, numbers)
        reviews = self._reviews([number for number in numbers if number not in held])
        return self.rendering.page(
            "bulk.html",
            422 if problem else 200,
            who=request.who,
            people=[review.person for review in reviews if bulk_allows(review, request.who)],
            problem=problem,
        )

    def _changed(self, request: DeskRequest, problem: str = "") -> Response:
        self._not_when_blind()
        run = self.desk.store.run(self.desk.run)
        current = run["rulebook"] == self.desk.book.sha256
        groups = by_change(self.desk, request.who) if current else []
        return self.rendering.page(
            "changed.html",
            422 if problem else 200,
            who=request.who,
            lines=by_line(groups),
            groups=groups,
            current=current,
            most=MOST_TOUCHED,
            problem=problem,
        )

    def _reviews(self, numbers: list[int]) -> list[Review]:
        reviews = [self.desk.review(number) for number in numbers]
        if None in reviews:
            raise HTTPException(404)
        return [review for review in reviews if review is not None]

    def _not_when_blind(self) -> None:
        if self.desk.blind:
            raise HTTPException(404)
