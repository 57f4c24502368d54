"""Sessions of a team, in the store: every worker knows them, and a restart ends none."""

import hashlib
import secrets

from sqlalchemy import delete, insert, or_, select, update

from recommender.review.schema import accounts, sessions
from recommender.review.security import Session
from recommender.review.store import Store
from recommender.review.team import clock
from recommender.review.team.accounts import Account, account_of

_NOTED_EACH = 1  # minute; a session is noted as seen no more often


class Sessions:
    """The entrance of a team: who has signed in."""

    # these pages make sessions, or are needed to show that there is none
    without_session = frozenset({"/sign-in", "/sign-in/provider", "/sign-in/back", "/style.css", "/keys.js"})

    def __init__(self, store: Store, secure: bool, idle_minutes: float, hours: float) -> None:
        """Keep sessions until they are idle or old; `secure` where browsers come over HTTPS."""
        self.store, self.secure, self._idle, self._minutes = store, secure, idle_minutes, hours * 60
        self.cookie = "__Host-desk" if secure else "desk"

    def open(self, account: Account, run: int) -> str:
        """Open a session, and return the cookie that names it; those that are over are removed."""
        cookie, now = secrets.token_urlsafe(32), clock.at()
        over = or_(sessions.c.seen < clock.at(-self._idle), sessions.c.opened < clock.at(-self._minutes))
        row = {"account": account.id, "secret": secrets.token_urlsafe(32), "run": run}
        with self.store.writing() as connection:
            connection.execute(delete(sessions).where(over))
            connection.execute(
                insert(sessions).values(name=hashed_cookie(cookie), opened=now, seen=now, **row)
            )
        return cookie

    def session(self, name: str) -> Session | None:
        """Return the session of a cookie, unless it is over or its account is closed."""
        mine = sessions.c.name == hashed_cookie(name)
        query = select(sessions.c.secret, sessions.c.run, sessions.c.seen, accounts).where(
            mine,
            accounts.c.id == sessions.c.account,
            accounts.c.closed == 0,
            sessions.c.seen >= clock.at(-self._idle),
            sessions.c.opened >= clock.at(-self._minutes),
        )
        with self.store.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        if row["seen"] < clock.at(-_NOTED_EACH):
            with self.store.writing() as connection:
                connection.execute(update(sessions).where(mine).values(seen=clock.at()))
        return Session(account_of(dict(row)).reviewer(row["secret"]), row["secret"], row["run"])

    def choose(self, session: Session, run: int) -> None:
        """Go on with another list."""
        with self.store.writing() as connection:
            own = sessions.c.secret == session.secret
            connection.execute(update(sessions).where(own).values(run=run))

    def close(self, cookie: str) -> None:
        """End the session of a cookie."""
        with self.store.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.name == hashed_cookie(cookie)))

    def close_all(self, account: Account) -> None:
        """End all sessions of an account."""
        with self.store.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.account == account.id))


def hashed_cookie(cookie: str) -> str:
    """Return what the store has of a cookie: who can read the store cannot sit down at the desk."""
    return hashlib.sha256(cookie.encode()).hexdigest()
