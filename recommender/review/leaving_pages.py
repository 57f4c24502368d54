"""What leaves the desk: a note for the record, the audit report, and the decisions as a file."""

import json
from datetime import datetime
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from recommender.review.audit import by_person, by_reviewer
from recommender.review.desk import Desk
from recommender.review.export import as_csv, as_json
from recommender.review.record_note import note
from recommender.review.rendering import Rendering
from recommender.review.request import DeskRequest
from recommender.review.requested import back_to_person, must_judge_first, requested

_MOST_PEOPLE = 500


class LeavingPages:
    """Writes what is taken elsewhere."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        """Work on the people of a desk."""
        self.desk, self.rendering = desk, rendering

    def note(self, request: DeskRequest) -> Response:
        """Show a note on a person, to copy into their record."""
        review = requested(self.desk, request)
        if must_judge_first(self.desk, request, review):
            return back_to_person(request)
        columns = json.loads(self.desk.store.run(self.desk.run)["shown"])
        text = note(self.desk, review, columns, datetime.now())
        return self.rendering.page(
            "note.html", who=request.who, person=review.person, query=request.place, note=text
        )

    def audit(self, request: DeskRequest) -> Response:
        """Show who did what and when, by reviewer and by person, and whether the chain holds."""
        rows = self.desk.shown_to(request.who.name)
        people = by_person(rows)
        checked = self.desk.store.check()
        return self.rendering.page(
            "audit.html",
            who=request.who,
            run=self.desk.store.run(self.desk.run),
            reviewers=by_reviewer(rows),
            people=people[:_MOST_PEOPLE],
            left_out=max(len(people) - _MOST_PEOPLE, 0),
            entries=len(checked.decisions),
            problems=checked.problems,
        )

    def export(self, request: DeskRequest) -> Response:
        """Return the decisions as a file: CSV in words, or JSON."""
        kind, rows = request.path["kind"], self.desk.shown_to(request.who.name)
        headers = {"content-disposition": f'attachment; filename="decisions.{kind}"'}
        if kind == "csv":
            return Response(as_csv(self.desk.names, rows), media_type="text/csv", headers=headers)
        if kind == "json":
            return Response(as_json(rows), media_type="application/json", headers=headers)
        raise HTTPException(HTTPStatus.NOT_FOUND)
