"""The pages of administrators: accounts, sign-ins, who may open a list, and people assigned to reviewers."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from recommender.errors import Problem, ReviewError
from recommender.review.request import DeskRequest
from recommender.review.team.accounts import ADMINISTRATOR, DUTIES, Account, Accounts, may
from recommender.review.team.members import Members
from recommender.review.team.pages import TeamPages
from recommender.review.team.sessions import Sessions
from recommender.review.team.sign_in_log import latest
from recommender.review.worklist import Wanted

_MOST_ASSIGNED = 500
_MOST_SIGN_INS = 500
_MEMBER = "member-"
Form = Mapping[str, str]


class Administration:
    """Shows and changes the accounts of a team."""

    def __init__(self, accounts: Accounts, sessions: Sessions, members: Members, pages: TeamPages) -> None:
        """Administer accounts and lists, and assign the people of the list whose pages these are."""
        self.accounts, self.sessions, self.members, self.pages = accounts, sessions, members, pages
        self.claims, self.rendering = pages.claims, pages.rendering
        self._acts: dict[str, Callable[[Account, Form], None]] = {
            "duty": lambda account, form: accounts.set_duty(account, form.get("duty", "")),
            "password": self._set_password,
            "close": self._close,
            "reopen": lambda account, _: accounts.reopen(account),
            "assign": self._assign,
        }

    def routes(self) -> list[Route]:
        """Return the routes."""
        pages = (
            ("/team", self.show, ["GET"]),
            ("/team", self.change, ["POST"]),
            ("/team/sign-ins", self.sign_ins, ["GET"]),
            ("/lists/{run}", self.show_members, ["GET"]),
            ("/lists/{run}", self.change_members, ["POST"]),
        )
        return [Route(path, self.pages.sitting(page), methods=methods) for path, page, methods in pages]

    def show(self, request: DeskRequest) -> Response:
        """Show the accounts."""
        return self._page(request)

    def change(self, request: DeskRequest) -> Response:
        """Make an account, change one, or assign people."""
        _only_administrators(request)
        form = request.form
        try:
            if form.get("act") == "create":
                names = (form.get(name, "") for name in ("login", "name", "role", "duty", "password"))
                self.accounts.create(*names)
            else:
                account = self.accounts.find(form.get("account", ""))
                if account is None or form.get("act") not in self._acts:
                    raise HTTPException(404)
                self._acts[form["act"]](account, form)
        except ReviewError as error:
            return self._page(request, str(error))
        return RedirectResponse("/team", 303)

    def sign_ins(self, request: DeskRequest) -> Response:
        """Show who signed in, or tried to, when and from where."""
        _only_administrators(request)
        entries = latest(self.accounts.store, _MOST_SIGN_INS)
        return self.rendering.page("team_sign_ins.html", who=request.who, entries=entries)

    def show_members(self, request: DeskRequest) -> Response:
        """Show who may open a list."""
        chosen = self._list(request)
        return self.rendering.page(
            "team_members.html",
            who=request.who,
            chosen=chosen,
            accounts=self._may_be_members(),
            members=self.members.of(chosen["id"]),
        )

    def change_members(self, request: DeskRequest) -> Response:
        """Make those members of a list who are chosen, and nobody else."""
        run = self._list(request)["id"]
        ticked = {name for name in request.form if name.startswith(_MEMBER)}
        chosen = {account.id for account in self._may_be_members() if f"{_MEMBER}{account.id}" in ticked}
        self.members.put_on(run, chosen)
        self.members.take_off(run, sorted(self.members.of(run) - chosen))
        return RedirectResponse(f"/lists/{run}", 303)

    def _may_be_members(self) -> list[Account]:
        return [each for each in self.accounts.everybody() if not each.closed and each.duty != ADMINISTRATOR]

    def _list(self, request: DeskRequest) -> Mapping[str, Any]:
        _only_administrators(request)
        for each in self.members.lists_of(request.who):
            if str(each["id"]) == request.path["run"]:
                return each
        raise HTTPException(404)

    def _page(self, request: DeskRequest, problem: str = "") -> Response:
        _only_administrators(request)
        return self.rendering.page(
            "team_accounts.html",
            422 if problem else 200,
            who=request.who,
            accounts=self.accounts.everybody(),
            duties=DUTIES,
            problem=problem,
            typed=request.form,
        )

    def _set_password(self, account: Account, form: Form) -> None:
        self.accounts.set_password(account, form.get("password", ""))
        self.accounts.unlock(account)
        self.sessions.close_all(account)

    def _close(self, account: Account, _: Form) -> None:
        self.accounts.close(account)
        self.sessions.close_all(account)
        self.claims.release(account.login, assigned=True)

    def _assign(self, account: Account, form: Form) -> None:
        count = form.get("count", "")
        if not count.isdecimal() or not 1 <= int(count[:9]) <= _MOST_ASSIGNED:
            raise ReviewError(Problem("", f"assign 1 to {_MOST_ASSIGNED} people at once.", "Give a number."))
        opens = account.duty == ADMINISTRATOR or account.id in self.members.of(self.claims.run)
        if account.closed or not opens:
            hint = "Put them on it first: Lists."
            raise ReviewError(Problem(account.name, "this account may not open this list.", hint))
        if not self.claims.assign(Wanted(), account.login, int(count)):
            raise ReviewError(Problem("", "nobody is left to be assigned.", "All are decided or assigned."))


def _only_administrators(request: DeskRequest) -> None:
    if not may(request.who, ADMINISTRATOR):
        raise HTTPException(404)
