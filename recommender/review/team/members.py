"""Who may open which list: its members, and administrators all."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import and_, delete, insert, select

from recommender.review.desk import Reviewer
from recommender.review.schema import accounts, assignments, claims, members, runs
from recommender.review.store import Store
from recommender.review.team.accounts import ADMINISTRATOR, may


class Members:
    """The members of the lists in a store."""

    def __init__(self, store: Store) -> None:
        """Work on the lists of a store."""
        self.store = store

    def lists_of(self, who: Reviewer) -> list[dict[str, Any]]:
        """Return the lists that somebody may open, the one imported last first."""
        query = select(runs).where(runs.c.brought > 0).order_by(runs.c.brought.desc())
        if not may(who, ADMINISTRATOR):
            own = select(members.c.run).join(accounts, accounts.c.id == members.c.account)
            query = query.where(runs.c.id.in_(own.where(accounts.c.login == who.account)))
        with self.store.reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def of(self, run: int) -> frozenset[int]:
        """Return the accounts that are members of a list."""
        with self.store.reading() as connection:
            query = select(members.c.account).where(members.c.run == run)
            return frozenset(connection.execute(query).scalars())

    def put_on(self, run: int, chosen: Iterable[int]) -> None:
        """Make accounts members of a list, beside those that are."""
        with self.store.locked() as connection:
            known = set(connection.execute(select(members.c.account).where(members.c.run == run)).scalars())
            rows = [{"run": run, "account": account} for account in sorted(set(chosen) - known)]
            if rows:
                connection.execute(insert(members), rows)

    def take_off(self, run: int, chosen: Sequence[int]) -> None:
        """Take accounts off a list; people who were open to them, or assigned to them, are free again."""
        with self.store.locked() as connection:
            for table in (members, claims, assignments):
                theirs = and_(table.c.run == run, table.c.account.in_(chosen))
                connection.execute(delete(table).where(theirs))
