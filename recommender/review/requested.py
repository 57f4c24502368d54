"""The person whom a request is about, and the way back to their page."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from recommender.review.desk import Desk, Review
from recommender.review.request import DeskRequest


def requested(desk: Desk, request: DeskRequest) -> Review:
    """Load the person whom a request is about.

    Raises:
        HTTPException: where there is no such person.

    """
    review = desk.review(request.number)
    if review is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return review


def must_judge_first(desk: Desk, request: DeskRequest, review: Review) -> bool:
    """Say whether the reviewer must give their own verdict before they may see what the rules say."""
    return desk.must_judge_first(review.decisions, request.who.name)


def back_to_person(request: DeskRequest, anchor: str = "") -> Response:
    """Go to the page of the person, at an anchor on it."""
    return RedirectResponse(f"/person/{request.number}?{request.place}{anchor}", HTTPStatus.SEE_OTHER)
