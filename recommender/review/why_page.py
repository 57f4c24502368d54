"""The page of the reasons: every rule that fired for a person, near misses, and what could still fire."""

from starlette.responses import Response

from recommender.person.explanation import decisive, near_misses, trace
from recommender.person.unknowns import Unknowns
from recommender.review.desk import Desk
from recommender.review.rendering import Rendering
from recommender.review.request import DeskRequest
from recommender.review.requested import back_to_person, must_judge_first, requested


class WhyPage:
    """Shows why the rules say what they say of a person; a page of its own, as few need it each time."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        """Show the people of a desk."""
        self.desk, self.rendering = desk, rendering

    def show(self, request: DeskRequest) -> Response:
        """Show the reasons of one person."""
        review = requested(self.desk, request)
        if must_judge_first(self.desk, request, review):
            return back_to_person(request)
        assessment = review.assessment
        unknowns = Unknowns(self.desk.book, assessment.profile, assessment.findings)
        return self.rendering.page(
            "why.html",
            who=request.who,
            person=review.person,
            query=request.place,
            decisive=decisive(assessment),
            trace=trace(assessment),
            near_misses=near_misses(assessment, self.desk.engine),
            open=[(rule, unknowns.asked_by(rule)) for rule in unknowns.open if rule.limits or rule.clearance],
        )
