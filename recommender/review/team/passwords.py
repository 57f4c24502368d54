"""Passwords: a salted scrypt hash, as slow as OWASP asks for, and what a password must not be.

scrypt is part of Python, so the desk needs no compiled library for it; the cost is kept with each hash, and
can be raised later.
"""

import base64
import hashlib
import hmac
import os

from recommender.errors import Problem, ReviewError

SHORTEST, LONGEST = 12, 200
_LOG_COST, _BLOCK, _LANES = 15, 8, 3  # 32 MB each time
_MEMORY = 64 * 1024 * 1024


def hashed_password(password: str) -> str:
    """Return the text to store for a password."""
    salt = os.urandom(16)
    digest = _scrypt(password, salt, _LOG_COST, _BLOCK, _LANES)
    return "$".join(["scrypt", f"{_LOG_COST},{_BLOCK},{_LANES}", _text(salt), _text(digest)])


def is_password(password: str, stored: str) -> bool:
    """Say whether a password is the one that was stored."""
    if len(password) > LONGEST or stored.count("$") != 3:
        return False
    _, costs, salt, digest = stored.split("$")
    log_cost, block, lanes = map(int, costs.split(","))
    return hmac.compare_digest(_scrypt(password, _bytes(salt), log_cost, block, lanes), _bytes(digest))


def refuse_weak(password: str, login: str, name: str) -> None:
    """Refuse a password that is easy to guess.

    Raises:
        ReviewError: with what is accepted.

    """
    known = {login.casefold(), name.casefold(), name.replace(" ", "").casefold()}
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 5:
        message = f"a password has {SHORTEST} to {LONGEST} characters, and not always the same."
        raise ReviewError(Problem("", message, "Four words that do not belong together are good."))
    if password.casefold() in known:
        raise ReviewError(Problem("", "the password is the name.", "Choose another one."))


def _scrypt(password: str, salt: bytes, log_cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=2**log_cost, r=block, p=lanes, maxmem=_MEMORY, dklen=32
    )


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


NOBODYS = "$".join(["scrypt", f"{_LOG_COST},{_BLOCK},{_LANES}", _text(bytes(16)), _text(bytes(32))])
"""What a password is compared with where there is no account, so that it takes as long; no password fits."""
