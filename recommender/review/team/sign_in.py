"""Sign-in of a team, sign-out, and one's own password."""

from ipaddress import ip_address
from urllib.parse import parse_qsl

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from recommender.errors import ReviewError
from recommender.review.security import CLOSED
from recommender.review.sign_in import place
from recommender.review.team.accounts import Account, Accounts
from recommender.review.team.members import Members
from recommender.review.team.pages import TeamPages
from recommender.review.team.sessions import Sessions
from recommender.review.team.settings import Settings

_MOST_FIELDS = 10
_LONGEST_ADDRESS = 45
_CHECKED_AT_ONCE = 2  # each takes 32 MB and a tenth of a second


class TeamSignIn:
    """Signs the reviewers of a team in and out."""

    def __init__(
        self, accounts: Accounts, sessions: Sessions, members: Members, pages: TeamPages, settings: Settings
    ) -> None:
        """Sign in with accounts, to go on with the pages of a list."""
        self.accounts, self.sessions, self.members = accounts, sessions, members
        self.rendering, self.form, self.claims = pages.rendering, pages.form, pages.claims
        self.provider, self._address_header = bool(settings.oidc_issuer), settings.address_header
        self._checking = CapacityLimiter(_CHECKED_AT_ONCE)

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(CLOSED, self.closed),
            Route("/who", self.closed),
            Route("/sign-in", self.ask),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route("/account", self.account),
            Route("/account", self.change_password, methods=["POST"]),
        ]

    async def closed(self, _: Request) -> Response:
        """Lead who has no session, or not any more, to the sign-in."""
        return RedirectResponse("/sign-in", 303)

    async def ask(self, _: Request) -> Response:
        """Show the form to sign in."""
        return self._page()

    async def sign_in(self, request: Request) -> Response:
        """Sign in with a password; a form of another site is refused by its origin."""
        sent = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS))
        login, password = sent.get("login", ""), sent.get("password", "")
        account = await self._checked(request, login, password)
        if account is None:
            return self._page(self.rendering.book.phrase("desk.team.wrong"))
        return await run_in_threadpool(self.seat, request, account)

    def seat_from_elsewhere(self, request: Request, account: Account) -> Response:
        """Open a session for who comes from another site, whose redirects bring no strict cookie along."""
        seated = self.seat(request, account)
        page = self.rendering.page("team_signed_in.html", who=None, place=seated.headers["location"])
        page.raw_headers += [pair for pair in seated.raw_headers if pair[0] == b"set-cookie"]
        return page

    def refuse(self, why: str) -> Response:
        """Say why a provider of identities could not sign somebody in."""
        phrase = self.rendering.book.phrase
        says = {
            "away": phrase("desk.team.provider_away"),
            "refused": phrase("desk.team.provider_refused"),
            "no_account": phrase("desk.team.no_account"),
        }
        return self._page(says[why])

    def seat(self, request: Request, account: Account) -> Response:
        """Open a session for an account, end the one that the browser had, and go on where one was."""
        self.sessions.close(request.cookies.get(self.sessions.cookie, ""))
        lists = self.members.lists_of(account.reviewer(""))
        run = lists[0]["id"] if lists else 0
        answer = RedirectResponse(place(request, run), 303)
        name, secure = self.sessions.open(account, run), self.sessions.secure
        answer.set_cookie(self.sessions.cookie, name, secure=secure, httponly=True, samesite="strict")
        return answer

    async def sign_out(self, request: Request) -> Response:
        """End the session, and give claims back."""
        await self.form(request)
        who = request.scope["session"].who
        await run_in_threadpool(self.claims.release, who.account)
        await run_in_threadpool(self.sessions.close, request.cookies.get(self.sessions.cookie, ""))
        answer = RedirectResponse("/sign-in", 303)
        answer.delete_cookie(self.sessions.cookie, secure=self.sessions.secure, httponly=True)
        return answer

    async def account(self, request: Request) -> Response:
        """Show one's account."""
        return self._account(request)

    async def change_password(self, request: Request) -> Response:
        """Change one's password, which ends all other sessions."""
        form, who = await self.form(request), request.scope["session"].who
        account = await self._checked(request, who.account, form.get("password", ""))
        if account is None:
            return self._account(request, self.rendering.book.phrase("desk.team.wrong"))
        try:
            await run_in_threadpool(self.accounts.set_password, account, form.get("new", ""))
        except ReviewError as error:
            return self._account(request, str(error))
        await run_in_threadpool(self.sessions.close_all, account)
        return await run_in_threadpool(self.seat, request, account)

    async def _checked(self, request: Request, login: str, password: str) -> Account | None:
        """Check a password; who sends many keeps no thread from those who work."""
        address = self.address(request)
        return await to_thread.run_sync(self.accounts.check, login, password, address, limiter=self._checking)

    def address(self, request: Request) -> str:
        """Return the address of a browser; behind a proxy that which the nearest one says, if it is one."""
        told = request.headers.get(self._address_header, "") if self._address_header else ""
        try:
            address = str(ip_address(told.rpartition(",")[2].strip()))
        except ValueError:
            address = request.client.host if request.client else ""
        return address[:_LONGEST_ADDRESS]

    def _page(self, problem: str = "") -> Response:
        code = 403 if problem else 200
        return self.rendering.page(
            "team_sign_in.html", code, who=None, problem=problem, provider=self.provider
        )

    def _account(self, request: Request, problem: str = "") -> Response:
        who = request.scope["session"].who
        return self.rendering.page("team_account.html", 422 if problem else 200, who=who, problem=problem)
