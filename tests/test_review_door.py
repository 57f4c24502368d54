"""The door of the desk: the link, the cookie, other programs' cookies, and coming back after a restart."""

import socket
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.desk import Browser, filled, served


def test_the_link_survives_whoever_only_looks_at_it(tmp_path: Path) -> None:
    with served(*filled(tmp_path)) as desk:
        link = f"/open?token={desk.door.token}"
        assert Browser(desk.port).ask("HEAD", link).status == 303
        assert Browser(desk.port).ask("GET", link).status == 303  # and keeps no cookie
        assert "Who is reviewing?" in Browser(desk.port).get(link).text
        assert Browser(desk.port).ask("GET", link).status == 403


def test_a_browser_that_keeps_no_cookie_is_told_so_and_may_try_again(tmp_path: Path) -> None:
    with served(*filled(tmp_path)) as desk:
        link = f"/open?token={desk.door.token}"
        answer = Browser(desk.port).ask("GET", link)
        told = Browser(desk.port).ask("GET", answer.headers["location"])
        assert told.status == 403
        assert "did not keep the cookie" in told.text
        assert "Who is reviewing?" in Browser(desk.port).get(link).text


def test_cookies_of_other_programs_do_no_harm(tmp_path: Path) -> None:
    with served(*filled(tmp_path)) as desk:
        browser = Browser(desk.port, 'prefs={"theme":"dark"}; a b=c,;d')
        assert "Who is reviewing?" in browser.get(f"/open?token={desk.door.token}").text


def test_a_restart_brings_one_back_to_where_one_was(tmp_path: Path) -> None:
    store, run = filled(tmp_path)
    with served(store, run) as desk:
        browser = desk.browser()
        browser.get("/person/2?undecided=yes")
    with served(store, run) as again:
        browser.port = again.port
        closed = browser.ask("GET", "/person/2?undecided=yes")
        assert closed.status == 403
        assert "/style.css" in closed.text
        page = browser.get(f"/open?token={again.door.token}")
        page = browser.send("/who", page, name="Ana Ruiz", role="physiotherapist")
        assert "<bdi>bea</bdi> <small>" in page.text
        assert "undecided=yes" in page.text


def test_where_one_was_in_another_list_or_elsewhere_is_forgotten(tmp_path: Path) -> None:
    with served(*filled(tmp_path)) as desk:
        browser = desk.browser()
        for place in ("2/person/2", "1//evil.example", "1/open", "1/person/2%0d%0aX: y", "%", "1/person/x"):
            page = browser.get("/who")
            browser.jar["desk-place"] = place
            assert "<h1>Worklist</h1>" in browser.send("/who", page, name="Ana", role="GP").text


def test_the_link_is_printed_once_the_desk_listens(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bool] = []

    def try_the_link(_: object, sockets: list[socket.socket]) -> None:
        with socket.create_connection(sockets[0].getsockname(), timeout=5):
            heard.append(True)

    monkeypatch.setattr("uvicorn.Server.run", try_the_link)
    store, _ = filled(tmp_path)
    store.close()
    assert run("review", "--store", tmp_path / "review.sqlite").code == 0
    assert heard == [True]
