"""The pages of the desk: server-made, by keyboard, without script; every form is answered by a redirect."""

import csv
import io
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from recommender.book import rulebook_page
from recommender.cases.people import read_people
from recommender.errors import RecommenderError
from recommender.explanation import trace
from recommender.review.desk import Desk, Reviewer
from recommender.review.reasons import REASONS
from recommender.review.security import BOOK_POLICY, COOKIE, Door, Guard
from recommender.review.statistics import statistics
from recommender.review.store import PAGE, Wanted
from recommender.rulebook.loading import load_case_documents
from recommender.rulebook.model import CLEARANCES, URGENCIES, VERDICTS
from recommender.rulebook.signing import reviewed, state
from recommender.unknowns import Unknowns

_FOLDER = Path(__file__).resolve().parent / "pages"
_LONGEST_NAME = 100
_SWITCHES = ("missing", "undecided", "disagreed", "unsigned")
_FILES = {"style.css": "text/css", "keys.js": "text/javascript"}


def desk_app(desk: Desk, door: Door, hosts: frozenset[str]) -> Guard:
    """Return the application for one desk, behind its guard."""
    return Guard(_Pages(desk, door).app(), door, hosts)


class _Pages:
    def __init__(self, desk: Desk, door: Door) -> None:
        self.desk, self.door, self.book = desk, door, desk.book
        self.who: Reviewer | None = None
        self.templates = Environment(
            loader=FileSystemLoader(_FOLDER), autoescape=select_autoescape(default=True), undefined=StrictUndefined, trim_blocks=True
        )

    def app(self) -> Starlette:
        known: Callable[..., Any] = self._known
        routes = [
            Route("/open", self.open),
            Route("/who", self.ask_who),
            Route("/who", self.take_who, methods=["POST"]),
            Route("/", known(self.worklist)),
            Route("/person/{number:int}", known(self.person)),
            Route("/person/{number:int}/judge", known(self.judge), methods=["POST"]),
            Route("/person/{number:int}/decide", known(self.ask_line)),
            Route("/person/{number:int}/decide", known(self.decide), methods=["POST"]),
            Route("/person/{number:int}/sign", known(self.sign), methods=["POST"]),
            Route("/person/{number:int}/what-if", known(self.what_if)),
            Route("/agreement", known(self.agreement)),
            Route("/export.{kind}", known(self.export)),
            Route("/book", known(self.book_page)),
            Route("/{name}", self.file),
        ]
        return Starlette(
            routes=routes, exception_handlers={HTTPException: self._missing, RecommenderError: self._refused, Exception: self._failed}
        )

    def _known(self, page: Callable[[Request, Reviewer], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """Ask who is there before anything else."""

        async def known(request: Request) -> Response:
            return await page(request, self.who) if self.who else RedirectResponse("/who", 303)

        return known

    def _page(self, name: str, code: int = 200, /, **values: Any) -> HTMLResponse:
        about = {"who": self.who, "book": self.book, "reviewed": reviewed(self.book), "secret": self.door.form_secret}
        return HTMLResponse(self.templates.get_template(name).render(**about, **values), code)

    async def _missing(self, _: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        return self._page("message.html", status, title="There is nothing here", problems=["Go back to the list."])

    async def _failed(self, _: Request, __: Exception) -> Response:
        """Say that something went wrong, and nothing of what: it may hold what a person answered."""
        return self._page(
            "message.html", 500, title="Something went wrong", problems=["Look at the person again to see whether your decision was kept."]
        )

    async def _refused(self, _: Request, error: Exception) -> Response:
        problems = [str(problem) for problem in error.problems] if isinstance(error, RecommenderError) else []
        return self._page("message.html", 422, title="This was not kept", problems=problems)

    async def _form(self, request: Request) -> Mapping[str, str]:
        """Return a form from a page of this desk."""
        form = {name: value for name, value in (await request.form(max_files=0, max_fields=200)).items() if isinstance(value, str)}
        if not self.door.form_is_ours(form.get("secret", "")) or not form.get("form", ""):
            raise HTTPException(403)
        return form

    # ── Coming in ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def open(self, request: Request) -> Response:
        session = self.door.open(request.query_params.get("token", ""))
        if not session:
            return self._page("message.html", 403, title="This link has been used, or is not whole", problems=["Start the desk again."])
        answer = RedirectResponse("/who", 303)
        answer.set_cookie(COOKIE, session, httponly=True, samesite="strict")
        return answer

    async def ask_who(self, _: Request) -> Response:
        return self._page("who.html", form=secrets.token_hex(16), problem="")

    async def take_who(self, request: Request) -> Response:
        form = await self._form(request)
        name, role = (" ".join(form.get(key, "").split())[:_LONGEST_NAME] for key in ("name", "role"))
        if not name or not role:
            return self._page("who.html", 422, form=secrets.token_hex(16), problem="A decision has a name and a role under it.")
        self.who = Reviewer(name, role)
        return RedirectResponse("/", 303)

    async def file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _FILES:
            raise HTTPException(404)
        return Response((_FOLDER / name).read_bytes(), media_type=_FILES[name])

    # ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _wanted(self, request: Request) -> Wanted:
        asked = request.query_params
        scales = {"clearance": CLEARANCES, "tier": self.book.scales["risk_tier"]}
        places = {key: levels.index(asked[key]) for key, levels in scales.items() if asked.get(key, "") in levels}
        texts = {key: asked.get(key, "")[:_LONGEST_NAME] for key in ("search", "movement", "rule")}
        switches = {key: asked.get(key) == "yes" for key in _SWITCHES}
        wanted = Wanted(**texts, **places, **switches)  # type: ignore[arg-type]
        if self.desk.blind:  # what the rules say is not to be found out by asking for it
            return wanted._replace(clearance=None, tier=None, movement="", rule="", missing=False)
        return wanted

    @staticmethod
    def _query(request: Request, **more: str) -> str:
        kept = {key: value for key, value in request.query_params.items() if value and key in Wanted._fields}
        return urlencode({**kept, **more})

    async def worklist(self, request: Request, _: Reviewer) -> Response:
        wanted = self._wanted(request)
        after = int(found) if (found := request.query_params.get("after", "0")).isdecimal() and len(found) < 10 else 0
        rows, count = await run_in_threadpool(self.desk.store.worklist, self.desk.run, wanted, after, self.desk.blind)
        return self._page(
            "worklist.html",
            rows=rows,
            count=count,
            after=after,
            page=PAGE,
            wanted=wanted,
            asked=request.query_params,
            query=self._query(request),
            clearances=CLEARANCES,
            urgencies=("none", *URGENCIES),
            tiers=self.book.scales["risk_tier"],
            switches=_SWITCHES[1:] if self.desk.blind else _SWITCHES,
            blind=self.desk.blind,
            run=self.desk.store.run(self.desk.run),
        )

    # ── One person ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _person(self, request: Request) -> dict[str, Any]:
        found = self.desk.store.person(self.desk.run, request.path_params["number"])
        if found is None:
            raise HTTPException(404)
        return found

    async def person(self, request: Request, who: Reviewer) -> Response:
        return await run_in_threadpool(self._show_person, request, who)

    def _show_person(self, request: Request, who: Reviewer) -> Response:
        person = self._person(request)
        number = person["number"]
        made = self.desk.store.decisions_of(self.desk.run, number)
        before, after = self.desk.store.neighbours(self.desk.run, self._wanted(request), number, self.desk.blind)
        around: dict[str, Any] = {"person": person, "before": before, "after": after, "query": self._query(request)}
        around["form"] = secrets.token_hex(16)
        fields = self.book.vocabulary.fields
        if self._judges_first(made, who):
            return self._page("judge.html", fields=fields, clearances=CLEARANCES, **around)
        found = self.desk.assessed(person["answers"])
        open_rules = Unknowns(self.book, found.profile, found.findings)
        return self._page(
            "person.html",
            fields=fields,
            found=found,
            lines=self.desk.lines(found),
            latest=self.desk.latest(made, who.name),
            made=made,
            differences=self.desk.differences(made),
            changed=self.desk.changed_since(made, found),
            trace=trace(found),
            nearly=[(rule, open_rules.asked_by(rule)) for rule in open_rules.open if rule.limits or rule.clearance],
            state=lambda rule: state(self.book, rule),
            reasons=REASONS,
            signed=[one for one in made if one["kind"] == "signed"],
            verdicts=VERDICTS,
            **around,
        )

    async def ask_line(self, request: Request, who: Reviewer) -> Response:
        """Show the form for one line of a person."""
        return await run_in_threadpool(self._ask_line, request, who)

    def _ask_line(self, request: Request, who: Reviewer) -> Response:
        person = self._person(request)
        made = self.desk.store.decisions_of(self.desk.run, person["number"])
        line = self.desk.lines(self.desk.assessed(person["answers"])).get(request.query_params.get("about", ""))
        if line is None:
            raise HTTPException(404)
        if self._judges_first(made, who):
            return self._back(request)
        mine = self.desk.latest(made, who.name).get(line.about)
        return self._page(
            "line.html", person=person, line=line, mine=mine, query=self._query(request), reasons=REASONS, form=secrets.token_hex(16)
        )

    def _judges_first(self, made: list[dict[str, Any]], who: Reviewer) -> bool:
        """Say whether the rules' answer must not be shown yet."""
        return self.desk.blind and self.desk.must_judge_first(made, who.name)

    async def judge(self, request: Request, who: Reviewer) -> Response:
        form, person = await self._form(request), self._person(request)
        await run_in_threadpool(self.desk.store.add, self.desk.own_verdict(person["number"], who, form))
        return self._back(request)

    async def decide(self, request: Request, who: Reviewer) -> Response:
        form, person = await self._form(request), self._person(request)
        found = self.desk.assessed(person["answers"])
        await run_in_threadpool(self.desk.store.add, self.desk.decision(person["number"], found, who, form))
        return self._back(request)

    async def sign(self, request: Request, who: Reviewer) -> Response:
        form, person = await self._form(request), self._person(request)
        found = self.desk.assessed(person["answers"])
        await run_in_threadpool(self.desk.store.add, self.desk.signature(person["number"], found, who, form))
        _, after = self.desk.store.neighbours(self.desk.run, self._wanted(request), person["number"], self.desk.blind)
        return RedirectResponse(f"/person/{after}?{self._query(request)}" if after else f"/?{self._query(request)}", 303)

    def _back(self, request: Request) -> Response:
        return RedirectResponse(f"/person/{request.path_params['number']}?{self._query(request)}", 303)

    async def what_if(self, request: Request, who: Reviewer) -> Response:
        person = self._person(request)
        made = self.desk.store.decisions_of(self.desk.run, person["number"])
        if self._judges_first(made, who):
            return self._back(request)
        fields = self.book.vocabulary.fields
        changes = {
            name: value for name, value in request.query_params.items() if name in fields and value != person["answers"].get(name, "")
        }
        problems: list[str] = []
        differs: list[tuple[str, str, str]] = []
        try:
            if changes:
                _, differs = self.desk.what_if(person["answers"], changes)
        except RecommenderError as error:
            problems = [str(problem) for problem in error.problems]
        told = {"answers": {**person["answers"], **changes}, "changes": changes, "differs": differs, "problems": problems}
        return self._page("what_if.html", person=person, fields=fields, told=told)

    # ── In all ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def agreement(self, _: Request, __: Reviewer) -> Response:
        found = await run_in_threadpool(lambda: statistics(self.book, self.desk.store.all_decisions(), self.desk.run))
        return self._page("agreement.html", found=found)

    async def book_page(self, _: Request, __: Reviewer) -> Response:
        """Show the rulebook as a book, under a policy of its own: its one style stands inside the page."""
        people = read_people(load_case_documents(self.desk.folder), self.book)
        return HTMLResponse(await run_in_threadpool(rulebook_page, self.book, people), headers={"content-security-policy": BOOK_POLICY})

    async def export(self, request: Request, _: Reviewer) -> Response:
        kind = request.path_params["kind"]
        if kind not in ("csv", "json"):
            raise HTTPException(404)
        made = [one for one in self.desk.store.all_decisions() if one["run"] == self.desk.run]
        names = {one["number"]: (self.desk.store.person(self.desk.run, one["number"]) or {})["name"] for one in made}
        rows = [{"name": names[one["number"]], **one} for one in made]
        headers = {"content-disposition": f'attachment; filename="decisions.{kind}"'}
        if kind == "json":
            return Response(json.dumps(rows, ensure_ascii=False, indent=1), media_type="application/json", headers=headers)
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]) if rows else ["name"])
        writer.writeheader()
        writer.writerows({name: _defused(value) for name, value in row.items()} for row in rows)
        return Response(text.getvalue(), media_type="text/csv", headers=headers)


def _defused(value: Any) -> Any:
    """Put an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
