"""The page of administrators: accounts, and people assigned to reviewers."""

from collections.abc import Callable, Mapping

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from recommender.errors import Problem, ReviewError
from recommender.review.rendering import Rendering
from recommender.review.request import DeskRequest
from recommender.review.team.accounts import ADMINISTRATOR, DUTIES, Account, Accounts, may
from recommender.review.team.claims import Claims
from recommender.review.team.sessions import Sessions
from recommender.review.worklist import Wanted

_MOST_ASSIGNED = 500
Form = Mapping[str, str]


class Administration:
    """Shows and changes the accounts of a team."""

    def __init__(self, accounts: Accounts, sessions: Sessions, claims: Claims, rendering: Rendering) -> None:
        """Administer accounts and the people of one list."""
        self.accounts, self.sessions, self.claims, self.rendering = accounts, sessions, claims, rendering
        self._acts: dict[str, Callable[[Account, Form], None]] = {
            "duty": lambda account, form: accounts.set_duty(account, form.get("duty", "")),
            "password": self._set_password,
            "close": self._close,
            "reopen": lambda account, _: accounts.reopen(account),
            "assign": self._assign,
        }

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
        self.sessions.close_all(account)

    def _close(self, account: Account, _: Form) -> None:
        self.accounts.close(account)
        self.sessions.close_all(account)

    def _assign(self, account: Account, form: Form) -> None:
        count = form.get("count", "")
        if not count.isdecimal() or not 1 <= int(count[:9]) <= _MOST_ASSIGNED:
            raise ReviewError(Problem("", f"assign 1 to {_MOST_ASSIGNED} people at once.", "Give a number."))
        if not self.claims.assign(Wanted(), account.login, int(count)):
            raise ReviewError(Problem("", "nobody is left to be assigned.", "All are decided or assigned."))


def _only_administrators(request: DeskRequest) -> None:
    if not may(request.who, ADMINISTRATOR):
        raise HTTPException(404)
