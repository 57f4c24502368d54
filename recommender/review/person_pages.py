"""The pages of one person: what is known, what the rules say and why, what was decided, and what another answer would change."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from recommender.errors import RecommenderError, ReviewError
from recommender.person.explanation import explain, near_misses, trace
from recommender.person.unknowns import Unknowns
from recommender.review.desk import Desk, Reviewer, differences, last_seen, latest, signatures
from recommender.review.models import Decision
from recommender.review.rendering import Rendering
from recommender.review.request import DeskRequest
from recommender.review.snapshot import changes as plan_changes
from recommender.review.snapshot import plan_hash
from recommender.rulebook.scales import Verdict

Person = Mapping[str, Any]


class PersonPages:
    """Shows people, and keeps what is decided about them."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        """Show the people of a desk."""
        self.desk, self.rendering = desk, rendering

    # ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def person(self, asked: DeskRequest, problem: str = "") -> Response:
        """Show a person; with a `problem` and all that was typed, where a form could not be kept."""
        person, made = self._found(asked)
        before, after = self.desk.worklist.neighbours(asked.wanted(self.desk), asked.number)
        around: dict[str, Any] = {
            "who": asked.who,
            "person": person,
            "before": before,
            "after": after,
            "query": asked.narrowed,
        }
        around |= {"problem": problem, "typed": asked.form}
        if self.desk.must_judge_first(made, asked.who.name):
            return self.rendering.page("judge.html", _code(problem), **around)
        found = self.desk.assessed(person["answers"])
        unknowns = Unknowns(self.desk.book, found.profile, found.findings)
        return self.rendering.page(
            "person.html",
            _code(problem),
            found=found,
            limited=sorted(
                (one for one in found.movements if one.possible is not Verdict.OK),
                key=lambda one: -one.verdict.rank,
            ),
            free=[one for one in found.movements if one.possible is Verdict.OK],
            lines=self.desk.lines(found),
            mine=latest(made, asked.who.name),
            made=made,
            differences=differences(made),
            changed=self.desk.changed_since(made, found),
            plan=plan_hash(self.desk.plans.of(found)),
            trace=trace(found),
            nearly=near_misses(found, self.desk.engine),
            open=[(rule, unknowns.asked_by(rule)) for rule in unknowns.open if rule.limits or rule.clearance],
            signed=signatures(made),
            seen=last_seen(made),
            **around,
        )

    def line(self, asked: DeskRequest, problem: str = "") -> Response:
        """Show one line of a person: what the rules say of it, why, and the form to decide on it."""
        person, made = self._found(asked)
        if self.desk.must_judge_first(made, asked.who.name):
            return _back(asked)
        about = asked.form.get("about") or asked.query.get("about", "")
        found = self.desk.assessed(person["answers"])
        line = self.desk.lines(found).get(about)
        if line is None:
            raise HTTPException(404)
        return self.rendering.page(
            "line.html",
            _code(problem),
            who=asked.who,
            person=person,
            line=line,
            movement=found.movement(about.removeprefix("movement:"))
            if about.startswith("movement:")
            else None,
            offer=found.offer(about.removeprefix("exercise:")),
            reasons=[explain(found, rule) for rule in line.rules],
            mine=latest(made, asked.who.name),
            made=[one for one in made if one["about"] == about],
            query=asked.narrowed,
            problem=problem,
            typed=asked.form,
        )

    def what_if(self, asked: DeskRequest) -> Response:
        """Show what other answers would change; they come by a form, so that no address and no history holds them."""
        person, made = self._found(asked)
        if self.desk.must_judge_first(made, asked.who.name):
            return _back(asked)
        given, form = person["answers"], asked.form
        changes = {
            name: form[name]
            for name in self.desk.book.vocabulary.fields
            if name in form and form[name].strip() != given.get(name, "")
        }
        told: dict[str, Any] = {
            "answers": {**given, **changes},
            "changes": changes,
            "differs": {},
            "problems": [],
        }
        try:
            now, then = map(self.rendering.names.said, self.desk.what_if(given, changes))
            told["differs"] = plan_changes(now, then)
        except RecommenderError as error:
            told["problems"] = [str(problem) for problem in error.problems]
        return self.rendering.page("what_if.html", who=asked.who, person=person, query=asked.narrowed, **told)

    # ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def judge(self, asked: DeskRequest) -> Response:
        """Keep what a reviewer thinks before the rules are shown."""
        return self._keep(asked, self.desk.own_verdicts, first=True)

    def decide(self, asked: DeskRequest) -> Response:
        """Keep a decision on the whole plan or on one line."""
        return self._keep(asked, lambda *given: [self.desk.decision(*given)])

    def sign(self, asked: DeskRequest) -> Response:
        """Keep a signature, and go on to the next person."""
        answer = self._keep(asked, lambda *given: [self.desk.signature(*given)])
        _, after = self.desk.worklist.neighbours(asked.wanted(self.desk), asked.number)
        onwards = f"/person/{after}" if after else "/"
        return (
            answer
            if answer.status_code != HTTPStatus.SEE_OTHER
            else RedirectResponse(f"{onwards}?{asked.narrowed}", 303)
        )

    def _keep(
        self,
        asked: DeskRequest,
        read: Callable[[Person, Reviewer, Mapping[str, str]], list[Decision]],
        first: bool = False,
    ) -> Response:
        """Keep what a form says; where that cannot be, show its page again with the reason and everything that was typed.

        Before a blind reviewer has spoken nothing is kept but what is to come `first`.
        """
        person, made = self._found(asked)
        if not first and self.desk.must_judge_first(made, asked.who.name):
            return _back(asked)
        try:
            self.desk.store.add(read(person, asked.who, asked.form))
        except ReviewError as error:
            on_a_line = (
                asked.form.get("about") in self.desk.lines(self.desk.assessed(person["answers"]))
                and asked.form["about"]
            )
            return self.line(asked, str(error)) if on_a_line else self.person(asked, str(error))
        return _back(asked)

    def _found(self, asked: DeskRequest) -> tuple[Person, list[dict[str, Any]]]:
        """Return the person whom an address names, and what was decided about them."""
        person = self.desk.store.person(self.desk.run, asked.number)
        if person is None:
            raise HTTPException(404)
        return person, self.desk.store.decisions_of(self.desk.run, asked.number)


def _code(problem: str) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK


def _back(asked: DeskRequest) -> Response:
    return RedirectResponse(f"/person/{asked.number}?{asked.narrowed}", 303)
