"""The pages of a list for a team: a person is open to one reviewer at a time."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from recommender.review.app import Pages
from recommender.review.desk import Desk
from recommender.review.request import DeskRequest
from recommender.review.team.adjudication import AdjudicationPages
from recommender.review.team.claims import Claim, Claims
from recommender.review.team.sessions import Sessions


class TeamPages(Pages):
    """The pages of one list."""

    def __init__(self, desk: Desk, sessions: Sessions) -> None:
        """Show the people of a desk to those who have signed in."""
        super().__init__(desk, sessions.choose)
        self.claims = Claims(desk.store, desk.worklist, desk.run)

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

    def _says(self, held: Claim) -> str:
        until = datetime.fromisoformat(held.until).astimezone()
        return self.book.phrase("desk.team.open_elsewhere", name=held.name, until=f"{until:%H:%M}")
