"""Sign-in of the desk for one browser: the printed link, the name and role, and the page to come back to."""

import re
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from recommender.review.desk import Desk, Reviewer
from recommender.review.rendering import Rendering
from recommender.review.security import Door, Session

_LONGEST_NAME = 100
_PLACE = "desk-place"  # the same at every port: a desk that is started again has another
_LONGEST_PLACE = 1000
_SOMEWHERE = re.compile(r"/(person/\d+)?(\?.*)?")


class SignIn:
    """Asks who sits at the desk."""

    def __init__(
        self,
        desk: Desk,
        door: Door,
        rendering: Rendering,
        form: Callable[[Request], Awaitable[Mapping[str, str]]],
    ) -> None:
        """Sign people in at a desk; `form` reads a form of it."""
        self.desk, self.door, self.rendering, self.form = desk, door, rendering, form

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/open", self.open),
            Route("/who", self.ask_who),
            Route("/who", self.take_who, methods=["POST"]),
        ]

    async def open(self, request: Request) -> Response:
        """Open the desk with the printed link."""
        name = self.door.open(request.query_params.get("token", ""))
        if not name:
            phrase = self.desk.book.phrase
            title, says = phrase("desk.message.link_used"), phrase("desk.message.link_used_hint")
            # nobody has shown a session here, so the page does not name the reviewer
            return self.rendering.page("message.html", 403, who=None, title=title, says=says)
        answer = RedirectResponse("/who?opened=yes", 303)
        answer.set_cookie(self.door.cookie, name, httponly=True, samesite="strict")
        return answer

    async def ask_who(self, request: Request) -> Response:
        """Ask for the name and the role."""
        return self._who(request.scope["session"])

    async def take_who(self, request: Request) -> Response:
        """Take the name and the role, and go on where one was."""
        session, form = request.scope["session"], await self.form(request)
        name, role = (" ".join(form.get(key, "").split())[:_LONGEST_NAME] for key in ("name", "role"))
        if not name or not role:
            return self._who(session, self.desk.book.phrase("desk.sign_in.name_and_role"))
        session.who = Reviewer(self.desk.spelt(name), role, secret=session.secret)
        return RedirectResponse(place(request, self.desk.run), 303)

    def _who(self, session: Session, problem: str = "") -> Response:
        code = 422 if problem else 200
        return self.rendering.page("who.html", code, who=session.who, secret=session.secret, problem=problem)


def remember(response: Response, run: int, request: Request) -> None:
    """Make the browser remember a page of a list, to come back to it when it has signed in again."""
    asked = f"{request.url.path}{f'?{request.url.query}' if request.url.query else ''}"
    if _SOMEWHERE.fullmatch(asked) and len(asked) <= _LONGEST_PLACE:
        response.set_cookie(_PLACE, quote(f"{run}{asked}"), httponly=True, samesite="strict")


def place(request: Request, run: int) -> str:
    """Return the page of a list that the browser remembers, or its worklist."""
    of_run, slash, asked = unquote(request.cookies.get(_PLACE, "")).partition("/")
    known = of_run == str(run) and _SOMEWHERE.fullmatch(slash + asked)
    return slash + asked if known else "/"
