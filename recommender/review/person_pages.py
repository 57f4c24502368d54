"""The pages of one person: answers, assessment and reasons, decisions, and what-if."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from recommender.errors import RecommenderError, ReviewError
from recommender.person.explanation import decisive, explain, near_misses, trace
from recommender.person.unknowns import Unknowns
from recommender.review.deciding import ADAPTATION, decision, own_verdicts, signature, withdrawal
from recommender.review.desk import Desk, Review, Reviewer
from recommender.review.glance import first_look
from recommender.review.history import differences, last_act, last_seen, latest, signatures
from recommender.review.models import Decision
from recommender.review.rendering import Rendering
from recommender.review.request import DeskRequest
from recommender.review.snapshot import changes as plan_changes
from recommender.rulebook.scales import Verdict


class PersonPages:
    """Shows people, and stores the decisions about them."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        """Show the people of a desk."""
        self.desk, self.rendering = desk, rendering

    # ── Showing ────────────────────────────────────────────────────────────────────────────────

    def person(self, request: DeskRequest) -> Response:
        """Show a person."""
        return self._person(request, self._review(request))

    def line(self, request: DeskRequest) -> Response:
        """Show one line of a person: what the rules say of it, why, and the form to decide on it."""
        review = self._review(request)
        if self._must_judge_first(request, review):
            return _back(request)
        return self._line(request, review, request.query.get("about", ""))

    def what_if(self, request: DeskRequest) -> Response:
        """Show what other answers would change; they are posted, to keep them out of URLs and history."""
        review = self._review(request)
        if self._must_judge_first(request, review):
            return _back(request)
        answers, form = review.person["answers"], request.form
        changes = {
            name: form[name]
            for name in self.desk.book.vocabulary.fields
            if name in form and form[name].strip() != answers.get(name, "")
        }
        differs: Mapping[str, tuple[str, str]] = {}
        problems: list[str] = []
        try:
            other = self.desk.what_if(answers, changes)
            differs = plan_changes(*map(self.rendering.names.statements, (review.assessment, other)))
        except RecommenderError as error:
            problems = [str(problem) for problem in error.problems]
        return self.rendering.page(
            "what_if.html",
            who=request.who,
            person=review.person,
            query=request.place,
            answers={**answers, **changes},
            changes=changes,
            differs=differs,
            problems=problems,
        )

    def _person(self, request: DeskRequest, review: Review, problem: str = "") -> Response:
        """Show a person; with a `problem` and the typed values, where a form could not be stored."""
        before, after = self.desk.worklist.neighbours(request.wanted(self.desk), request.number)
        shared: dict[str, Any] = {
            "who": request.who,
            "person": review.person,
            "columns": json.loads(self.desk.store.run(self.desk.run)["shown"]),
            "before": before,
            "after": after,
            "query": request.place,
            "problem": problem,
            "typed": request.form,
        }
        if self._must_judge_first(request, review):
            return self.rendering.page("judge.html", _code(problem), **shared)
        assessment, decisions = review.assessment, review.decisions
        unknowns = Unknowns(self.desk.book, assessment.profile, assessment.findings)
        reasons = trace(assessment)
        return self.rendering.page(
            "person.html",
            _code(problem),
            assessment=assessment,
            glance=first_look(assessment, review.person["answers"], reasons),
            open_safety=review.open_safety,
            free=[limit for limit in assessment.movements if limit.possible is Verdict.OK],
            lines=review.lines,
            ladders={offer.exercise.id: self.desk.names.ladder(offer) for offer in assessment.offers},
            own=latest(decisions, request.who.name),
            last_act=last_act(decisions, request.who.name),
            asks_disposition=review.needs_disposition,
            adaptation=ADAPTATION,
            decisions=decisions,
            differences=differences(decisions),
            changed=self.desk.changed_since(review),
            earlier=self.desk.earlier(review),
            plan=review.plan,
            trace=reasons,
            decisive=decisive(assessment),
            near_misses=near_misses(assessment, self.desk.engine),
            open=[(rule, unknowns.asked_by(rule)) for rule in unknowns.open if rule.limits or rule.clearance],
            signed=signatures(decisions),
            seen=last_seen(decisions),
            **shared,
        )

    def _line(self, request: DeskRequest, review: Review, about: str, problem: str = "") -> Response:
        if about not in review.lines:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        assessment, line = review.assessment, review.lines[about]
        kind, _, id_ = about.partition(":")
        return self.rendering.page(
            "line.html",
            _code(problem),
            who=request.who,
            person=review.person,
            line=line,
            limit=assessment.movement(id_) if kind == "movement" else None,
            offer=assessment.offer(id_) if kind == "exercise" else None,
            reasons=[explain(assessment, rule) for rule in line.rules],
            own=latest(review.decisions, request.who.name),
            asks_disposition=False,
            adaptation=ADAPTATION,
            decisions=[row for row in review.decisions if row["about"] == about],
            query=request.place,
            problem=problem,
            typed=request.form,
        )

    # ── Deciding ───────────────────────────────────────────────────────────────────────────────

    def judge(self, request: DeskRequest) -> Response:
        """Store a blind reviewer's own verdicts, before the rules are shown."""
        return self._add(request, self._review(request), own_verdicts)

    def decide(self, request: DeskRequest) -> Response:
        """Store a decision on the whole plan or on one line."""
        review = self._review(request)
        if self._must_judge_first(request, review):
            return _back(request)
        return self._add(request, review, lambda *form: [decision(*form)])

    def withdraw(self, request: DeskRequest) -> Response:
        """Store that a reviewer takes their last act about this person back."""
        review = self._review(request)
        if self._must_judge_first(request, review):
            return _back(request)
        return self._add(request, review, lambda *form: [withdrawal(*form)])

    def sign(self, request: DeskRequest) -> Response:
        """Store a signature, and go on to the next person."""
        review = self._review(request)
        if self._must_judge_first(request, review):
            return _back(request)
        response = self._add(request, review, lambda *form: [signature(*form)])
        if response.status_code != HTTPStatus.SEE_OTHER:
            return response
        _, after = self.desk.worklist.neighbours(request.wanted(self.desk), request.number)
        return RedirectResponse(f"{f'/person/{after}' if after else '/'}?{request.place}", 303)

    def _add(
        self,
        request: DeskRequest,
        review: Review,
        read: Callable[[Desk, Review, Reviewer, Mapping[str, str]], list[Decision]],
    ) -> Response:
        """Store the decisions that a form holds; on a problem show its page again with the typed values."""
        try:
            self.desk.store.add(read(self.desk, review, request.who, request.form))
        except ReviewError as error:
            about = request.form.get("about", "")
            if about and about in review.lines:
                return self._line(request, review, about, str(error))
            return self._person(request, review, str(error))
        return _back(request)

    def _review(self, request: DeskRequest) -> Review:
        review = self.desk.review(request.number)
        if review is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return review

    def _must_judge_first(self, request: DeskRequest, review: Review) -> bool:
        return self.desk.must_judge_first(review.decisions, request.who.name)


def _code(problem: str) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK


def _back(request: DeskRequest) -> Response:
    return RedirectResponse(f"/person/{request.number}?{request.place}", 303)
