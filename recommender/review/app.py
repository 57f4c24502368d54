"""The desk as a web application: routes, the worklist, agreement, the rulebook and exports."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from recommender.authoring.book import rulebook_page
from recommender.authoring.cases.people import read_people
from recommender.errors import RecommenderError, ReviewError
from recommender.review.agreement_page import AgreementPage
from recommender.review.answer_pages import AnswerPages
from recommender.review.bulk_page import BulkPage
from recommender.review.desk import Desk, Reviewer
from recommender.review.leaving_pages import LeavingPages
from recommender.review.person_pages import PersonPages
from recommender.review.rendering import Rendering
from recommender.review.request import BLIND_SWITCHES, DeskRequest, shown
from recommender.review.security import BOOK_POLICY, CLOSED, DeskGuard, Door, Session
from recommender.review.sheet_page import SheetPage
from recommender.review.sign_in import SignIn, remember
from recommender.review.why_page import WhyPage
from recommender.rulebook.loading import load_case_documents
from recommender.rulebook.scales import Urgency

_MOST_FIELDS = 300


def desk_app(desk: Desk, door: Door, hosts: frozenset[str]) -> DeskGuard:
    """Return the application of a desk for one browser, behind its guard."""
    pages = Pages(desk, lambda _, run: desk.choose(run))
    return DeskGuard(pages.app(SignIn(desk, door, pages.rendering, pages.form).routes()), door, hosts)


class Pages:
    """The pages of one list; `choose` makes a session go on with another one."""

    def __init__(self, desk: Desk, choose: Callable[[Session, int], None]) -> None:
        """Show the people of a desk."""
        self.desk, self.book, self.choose = desk, desk.book, choose
        self.rendering = Rendering(desk)
        phrase = self.book.phrase
        not_saved, not_found = phrase("desk.message.not_saved"), phrase("desk.message.not_found")
        self.refusals = {
            HTTPStatus.FORBIDDEN: (not_saved, phrase("desk.message.not_ours")),
            HTTPStatus.CONFLICT: (not_saved, phrase("desk.message.conflict")),
            HTTPStatus.LOCKED: (not_saved, ""),  # the error says who has the person open
            HTTPStatus.GONE: (not_saved, phrase("desk.message.other_list")),
            HTTPStatus.BAD_REQUEST: (not_saved, phrase("desk.message.unreadable")),
            HTTPStatus.NOT_FOUND: (not_found, phrase("desk.message.not_found_hint")),
        }
        self.handlers = {
            HTTPException: self._refuse,
            ReviewError: self._no_store,
            RecommenderError: self._unread,
            Exception: self._failed,
        }
        self.switches = {
            "undecided": phrase("desk.switches.undecided"),
            "mine": phrase("desk.switches.mine"),
            "unsigned": phrase("desk.switches.unsigned"),
            "missing": phrase("desk.switches.missing"),
            "disagreed": phrase("desk.switches.disagreed"),
            "differ": phrase("desk.switches.differ"),
            "settled": phrase("desk.switches.settled"),
            "stale": phrase("desk.switches.stale"),
            "changed": phrase("desk.switches.changed"),
            "doubtful": phrase("desk.switches.doubtful"),
            "repeated": phrase("desk.switches.repeated"),
        }

    def app(self, sign_in: Sequence[Route]) -> Starlette:
        """Return the application; `sign_in` are the routes by which one signs in."""
        people = PersonPages(self.desk, self.rendering, self.next_person)
        bulk = BulkPage(self.desk, self.rendering, self.with_others)
        answers = AnswerPages(self.desk, self.rendering)
        leaving, why = LeavingPages(self.desk, self.rendering), WhyPage(self.desk, self.rendering)
        agreement = AgreementPage(self.desk, self.rendering)
        person = "/person/{number}"
        routes = [
            *sign_in,
            Route(CLOSED, self.closed),
            *self.routes(),
            Route("/", self.sitting(self.worklist)),
            Route(person, self.sitting(people.person)),
            Route(f"{person}/why", self.sitting(why.show)),
            Route(f"{person}/judge", self.sitting(people.judge), methods=["POST"]),
            Route(f"{person}/decide", self.sitting(people.line)),
            Route(f"{person}/decide", self.sitting(people.decide), methods=["POST"]),
            Route(f"{person}/withdraw", self.sitting(people.withdraw), methods=["POST"]),
            Route(f"{person}/sign", self.sitting(people.sign), methods=["POST"]),
            Route(f"{person}/what-if", self.sitting(answers.what_if, keeps=False), methods=["GET", "POST"]),
            Route(f"{person}/answers", self.sitting(answers.answers), methods=["GET", "POST"]),
            Route(f"{person}/sheet", self.sitting(SheetPage(self.desk, self.rendering).sheet)),
            Route(f"{person}/note", self.sitting(leaving.note)),
            Route("/left-out", self.sitting(self.left_out)),
            Route("/lists", self.sitting(self.lists)),
            Route("/lists", self.sitting(self.choose_list), methods=["POST"]),
            Route("/bulk", self.sitting(bulk.show)),
            Route("/bulk", self.sitting(bulk.agree), methods=["POST"]),
            Route("/changed", self.sitting(bulk.changed)),
            Route("/changed", self.sitting(bulk.agree_again), methods=["POST"]),
            Route("/agreement", self.sitting(agreement.show)),
            Route("/audit", self.sitting(leaving.audit)),
            Route("/export.{kind}", self.sitting(leaving.export)),
            Route("/book", self.sitting(self.book_page)),
            Route("/{name}", self.file),
        ]
        return Starlette(routes=routes, exception_handlers=self.handlers)

    def routes(self) -> list[Route]:
        """Return further routes."""
        return []

    def next_person(self, request: DeskRequest) -> int | None:
        """Return the number of the person to go on with after a signature."""
        return self.desk.worklist.neighbours(request.wanted(self.desk), request.number)[1]

    def with_others(
        self,
        who: Reviewer,  # noqa: ARG002 (asked by a team)
        numbers: Sequence[int],  # noqa: ARG002
    ) -> Mapping[int, str]:
        """Return which of some people are with another reviewer, with a sentence that says so."""
        return {}

    def lists_of(self, who: Reviewer) -> list[dict[str, Any]]:  # noqa: ARG002 (asked by a team)
        """Return the lists that a reviewer may open, the one imported last first."""
        return self.desk.store.runs()

    def sitting(
        self,
        page: Callable[[DeskRequest], Response],
        keeps: bool = True,  # noqa: ARG002 (asked by a team)
    ) -> Callable[[Request], Awaitable[Response]]:
        """Require a reviewer who has said who they are, and run the page in a worker thread.

        `keeps` says whether its forms keep anything.
        """

        async def answer(request: Request) -> Response:
            session: Session = request.scope["session"]
            if session.who is None:
                return RedirectResponse("/who", 303)
            form = await self.form(request) if request.method == "POST" else {}
            if form.get("by", session.who.name) != session.who.name:
                raise HTTPException(HTTPStatus.CONFLICT)
            if form.get("list", str(self.desk.run)) != str(self.desk.run):  # numbers are of another list
                raise HTTPException(HTTPStatus.GONE)
            asked = DeskRequest(session, session.who, request.path_params, request.query_params, form)
            response = await run_in_threadpool(page, asked)
            if request.method == "GET" and response.status_code == HTTPStatus.OK:
                remember(response, self.desk.run, request)
            return response

        return answer

    async def form(self, request: Request) -> Mapping[str, str]:
        """Return the fields of a form; refuse one that is not from a page of its session."""
        sent = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        form = {name: shown(value) for name, value in sent.items() if isinstance(value, str)}
        if not request.scope["session"].form_is_ours(form.get("secret", "")) or not form.get("form", ""):
            raise HTTPException(HTTPStatus.FORBIDDEN)
        return form

    def message(self, request: Request, code: int, title: str, says: str) -> HTMLResponse:
        """Return a page that says something and asks for nothing."""
        session: Session | None = request.scope["session"]
        who = session.who if session else None  # a page for nobody names no reviewer
        return self.rendering.page("message.html", code, who=who, title=title, says=says)

    async def _refuse(self, request: Request, error: Exception) -> Response:
        code = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
        title, says = self.refusals.get(HTTPStatus(code), self.refusals[HTTPStatus.NOT_FOUND])
        if code == HTTPStatus.LOCKED and isinstance(error, HTTPException):
            says = error.detail
        return self.message(request, code, title, says)

    async def _unread(self, request: Request, error: Exception) -> Response:
        return self.message(request, 422, self.book.phrase("desk.message.unread"), str(error))

    async def _no_store(self, request: Request, error: Exception) -> Response:
        return self.message(request, 503, self.book.phrase("desk.message.no_store"), str(error))

    async def _failed(self, request: Request, __: Exception) -> Response:
        """Report an error without its details, which may contain health data."""
        phrase = self.book.phrase
        return self.message(request, 500, phrase("desk.message.failed"), phrase("desk.message.failed_hint"))

    async def closed(self, request: Request) -> Response:
        """Refuse a request without a session."""
        phrase = self.book.phrase
        no_cookie = "opened" in request.query_params
        says = phrase("desk.message.no_cookie") if no_cookie else phrase("desk.message.closed_hint")
        return self.message(request, 403, phrase("desk.message.closed"), says)

    async def file(self, request: Request) -> Response:
        """Return the stylesheet or the script."""
        if request.path_params["name"] not in self.rendering.files:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        content, kind = self.rendering.files[request.path_params["name"]]
        return Response(content, media_type=kind)

    # ── All people ─────────────────────────────────────────────────────────────────────────────

    def worklist(self, request: DeskRequest) -> Response:
        """Show a page of the worklist."""
        run = self.desk.store.run(self.desk.run)
        current = run["rulebook"] == self.book.sha256  # else the stored plans are out of date, too
        switches = {
            name: label
            for name, label in self.switches.items()
            if (not self.desk.blind or name in BLIND_SWITCHES) and (current or name != "stale")
        }
        wanted = request.wanted(self.desk)
        wanted = wanted._replace(stale=wanted.stale and current)
        worklist = self.desk.worklist
        page = worklist.page(wanted, *request.cursor)
        return self.rendering.page(
            "worklist.html",
            who=request.who,
            rows=page.rows,
            count=page.in_all,
            earlier=page.earlier,
            later=page.later,
            progress=worklist.progress(),
            wanted=wanted,
            query_params=request.query,
            query=request.narrowed,
            place=request.place,
            urgencies=tuple(Urgency),
            tiers=self.book.scales["risk_tier"],
            switches=switches,
            current=current,
            run=run,
            columns=json.loads(run["shown"]),
            red_flags=self._red_flags(json.loads(run["rules"]))
            if wanted.doubtful and not self.desk.blind
            else {},
            flagged=self.desk.store.flagged(self.desk.run) if run["refused"] else {},
        )

    def _red_flags(self, ids: Sequence[str]) -> dict[int, str]:
        """Return the rules that pause exercise, by their place among the digits of `people.fired`."""
        pauses = {
            rule.id for rule in self.book.rules.values() if rule.clearance and not rule.clearance.has_plan
        }
        return {index: id_ for index, id_ in enumerate(ids) if id_ in pauses}

    def left_out(self, request: DeskRequest) -> Response:
        """Show the rows of the file that are not on the worklist."""
        run = self.desk.store.run(self.desk.run)
        rows = self.desk.store.left_out(self.desk.run)
        return self.rendering.page("left_out.html", who=request.who, rows=rows, run=run)

    def lists(self, request: DeskRequest) -> Response:
        """Show all lists of the store."""
        lists = self.lists_of(request.who)
        return self.rendering.page("lists.html", who=request.who, lists=lists, run=self.desk.run)

    def choose_list(self, request: DeskRequest) -> Response:
        """Go on with another list."""
        chosen = request.form.get("chosen", "")
        if chosen not in {str(run["id"]) for run in self.lists_of(request.who)}:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        self.choose(request.session, int(chosen))
        return RedirectResponse("/", 303)

    def book_page(self, _: DeskRequest) -> Response:
        """Show the rulebook as a book, with a content policy that allows its inline style."""
        return HTMLResponse(self._book, headers={"content-security-policy": BOOK_POLICY})

    @cached_property
    def _book(self) -> str:
        people = read_people(load_case_documents(self.desk.folder), self.book)
        return rulebook_page(self.book, people, self.desk.folder, back="/")
