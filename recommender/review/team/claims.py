"""Claims: who has a person open, so that people are seen once; and assignments to reviewers."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, insert, literal, or_, select, union

from recommender.review.schema import accounts, assignments, claims
from recommender.review.store import Store
from recommender.review.team import clock
from recommender.review.worklist import Wanted, Worklist

MINUTES = 15


class Claim(NamedTuple):
    """Somebody who has a person open, and until when."""

    name: str
    until: str


class Claims:
    """The claims and assignments of one list."""

    def __init__(self, store: Store, worklist: Worklist, run: int) -> None:
        """Work on a list."""
        self.store, self.worklist, self.run = store, worklist, run

    def take(self, number: int, login: str) -> Claim | None:
        """Claim a person for a quarter of an hour; where somebody else has, return who.

        A reviewer has one claim: another person's is given back.
        """
        with self.store.locked() as connection:
            account = _account(connection, login)
            held = self._holder(connection, number)
            if held is not None and held[0] != account:
                return held[1]
            self._claim(connection, number, account)
        return None

    def holder(self, number: int, login: str) -> Claim | None:
        """Return who else has a person open."""
        with self.store.reading() as connection:
            held = self._holder(connection, number)
            return held[1] if held is not None and held[0] != _account(connection, login) else None

    def with_others(self, numbers: Sequence[int], login: str) -> dict[int, Claim]:
        """Return which of some people others have open, or were assigned (without an end), by number."""
        with self.store.reading() as connection:
            account = _account(connection, login)
            held: dict[int, Claim] = {}
            for table, until in ((assignments, literal("")), (claims, claims.c.until)):
                others = select(table.c.number, accounts.c.name, until).where(
                    table.c.run == self.run,
                    table.c.number.in_(numbers),
                    table.c.account != account,
                    accounts.c.id == table.c.account,
                )
                rows = connection.execute(others.where(or_(until == "", until >= clock.at())))
                held |= {number: Claim(name, until) for number, name, until in rows}
        return held

    def next(self, wanted: Wanted, login: str) -> int | None:
        """Claim the most urgent person whom nobody has decided on, or has open, and return their number.

        Those assigned to the reviewer come first; those assigned to others are left to them.
        """
        wanted = wanted._replace(undecided=True)
        with self.store.locked() as connection:
            account = _account(connection, login)
            others = claims.c.account != account
            current = and_(claims.c.run == self.run, claims.c.until >= clock.at())
            own_before = select(claims.c.number).where(current, claims.c.account == account)
            taken = select(claims.c.number).where(current, others)
            of_run = assignments.c.run == self.run
            mine = select(assignments.c.number).where(of_run, assignments.c.account == account)
            theirs = select(assignments.c.number).where(of_run, assignments.c.account != account)
            for only, without in (
                (mine, union(taken, own_before)),
                (None, union(taken, own_before, theirs)),
                (None, union(taken, theirs)),
            ):
                number = self.worklist.first(connection, wanted, only, without)
                if number is not None:
                    self._claim(connection, number, account)
                    return number
        return None

    def release(self, login: str, assigned: bool = False) -> None:
        """Give a reviewer's claims back and, if wanted, all who are assigned to them."""
        with self.store.writing() as connection:
            for table in (claims, assignments) if assigned else (claims,):
                connection.execute(delete(table).where(table.c.account == _account(connection, login)))

    def assign(self, wanted: Wanted, login: str, count: int) -> int:
        """Assign the most urgent people who are undecided and not assigned; return how many."""
        assigned = select(assignments.c.number).where(assignments.c.run == self.run)
        with self.store.locked() as connection:
            account = _account(connection, login)
            for done in range(count):
                number = self.worklist.first(connection, wanted._replace(undecided=True), None, assigned)
                if number is None:
                    return done
                row = {"run": self.run, "number": number, "account": account}
                connection.execute(insert(assignments).values(**row))
        return count

    def _holder(self, connection: Connection, number: int) -> tuple[int, Claim] | None:
        query = select(claims.c.account, accounts.c.name, claims.c.until).where(
            claims.c.run == self.run,
            claims.c.number == number,
            claims.c.until >= clock.at(),
            accounts.c.id == claims.c.account,
        )
        row = connection.execute(query).first()
        return (row[0], Claim(row[1], row[2])) if row else None

    def _claim(self, connection: Connection, number: int, account: int) -> None:
        mine = claims.c.account == account
        same = and_(claims.c.run == self.run, claims.c.number == number)
        connection.execute(delete(claims).where(mine | same | (claims.c.until < clock.at())))
        row = {"run": self.run, "number": number, "account": account, "until": clock.at(MINUTES)}
        connection.execute(insert(claims).values(**row))


def _account(connection: Connection, login: str) -> int:
    return int(connection.execute(select(accounts.c.id).where(accounts.c.login == login)).scalar_one())
