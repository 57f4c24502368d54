"""The accounts of a team: who may sign in, and what they may do."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import and_, insert, select, update

from recommender.errors import Problem, ReviewError
from recommender.review.desk import Reviewer
from recommender.review.schema import accounts
from recommender.review.store import Store
from recommender.review.team.passwords import NOBODYS, hashed_password, is_password, refuse_weak
from recommender.review.team.sign_in_log import REFUSED, SIGNED_IN, UNLOCKED, must_wait, note

REVIEWER, ADJUDICATOR, ADMINISTRATOR = DUTIES = ("reviewer", "adjudicator", "administrator")
"""What an account may do; each may do what those before it may."""
_LONGEST = 100


class Account(NamedTuple):
    """One account."""

    id: int
    login: str
    name: str
    role: str
    duty: str
    closed: bool

    def reviewer(self, secret: str) -> Reviewer:
        """Return the reviewer whom the pages of a session show."""
        return Reviewer(self.name, self.role, self.login, self.duty, secret)


def may(who: Reviewer, duty: str) -> bool:
    """Say whether a reviewer may do what a duty asks for."""
    return who.duty in DUTIES and DUTIES.index(who.duty) >= DUTIES.index(duty)


def account_of(row: Mapping[str, Any]) -> Account:
    """Return an account from its row."""
    return Account(**{name: row[name] for name in Account._fields} | {"closed": bool(row["closed"])})


class Accounts:
    """The accounts in a store."""

    def __init__(self, store: Store) -> None:
        """Work on the accounts of a store."""
        self.store = store

    def everybody(self) -> list[Account]:
        """Return all accounts, by name."""
        with self.store.reading() as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.name)).mappings()
            return [account_of(dict(row)) for row in rows]

    def find(self, login: str) -> Account | None:
        """Return the account of a login."""
        with self.store.reading() as connection:
            row = connection.execute(_of(login)).mappings().first()
        return account_of(dict(row)) if row else None

    def create(self, login: str, name: str, role: str, duty: str, password: str) -> Account:
        """Make an account; without a password somebody else has to say who they are.

        Raises:
            ReviewError: where something is missing, taken, or easy to guess.

        """
        login, name, role = _login(login), _text("name", name), _text("role", role)
        if duty not in DUTIES:
            raise ReviewError(Problem(duty, "this is no duty.", f"It is one of {', '.join(DUTIES)}."))
        if password:
            refuse_weak(password, login, name)
        if any(name.casefold() == other.name.casefold() for other in self.everybody()):
            raise ReviewError(Problem(name, "there is an account with this name.", "Names must differ."))
        row = {"login": login, "name": name, "role": role, "duty": duty}
        stored = hashed_password(password) if password else ""
        try:
            with self.store.writing() as connection:
                connection.execute(insert(accounts).values(**row, password=stored))
        except ReviewError as error:
            if self.find(login):
                message, hint = "there is an account with this login.", "Choose another one."
                raise ReviewError(Problem(login, message, hint)) from None
            raise error from None
        made = self.find(login)
        assert made is not None
        return made

    def check(self, login: str, password: str, address: str) -> Account | None:
        """Return the account of a login and password, and note who tried from where.

        After wrong ones one has to wait, and is told no more (`sign_in_log.must_wait`). It takes as long
        whether or not there is such an account.
        """
        with self.store.reading() as connection:
            row = connection.execute(_of(login)).mappings().first()
        right = is_password(password, row["password"] if row and row["password"] else NOBODYS)
        with self.store.writing() as connection:  # what others tried meanwhile counts
            row = connection.execute(_of(login).with_for_update()).mappings().first()
            account = account_of(dict(row)) if row else None
            known = account.login if account else ""
            if must_wait(connection, known, address):
                return None
            right = right and account is not None and not account.closed
            note(connection, known, address, SIGNED_IN if right else REFUSED)
        return account if right else None

    def of_provider(self, issuer: str, subject: str, login: str, address: str) -> Account | None:
        """Return the account of somebody whom a provider of identities has signed in, and note it.

        The first time they are found by their login, and from then on only by the subject of the provider.
        """
        with self.store.reading() as connection:
            bound = select(accounts).where(accounts.c.issuer == issuer, accounts.c.subject == subject)
            row = connection.execute(bound).mappings().first()
        if row is None and login:
            # who has a password here is nobody whom the provider may name
            unbound = and_(accounts.c.subject == "", accounts.c.password == "")
            first_time = and_(accounts.c.login == login.casefold(), unbound)
            with self.store.writing() as connection:
                binding = update(accounts).where(first_time, accounts.c.closed == 0)
                connection.execute(binding.values(issuer=issuer, subject=subject))
                row = connection.execute(bound).mappings().first()
        account = account_of(dict(row)) if row else None
        right = account is not None and not account.closed
        with self.store.writing() as connection:
            note(connection, account.login if account else "", address, SIGNED_IN if right else REFUSED)
        return account if right else None

    def set_password(self, account: Account, password: str) -> None:
        """Set a password.

        Raises:
            ReviewError: where it is easy to guess.

        """
        refuse_weak(password, account.login, account.name)
        self._change(account.id, password=hashed_password(password))

    def set_duty(self, account: Account, duty: str) -> None:
        """Say what an account may do.

        Raises:
            ReviewError: where there is no such duty, or nobody would administer any more.

        """
        if duty not in DUTIES:
            raise ReviewError(Problem(duty, "this is no duty.", f"It is one of {', '.join(DUTIES)}."))
        self._refuse_last_administrator(account, duty)
        self._change(account.id, duty=duty)

    def close(self, account: Account) -> None:
        """Close an account; what was decided with it stays.

        Raises:
            ReviewError: where nobody would administer any more.

        """
        self._refuse_last_administrator(account, "")
        self._change(account.id, closed=1)

    def reopen(self, account: Account) -> None:
        """Open an account again that was closed, or whose owner has to wait after wrong passwords."""
        self._change(account.id, closed=0)
        self.unlock(account)

    def unlock(self, account: Account) -> None:
        """Let nobody wait for wrong passwords that were tried before."""
        with self.store.writing() as connection:
            note(connection, account.login, "", UNLOCKED)

    def _refuse_last_administrator(self, account: Account, duty: str) -> None:
        others = [
            other
            for other in self.everybody()
            if other.duty == ADMINISTRATOR and not other.closed and other.id != account.id
        ]
        if account.duty == ADMINISTRATOR and duty != ADMINISTRATOR and not others:
            message = "this is the last administrator."
            raise ReviewError(Problem(account.name, message, "Make somebody else one first."))

    def _change(self, id_: int, **values: object) -> None:
        with self.store.writing() as connection:
            connection.execute(update(accounts).where(accounts.c.id == id_).values(**values))


def _of(login: str) -> Any:
    return select(accounts).where(accounts.c.login == login.strip().casefold())


def _login(login: str) -> str:
    login = login.strip().casefold()
    if not login or len(login) > _LONGEST or not login.isprintable() or " " in login:
        raise ReviewError(Problem(login, "a login has 1 to 100 characters without spaces.", ""))
    return login


def _text(what: str, text: str) -> str:
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise ReviewError(Problem(text, f"a {what} has 1 to {_LONGEST} characters.", ""))
    return text
