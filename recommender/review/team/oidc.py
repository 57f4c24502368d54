"""Sign-in by a provider of identities: OpenID Connect, the code flow with PKCE, by Authlib.

What is compared when a browser comes back (state, nonce, PKCE) waits in the store, under a cookie of that
browser: any worker can end what another began, and the code of somebody else's sign-in is refused.
"""

import json
import secrets
from typing import Any, NamedTuple

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from httpx2 import HTTPError
from joserfc.errors import JoseError
from sqlalchemy import delete, insert, select
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from recommender.review.schema import sign_ins
from recommender.review.store import Store
from recommender.review.team import clock
from recommender.review.team.accounts import Accounts
from recommender.review.team.sessions import hashed_cookie
from recommender.review.team.settings import Settings
from recommender.review.team.sign_in import TeamSignIn

BACK = "/sign-in/back"
_MINUTES = 10
_TROUBLE = (AuthlibBaseError, JoseError, HTTPError, ValueError, KeyError, RuntimeError)


class _Flow(NamedTuple):
    """What Authlib asks a request for; `session` is what it expects the browser to come back with."""

    scope: dict[str, str]
    query_params: QueryParams
    session: dict[str, Any]


class Provider:
    """The routes to a provider and back."""

    def __init__(self, settings: Settings, store: Store, accounts: Accounts, signing: TeamSignIn) -> None:
        """Sign in the accounts of a team at the provider of its settings."""
        self.settings, self.store, self.accounts, self.signing = settings, store, accounts, signing
        self._cookie = "__Host-sign-in" if settings.secure else "sign-in"
        self._client: Any = OAuth().register(
            "provider",
            client_id=settings.oidc_client,
            client_secret=settings.oidc_secret,
            server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
        )

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/sign-in/provider", self.leave), Route(BACK, self.come_back)]

    async def leave(self, request: Request) -> Response:
        """Send a browser to the provider."""
        flow = _Flow({"method": "GET"}, request.query_params, {})
        try:
            answer: Response = await self._client.authorize_redirect(flow, f"{self.settings.origin}{BACK}")
        except _TROUBLE:
            return self.signing.refuse("away")
        cookie = secrets.token_urlsafe(32)
        await run_in_threadpool(self._keep, cookie, flow.session)
        # Lax: the browser comes back from another site
        secure = self.settings.secure
        answer.set_cookie(self._cookie, cookie, 60 * _MINUTES, secure=secure, httponly=True, samesite="lax")
        return answer

    async def come_back(self, request: Request) -> Response:
        """Sign in whom the provider names, if they have an account."""
        expected = await run_in_threadpool(self._take, request.cookies.get(self._cookie, ""))
        flow = _Flow({"method": "GET"}, request.query_params, expected)
        try:
            token = await self._client.authorize_access_token(flow)
        except (*_TROUBLE, TypeError, AttributeError):  # what is expected is not there
            return self.signing.refuse("refused")
        claims = token.get("userinfo") or {}
        issuer, subject = str(claims.get("iss", "")), str(claims.get("sub", ""))
        if issuer.rstrip("/") != self.settings.oidc_issuer.rstrip("/") or not subject:
            return self.signing.refuse("refused")
        login = str(claims.get(self.settings.oidc_claim, ""))
        if self.settings.oidc_claim == "email" and claims.get("email_verified") is not True:
            login = ""  # anybody can type an address
        address = self.signing.address(request)
        account = await run_in_threadpool(self.accounts.of_provider, issuer, subject, login, address)
        if account is None:
            return self.signing.refuse("no_account")
        return await run_in_threadpool(self.signing.seat_from_elsewhere, request, account)

    def _keep(self, cookie: str, expected: dict[str, Any]) -> None:
        row = {"name": hashed_cookie(cookie), "expected": json.dumps(expected), "until": clock.at(_MINUTES)}
        with self.store.writing() as connection:
            connection.execute(delete(sign_ins).where(sign_ins.c.until < clock.at()))
            connection.execute(insert(sign_ins).values(**row))

    def _take(self, cookie: str) -> dict[str, Any]:
        """Return what is expected of a browser, once."""
        mine = sign_ins.c.name == hashed_cookie(cookie)
        with self.store.writing() as connection:
            current = select(sign_ins.c.expected).where(mine, sign_ins.c.until >= clock.at())
            expected = connection.execute(current).scalar()
            connection.execute(delete(sign_ins).where(mine))
        return dict(json.loads(expected)) if expected else {}
