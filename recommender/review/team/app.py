"""The desk of a team as a web application: one set of pages for each list, one entrance for all."""

import threading
from collections import OrderedDict
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from recommender.errors import Problem, ReviewError
from recommender.pages.guard import App, Receive, Scope, Send
from recommender.review.desk import Desk
from recommender.review.security import DeskGuard, Session
from recommender.review.store import Store
from recommender.review.team.accounts import Accounts
from recommender.review.team.administration import Administration
from recommender.review.team.members import Members
from recommender.review.team.pages import TeamPages
from recommender.review.team.sessions import Sessions
from recommender.review.team.settings import Settings
from recommender.review.team.sign_in import TeamSignIn
from recommender.rulebook.model import Rulebook

_OPEN_LISTS = 4
_NONE = 0  # for those who may open no list, and have not signed in


def team_app(store: Store, book: Rulebook, settings: Settings) -> DeskGuard:
    """Return the application of a team, behind its guard.

    Raises:
        ReviewError: where the store has no people yet.

    """
    if store.latest_run() is None:
        hint = "Bring a file of people first: recommender review import people.csv."
        raise ReviewError(Problem(store.location, "there is nobody in this store yet.", hint))
    sessions = Sessions(store, settings.secure, settings.idle_minutes, settings.session_hours)
    scheme, _, host = settings.origin.partition("://")
    return DeskGuard(_Lists(store, book, settings, sessions), sessions, frozenset({host}), scheme)


class _Lists:
    """Leads each request to the pages of the list on which its session works, if they may open it."""

    def __init__(self, store: Store, book: Rulebook, settings: Settings, sessions: Sessions) -> None:
        self.store, self.book, self.settings, self.sessions = store, book, settings, sessions
        self.members = Members(store)
        self._apps: OrderedDict[int, App] = OrderedDict()
        self._opening = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        app = await run_in_threadpool(self._app_for, scope["session"])
        await app(scope, receive, send)

    def _app_for(self, session: Session | None) -> App:
        """Return the pages of the list of a session, or of the latest that they may open."""
        run = _NONE
        if session is not None and session.who is not None:
            lists = [row["id"] for row in self.members.lists_of(session.who)]
            session.who = session.who._replace(lists=frozenset(lists))
            run = session.run if session.run in lists else next(iter(lists), _NONE)
        with self._opening:
            if run not in self._apps:
                self._apps[run] = self._pages(run)
                if len(self._apps) > _OPEN_LISTS + 1:
                    self._apps.popitem(last=False)
            self._apps.move_to_end(run)
            return self._apps[run]

    def _pages(self, run: int) -> App:
        rules = Path(self.settings.rules) if self.settings.rules else None
        shown = run or self.store.latest_run() or _NONE
        desk = Desk(self.store, self.book, shown, self.settings.blind, rules)
        pages = TeamPages(desk, self.sessions, self.members)
        accounts = Accounts(self.store)
        signing = TeamSignIn(accounts, self.sessions, self.members, pages, self.settings)
        administration = Administration(accounts, self.sessions, self.members, pages)
        routes = signing.routes()
        if self.settings.oidc_issuer:
            from recommender.review.team.oidc import Provider

            routes += Provider(self.settings, self.store, accounts, signing).routes()
        return pages.app([*routes, *administration.routes()]) if run else pages.entrance(routes)
