"""The desk as a web application: routes, sign-in, the worklist, agreement, the rulebook and exports."""

import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from recommender.authoring.book import rulebook_page
from recommender.authoring.cases.people import read_people
from recommender.errors import RecommenderError, ReviewError
from recommender.review.answer_pages import AnswerPages
from recommender.review.bulk_page import BulkPage
from recommender.review.desk import Desk, Reviewer
from recommender.review.leaving_pages import LeavingPages
from recommender.review.person_pages import PersonPages
from recommender.review.plots import plots
from recommender.review.rendering import Rendering
from recommender.review.request import BLIND_SWITCHES, DeskRequest, shown
from recommender.review.security import BOOK_POLICY, DeskGuard, Door
from recommender.review.sheet_page import SheetPage
from recommender.review.statistics import statistics
from recommender.review.why_page import WhyPage
from recommender.review.worklist import Wanted
from recommender.rulebook.loading import load_case_documents
from recommender.rulebook.scales import Urgency

_LONGEST_NAME = 100
_MOST_FIELDS = 300


def desk_app(desk: Desk, door: Door, hosts: frozenset[str]) -> DeskGuard:
    """Return the application for one desk, behind its guard."""
    return DeskGuard(_Pages(desk, door).app(), door, hosts)


class _Pages:
    def __init__(self, desk: Desk, door: Door) -> None:
        self.desk, self.door, self.book = desk, door, desk.book
        self.who: Reviewer | None = None
        self.rendering = Rendering(desk, door.form_secret)
        phrase = self.book.phrase
        not_saved, not_found = phrase("desk.message.not_saved"), phrase("desk.message.not_found")
        self.refusals = {
            HTTPStatus.FORBIDDEN: (not_saved, phrase("desk.message.not_ours")),
            HTTPStatus.CONFLICT: (not_saved, phrase("desk.message.conflict")),
            HTTPStatus.GONE: (not_saved, phrase("desk.message.other_list")),
            HTTPStatus.BAD_REQUEST: (not_saved, phrase("desk.message.unreadable")),
            HTTPStatus.NOT_FOUND: (not_found, phrase("desk.message.not_found_hint")),
        }
        self.switches = {
            "undecided": phrase("desk.switches.undecided"),
            "mine": phrase("desk.switches.mine"),
            "unsigned": phrase("desk.switches.unsigned"),
            "missing": phrase("desk.switches.missing"),
            "disagreed": phrase("desk.switches.disagreed"),
            "differ": phrase("desk.switches.differ"),
            "stale": phrase("desk.switches.stale"),
            "changed": phrase("desk.switches.changed"),
            "doubtful": phrase("desk.switches.doubtful"),
            "repeated": phrase("desk.switches.repeated"),
        }

    def app(self) -> Starlette:
        people, bulk = PersonPages(self.desk, self.rendering), BulkPage(self.desk, self.rendering)
        answers = AnswerPages(self.desk, self.rendering)
        leaving = LeavingPages(self.desk, self.rendering)
        person = "/person/{number}"
        routes = [
            Route("/open", self.open),
            Route("/who", self.ask_who),
            Route("/who", self.take_who, methods=["POST"]),
            Route("/", self._sitting(self.worklist)),
            Route(person, self._sitting(people.person)),
            Route(f"{person}/why", self._sitting(WhyPage(self.desk, self.rendering).show)),
            Route(f"{person}/judge", self._sitting(people.judge), methods=["POST"]),
            Route(f"{person}/decide", self._sitting(people.line)),
            Route(f"{person}/decide", self._sitting(people.decide), methods=["POST"]),
            Route(f"{person}/withdraw", self._sitting(people.withdraw), methods=["POST"]),
            Route(f"{person}/sign", self._sitting(people.sign), methods=["POST"]),
            Route(f"{person}/what-if", self._sitting(answers.what_if), methods=["GET", "POST"]),
            Route(f"{person}/answers", self._sitting(answers.answers), methods=["GET", "POST"]),
            Route(f"{person}/sheet", self._sitting(SheetPage(self.desk, self.rendering).sheet)),
            Route("/unreadable", self._sitting(self.unreadable)),
            Route("/lists", self._sitting(self.lists)),
            Route("/lists", self._sitting(self.choose_list), methods=["POST"]),
            Route("/bulk", self._sitting(bulk.show)),
            Route("/bulk", self._sitting(bulk.agree), methods=["POST"]),
            Route("/changed", self._sitting(bulk.changed)),
            Route("/changed", self._sitting(bulk.agree_again), methods=["POST"]),
            Route("/agreement", self._sitting(self.agreement)),
            Route(f"{person}/note", self._sitting(leaving.note)),
            Route("/audit", self._sitting(leaving.audit)),
            Route("/export.{kind}", self._sitting(leaving.export)),
            Route("/book", self._sitting(self.book_page)),
            Route("/{name}", self.file),
        ]
        handlers = {
            HTTPException: self._refuse,
            ReviewError: self._no_store,
            RecommenderError: self._unread,
            Exception: self._failed,
        }
        return Starlette(routes=routes, exception_handlers=handlers)

    def _sitting(self, page: Callable[[DeskRequest], Response]) -> Callable[[Request], Awaitable[Response]]:
        """Require a reviewer who has said who they are, and run the page in a worker thread."""

        async def answer(request: Request) -> Response:
            if self.who is None:
                return RedirectResponse("/who", 303)
            form = await self._form(request) if request.method == "POST" else {}
            if form.get("by", self.who.name) != self.who.name:
                raise HTTPException(HTTPStatus.CONFLICT)
            if form.get("list", str(self.desk.run)) != str(
                self.desk.run
            ):  # numbers are those of another list
                raise HTTPException(HTTPStatus.GONE)
            return await run_in_threadpool(
                page, DeskRequest(self.who, request.path_params, request.query_params, form)
            )

        return answer

    async def _form(self, request: Request) -> Mapping[str, str]:
        """Return the fields of a form; refuse one that is not from a page of this desk."""
        sent = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        form = {name: shown(value) for name, value in sent.items() if isinstance(value, str)}
        if not self.door.form_is_ours(form.get("secret", "")) or not form.get("form", ""):
            raise HTTPException(HTTPStatus.FORBIDDEN)
        return form

    def _message(self, code: int, title: str, says: str) -> HTMLResponse:
        return self.rendering.page("message.html", code, who=self.who, title=title, says=says)

    async def _refuse(self, _: Request, error: Exception) -> Response:
        code = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
        title, says = self.refusals.get(HTTPStatus(code), self.refusals[HTTPStatus.NOT_FOUND])
        return self._message(code, title, says)

    async def _unread(self, _: Request, error: Exception) -> Response:
        return self._message(422, self.book.phrase("desk.message.unread"), str(error))

    async def _no_store(self, _: Request, error: Exception) -> Response:
        return self._message(503, self.book.phrase("desk.message.no_store"), str(error))

    async def _failed(self, _: Request, __: Exception) -> Response:
        """Report an error without its details, which may contain health data."""
        phrase = self.book.phrase
        return self._message(500, phrase("desk.message.failed"), phrase("desk.message.failed_hint"))

    # ── Signing in ─────────────────────────────────────────────────────────────────────────────

    async def open(self, request: Request) -> Response:
        session = self.door.open(request.query_params.get("token", ""))
        if not session:
            phrase = self.book.phrase
            title, says = phrase("desk.message.link_used"), phrase("desk.message.link_used_hint")
            # nobody has shown a session here, so the page does not name the reviewer
            return self.rendering.page("message.html", 403, who=None, title=title, says=says)
        answer = RedirectResponse("/who", 303)
        answer.set_cookie(self.door.cookie, session, httponly=True, samesite="strict")
        return answer

    async def ask_who(self, _: Request) -> Response:
        return self.rendering.page("who.html", who=self.who, problem="")

    async def take_who(self, request: Request) -> Response:
        form = await self._form(request)
        name, role = (" ".join(form.get(key, "").split())[:_LONGEST_NAME] for key in ("name", "role"))
        if not name or not role:
            problem = self.book.phrase("desk.sign_in.name_and_role")
            return self.rendering.page("who.html", 422, who=self.who, problem=problem)
        self.who = Reviewer(self.desk.spelt(name), role)
        return RedirectResponse("/", 303)

    async def file(self, request: Request) -> Response:
        if request.path_params["name"] not in self.rendering.files:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        content, kind = self.rendering.files[request.path_params["name"]]
        return Response(content, media_type=kind)

    # ── All people ─────────────────────────────────────────────────────────────────────────────

    def worklist(self, request: DeskRequest) -> Response:
        run = self.desk.store.run(self.desk.run)
        current = run["rulebook"] == self.book.sha256  # else the stored plans are out of date, too
        switches = {
            name: label
            for name, label in self.switches.items()
            if (not self.desk.blind or name in BLIND_SWITCHES) and (current or name != "stale")
        }
        wanted = request.wanted(self.desk)
        wanted = wanted._replace(stale=wanted.stale and current)
        page = self.desk.worklist.page(wanted, *request.cursor)
        return self.rendering.page(
            "worklist.html",
            who=request.who,
            rows=page.rows,
            count=page.in_all,
            earlier=page.earlier,
            later=page.later,
            progress=self.desk.worklist.progress(),
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
            repeated=self.desk.worklist.count(Wanted(repeated=True)),
            touched=self.desk.worklist.count(Wanted(stale=True)) if current and not self.desk.blind else 0,
        )

    def unreadable(self, request: DeskRequest) -> Response:
        """Show the rows of the file that could not be read, those with red flags first."""
        run = self.desk.store.run(self.desk.run)
        rows = self.desk.store.unreadable(self.desk.run)
        return self.rendering.page(
            "unreadable.html", who=request.who, rows=rows, run=run, columns=json.loads(run["shown"])
        )

    def lists(self, request: DeskRequest) -> Response:
        """Show all lists of the store."""
        return self.rendering.page(
            "lists.html", who=request.who, lists=self.desk.store.runs(), run=self.desk.run
        )

    def choose_list(self, request: DeskRequest) -> Response:
        """Go on with another list."""
        chosen = request.form.get("chosen", "")
        if chosen not in {str(run["id"]) for run in self.desk.store.runs()}:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        self.desk.choose(int(chosen))
        return RedirectResponse("/", 303)

    def agreement(self, request: DeskRequest) -> Response:
        results = statistics(self.book, self.desk.shown_to(request.who.name))
        charts = plots(self.rendering.names, results)
        return self.rendering.page("agreement.html", who=request.who, statistics=results, plots=charts)

    def book_page(self, _: DeskRequest) -> Response:
        """Show the rulebook as a book, with a content policy that allows its inline style."""
        people = read_people(load_case_documents(self.desk.folder), self.book)
        return HTMLResponse(
            rulebook_page(self.book, people), headers={"content-security-policy": BOOK_POLICY}
        )
