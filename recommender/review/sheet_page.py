"""The sheet of one person from the desk, as their clinician decided.

What was closed or lowered is closed or lowered on the sheet. What was opened beyond the rules is said there
in words: its dose is for the clinician to give. A plan that is less strict than the rules as a whole gets no
sheet, nor does one on which reviewers differ.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from starlette.responses import HTMLResponse, Response

from recommender.person.assessment import Assessment, MovementVerdict, Offer
from recommender.review.desk import WITHHELD, Desk, Review
from recommender.review.history import differences, latest, settled_otherwise
from recommender.review.rendering import Rendering
from recommender.review.request import DeskRequest
from recommender.review.requested import back_to_person, must_judge_first, requested
from recommender.review.security import BOOK_POLICY
from recommender.rulebook.scales import Clearance, Verdict
from recommender.sheet.content import sheet_of
from recommender.sheet.html import sheet_as_html
from recommender.sheet.model import PAPERS

Decisions = Mapping[str, Mapping[str, Any]]
"""One reviewer's standing decisions, by line."""


class SheetPage:
    """Makes sheets of the people of a desk."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        """Make sheets of the people of a desk."""
        self.desk, self.rendering = desk, rendering
        self.book, self.names = desk.book, desk.names

    def sheet(self, request: DeskRequest) -> Response:
        """Show the sheet as a page to print, or say what has to be decided first."""
        review = requested(self.desk, request)
        if must_judge_first(self.desk, request, review):
            return back_to_person(request)
        own = latest(review.decisions, request.who.name)
        if problem := self._problem(review, own):
            title = self.book.phrase("sheet.desk.link")
            return self.rendering.page("message.html", 409, who=request.who, title=title, says=problem)
        paper = request.query.get("paper", "a4")
        sheet = sheet_of(
            as_decided(review.assessment, own),
            paper if paper in PAPERS else "a4",
            large_print="large" in request.query,
            made=date.today(),
            decided=self._says(review, own),
        )
        return HTMLResponse(sheet_as_html(self.book, sheet), headers={"content-security-policy": BOOK_POLICY})

    def _problem(self, review: Review, own: Decisions) -> str:
        phrase = self.book.phrase
        if "" not in own:
            return phrase("sheet.desk.undecided")
        if own[""]["plan"] != review.plan:
            return phrase("sheet.desk.changed")
        if differences(review.decisions):
            return phrase("sheet.desk.differ")
        if settled_otherwise(review.decisions, own[""]["by"]):
            return phrase("sheet.desk.settled")
        if Clearance(own[""]["verdict"]) < review.assessment.clearance:
            return phrase("sheet.desk.laxer")
        return ""

    def _says(self, review: Review, own: Decisions) -> tuple[str, ...]:
        """Say for whom the sheet is, who decided, and each line on which they decided otherwise."""
        whole, phrase = own[""], self.book.phrase
        day = f"{datetime.fromisoformat(whole['at']).astimezone():%Y-%m-%d}"
        name, by, role = review.person["name"], whole["by"], whole["role"]
        return (
            phrase("sheet.desk.decided_by", name=name, by=by, role=role, date=day),
            *(
                phrase("sheet.desk.line", line=review.lines[about].name, verdict=self._word(row["verdict"]))
                for about, row in own.items()
                if about in review.lines and about and row["kind"] != "agree"
            ),
        )

    def _word(self, verdict: str) -> str:
        return self.book.words["verdict"].get(verdict) or self.names.choice(verdict)


def as_decided(assessment: Assessment, own: Decisions) -> Assessment:
    """Return an assessment as a reviewer decided, with nothing in it that the rules do not offer."""
    movements = tuple(_movement(entry, own) for entry in assessment.movements)
    clearance = max(assessment.clearance, Clearance(own[""]["verdict"]))
    closed = {
        now.movement.id
        for now, before in zip(movements, assessment.movements, strict=True)
        if now.verdict > before.verdict and now.verdict > Verdict.MODIFY
    }
    offers: tuple[Offer, ...] = ()
    if clearance is assessment.clearance:
        decided = (_offer(offer, own) for offer in assessment.offers)
        offers = tuple(offer for offer in decided if offer and closed.isdisjoint(offer.start.level.movements))
    offered = {offer.exercise.id for offer in offers}
    session = assessment.session
    return assessment._replace(
        clearance=clearance,
        movements=movements,
        offers=offers,
        to_ask=assessment.to_ask if clearance is assessment.clearance else (),
        session=session
        and session._replace(exercises=tuple(id_ for id_ in session.exercises if id_ in offered)),
        week=tuple(
            plan._replace(start_with=plan.start_with if plan.start_with in offered else "")
            for plan in assessment.week
        ),
    )


def _movement(entry: MovementVerdict, own: Decisions) -> MovementVerdict:
    row = own.get(f"movement:{entry.movement.id}")
    return entry._replace(verdict=Verdict(row["verdict"])) if row else entry


def _offer(offer: Offer, own: Decisions) -> Offer | None:
    """Return an offer that begins no higher than was decided, or nothing where it was closed."""
    row = own.get(f"exercise:{offer.exercise.id}")
    if row is None:
        return offer
    if row["verdict"] == WITHHELD:
        return None
    levels = [level.id for level in offer.exercise.levels]
    most = levels.index(row["verdict"])
    if levels.index(offer.start.level.id) <= most:
        return offer
    lower = [form for form in offer.permitted if levels.index(form.level.id) <= most]
    return offer._replace(start=lower[-1]) if lower else None
