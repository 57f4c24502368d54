"""Adjudication: where reviewers differ a third person decides; and remarks, with replies."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from recommender.errors import ReviewError
from recommender.review.deciding import Form, new_entry, refused
from recommender.review.desk import Desk, Review, Reviewer
from recommender.review.history import differences, last_seen
from recommender.review.models import DECIDED, REMARK, SETTLED, Decision
from recommender.review.rendering import Rendering
from recommender.review.request import DeskRequest
from recommender.review.team.accounts import ADJUDICATOR, may

Differences = Mapping[str, Mapping[str, Mapping[str, Any]]]


def settlement(desk: Desk, review: Review, who: Reviewer, form: Form) -> list[Decision]:
    """Read what an adjudicator decides on all lines where reviewers differ.

    Raises:
        ReviewError: where something is missing, nothing differs (any more), or they took part themselves.

    """
    differing = differences(current(review))
    if any(row["by"] == who.name and row["kind"] in DECIDED for row in review.decisions):
        message = "you have decided on this person yourself."
        raise refused("", message, "Somebody else has to settle it.")
    if not differing or form.get("seen") != last_seen(review.decisions):
        message = "something was decided since this page was opened."
        raise refused("", message, "Look at it, then settle what still differs.")
    if not form.get("comment", "").strip():
        raise refused("", "say why you decide so.", "The reviewers read it.")
    entries = []
    for about in differing:
        line = review.lines.get(about)
        if line is None or form.get(f"verdict {about}") not in line.choices:
            name = desk.names.line(about)
            raise refused(name, "give your verdict.", "Choose one for each line that differs.")
        entry = new_entry(desk, review, who, form, line, SETTLED, form[f"verdict {about}"])
        entries.append(entry._replace(said=""))
    return entries


def current(review: Review) -> list[Mapping[str, Any]]:
    """Return what was decided about the answers as they are now."""
    return [row for row in review.decisions if row["amended"] == review.amended]


def remark(desk: Desk, review: Review, who: Reviewer, form: Form) -> Decision:
    """Read a remark, or a reply to one.

    Raises:
        ReviewError: where it is empty, or replies to nothing.

    """
    if not form.get("comment", "").strip():
        raise refused("", "the remark is empty.", "Write something.")
    replies = form.get("replies", "") or "0"
    remarks = {str(row["id"]) for row in review.decisions if row["kind"] == REMARK}
    if replies not in remarks | {"0"}:
        raise refused("", "this remark is not there.", "Open the person again.")
    line = review.lines[""]
    entry = new_entry(desk, review, who, form, line, REMARK, line.rules_say)
    return entry._replace(said="", replies=int(replies))


class AdjudicationPages:
    """Shows where reviewers differ, with the reasons of each, and keeps what an adjudicator decides."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        """Settle differences about the people of a desk."""
        self.desk, self.rendering = desk, rendering

    def show(self, request: DeskRequest) -> Response:
        """Show the lines that differ."""
        return self._page(request, self._review(request))

    def settle(self, request: DeskRequest) -> Response:
        """Store what an adjudicator decides."""
        review = self._review(request)
        if not may(request.who, ADJUDICATOR):
            raise HTTPException(404)
        try:
            self.desk.add(settlement(self.desk, review, request.who, request.form))
        except ReviewError as error:
            return self._page(request, review, str(error))
        return RedirectResponse(f"/person/{request.number}?{request.place}", 303)

    def remark(self, request: DeskRequest) -> Response:
        """Store a remark."""
        review = self._review(request)
        try:
            self.desk.add([remark(self.desk, review, request.who, request.form)])
        except ReviewError as error:
            return self._page(request, review, str(error))
        return RedirectResponse(f"/person/{request.number}/differences?{request.place}", 303)

    def _page(self, request: DeskRequest, review: Review, problem: str = "") -> Response:
        return self.rendering.page(
            "team_differences.html",
            422 if problem else 200,
            who=request.who,
            person=review.person,
            lines=review.lines,
            differences=differences(current(review)),
            settled=[row for row in review.decisions if row["kind"] == SETTLED],
            remarks=[row for row in review.decisions if row["kind"] == REMARK],
            adjudicates=may(request.who, ADJUDICATOR),
            seen=last_seen(review.decisions),
            query=request.place,
            problem=problem,
            typed=request.form,
        )

    def _review(self, request: DeskRequest) -> Review:
        review = self.desk.review(request.number)
        if review is None or self.desk.must_judge_first(review.decisions, request.who.name):
            raise HTTPException(404)
        return review
