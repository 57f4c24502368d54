"""The pages of the desk: server-made, by keyboard, without script; what is kept is answered by a redirect."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from recommender.book import rulebook_page
from recommender.cases.people import read_people
from recommender.errors import RecommenderError, ReviewError
from recommender.explanation import explain, near_misses, trace
from recommender.report.counts import plain_name
from recommender.report.html import STYLE
from recommender.review.desk import Desk, Reviewer, differences, latest
from recommender.review.export import as_csv, as_json
from recommender.review.names import Names, facts_in_words, links, unit
from recommender.review.plots import plots
from recommender.review.security import BOOK_POLICY, Door, Guard
from recommender.review.statistics import statistics
from recommender.review.store import Decision
from recommender.review.worklist import PAGE, Wanted
from recommender.rulebook.loading import load_case_documents
from recommender.rulebook.model import CLEARANCES, URGENCIES, VERDICTS
from recommender.rulebook.signing import reviewed, state
from recommender.unknowns import Unknowns

_FOLDER = Path(__file__).resolve().parent / "pages"
_LONGEST_NAME = 100
_SWITCHES = {
    "undecided": "undecided by anybody",
    "mine": "undecided by me",
    "unsigned": "not signed",
    "missing": "with answers to check first",
    "disagreed": "decided otherwise than the rules say",
    "differ": "on whom reviewers differ",
    "stale": "decided under another rulebook",
}
_BLIND_SWITCHES = ("undecided", "mine", "unsigned")  # the others tell what the rules say
_REFUSED = {
    HTTPStatus.FORBIDDEN: ("This form was not kept", "It is not from this desk, or the desk was started again. Open the page once more."),
    HTTPStatus.NOT_FOUND: ("There is nothing here", "Go back to the list."),
}


def desk_app(desk: Desk, door: Door, hosts: frozenset[str]) -> Guard:
    """Return the application for one desk, behind its guard."""
    return Guard(_Pages(desk, door).app(), door, hosts)


class _Pages:
    def __init__(self, desk: Desk, door: Door) -> None:
        self.desk, self.door, self.book = desk, door, desk.book
        self.who: Reviewer | None = None
        self.names = Names(self.book)
        self.templates = Environment(
            loader=FileSystemLoader(_FOLDER), autoescape=select_autoescape(default=True), undefined=StrictUndefined, trim_blocks=True
        )
        self.templates.filters |= {
            "plain": plain_name,
            "rule": self.names.rule,
            "line": self.names.line,
            "choice": self.names.choice,
            "reason": self.names.reason,
            "unit": unit,
            "facts": facts_in_words,
            "labels": self.names.fields,
            "links": links,
        }
        self.templates.globals |= {
            "book": self.book,
            "fields": self.book.vocabulary.fields,
            "reviewed": reviewed(self.book),
            "secret": door.form_secret,
            "clearances": CLEARANCES,
            "verdicts": VERDICTS,
            "blind": desk.blind,
        }
        self.templates.globals |= {"rules": self._rules(), "choices": self._choices()}
        self.files = {
            "style.css": (STYLE + (_FOLDER / "style.css").read_text(encoding="utf-8"), "text/css"),
            "keys.js": ((_FOLDER / "keys.js").read_text(encoding="utf-8"), "text/javascript"),
        }

    def _rules(self) -> dict[str, Markup]:
        """Return what is said of each rule to everybody, made once: a page shows some thirty of them."""
        said = self.templates.get_template("rule.html")
        return {rule.id: Markup(said.render(rule=rule, state=state(self.book, rule))) for rule in self.book.rules.values()}

    def _choices(self) -> dict[str, Markup]:
        """Return the movements and rules that a list can be narrowed to, made once."""
        found = {
            "movements": [(movement.id, movement.name) for movement in self.book.movements.values()],
            "rules": [(rule.id, f"{rule.id} {rule.title}") for rule in self.book.rules.values()],
        }
        offered = self.templates.get_template("choices.html")
        return {name: Markup(offered.render(entries=entries)) for name, entries in found.items()}

    def app(self) -> Starlette:
        known: Callable[..., Any] = self._known
        person = "/person/{number:int}"
        routes = [
            Route("/open", self.open),
            Route("/who", self.ask_who),
            Route("/who", self.take_who, methods=["POST"]),
            Route("/", known(self.worklist)),
            Route(person, known(self.person)),
            Route(f"{person}/judge", known(self.judge), methods=["POST"]),
            Route(f"{person}/decide", known(self.line)),
            Route(f"{person}/decide", known(self.decide), methods=["POST"]),
            Route(f"{person}/sign", known(self.sign), methods=["POST"]),
            Route(f"{person}/what-if", known(self.what_if)),
            Route(f"{person}/what-if", known(self.what_if), methods=["POST"]),
            Route("/agreement", known(self.agreement)),
            Route("/export.{kind}", known(self.export)),
            Route("/book", known(self.book_page)),
            Route("/{name}", self.file),
        ]
        return Starlette(
            routes=routes, exception_handlers={HTTPException: self._refuse, RecommenderError: self._unread, Exception: self._failed}
        )

    def _known(self, page: Callable[[Request, Reviewer], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """Ask who is there before anything else."""

        async def known(request: Request) -> Response:
            return await page(request, self.who) if self.who else RedirectResponse("/who", 303)

        return known

    def _page(self, name: str, code: int = 200, /, **values: Any) -> HTMLResponse:
        values |= {"who": self.who, "form": secrets.token_hex(16)}
        return HTMLResponse(self.templates.get_template(name).render(values), code)

    async def _refuse(self, _: Request, error: Exception) -> Response:
        code = error.status_code if isinstance(error, HTTPException) else 404
        title, says = _REFUSED.get(HTTPStatus(code), _REFUSED[HTTPStatus.NOT_FOUND])
        return self._page("message.html", code, title=title, says=says)

    async def _unread(self, _: Request, error: Exception) -> Response:
        return self._page("message.html", 422, title="The rules of today cannot read these answers", says=str(error))

    async def _failed(self, _: Request, __: Exception) -> Response:
        """Say that something went wrong, and nothing of what: it may hold what a person answered."""
        says = "Look at the person again to see whether your decision was kept."
        return self._page("message.html", 500, title="Something went wrong", says=says)

    async def _form(self, request: Request) -> Mapping[str, str]:
        """Return a form from a page of this desk."""
        form = {name: value for name, value in (await request.form(max_files=0, max_fields=300)).items() if isinstance(value, str)}
        if not self.door.form_is_ours(form.get("secret", "")) or not form.get("form", ""):
            raise HTTPException(403)
        return form

    # ── Coming in ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def open(self, request: Request) -> Response:
        session = self.door.open(request.query_params.get("token", ""))
        if not session:
            says = "Close the desk in the terminal with Control-C, start it again, and follow the new link."
            return self._page("message.html", 403, title="This link has been used, or is not whole", says=says)
        answer = RedirectResponse("/who", 303)
        answer.set_cookie(self.door.cookie, session, httponly=True, samesite="strict")
        return answer

    async def ask_who(self, _: Request) -> Response:
        return self._page("who.html", problem="")

    async def take_who(self, request: Request) -> Response:
        form = await self._form(request)
        name, role = (" ".join(form.get(key, "").split())[:_LONGEST_NAME] for key in ("name", "role"))
        if not name or not role:
            return self._page("who.html", 422, problem="A decision has a name and a role under it. Fill in both.")
        self.who = Reviewer(name, role)
        return RedirectResponse("/", 303)

    async def file(self, request: Request) -> Response:
        if request.path_params["name"] not in self.files:
            raise HTTPException(404)
        content, kind = self.files[request.path_params["name"]]
        return Response(content, media_type=kind)

    # ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _wanted(self, request: Request, who: Reviewer) -> Wanted:
        asked = request.query_params
        scales = {"clearance": CLEARANCES, "tier": self.book.scales["risk_tier"]}
        wanted: dict[str, Any] = {key: asked.get(key, "")[:_LONGEST_NAME] for key in ("search", "movement", "rule")}
        wanted |= {key: levels.index(asked[key]) for key, levels in scales.items() if asked.get(key, "") in levels}
        wanted |= {key: asked.get(key) == "yes" for key in _SWITCHES}
        wanted["mine"] = who.name if wanted["mine"] else ""
        if self.desk.blind:  # what the rules say is not to be found out by asking for it
            wanted = {key: wanted[key] for key in ("search", *_BLIND_SWITCHES)}
        return Wanted(**wanted)

    @staticmethod
    def _query(request: Request) -> str:
        return urlencode({key: value for key, value in request.query_params.items() if value and key in Wanted._fields})

    async def worklist(self, request: Request, who: Reviewer) -> Response:
        return await run_in_threadpool(self._show_worklist, request, who)

    def _show_worklist(self, request: Request, who: Reviewer) -> Response:
        wanted = self._wanted(request, who)
        after = int(found) if (found := request.query_params.get("after", "0")).isdecimal() and len(found) < 10 else 0
        rows, count = self.desk.worklist.page(wanted, after)
        return self._page(
            "worklist.html",
            rows=rows,
            count=count,
            progress=self.desk.worklist.progress(),
            after=after,
            page=PAGE,
            wanted=wanted,
            asked=request.query_params,
            query=self._query(request),
            urgencies=("none", *URGENCIES),
            tiers=self.book.scales["risk_tier"],
            switches={name: words for name, words in _SWITCHES.items() if not self.desk.blind or name in _BLIND_SWITCHES},
            run=self.desk.store.run(self.desk.run),
        )

    # ── One person ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _person(self, request: Request) -> dict[str, Any]:
        number = request.path_params["number"]
        found = self.desk.store.person(self.desk.run, number) if number < 10**9 else None
        if found is None:
            raise HTTPException(404)
        return found

    async def person(self, request: Request, who: Reviewer) -> Response:
        return await run_in_threadpool(self._show_person, request, who)

    def _show_person(self, request: Request, who: Reviewer, problem: str = "", typed: Mapping[str, str] | None = None) -> HTMLResponse:
        """Show a person; with a `problem` and what was `typed`, where a form could not be kept."""
        person = self._person(request)
        made = self.desk.store.decisions_of(self.desk.run, person["number"])
        before, after = self.desk.worklist.neighbours(self._wanted(request, who), person["number"])
        around: dict[str, Any] = {"person": person, "before": before, "after": after, "query": self._query(request)}
        around |= {"problem": problem, "typed": typed or {}}
        if self.desk.must_judge_first(made, who.name):
            return self._page("judge.html", **around)
        found = self.desk.assessed(person["answers"])
        unknowns = Unknowns(self.book, found.profile, found.findings)
        return self._page(
            "person.html",
            found=found,
            limited=sorted((one for one in found.movements if one.possible != "ok"), key=lambda one: -VERDICTS.index(one.verdict)),
            free=[one for one in found.movements if one.possible == "ok"],
            lines=self.desk.lines(found),
            mine=latest(made, who.name),
            made=made,
            differences=differences(made),
            changed=self.desk.changed_since(made, found),
            trace=trace(found),
            nearly=near_misses(found),
            open=[(rule, unknowns.asked_by(rule)) for rule in unknowns.open if rule.limits or rule.clearance],
            signed=self._signatures(made),
            **around,
        )

    @staticmethod
    def _signatures(made: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the signatures after which their reviewer has decided nothing else."""
        return [one for one in {one["by"]: one for one in made}.values() if one["kind"] == "signed"]

    async def line(self, request: Request, who: Reviewer) -> Response:
        """Show one line of a person: what the rules say of it, why, and the form to decide on it."""
        return await run_in_threadpool(self._show_line, request, who, request.query_params.get("about", ""))

    def _show_line(
        self, request: Request, who: Reviewer, about: str, problem: str = "", typed: Mapping[str, str] | None = None
    ) -> Response:
        person = self._person(request)
        made = self.desk.store.decisions_of(self.desk.run, person["number"])
        if self.desk.must_judge_first(made, who.name):
            return self._back(request)
        found = self.desk.assessed(person["answers"])
        line = self.desk.lines(found).get(about)
        if line is None:
            raise HTTPException(404)
        return self._page(
            "line.html",
            person=person,
            line=line,
            movement=next((one for one in found.movements if about == f"movement:{one.movement.id}"), None),
            offer=next((one for one in found.offers if about == f"exercise:{one.exercise.id}"), None),
            reasons=[explain(found, rule) for rule in line.rules],
            mine=latest(made, who.name),
            made=[one for one in made if one["about"] == about],
            query=self._query(request),
            problem=problem,
            typed=typed or {},
        )

    async def judge(self, request: Request, who: Reviewer) -> Response:
        form = await self._form(request)
        return await run_in_threadpool(self._keep, request, form, lambda person: self.desk.own_verdicts(person, who, form), who, True)

    async def decide(self, request: Request, who: Reviewer) -> Response:
        form = await self._form(request)
        return await run_in_threadpool(self._keep, request, form, lambda person: [self.desk.decision(person, who, form)], who)

    async def sign(self, request: Request, who: Reviewer) -> Response:
        form = await self._form(request)
        answer = await run_in_threadpool(self._keep, request, form, lambda person: [self.desk.signature(person, who, form)], who)
        if answer.status_code != HTTPStatus.SEE_OTHER:
            return answer
        _, after = await run_in_threadpool(self.desk.worklist.neighbours, self._wanted(request, who), request.path_params["number"])
        return RedirectResponse(f"/person/{after}?{self._query(request)}" if after else f"/?{self._query(request)}", 303)

    def _keep(
        self,
        request: Request,
        form: Mapping[str, str],
        read: Callable[[Mapping[str, Any]], list[Decision]],
        who: Reviewer,
        own: bool = False,
    ) -> Response:
        """Keep what a form says; where that cannot be, show its page again with the reason and everything that was typed.

        Before a blind reviewer has spoken nothing but their `own` verdict is kept.
        """
        person = self._person(request)
        made = self.desk.store.decisions_of(self.desk.run, person["number"])
        if not own and self.desk.must_judge_first(made, who.name):
            return self._back(request)
        try:
            self.desk.store.add(read(person))
        except ReviewError as error:
            problem, about = str(error), form.get("about", "")
            known = about and about in self.desk.lines(self.desk.assessed(person["answers"]))
            page = self._show_line(request, who, about, problem, form) if known else self._show_person(request, who, problem, form)
            page.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
            return page
        return self._back(request)

    def _back(self, request: Request) -> Response:
        return RedirectResponse(f"/person/{request.path_params['number']}?{self._query(request)}", 303)

    async def what_if(self, request: Request, who: Reviewer) -> Response:
        """Show what other answers would change; they come by a form, so that no address and no history holds them."""
        form = await self._form(request) if request.method == "POST" else {}
        return await run_in_threadpool(self._show_what_if, request, who, form)

    def _show_what_if(self, request: Request, who: Reviewer, form: Mapping[str, str]) -> Response:
        person = self._person(request)
        made = self.desk.store.decisions_of(self.desk.run, person["number"])
        if self.desk.must_judge_first(made, who.name):
            return self._back(request)
        given = person["answers"]
        changes = {name: form[name] for name in self.book.vocabulary.fields if name in form and form[name].strip() != given.get(name, "")}
        told: dict[str, Any] = {"answers": {**given, **changes}, "changes": changes, "differs": [], "problems": []}
        try:
            told["differs"] = self.desk.what_if(given, changes) if changes else []
        except RecommenderError as error:
            told["problems"] = [str(problem) for problem in error.problems]
        return self._page("what_if.html", person=person, query=self._query(request), **told)

    # ── In all ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def agreement(self, _: Request, who: Reviewer) -> Response:
        found = await run_in_threadpool(lambda: statistics(self.book, self.desk.shown_to(who.name)))
        return self._page("agreement.html", found=found, plots=Markup(plots(self.names, found)))  # it escapes what it is given

    async def book_page(self, _: Request, __: Reviewer) -> Response:
        """Show the rulebook as a book, under a policy of its own: its one style stands inside the page."""
        people = read_people(load_case_documents(self.desk.folder), self.book)
        return HTMLResponse(await run_in_threadpool(rulebook_page, self.book, people), headers={"content-security-policy": BOOK_POLICY})

    async def export(self, request: Request, who: Reviewer) -> Response:
        kinds = {"csv": (as_csv, "text/csv"), "json": (as_json, "application/json")}
        kind = request.path_params["kind"]
        if kind not in kinds:
            raise HTTPException(404)
        write, media = kinds[kind]
        rows = await run_in_threadpool(self.desk.shown_to, who.name)
        return Response(write(rows), media_type=media, headers={"content-disposition": f'attachment; filename="decisions.{kind}"'})
