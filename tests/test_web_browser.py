"""The person's pages in a real Chromium: served with and without script, and as a site that runs in it."""

import functools
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import pytest

pytest.importorskip("playwright")  # the extra [dev]

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from recommender.web.runtime import runtime_files
from recommender.web.site import site_files
from tests.people import book
from tests.scan_reports import hologic
from tests.visitor import served_pages

pytestmark = pytest.mark.heavy

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
_BROAD = 600
A_MINUTE, MARKS = 60_000, count()


class Hosted(NamedTuple):
    """A site on a host of its own: its address, and every path that was asked for."""

    url: str
    asked: list[str]
    folder: Path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return a Chromium; CI installs Debian's, and there is no passing without one."""
    assert CHROMIUM, "Install chromium (Debian: apt-get install chromium)."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """Serve the pages on this machine."""
    with served_pages() as address:
        yield address


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """Make the site, and host it as any host of files does."""
    folder = tmp_path_factory.mktemp("site")
    for name, content in site_files(book(), None, runtime_files(None), shutil.which("node")).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    asked: list[str] = []

    class Host(SimpleHTTPRequestHandler):
        extensions_map: ClassVar = {
            **SimpleHTTPRequestHandler.extensions_map,
            ".mjs": "text/javascript",
            ".wasm": "application/wasm",
        }

        def log_message(self, *_: Any) -> None:
            asked.append(self.path)

    host = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Host, directory=str(folder)))
    threading.Thread(target=host.serve_forever, daemon=True).start()
    yield Hosted(f"http://localhost:{host.server_address[1]}/", asked, folder)
    host.shutdown()
    host.server_close()


def context(chromium: Browser, **options: Any) -> BrowserContext:
    """Return a new visit; a screen of less than `_BROAD` is one of a phone."""
    width = options.pop("width", 375)
    is_phone = width < _BROAD
    return chromium.new_context(
        viewport={"width": width, "height": 800}, has_touch=is_phone, is_mobile=is_phone, **options
    )


def opened(visit: BrowserContext, url: str) -> Page:
    """Open the pages; every complaint of the browser is kept in `complaints`."""
    page = visit.new_page()
    page.goto(url)
    page.wait_for_selector(".act .primary", timeout=A_MINUTE)
    return page


def turned(page: Page, act: Any) -> None:
    """Do something that turns the page, and wait for the next one."""
    mark = str(next(MARKS))  # pages that one comes back to keep theirs
    page.evaluate("mark => { document.getElementById('main').dataset.before = mark }", mark)
    act()
    page.wait_for_selector(f"#main:not([data-before='{mark}']) h1", state="attached")


def press(page: Page, selector: str) -> None:
    """Press a button with a finger, or with a mouse where the screen takes no touch."""
    page.tap(selector) if page.evaluate("navigator.maxTouchPoints > 0") else page.click(selector)


def begin(page: Page) -> None:
    """Go to the first question, with a score and an age."""
    turned(page, lambda: press(page, ".act .primary"))
    page.fill("#t_score", "-3.9")
    page.fill("#age", "54")
    turned(page, lambda: press(page, "button.primary"))


def answer_one(page: Page) -> None:
    """Answer one question by touch: none or no, else a number, else not sure."""
    if page.locator("#systolic_bp").count():
        page.fill("#systolic_bp", "130")
        page.fill("#diastolic_bp", "80")
        turned(page, lambda: press(page, "button[value=typed]"))
    elif page.locator("button[value=no]").count():
        turned(page, lambda: press(page, "button[value=no]"))
    else:
        turned(page, lambda: press(page, "button[value=unsure]"))


def answer_all(page: Page) -> None:
    """Answer every question, until the answer is there."""
    while page.locator("form[action='/ask']").count():
        answer_one(page)
    assert page.locator(".verdict").is_visible()


def violations(page: Page) -> list[str]:
    """Return what axe finds on a page, and whether it is wider than the screen."""
    found = Axe().run(page, options=RULES).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*(each["id"] for each in found), *(["wider than the screen"] if wide else [])]


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("script", [True, False])
def test_the_whole_way_on_the_served_pages(served: str, chromium: Browser, width: int, script: bool) -> None:
    visit = context(chromium, width=width, java_script_enabled=script)
    page = opened(visit, served)
    page.click(".display summary")
    page.check("#display-large")
    begin(page)
    answer_all(page)
    assert page.is_checked("#display-large")

    page.fill("#asked", "golf")
    turned(page, lambda: press(page, "form.can button"))
    assert "Golf, for you" in page.inner_text(".canned")
    turned(page, lambda: page.click("text=Back to my answer"))
    with page.expect_download() as kept:
        page.click("button[formaction='/me.yaml']")
    text = Path(kept.value.path()).read_text(encoding="utf-8")
    assert "t_score: -3.9" in text
    assert "fever" not in text
    visit.close()


def test_the_whole_way_by_keys_alone(served: str, chromium: Browser) -> None:
    visit = context(chromium, width=1280)
    page = opened(visit, served)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    turned(page, lambda: press_until(page, ".act .primary"))
    press_until(page, "#t_score", enter=False)
    page.keyboard.type("-2.6")
    press_until(page, "#age", enter=False)
    page.keyboard.type("61")
    turned(page, lambda: page.keyboard.press("Enter"))
    while page.locator("form[action='/ask']").count():
        if page.locator("#systolic_bp").count():
            press_until(page, "#systolic_bp", enter=False)
            page.keyboard.type("130")
            press_until(page, "#diastolic_bp", enter=False)
            page.keyboard.type("80")
            turned(page, lambda: page.keyboard.press("Enter"))
        else:
            answer = "no" if page.locator("button[value=no]").count() else "unsure"
            turned(page, lambda answer=answer: press_until(page, f"button[value={answer}]"))
    assert page.locator(".verdict").is_visible()
    visit.close()


@pytest.mark.parametrize("script", [True, False])
def test_the_plan_opens_on_a_page_to_print_with_the_styles_of_the_sheet(
    served: str, chromium: Browser, script: bool
) -> None:
    visit = context(chromium, java_script_enabled=script)
    page = opened(visit, served)
    begin(page)
    answer_all(page)

    with visit.expect_page() as new:
        page.click("button[formaction='/plan']")
    plan = new.value
    plan.wait_for_selector("h1")
    assert plan.locator(".page-1 .card").first.is_visible()
    assert plan.evaluate("getComputedStyle(document.querySelector('.card')).display") == "flex"
    assert plan.evaluate("document.documentElement.scrollWidth") <= 375
    assert page.locator(".verdict").is_visible()
    visit.close()


def test_a_link_within_the_whole_answer_unfolds_its_part_and_back_still_returns(
    served: str, chromium: Browser
) -> None:
    visit = context(chromium)
    page = opened(visit, served)
    begin(page)
    answer_all(page)
    turned(page, lambda: page.click("button[formaction='/all']"))
    assert not page.locator("#part-6 > :not(summary)").first.is_visible()

    page.click("a[href='#part-6']")
    assert page.locator("#part-6 > :not(summary)").first.is_visible()
    assert page.evaluate("document.activeElement.parentElement.id") == "part-6"
    turned(page, page.go_back)
    assert page.locator(".verdict").is_visible()
    visit.close()


def test_enter_on_a_box_does_not_say_none(served: str, chromium: Browser) -> None:
    visit = context(chromium, width=1280)
    page = opened(visit, served)
    begin(page)
    page.focus("input[name=item] >> nth=0")
    turned(page, lambda: page.keyboard.press("Enter"))

    assert "Nothing is ticked" in page.inner_text("main")
    visit.close()


def press_until(page: Page, selector: str, enter: bool = True) -> None:
    """Press Tab until an element has the focus, and then Enter."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail(f"{selector} cannot be reached by keys")
    if enter:
        page.keyboard.press("Enter")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_holds_to_wcag_and_fits_the_narrowest_screen(
    served: str, chromium: Browser, scheme: Any
) -> None:
    visit = context(chromium, width=320, color_scheme=scheme)
    page = opened(visit, served)
    found = {"welcome": violations(page)}
    page.click("main summary")
    found["return"] = violations(page)
    page.click(".display summary")
    page.check("#display-large")
    page.check("#display-contrast")
    found["larger, with more contrast"] = violations(page)
    page.uncheck("#display-large")
    page.uncheck("#display-contrast")
    turned(page, lambda: page.click(".act .primary"))
    found["number"] = violations(page)
    page.set_input_files("#report", files=[{"name": "report.pdf", "mimeType": "", "buffer": hologic().pdf()}])
    turned(page, lambda: page.click("button.primary"))
    found["report"] = violations(page)
    turned(page, lambda: page.click("text=Type the numbers myself"))
    page.fill("#t_score", "26")
    turned(page, lambda: page.click("button.primary"))
    found["problem"] = violations(page)
    page.fill("#t_score", "-3.9")
    turned(page, lambda: page.click("button.primary"))
    number = 0
    while page.locator("form[action='/ask']").count():
        number += 1
        found[f"question {number}"] = violations(page)
        answer_one(page)
    for each in page.locator("details > summary").all():
        each.click()
    found["answer"] = violations(page)
    page.fill("#asked", "golf")
    turned(page, lambda: page.click("form.can button"))
    found["can"] = violations(page)
    turned(page, lambda: page.click("text=Back to my answer"))
    turned(page, lambda: page.click("button[formaction='/all']"))
    found["all"] = violations(page)
    page = opened(visit, served)
    begin(page)
    page.check("input[value='1']")
    turned(page, lambda: page.click("button[value=ticked]"))
    found["emergency"] = violations(page)

    assert {name: each for name, each in found.items() if each} == {}
    visit.close()


def test_back_and_forward_of_the_browser_return_to_each_page(served: str, chromium: Browser) -> None:
    visit = context(chromium)
    page = opened(visit, served)
    begin(page)
    headings = [page.inner_text("h1")]
    for _ in range(3):
        answer_one(page)
        headings.append(page.inner_text("h1"))

    for heading in reversed(headings[:-1]):
        turned(page, page.go_back)
        assert page.inner_text("h1") == heading
    turned(page, page.go_forward)
    assert page.inner_text("h1") == headings[1]
    answer_one(page)
    assert page.inner_text("h1") == headings[2]
    visit.close()


@pytest.mark.parametrize("width", [375, 1280])
def test_the_whole_way_on_the_site_sends_nothing_and_works_without_the_network(
    site: Hosted, chromium: Browser, width: int
) -> None:
    visit = context(chromium, width=width)
    page = visit.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(site.url)
    page.wait_for_selector(".act .primary", timeout=A_MINUTE)
    page.wait_for_timeout(3000)  # the browser's own look for a newer service.js belongs to the load
    before = len(site.asked)
    requests: list[str] = []
    visit.on("request", lambda request: requests.append(request.url))
    begin(page)
    answer_all(page)
    page.fill("#asked", "yoga")
    turned(page, lambda: page.click("form.can button"))
    turned(page, page.go_back)
    with visit.expect_page() as new:
        page.click("button[formaction='/plan']")
    new.value.wait_for_selector(".page-1 .card")
    new.value.close()
    with page.expect_download() as kept:
        page.click("button[formaction='/me.json']")
    assert '"t_score": "-3.9"' in Path(kept.value.path()).read_text(encoding="utf-8")

    assert site.asked[before:] == []
    assert [url for url in requests if not url.startswith("blob:")] == []
    assert complaints == []

    visit.set_offline(True)
    again = opened(visit, site.url)
    begin(again)
    answer_all(again)
    stored = again.evaluate(
        "async () => [localStorage.length, sessionStorage.length, document.cookie,"
        " (await indexedDB.databases()).length, JSON.stringify(history.state).includes('3.9')]"
    )
    assert stored == [0, 0, "", 0, False]
    visit.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_page_of_the_site_holds_to_wcag(site: Hosted, chromium: Browser, scheme: Any) -> None:
    visit = context(chromium, width=320, color_scheme=scheme, service_workers="block")
    page = visit.new_page()
    page.goto(site.url)
    page.wait_for_selector("[data-for='broken']", state="visible")
    assert violations(page) == []
    visit.close()


def test_the_site_without_script_says_why_and_gives_general_advice(site: Hosted, chromium: Browser) -> None:
    visit = context(chromium, java_script_enabled=False)
    page = visit.new_page()
    page.goto(site.url)

    assert page.locator("[data-for='script']").is_visible()
    assert page.locator("code", has_text="recommender serve").is_visible()
    assert page.locator("h2").count() >= 2
    visit.close()


def test_the_site_as_a_file_says_why_it_cannot_run(site: Hosted, chromium: Browser) -> None:
    visit = context(chromium)
    page = visit.new_page()
    page.goto((site.folder / "index.html").as_uri())

    assert page.locator("[data-for='file']").is_visible()
    assert not page.locator("[data-for='starts']").is_visible()
    visit.close()


def test_the_site_from_plain_http_says_why_it_does_not_run(site: Hosted, chromium: Browser) -> None:
    port = site.url.rsplit(":", 1)[1].strip("/")
    rule = "--host-resolver-rules=MAP clinic.example 127.0.0.1"
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=["--no-sandbox", rule])
    page = browser.new_page()
    page.goto(f"http://clinic.example:{port}/")

    assert page.locator("[data-for='insecure']").is_visible()
    assert page.locator(".act .primary").count() == 0
    browser.close()


def test_a_file_that_was_changed_on_the_host_is_not_run(
    site: Hosted, chromium: Browser, tmp_path: Path
) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(site.folder, folder)
    with (folder / "worker.js").open("a", encoding="utf-8") as script:
        script.write("\n// changed\n")
    host = ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(SimpleHTTPRequestHandler, directory=str(folder))
    )
    threading.Thread(target=host.serve_forever, daemon=True).start()
    visit = context(chromium)
    page = visit.new_page()
    page.goto(f"http://localhost:{host.server_address[1]}/")

    page.wait_for_selector("[data-for='broken']", state="visible", timeout=A_MINUTE)
    visit.close()
    host.shutdown()
    host.server_close()


def test_an_update_is_told_and_used_only_when_asked(site: Hosted, chromium: Browser) -> None:
    visit = context(chromium)
    page = opened(visit, site.url)
    service = site.folder / "service.js"
    now = service.read_text(encoding="utf-8")
    service.write_text(now.replace('VERSION = "', 'VERSION = "newer-'), encoding="utf-8")
    try:
        page = opened(visit, site.url)
        page.wait_for_selector("#update", state="visible", timeout=A_MINUTE)
        assert page.locator(".act .primary").is_visible()
        begin(page)
        with page.expect_navigation():
            page.click("#update button")
        page.wait_for_selector(".act .primary", timeout=A_MINUTE)
        assert not page.locator("#update").is_visible()
    finally:
        service.write_text(now, encoding="utf-8")
    visit.close()


def memories(page: Page) -> list[str]:
    """Return the names of the caches that hold Python's memory."""
    names: list[str] = page.evaluate("caches.keys()")
    return [name for name in names if " memory " in name]


def test_a_later_visit_begins_with_the_memory_of_the_first(site: Hosted, chromium: Browser) -> None:
    visit = context(chromium)
    page = opened(visit, site.url)
    page.wait_for_function("async () => (await caches.match('memory')) !== undefined")
    assert len(memories(page)) == 1
    begin(page)
    first = page.inner_text("main")

    again = opened(visit, site.url)
    begin(again)
    assert again.inner_text("main") == first
    visit.close()


def test_a_memory_that_cannot_be_read_is_made_anew(site: Hosted, chromium: Browser) -> None:
    visit = context(chromium)
    page = opened(visit, site.url)
    page.wait_for_function("async () => (await caches.match('memory')) !== undefined")
    page.evaluate(
        "async name => (await caches.open(name)).put('memory', new Response(new Uint8Array(1000)))",
        memories(page)[0],
    )

    again = opened(visit, site.url)
    begin(again)
    again.wait_for_function("async () => (await (await caches.match('memory')).blob()).size > 1000")
    visit.close()
