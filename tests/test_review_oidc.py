"""Sign-in at a provider of identities: one that runs here, honest first, then not."""

import base64
import hashlib
import json
import re
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from recommender.review.store import Store
from recommender.review.team.accounts import Accounts
from tests.desk import Answer, Browser, filled
from tests.test_review_team import PASSWORD, everybody_on, serving

pytest.importorskip("authlib")  # the extra [team]
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "desk", "of the desk"


class Provider:
    """A provider of OpenID Connect: discovery, authorisation, tokens and keys; it can be told to lie."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.host = "127.0.0.1"  # by which browsers find it
        self.key = RSAKey.generate_key(2048, {"kid": "1"})
        self.claims = {"sub": "s-1", "preferred_username": "ben"}
        self.lies: dict[str, object] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.forger: RSAKey | None = None

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.discover),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/keys", self.keys),
            ]
        )

    async def discover(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer.replace('127.0.0.1', self.host)}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 302)

    async def token(self, request: Request) -> Response:
        sent = dict(parse_qsl((await request.body()).decode()))
        asked = self.codes.pop(sent.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        verifier = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        proved = asked is not None and asked["code_challenge"] == challenge
        if not proved or request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_grant"}, 400)
        assert asked is not None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            **self.claims,
            **self.lies,
        }
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.forger or self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Run a provider on a free port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        found = Provider(listening.getsockname()[1])
        server = uvicorn.Server(uvicorn.Config(found.app(), log_config=None, log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.01)
        yield found
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def desk(tmp_path: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, Store]]:
    """Serve a desk that asks the provider who people are."""
    monkeypatch.setattr("recommender.review.team.passwords._LOG_COST", 4)
    store, _ = filled(tmp_path)
    for login in ("ben", "ben@example.org"):
        Accounts(store).create(login, login.capitalize(), "GP", "reviewer", "")
    Accounts(store).create("dan", "Dan", "GP", "administrator", PASSWORD)
    everybody_on(store, 1)
    settings = {"oidc_issuer": provider.issuer, "oidc_client": CLIENT, "oidc_secret": SECRET}
    with serving(store, **settings) as port:
        yield port, store
    store.close()


def at_the_provider(browser: Browser) -> str:
    """Leave for the provider, and return the address at which it sends one back."""
    answer = browser.ask("GET", "/sign-in/provider")
    assert answer.status == 302, answer.text
    asked = urlsplit(answer.headers["location"])
    assert asked.port is not None
    back = Browser(asked.port).ask("GET", f"{asked.path}?{asked.query}").headers["location"]
    return back.partition(f":{browser.port}")[2]


def sign_in(port: int) -> tuple[Browser, Answer]:
    """Sign in at the provider."""
    browser = Browser(port)
    answer = browser.ask("GET", at_the_provider(browser))
    return browser, answer


def test_whom_the_provider_names_has_signed_in(desk: tuple[int, Store]) -> None:
    port, store = desk
    assert "Sign in with your organisation" in Browser(port).get("/sign-in").text
    browser, answer = sign_in(port)
    assert answer.status == 200
    place = re.search(r'content="0; url=([^"]*)"', answer.text)
    assert place is not None
    browser.send("/person/1/decide", browser.get("/person/1"), about="")
    made = store.decisions_of(1, 1)
    assert [(row["by"], row["account"]) for row in made] == [("Ben", "ben")]


def refused(answer: Answer, port: int) -> None:
    assert answer.status == 403
    assert 'role="alert"' in answer.text
    cookies = {name: text for name, text in answer.headers.items() if name == "set-cookie"}
    assert "desk=" not in json.dumps(cookies)
    assert Browser(port).ask("GET", "/").status == 303


LIES: dict[str, dict[str, object]] = {
    "another nonce": {"nonce": "of another sign-in"},
    "another audience": {"aud": "another desk"},
    "another issuer": {"iss": "https://evil.example"},
    "too old": {"exp": 1_000_000},
    "nobody": {"sub": ""},
    "somebody without an account": {"sub": "s-9", "preferred_username": "eve"},
}


@pytest.mark.parametrize("lies", LIES.values(), ids=LIES)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    desk: tuple[int, Store], provider: Provider, lies: dict[str, object]
) -> None:
    provider.lies = lies
    refused(sign_in(desk[0])[1], desk[0])


def test_a_token_that_somebody_else_signed_is_refused(desk: tuple[int, Store], provider: Provider) -> None:
    provider.forger = RSAKey.generate_key(2048, {"kid": "1"})
    refused(sign_in(desk[0])[1], desk[0])


def test_a_code_comes_back_in_the_browser_that_asked_for_it_with_its_state_and_once(
    desk: tuple[int, Store],
) -> None:
    port, _ = desk
    mine, victim = Browser(port), Browser(port)
    back = at_the_provider(mine)
    refused(victim.ask("GET", back), port)  # a planted link
    other = at_the_provider(victim)
    refused(victim.ask("GET", back), port)  # even while one's own sign-in has begun
    assert other
    state = parse_qs(urlsplit(back).query)["state"][0]
    refused(mine.ask("GET", back.replace(state, "forged")), port)
    back = at_the_provider(mine)
    assert mine.ask("GET", back).status == 200
    refused(Browser(port, mine.cookie).ask("GET", back), port)
    for path in ("/sign-in/back", "/sign-in/back?error=access_denied", "/sign-in/back?code=x&state=y"):
        refused(Browser(port).ask("GET", path), port)


def test_a_login_belongs_to_who_had_it_first(desk: tuple[int, Store], provider: Provider) -> None:
    port, _ = desk
    assert sign_in(port)[1].status == 200
    provider.claims = {"sub": "s-2", "preferred_username": "ben"}
    refused(sign_in(port)[1], port)
    provider.claims = {"sub": "s-1", "preferred_username": "renamed"}
    assert sign_in(port)[1].status == 200
    provider.claims = {"sub": "s-4", "preferred_username": "dan"}  # who has a password here
    refused(sign_in(port)[1], port)


def test_an_address_that_nobody_verified_is_no_login(
    tmp_path: Path, provider: Provider, desk: tuple[int, Store]
) -> None:
    store = desk[1]
    settings = {"oidc_issuer": provider.issuer, "oidc_client": CLIENT, "oidc_secret": SECRET}
    with serving(store, oidc_claim="email", **settings) as port:
        provider.claims = {"sub": "s-3", "email": "ben@example.org"}
        refused(sign_in(port)[1], port)
        provider.lies = {"email_verified": True}
        assert sign_in(port)[1].status == 200
    assert tmp_path.exists()


def test_a_provider_that_is_away_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk: tuple[int, Store]
) -> None:
    assert tmp_path.exists()
    assert monkeypatch
    with serving(desk[1], oidc_issuer="http://127.0.0.1:9", oidc_client="x", oidc_secret="y") as port:
        answer = Browser(port).ask("GET", "/sign-in/provider")
        assert answer.status == 403
        assert "cannot be asked now" in answer.text
