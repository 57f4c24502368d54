"""Agreeing in bulk: an act of its own, for people who are clear with every safety question answered."""

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from recommender.errors import Problem, ReviewError
from recommender.review.deciding import bulk_allows, in_bulk
from recommender.review.desk import Desk, Review
from recommender.review.rendering import Rendering
from recommender.review.request import DeskRequest
from recommender.review.worklist import Wanted

_CHOSEN = "person-"


class BulkPage:
    """Lists whom a reviewer may agree with in bulk, and stores that they did."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        """Work on the people of a desk."""
        self.desk, self.rendering = desk, rendering

    def show(self, request: DeskRequest) -> Response:
        """Show the next people who are open to it."""
        return self._page(request)

    def agree(self, request: DeskRequest) -> Response:
        """Store the agreement with everybody who was chosen, and the signatures, or nothing."""
        self._not_when_blind()
        numbers = [int(name.removeprefix(_CHOSEN)) for name in request.form if name.startswith(_CHOSEN)]
        try:
            if not numbers:
                message = "nobody is chosen."
                raise ReviewError(Problem("", message, "Choose at least one person."))
            entries = in_bulk(self.desk, self._reviews(numbers), request.who, request.form)
            self.desk.add(entries)
        except ReviewError as error:
            return self._page(request, str(error))
        return RedirectResponse("/bulk", 303)

    def _page(self, request: DeskRequest, problem: str = "") -> Response:
        self._not_when_blind()
        page = self.desk.worklist.page(Wanted(screened=True, mine=request.who.name))
        # the list may have been sorted under another rulebook: who is listed is asked of today's rules
        reviews = self._reviews([row["number"] for row in page.rows])
        return self.rendering.page(
            "bulk.html",
            422 if problem else 200,
            who=request.who,
            people=[review.person for review in reviews if bulk_allows(review, request.who)],
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
