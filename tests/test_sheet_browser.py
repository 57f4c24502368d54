"""The sheet in a real Chromium: by WCAG as axe checks it, at 320 px, in the dark, and printed."""

import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import pytest

from recommender.sheet.files import sheet_file
from tests.people import assessed
from tests.test_sheet import BARE, EMERGENCY, FIVE, HOLD, LED, TODAY

pytest.importorskip("playwright")  # the extra [dev]

import pypdfium2
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

pytestmark = pytest.mark.heavy

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PEOPLE = (*FIVE, HOLD, LED, EMERGENCY)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return a Chromium; CI installs Debian's, and there is no passing without one."""
    assert CHROMIUM, "Install chromium (Debian: apt-get install chromium)."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(
    chromium: Browser,
    folder: Path,
    answers: dict[str, str],
    paper: str = "a4",
    large: bool = False,
    **how: Any,
) -> Page:
    """Open the sheet of a person from a file, as people do; whatever it asks of the net is refused."""
    file = folder / "plan.html"
    file.write_bytes(sheet_file(assessed(**answers), ".html", paper, large, TODAY))
    page = chromium.new_context(**how).new_page()
    page.route("http*://**", lambda route: route.abort())
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_on_a_screen(
    chromium: Browser, tmp_path: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    for answers in (BARE, LED, EMERGENCY):
        viewport = {"width": width, "height": 800}
        page = opened(chromium, tmp_path, answers, viewport=viewport, color_scheme=scheme)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        found = Axe().run(page, options=RULES)

        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_barrier_in_large_print(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, BARE, large=True, viewport={"width": 320, "height": 800})

    assert Axe().run(page, options=RULES).violations_count == 0
    assert page.evaluate("getComputedStyle(document.querySelector('li')).fontSize") == "24px"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_it_prints_on_at_most_two_pages(
    chromium: Browser, tmp_path: Path, paper: str, size: tuple[int, int]
) -> None:
    for answers in PEOPLE:
        page = opened(chromium, tmp_path, answers, paper=paper)
        printed = pypdfium2.PdfDocument(BytesIO(page.pdf(prefer_css_page_size=True)))

        assert len(printed) == (1 if answers in (HOLD, EMERGENCY) else 2)
        assert printed[0].get_size() == pytest.approx(size, abs=1)


def test_it_is_ticked_by_keyboard_and_read_without_script(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, BARE, java_script_enabled=False)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")

    assert page.get_by_role("checkbox").first.is_checked()
    assert page.get_by_role("group", name="Strength: Sit to stand").get_by_role("checkbox").count() == 7
