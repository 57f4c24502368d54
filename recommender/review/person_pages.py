"""The pages of one person: answers, assessment and reasons, decisions, and what-if."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from recommender.errors import ReviewError
from recommender.person.explanation import decisive, explain
from recommender.review.amendments import amendments
from recommender.review.deciding import ADAPTATION, decision, own_verdicts, signature, withdrawal
from recommender.review.desk import Desk, Review, Reviewer
from recommender.review.finding import lines_with
from recommender.review.glance import first_look, score_fields
from recommender.review.history import differences, last_act, last_seen, latest, pending, settled, signatures
from recommender.review.models import Decision
from recommender.review.rendering import Rendering
from recommender.review.request import DeskRequest
from recommender.review.requested import back_to_person, must_judge_first, requested
from recommender.review.scans import Scan, other_scans
from recommender.review.since import changed_since, earlier
from recommender.rulebook.loading import load_scan_error
from recommender.rulebook.scales import Verdict


class PersonPages:
    """Shows people, and stores the decisions about them."""

    def __init__(
        self, desk: Desk, rendering: Rendering, next_person: Callable[[DeskRequest], int | None]
    ) -> None:
        """Show the people of a desk; `next_person` says with whom to go on after a signature."""
        self.desk, self.rendering, self.next_person = desk, rendering, next_person
        self.scan_error = load_scan_error(desk.book, desk.folder)

    # ── Showing ────────────────────────────────────────────────────────────────────────────────

    def person(self, request: DeskRequest) -> Response:
        """Show a person."""
        return self._person(request, requested(self.desk, request))

    def line(self, request: DeskRequest) -> Response:
        """Show one line of a person: what the rules say of it, why, and the form to decide on it."""
        review = requested(self.desk, request)
        if must_judge_first(self.desk, request, review):
            return back_to_person(request)
        return self._line(request, review, request.query.get("about", ""))

    def _person(self, request: DeskRequest, review: Review, problem: str = "", about: str = "") -> Response:
        """Show a person; with a `problem` and the typed values, where a form could not be stored.

        `about` is a line whose form is open in its place.
        """
        before, after = self.desk.worklist.neighbours(request.wanted(self.desk), request.number)
        shared: dict[str, Any] = {
            "who": request.who,
            "person": review.person,
            "answers": review.answers,
            "told": review.told,
            "amended": review.amended,
            "doubts": review.doubts,
            "amendments": amendments(review.decisions),
            "columns": json.loads(self.desk.store.run(self.desk.run)["shown"]),
            "before": before,
            "after": after,
            "query": request.place,
            "narrowed": dict(parse_qsl(request.place)),
            "problem": problem,
            "typed": request.form,
        }
        if must_judge_first(self.desk, request, review):
            return self.rendering.page("judge.html", _code(problem), **shared)
        assessment, decisions, by = review.assessment, review.decisions, request.who.name
        current = [row for row in decisions if row["amended"] == review.amended]
        matching = lines_with(request.query.get("find", ""), review.lines.values())
        picked, _, verdict = request.query.get("line", "").partition("=")
        about = about or picked or (matching[0].about if len(matching) == 1 else "")
        return self.rendering.page(
            "person.html",
            _code(problem),
            assessment=assessment,
            glance=first_look(assessment, review.answers, self._scans(review, request.who), self.scan_error),
            open_safety=review.open_safety,
            paused_by_doubt=bool(review.doubts) and assessment.clearance.has_plan,
            free=[limit for limit in assessment.movements if limit.possible is Verdict.OK],
            lines=review.lines,
            opened=review.lines.get(about) if about else None,
            chosen=verdict,
            find=request.query.get("find", ""),
            matching=matching if len(matching) != 1 else (),
            own=latest(decisions, by),
            pending=pending(decisions, by),
            last_act=last_act(decisions, by),
            asks_disposition=review.needs_disposition,
            adaptation=ADAPTATION,
            decisions=decisions,
            differences=differences(current),
            settled=settled(current).values(),
            changed=changed_since(self.desk, review),
            earlier=earlier(self.desk, review, request.who),
            plan=review.plan,
            decisive=decisive(assessment),
            fired=len(assessment.findings.fired),
            signed=signatures(decisions),
            seen=last_seen(decisions),
            **shared,
        )

    def _scans(self, review: Review, who: Reviewer) -> list[Scan]:
        return other_scans(self.desk.store, review.person, score_fields(self.desk.book), who)

    def _line(self, request: DeskRequest, review: Review, about: str) -> Response:
        if about not in review.lines:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        assessment, line = review.assessment, review.lines[about]
        kind, _, id_ = about.partition(":")
        return self.rendering.page(
            "line.html",
            who=request.who,
            person=review.person,
            amended=review.amended,
            line=line,
            limit=assessment.movement(id_) if kind == "movement" else None,
            offer=assessment.offer(id_) if kind == "exercise" else None,
            reasons=[explain(assessment, rule) for rule in line.rules],
            own=latest(review.decisions, request.who.name),
            asks_disposition=False,
            adaptation=ADAPTATION,
            decisions=[row for row in review.decisions if row["about"] == about],
            query=request.place,
            problem="",
            typed=request.form,
        )

    # ── Deciding ───────────────────────────────────────────────────────────────────────────────

    def judge(self, request: DeskRequest) -> Response:
        """Store a blind reviewer's own verdicts, before the rules are shown."""
        return self._add(request, requested(self.desk, request), own_verdicts)

    def decide(self, request: DeskRequest) -> Response:
        """Store a decision on the whole plan or on one line."""
        review = requested(self.desk, request)
        if must_judge_first(self.desk, request, review):
            return back_to_person(request)
        return self._add(request, review, lambda *form: [decision(*form)])

    def withdraw(self, request: DeskRequest) -> Response:
        """Store that a reviewer takes their last act about this person back."""
        review = requested(self.desk, request)
        if must_judge_first(self.desk, request, review):
            return back_to_person(request)
        return self._add(request, review, lambda *form: [withdrawal(*form)])

    def sign(self, request: DeskRequest) -> Response:
        """Store a signature, and go on to the next person."""
        review = requested(self.desk, request)
        if must_judge_first(self.desk, request, review):
            return back_to_person(request)
        response = self._add(request, review, lambda *form: [signature(*form)])
        if response.status_code != HTTPStatus.SEE_OTHER:
            return response
        after = self.next_person(request)
        return RedirectResponse(f"{f'/person/{after}' if after else '/'}?{request.place}", 303)

    def _add(
        self,
        request: DeskRequest,
        review: Review,
        read: Callable[[Desk, Review, Reviewer, Mapping[str, str]], list[Decision]],
    ) -> Response:
        """Store the decisions that a form holds; on a problem show its page again with the typed values."""
        try:
            self.desk.add(read(self.desk, review, request.who, request.form))
        except ReviewError as error:
            return self._person(request, review, str(error), request.form.get("about", ""))
        about = request.form.get("about", "")
        return back_to_person(request, f"#{about}" if about else "")


def _code(problem: str) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
