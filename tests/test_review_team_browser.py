"""The pages of a team in a real Chromium: sign-in with a password and at a provider, and by WCAG."""

from collections.abc import Iterator

import pytest

from recommender.review.store import Store
from tests.test_review_team import PASSWORD, differing

pytest.importorskip("playwright")  # the extra [dev]

from playwright.sync_api import Browser, Page

from tests.test_review_browser import assert_accessible, chromium
from tests.test_review_oidc import Provider, desk, provider
from tests.test_review_team import team

__all__ = ["chromium", "desk", "provider", "team"]  # fixtures
pytestmark = pytest.mark.heavy


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Return a page of a browser of its own."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def sit_down(page: Page, port: int, login: str) -> None:
    """Sign in with a password, by keyboard."""
    page.goto(f"http://127.0.0.1:{port}/")
    page.focus("#login")
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:text('Worklist')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_a_team_hold_to_wcag_at_320_pixels(
    team: tuple[int, Store],
    page: Page,
    chromium: Browser,
    scheme: str,
) -> None:
    port, _ = team
    address = f"http://127.0.0.1:{port}"
    differing(port)
    page.goto(f"{address}/sign-in")
    assert_accessible(page, f"{address}/sign-in", chromium, scheme)  # type: ignore[arg-type]
    sit_down(page, port, "dan")
    for path in (
        "/",
        "/account",
        "/team",
        "/team/sign-ins",
        "/lists",
        "/lists/1",
        "/next",
        "/person/1",
        "/person/1/differences",
        "/agreement",
    ):
        assert_accessible(page, f"{address}{path}", chromium, scheme)  # type: ignore[arg-type]


def test_one_signs_reviews_goes_on_and_signs_out_by_keyboard(team: tuple[int, Store], page: Page) -> None:
    port, store = team
    sit_down(page, port, "ben")
    page.wait_for_load_state()  # the script of the keys
    page.keyboard.press("x")
    page.wait_for_selector("#deciding")
    page.keyboard.press("1")
    page.goto(f"http://127.0.0.1:{port}/account")
    page.click("button:text('Sign out')")
    page.wait_for_selector("#login")
    page.goto(f"http://127.0.0.1:{port}/person/1")
    page.wait_for_selector("#login")
    assert not store.decisions_in(1)


def test_who_comes_back_from_the_provider_sits_at_the_desk(
    desk: tuple[int, Store],
    provider: Provider,
    page: Page,
) -> None:
    """A strict cookie does not follow a redirect from another site: `localhost` here, 127.0.0.1 the desk."""
    port, _ = desk
    provider.host = "localhost"
    page.goto(f"http://127.0.0.1:{port}/sign-in")
    page.click("text=Sign in with your organisation")
    page.wait_for_selector("h1:text('Worklist')")
