"""The pages of a list for a team: a person is open to one reviewer at a time."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from recommender.review.app import Pages
from recommender.review.desk import Desk, Reviewer
from recommender.review.request import DeskRequest
from recommender.review.team.adjudication import AdjudicationPages
from recommender.review.team.claims import Claim, Claims
from recommender.review.team.members import Members
from recommender.review.team.sessions import Sessions


class TeamPages(Pages):
    """The pages of one list."""

    def __init__(self, desk: Desk, sessions: Sessions, members: Members) -> None:
        """Show the people of a desk to those who have signed in, and may open the list."""
        super().__init__(desk, sessions.choose)
        self.claims = Claims(desk.store, desk.worklist, desk.run)
        self.members = members

    def routes(self) -> list[Route]:
        """Return the routes that only a team has."""
        differences, person = AdjudicationPages(self.desk, self.rendering), "/person/{number}"
        return [
            Route("/next", self.sitting(self.next)),
            Route(f"{person}/differences", self.sitting(differences.show)),
            Route(f"{person}/differences", self.sitting(differences.settle), methods=["POST"]),
            Route(f"{person}/remark", self.sitting(differences.remark, keeps=False), methods=["POST"]),
        ]

    def sitting(
        self, page: Callable[[DeskRequest], Response], keeps: bool = True
    ) -> Callable[[Request], Awaitable[Response]]:
        """Require that nobody else has the person open whom a form is about."""

        def claimed(request: DeskRequest) -> Response:
            if "number" not in request.path:
                return page(request)
            held = self.claims.take(request.number, request.who.account) if request.number else None
            if held is None:
                return page(request)
            if request.form and keeps:
                raise HTTPException(HTTPStatus.LOCKED, self._says(held))
            return page(request._replace(who=request.who._replace(notice=self._says(held))))

        return super().sitting(claimed, keeps)

    def next(self, request: DeskRequest) -> Response:
        """Open the most urgent person whom nobody else has open."""
        number = self.next_person(request)
        return RedirectResponse(f"/person/{number}?{request.narrowed}" if number else "/?undecided=yes", 303)

    def next_person(self, request: DeskRequest) -> int | None:
        """Claim the next person for a reviewer."""
        return self.claims.next(request.wanted(self.desk), request.who.account)

    def entrance(self, sign_in: Sequence[Route]) -> Starlette:
        """Return the application for those who have not signed in, or may open no list."""
        return Starlette(
            routes=[*sign_in, Route("/{name:path}", self.no_list)], exception_handlers=self.handlers
        )

    async def no_list(self, request: Request) -> Response:
        """Say that an administrator has to put somebody on a list first; files need no list."""
        if request.path_params["name"] in self.rendering.files:
            return await self.file(request)
        phrase = self.book.phrase
        return self.message(request, 403, phrase("desk.team.no_list"), phrase("desk.team.no_list_hint"))

    def lists_of(self, who: Reviewer) -> list[dict[str, Any]]:
        """Return the lists of which somebody is a member; administrators open all."""
        return self.members.lists_of(who)

    def with_others(self, who: Reviewer, numbers: Sequence[int]) -> Mapping[int, str]:
        """Return which of some people are with another reviewer, with a sentence that says so."""
        held = self.claims.with_others(numbers, who.account)
        return {number: self._says(claim) for number, claim in held.items()}

    def _says(self, held: Claim) -> str:
        if not held.until:
            return self.book.phrase("desk.team.assigned_elsewhere", name=held.name)
        until = datetime.fromisoformat(held.until).astimezone()
        return self.book.phrase("desk.team.open_elsewhere", name=held.name, until=f"{until:%H:%M}")
