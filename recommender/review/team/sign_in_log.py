"""Sign-ins that were tried: who, when, from where; and who has to wait after wrong passwords.

Waiting is by login and address: who tries wrong passwords on purpose keeps nobody else out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select

from recommender.review.schema import accounts, sign_in_log
from recommender.review.store import Store
from recommender.review.team import clock

SIGNED_IN, REFUSED, UNLOCKED = "in", "refused", "unlocked"
_FREE = 5  # wrong passwords before one waits
_LONGEST_MINUTES = 15
_FREE_ELSEWHERE = 50  # in an hour, from all addresses, before one from a new address waits
_HOUR = 60
_KEPT_MINUTES = 365 * 24 * 60


def note(connection: Connection, login: str, address: str, outcome: str) -> None:
    """Note a sign-in, in the caller's transaction; `login` is that of an account, or empty."""
    connection.execute(delete(sign_in_log).where(sign_in_log.c.at < clock.at(-_KEPT_MINUTES)))
    row = {"at": clock.at(), "login": login, "address": address, "outcome": outcome}
    connection.execute(insert(sign_in_log).values(**row))


def must_wait(connection: Connection, login: str, address: str) -> bool:
    """Say whether a login may not be tried from an address now: after five wrong passwords for a minute.

    After each further one twice as long, at most a quarter of an hour. After many from anywhere, addresses
    from which the login never came in wait, too.
    """
    log, here = sign_in_log.c, sign_in_log.c.address == address
    came_in = log.outcome == SIGNED_IN
    last = _last(connection, login, log.outcome == UNLOCKED)
    last_here = max(last, _last(connection, login, and_(here, came_in)))
    refused = and_(log.login == login, log.outcome == REFUSED)
    query = select(func.count(), func.max(log.at))
    count, at = connection.execute(query.where(refused, here, log.id > last_here)).one()
    if count >= _FREE:
        wait = timedelta(minutes=min(2 ** (count - _FREE), _LONGEST_MINUTES))
        return datetime.fromisoformat(at) + wait > datetime.fromisoformat(clock.at())
    known_here = _last(connection, login, and_(here, came_in)) > 0
    lately = query.where(refused, log.id > last, log.at > clock.at(-_HOUR))
    many = int(connection.execute(lately).one()[0]) >= _FREE_ELSEWHERE
    return bool(login) and many and not known_here


def _last(connection: Connection, login: str, which: Any) -> int:
    """Return the id of the last entry of a login, or 0."""
    query = select(func.max(sign_in_log.c.id)).where(sign_in_log.c.login == login, which)
    return connection.execute(query).scalar() or 0


def latest(store: Store, most: int) -> Sequence[dict[str, Any]]:
    """Return the latest entries with the names of their accounts, the last first."""
    named = sign_in_log.outerjoin(accounts, accounts.c.login == sign_in_log.c.login)
    query = select(sign_in_log, accounts.c.name).select_from(named).order_by(sign_in_log.c.id.desc())
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(query.limit(most)).mappings()]
