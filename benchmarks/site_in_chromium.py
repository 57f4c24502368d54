"""What visits of the static site cost a real Chromium, all of its processes counted."""

import functools
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from playwright.sync_api import CDPSession, Page, Playwright, sync_playwright

_A_SECOND, _A_MINUTE = 1000, 60_000
_ANSWER_NOW = """() => {
  const button = document.createElement("button");
  button.id = "now";
  button.setAttribute("formaction", "/answer");
  document.querySelector("form[action='/ask']").append(button);
  button.textContent = "now";
}"""
"""The shortest way to the first answer, as the pages ask about safety first."""


def visits(folder: Path, number: int) -> list[float]:
    """Return the CPU seconds of each visit to the site in `folder`, from opening it to the first answer.

    Each has a Chromium of its own, started before it counts, with the profile that the visit before left.
    """
    with _hosted(folder) as address, sync_playwright() as playwright, TemporaryDirectory() as profile:
        return [_visit(playwright, profile, address) for _ in range(number)]


def _visit(playwright: Playwright, profile: str, address: str) -> float:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=chromium, args=["--no-sandbox"]
    )
    page = context.pages[0]
    page.wait_for_timeout(2 * _A_SECOND)
    assert context.browser
    session = context.browser.new_browser_cdp_session()
    before = _seconds(session)
    page.goto(address)
    _to_the_first_answer(page)
    used = _seconds(session) - before
    page.wait_for_timeout(3 * _A_SECOND)  # Chromium writes the compiled wasm a while later
    context.close()
    return used


def _to_the_first_answer(page: Page) -> None:
    page.click(".act .primary", timeout=_A_MINUTE)
    page.fill("#t_score", "-3.9")
    page.fill("#age", "54")
    page.click("button.primary")
    page.wait_for_selector("form[action='/ask']")
    page.evaluate(_ANSWER_NOW)
    page.click("#now")
    page.wait_for_selector(".verdict")


def _seconds(session: CDPSession) -> float:
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    return float(sum(process["cpuTime"] for process in processes))


@contextmanager
def _hosted(folder: Path) -> Iterator[str]:
    class Host(SimpleHTTPRequestHandler):
        extensions_map: ClassVar = {
            **SimpleHTTPRequestHandler.extensions_map,
            ".mjs": "text/javascript",
            ".wasm": "application/wasm",
        }

        def log_message(self, *_: Any) -> None:
            """Print nothing between the numbers."""

    host = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Host, directory=str(folder)))
    threading.Thread(target=host.serve_forever, daemon=True).start()
    yield f"http://localhost:{host.server_address[1]}/"
    host.shutdown()
    host.server_close()
