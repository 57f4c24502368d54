"""A team at the desk: accounts, sessions, claims; who signs is who signed in."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
import uvicorn

from recommender.errors import ReviewError
from recommender.review.store import Store
from recommender.review.team.accounts import Accounts
from recommender.review.team.app import team_app
from recommender.review.team.members import Members
from recommender.review.team.settings import Settings, read_settings
from tests.conftest import Run
from tests.desk import PEOPLE, Answer, Browser, entered_from, filled
from tests.people import book
from tests.test_review_deciding import screened

PASSWORD = "four words that wander"
TEAM = {"ana": "adjudicator", "ben": "reviewer", "cleo": "reviewer", "dan": "administrator"}


@contextmanager
def serving(store: Store, **settings: object) -> Iterator[int]:
    """Serve the desk of a team on a free port."""
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        values = Settings(store.location, f"http://127.0.0.1:{port}", **settings)  # type: ignore[arg-type]
        config = uvicorn.Config(
            team_app(store, book(), values), log_config=None, log_level="critical", access_log=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.01)
        try:
            yield port
        finally:
            server.should_exit = True
            thread.join(10)


def everybody_on(store: Store, run: int) -> None:
    """Put all accounts on a list."""
    Members(store).put_on(run, [account.id for account in Accounts(store).everybody()])


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, Store]]:
    """Serve five people to a team of four."""
    monkeypatch.setattr("recommender.review.team.passwords._LOG_COST", 4)  # quick
    store, _ = filled(tmp_path)
    accounts = Accounts(store)
    for login, duty in TEAM.items():
        accounts.create(login, login.capitalize(), "physiotherapist", duty, PASSWORD)
    everybody_on(store, 1)
    with serving(store) as port:
        yield port, store
    store.close()


def post(browser: Browser, path: str, **fields: str) -> Answer:
    """Send a form with these fields only."""
    form = urlencode(fields)
    kind = {"Content_Type": "application/x-www-form-urlencoded", "Content_Length": str(len(form))}
    answer = browser.ask("POST", path, form, Origin=f"http://127.0.0.1:{browser.port}", **kind)
    return browser.get(answer.headers["location"]) if answer.status == 303 else answer


def signed_in(port: int, login: str, password: str = PASSWORD) -> Browser:
    """Return a browser in which somebody has signed in."""
    browser = Browser(port)
    page = post(browser, "/sign-in", login=login, password=password)
    assert page.status == 200, page.text
    assert "Worklist" in page.text
    return browser


def shown(page: Answer) -> str:
    """Return the name of the person on a page."""
    found = re.search(r"<h1><bdi>([^<]*)</bdi> <small>", page.text)
    return found[1] if found else ""


def test_who_signs_is_who_signed_in(team: tuple[int, Store]) -> None:
    port, store = team
    browser = signed_in(port, "ben")
    page = browser.get("/person/1")
    assert "Ben, physiotherapist" in page.text
    forged = browser.send("/person/1/decide", page, about="", by="Ana")
    assert forged.status == 409
    page = browser.send("/person/1/decide", browser.get("/person/1"), about="")
    browser.send("/person/1/sign", page)
    made = store.decisions_of(1, 1)
    assert [(one["kind"], one["by"], one["account"]) for one in made] == [
        ("agree", "Ben", "ben"),
        ("signed", "Ben", "ben"),
    ]
    assert post(browser, "/who", name="Eve", role="GP").status in (403, 404, 405)
    assert store.check().problems == []


def test_nobody_comes_in_without_a_password(team: tuple[int, Store]) -> None:
    port, _ = team
    for login, password in (("ben", "wrong"), ("nobody", PASSWORD), ("", ""), ("ben", "x" * 10_000)):
        stranger = Browser(port)
        answer = post(stranger, "/sign-in", login=login, password=password)
        assert answer.status == 403
        assert "do not fit" in answer.text
        assert stranger.ask("GET", "/person/1").status == 303
    for path in ("/", "/person/1", "/export.json", "/team", "/next", "/account", "/closed"):
        answer = Browser(port).ask("GET", path)
        assert (answer.status, answer.headers["location"]) == (303, "/sign-in")


def test_after_five_wrong_passwords_one_waits_and_is_told_no_more(
    team: tuple[int, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, store = team
    told = [post(Browser(port), "/sign-in", login="ben", password=f"wrong {n}") for n in range(5)]
    told.append(post(Browser(port), "/sign-in", login="ben", password=PASSWORD))
    told.append(post(Browser(port), "/sign-in", login="nobody", password=PASSWORD))
    assert {answer.status for answer in told} == {403}
    assert len({answer.text for answer in told}) == 1
    later = datetime.now(UTC) + timedelta(minutes=2)
    monkeypatch.setattr("recommender.review.team.clock._now", lambda: later)
    signed_in(port, "ben")
    assert Accounts(store).find("ben") is not None


class _Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime(2026, 11, 27, tzinfo=UTC)
        monkeypatch.setattr("recommender.review.team.clock._now", lambda: self.now)

    def move(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


def test_who_tries_wrong_passwords_waits_longer_each_time_and_keeps_nobody_else_out(
    team: tuple[int, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five wrong passwords, on purpose, locked somebody else out for a quarter of an hour."""
    clock, accounts = _Clock(monkeypatch), Accounts(team[1])
    for _ in range(5):
        assert accounts.check("ben", "wrong", "10.0.0.9") is None
    for minutes in (1, 2, 4, 8, 15, 15):
        assert accounts.check("ben", PASSWORD, "10.0.0.1") is not None  # Ben works on
        clock.move(minutes - 0.1)
        assert accounts.check("ben", PASSWORD, "10.0.0.9") is None
        clock.move(0.2)
        assert accounts.check("ben", "wrong", "10.0.0.9") is None
    clock.move(16)
    assert accounts.check("ben", PASSWORD, "10.0.0.9") is not None
    for number in range(60):  # from many addresses at once
        accounts.check("ben", "wrong", f"10.0.1.{number}")
    assert accounts.check("ben", PASSWORD, "10.0.2.1") is None
    assert accounts.check("ben", PASSWORD, "10.0.0.1") is not None  # where he has been before
    assert accounts.check("cleo", PASSWORD, "10.0.2.1") is not None
    ben = accounts.find("ben")
    assert ben is not None
    accounts.unlock(ben)
    assert accounts.check("ben", PASSWORD, "10.0.2.1") is not None


def test_administrators_see_who_signed_in_from_where_and_no_password(
    team: tuple[int, Store],
) -> None:
    _, store = team
    with serving(store, address_header="X-Forwarded-For") as port:
        form = {"Content_Type": "application/x-www-form-urlencoded", "X_Forwarded_For": "1.1.1.1, 10.0.0.7"}
        for login in ("ben", "s3cret typed here"):
            sent = urlencode({"login": login, "password": "another s3cret"})
            origin = f"http://127.0.0.1:{port}"
            Browser(port).ask("POST", "/sign-in", sent, Origin=origin, Content_Length=str(len(sent)), **form)
        dan, ben = signed_in(port, "dan"), signed_in(port, "ben")
        page = dan.get("/team/sign-ins")
        rows = re.findall(r"<tr.*?</tr>", page.text, re.DOTALL)[1:]
        told = [" ".join(re.findall(r"data-label=\"(?:Login|From|Result)\">([^<]*)", row)) for row in rows]
        assert told == [
            "ben 127.0.0.1 signed in",
            "dan 127.0.0.1 signed in",
            "no such login 10.0.0.7 refused",
            "ben 10.0.0.7 refused",
        ]
        assert ben.get("/team/sign-ins").status == 404
    with store.reading() as connection:
        assert "s3cret" not in str(connection.exec_driver_sql("SELECT * FROM sign_in_log").all())


def test_a_session_ends_when_it_is_idle_and_one_comes_back_to_where_one_was(
    team: tuple[int, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, _ = team
    browser = signed_in(port, "ben")
    browser.get("/person/2?undecided=yes")
    later = datetime.now(UTC) + timedelta(minutes=16)
    monkeypatch.setattr("recommender.review.team.clock._now", lambda: later)
    assert browser.ask("GET", "/").headers["location"] == "/sign-in"
    page = post(browser, "/sign-in", login="ben", password=PASSWORD)
    assert shown(page) == "bea"
    assert "undecided=yes" in page.text


def test_a_session_goes_on_while_one_clicks_and_ends_after_a_shift(
    team: tuple[int, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, _ = team
    browser, start = signed_in(port, "ben"), datetime.now(UTC)
    for minutes in range(0, 12 * 60 - 1, 14):
        monkeypatch.setattr(
            "recommender.review.team.clock._now", lambda minutes=minutes: start + timedelta(minutes=minutes)
        )
        assert browser.ask("GET", "/account").status == 200
    monkeypatch.setattr("recommender.review.team.clock._now", lambda: start + timedelta(minutes=721))
    assert browser.ask("GET", "/account").status == 303


def test_signing_out_ends_the_session_for_good(team: tuple[int, Store]) -> None:
    port, _ = team
    browser = signed_in(port, "ben")
    cookie = browser.cookie
    browser.send("/sign-out", browser.get("/account"))
    assert Browser(port, cookie).ask("GET", "/").status == 303


def test_a_session_that_somebody_planted_is_not_taken_up(team: tuple[int, Store]) -> None:
    port, _ = team
    browser = Browser(port, "desk=planted")
    post(browser, "/sign-in", login="ben", password=PASSWORD)
    assert browser.jar["desk"] != "planted"
    assert Browser(port, "desk=planted").ask("GET", "/").status == 303
    before = browser.cookie
    post(browser, "/sign-in", login="cleo", password=PASSWORD)
    assert Browser(port, before).ask("GET", "/").status == 303


def test_a_form_needs_the_origin_and_the_secret_of_its_own_session(team: tuple[int, Store]) -> None:
    port, store = team
    ben, cleo = signed_in(port, "ben"), signed_in(port, "cleo")
    page = ben.get("/person/1")
    secret = cleo.get("/account").field("secret")
    assert ben.send("/person/1/decide", page, about="", secret=secret).status == 403
    form = urlencode({"login": "ben", "password": PASSWORD})
    kind = {"Content_Type": "application/x-www-form-urlencoded", "Content_Length": str(len(form))}
    for origin in ("https://evil.example", "null", "", "http://127.0.0.1"):
        assert Browser(port).ask("POST", "/sign-in", form, Origin=origin, **kind).status == 403
    assert not store.decisions_of(1, 1)


def test_people_are_seen_once(team: tuple[int, Store]) -> None:
    port, _ = team
    browsers = [signed_in(port, login) for login in ("ana", "ben", "cleo")]
    assert len({shown(browser.get("/next")) for browser in browsers}) == 3


def test_who_is_open_elsewhere_is_told_and_kept_from_nobody_for_long(
    team: tuple[int, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, store = team
    ben, cleo = signed_in(port, "ben"), signed_in(port, "cleo")
    ben.get("/person/1")
    page = cleo.get("/person/1")
    assert "Ben has this person open until" in page.text
    told = cleo.send("/person/1/decide", page, about="")
    assert told.status == 423
    assert "Ben has this person open until" in told.text
    assert cleo.send("/person/1/what-if", cleo.get("/person/1/what-if"), age="62").status == 200
    assert not store.decisions_of(1, 1)
    later = datetime.now(UTC) + timedelta(minutes=14)
    monkeypatch.setattr("recommender.review.team.clock._now", lambda: later)
    ben.get("/person/2")  # which gives the first one back
    assert cleo.send("/person/1/decide", cleo.get("/person/1"), about="").status == 200


def test_after_signing_one_goes_on_with_somebody_whom_nobody_has_open(team: tuple[int, Store]) -> None:
    port, _ = team
    ben, cleo = signed_in(port, "ben"), signed_in(port, "cleo")
    page = ben.get("/next")
    number = re.search(r'action="/person/(\d+)/sign', page.text)
    assert number is not None
    second = shown(cleo.get("/next"))
    page = ben.send(f"/person/{number[1]}/decide", page, about="")
    after = ben.send(f"/person/{number[1]}/sign", page)
    assert after.status == 200
    assert shown(after) not in ("", second, "dora")


def test_people_who_are_assigned_come_first_and_are_left_to_their_reviewer(team: tuple[int, Store]) -> None:
    port, _ = team
    dan, ben, cleo = (signed_in(port, login) for login in ("dan", "ben", "cleo"))
    page = dan.send("/team", dan.get("/team"), act="assign", account="ben", count="3")
    assert page.status == 200
    assert dan.send("/team", dan.get("/team"), act="assign", account="cleo", count="x").status == 422
    order = re.findall(r"data-row><bdi>([^<]*)</bdi>", dan.get("/").text)
    assert shown(cleo.get("/next")) == order[3]
    assert shown(ben.get("/next")) == order[0]


def test_only_administrators_manage_accounts(team: tuple[int, Store]) -> None:
    port, store = team
    for login in ("ana", "ben"):
        browser = signed_in(port, login)
        page = browser.get("/account")
        assert browser.get("/team").status == 404
        form = {"act": "duty", "account": login, "duty": "administrator"}
        assert browser.send("/team", page, **form).status == 404
        assert browser.send("/team", page, act="create", login="eve", name="Eve").status == 404
    assert {each.login: each.duty for each in Accounts(store).everybody()} == TEAM


def test_an_account_is_made_used_changed_and_closed_at_once(team: tuple[int, Store]) -> None:
    port, store = team
    dan = signed_in(port, "dan")
    new = {"login": "eve", "name": "Eve Ito", "role": "GP", "duty": "reviewer", "password": PASSWORD}
    assert dan.send("/team", dan.get("/team"), act="create", **new).status == 200
    again = dan.send("/team", dan.get("/team"), act="create", **new)
    assert again.status == 422
    weak = dan.send("/team", dan.get("/team"), act="create", **{**new, "login": "f", "password": "short"})
    assert "12 to 200 characters" in weak.text
    stranger = post(Browser(port), "/sign-in", login="eve", password=PASSWORD)
    assert "You are on no list yet" in stranger.text
    everybody_on(store, 1)
    eve = signed_in(port, "eve")
    assert eve.get("/team").status == 404
    dan.send("/team", dan.get("/team"), act="duty", account="eve", duty="administrator")
    assert eve.get("/team").status == 200
    page = eve.get("/account")
    assert eve.send("/account", page, password="wrong", new="another good one").status == 422
    assert eve.send("/account", page, password=PASSWORD, new="another good one").status == 200
    assert eve.get("/account").status == 200
    dan.send("/team", dan.get("/team"), act="close", account="eve")
    assert eve.ask("GET", "/").status == 303
    assert post(Browser(port), "/sign-in", login="eve", password="another good one").status == 403
    last = dan.send("/team", dan.get("/team"), act="close", account="dan")
    assert "this is the last administrator" in last.text


def test_each_works_on_the_list_they_chose(team: tuple[int, Store], tmp_path: Path) -> None:
    port, store = team
    ben = signed_in(port, "ben")
    other = entered_from(store, tmp_path, PEOPLE.replace("anna", "ines"))
    everybody_on(store, other)
    cleo = signed_in(port, "cleo")
    assert "ines" in cleo.get("/").text
    assert "anna" in ben.get("/").text
    ben.send("/lists", ben.get("/lists"), chosen=str(other))
    assert "ines" in ben.get("/").text


OTHERS = PEOPLE.replace("anna,61,female,post,-2.6", "anna,64,female,post,-3.1")


@pytest.fixture
def apart(team: tuple[int, Store], tmp_path: Path) -> tuple[int, Store, int]:
    """Return a second list with the same names, for Ana alone: who decided there, and said why."""
    port, store = team
    run = entered_from(store, tmp_path, OTHERS)
    accounts = Accounts(store)
    ana = accounts.find("ana")
    assert ana is not None
    Members(store).put_on(run, [ana.id])
    browser = signed_in(port, "ana")
    form = {"verdict": "hold", "reason": "need-more-info", "comment": "Of the other clinic"}
    assert browser.send("/person/1/decide", browser.get("/person/1"), about="", **form).status == 200
    browser.send("/sign-out", browser.get("/account"))
    return port, store, run


def test_a_list_is_open_to_its_members_and_to_administrators(apart: tuple[int, Store, int]) -> None:
    port, store, run = apart
    ben, dan = signed_in(port, "ben"), signed_in(port, "dan")
    assert "people.csv" in ben.get("/lists").text
    assert ben.get("/lists").text.count('data-label="List"') == 1
    assert dan.get("/lists").text.count('data-label="List"') == 2
    assert "Of the other clinic" in dan.get("/person/1").text  # the list that came last
    assert ben.send("/lists", ben.get("/lists"), chosen=str(run)).status == 404
    with store.writing() as connection:  # even where his session says so
        connection.exec_driver_sql(f"UPDATE sessions SET run = {run}")
    for path in ("/", "/person/1", "/export.json", "/audit", "/agreement", "/next", "/person/1/note"):
        page = ben.get(path)
        assert page.status == 200
        assert "Of the other clinic" not in page.text
        assert "-3.1" not in page.text  # nor the earlier scan of who has the same name there
    assert ben.send("/person/1/decide", ben.get("/person/1"), about="", list=str(run)).status == 410
    for path in (f"/lists/{run}", "/lists/1"):
        assert ben.get(path).status == 404
        assert ben.send(path, ben.get("/lists"), **{"member-1": "yes", "member-2": "yes"}).status == 404
    assert dan.get("/lists/99").status == 404
    assert len(Members(store).of(run)) == 1


def test_who_is_taken_off_a_list_is_out_at_once_and_leaves_whom_they_had(team: tuple[int, Store]) -> None:
    port, store = team
    dan, ben, cleo = (signed_in(port, login) for login in ("dan", "ben", "cleo"))
    dan.send("/team", dan.get("/team"), act="assign", account="ben", count="2")
    first = shown(ben.get("/next"))
    page = dan.get("/lists/1")
    assert page.text.count(" checked>") == 3
    cleos = next(account.id for account in Accounts(store).everybody() if account.login == "cleo")
    assert dan.send("/lists/1", page, **{f"member-{cleos}": "yes", "member-999": "yes"}).status == 200
    assert Members(store).of(1) == {cleos}
    for path in ("/", "/person/1", "/export.csv", "/lists", "/bulk", "/account/x"):
        answer = ben.ask("GET", path)
        assert (answer.status, "You are on no list yet" in answer.text) == (403, True)
    assert ben.get("/account").status == 200
    assert ben.send("/person/1/decide", ben.get("/account"), about="", verdict="clear").status in (404, 405)
    assert not store.decisions_in(1)
    assert shown(cleo.get("/next")) == first
    refused = dan.send("/team", dan.get("/team"), act="assign", account="ben", count="1")
    assert "this account may not open this list" in refused.text


def test_whom_a_closed_account_was_assigned_is_seen_by_others(team: tuple[int, Store]) -> None:
    port, _ = team
    dan, cleo = signed_in(port, "dan"), signed_in(port, "cleo")
    first = re.findall(r"data-row><bdi>([^<]*)</bdi>", dan.get("/").text)[0]
    dan.send("/team", dan.get("/team"), act="assign", account="ben", count="1")
    assert shown(cleo.get("/next")) != first
    dan.send("/team", dan.get("/team"), act="close", account="ben")
    cleo.get("/person/5")
    assert shown(cleo.get("/next")) == first


def test_in_bulk_nobody_is_agreed_with_whom_another_has(team: tuple[int, Store], tmp_path: Path) -> None:
    """A form in bulk went past the claims, and signed people whom another reviewer had open."""
    port, store = team
    run = entered_from(store, tmp_path, screened("p1", "p2", "p3"))
    everybody_on(store, run)
    ben, cleo, dan = (signed_in(port, login) for login in ("ben", "cleo", "dan"))
    offered = re.findall(r'name="person-(\d+)"', cleo.get("/bulk").text)
    assert len(offered) == 3
    ben.get("/person/1")
    dan.send("/team", dan.get("/team"), act="assign", account="ana", count="1")
    assert re.findall(r'name="person-(\d+)"', cleo.get("/bulk").text) == ["2", "3"]  # 1 is Ben's, and Ana's
    all_of_them = {f"person-{number}": "yes" for number in offered}
    told = cleo.send("/bulk", cleo.get("/bulk"), **all_of_them)
    assert (told.status, "p1: Ben has this person open until" in told.text) == (422, True)
    assert not store.decisions_in(run)
    ben.get("/person/2")
    told = cleo.send("/bulk", cleo.get("/bulk"), **{"person-1": "yes"})
    assert "p1: Ana is to decide on this person." in told.text
    for number in ("99", "x", "9" * 30, "-1"):
        assert cleo.send("/bulk", cleo.get("/bulk"), **{f"person-{number}": "yes"}).status == 404
    assert cleo.send("/bulk", cleo.get("/bulk"), **{"person-3": "yes"}).status == 200
    assert {row["number"] for row in store.decisions_in(run)} == {3}


def test_the_store_of_a_team_is_not_opened_by_a_typed_name(
    run: Run, team: tuple[int, Store], tmp_path: Path
) -> None:
    ran = run("review", "--store", tmp_path / "review.sqlite")
    assert ran.code == 3
    assert "this store is of a team" in ran.err
    assert team


def test_what_the_store_has_of_passwords_and_sessions_opens_nothing(team: tuple[int, Store]) -> None:
    port, store = team
    browser = signed_in(port, "ben")
    with store.reading() as connection:
        everything = str(connection.exec_driver_sql("SELECT * FROM accounts").all())
        names = connection.exec_driver_sql("SELECT name FROM sessions").scalars().all()
    assert PASSWORD not in everything
    assert browser.jar["desk"] not in names
    assert Browser(port, f"desk={names[0]}").ask("GET", "/").status == 303


def test_settings_come_from_a_file_and_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    file.write_text('store = "a.sqlite"\norigin = "https://desk.example.org"\nport = 9000\n', "utf-8")
    read = read_settings(file, {"RECOMMENDER_REVIEW_STORE": "b.sqlite", "RECOMMENDER_REVIEW_BLIND": "true"})
    assert (read.store, read.port, read.blind, read.secure) == ("b.sqlite", 9000, True, True)
    for text, told in (
        ("stor = 1", "there is no setting `stor`"),
        ("store = 1", "the setting store is not text"),
        ('store = "x"', "the setting origin is missing"),
        ('store = "x"\norigin = "http://desk.example.org"', "this is no address of a desk"),
        ('store = "x"\norigin = "https://desk.example.org/path"', "this is no address of a desk"),
        ('store = "x"\norigin = "https://d.org"\nport = 0', "a whole number from 1 on"),
        ('store = "x"\norigin = "https://d.org"\noidc_issuer = "https://i"', "needs two settings"),
        ("= ", "cannot be read"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ReviewError, match=re.escape(told)):
            read_settings(file, {})


def test_the_first_account_and_the_people_come_from_the_command_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.review.team.passwords._LOG_COST", 4)
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
    monkeypatch.setattr("recommender.cli.review_team.click.prompt", lambda *_, **__: PASSWORD)
    monkeypatch.setenv("RECOMMENDER_REVIEW_STORE", str(tmp_path / "r.sqlite"))
    monkeypatch.setenv("RECOMMENDER_REVIEW_ORIGIN", "https://desk.example.org")
    ran = run("review", "account", "dan", "--name", "Dan", "--role", "GP")
    assert (ran.code, ran.out) == (0, "Dan (dan) may sign in.\n")
    accounts = Accounts(Store(f"sqlite:///{tmp_path / 'r.sqlite'}"))
    dan = accounts.find("dan")
    assert dan is not None
    for _ in range(5):
        assert accounts.check("dan", "wrong", "::1") is None
    assert accounts.check("dan", PASSWORD, "::1") is None
    assert run("review", "account", "dan").code == 0  # opens it again
    assert accounts.check("dan", PASSWORD, "::1") == dan
    accounts.store.close()
    ran = run("review", "serve")
    assert ran.code == 3
    assert "there is nobody in this store yet" in ran.err
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    ran = run("review", "import", tmp_path / "people.csv", "--for", "ann")
    assert (ran.code, "there is no account with this login" in ran.err) == (3, True)
    ran = run("review", "import", tmp_path / "people.csv")
    assert "5 people are on the desk." in ran.out
    assert "Only administrators may open this list yet" in ran.out
    run("review", "account", "eve", "--name", "Eve", "--role", "GP", "--may", "reviewer")
    assert "Only administrators" not in run("review", "import", tmp_path / "people.csv", "--for", "eve").out
    monkeypatch.setenv("RECOMMENDER_REVIEW_PORT", "47613")
    ran = run("review", "serve")
    assert ran.code == 0, ran.err
    assert "https://desk.example.org is served on 127.0.0.1:47613" in ran.out


@pytest.mark.heavy
def test_a_list_that_is_brought_again_beside_reviewers_keeps_what_they_filled_in(
    run: Run, team: tuple[int, Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who became an emergency by an answer at the desk fell back to their place in the file."""
    port, _ = team
    ben = signed_in(port, "ben")
    page = ben.get("/person/5/answers")
    assert ben.send("/person/5/answers", page, keep="yes", saddle_numbness="yes").status == 200
    order = re.findall(r"data-row><bdi>([^<]*)</bdi>", ben.get("/").text)
    monkeypatch.setenv("RECOMMENDER_REVIEW_STORE", str(tmp_path / "review.sqlite"))
    monkeypatch.setenv("RECOMMENDER_REVIEW_ORIGIN", "https://desk.example.org")
    ran = run("review", "import", tmp_path / "people.csv")
    assert "what was decided about them is still there" in ran.out
    assert re.findall(r"data-row><bdi>([^<]*)</bdi>", ben.get("/").text) == order
    assert run("review", "verify", "--store", tmp_path / "review.sqlite").code == 0


def differing(port: int) -> None:
    """Let two reviewers differ about the first person, with reasons."""
    for login, form in (
        ("ben", {"verdict": "clear"}),
        ("cleo", {"verdict": "hold", "reason": "need-more-info", "comment": "She fainted last week"}),
    ):
        browser = signed_in(port, login)
        done = browser.send("/person/1/decide", browser.get("/person/1"), about="", **form)
        assert done.status == 200
        browser.send("/person/1/sign", done)
        browser.send("/sign-out", browser.get("/account"))


def test_a_third_settles_what_two_differ_on_with_both_reasons_in_view(team: tuple[int, Store]) -> None:
    port, store = team
    differing(port)
    ana = signed_in(port, "ana")
    assert "anna" in ana.get("/?differ=yes").text
    page = ana.get("/person/1/differences")
    for told in ("Ben says clear", "Cleo says hold", "She fainted last week", "More has to be known first"):
        assert told in page.text
    settled = {"verdict ": "hold", "comment": "Cleo is right: ask about the faint"}
    assert ana.send("/person/1/differences", page, **{**settled, "comment": " "}).status == 422
    assert ana.send("/person/1/differences", page, **{**settled, "verdict ": "perhaps"}).status == 422
    page = ana.send("/person/1/differences", ana.get("/person/1/differences"), **settled)
    assert page.status == 200
    assert "Difference settled, The whole plan: hold" in page.text
    assert "Reviewers differ on" not in page.text
    assert "anna" not in re.findall(r"data-row><bdi>([^<]*)</bdi>", ana.get("/?differ=yes").text)
    assert re.findall(r"data-row><bdi>([^<]*)</bdi>", ana.get("/?settled=yes").text) == ["anna"]
    assert "anna" not in re.findall(r"data-row><bdi>([^<]*)</bdi>", ana.get("/?unsigned=yes").text)
    late = ana.send("/person/1/differences", ana.get("/person/1/differences"), seen="", **settled)
    assert late.status == 422
    assert store.check().problems == []
    ana.send("/sign-out", ana.get("/account"))
    ben = signed_in(port, "ben")
    sheet = ben.get("/person/1/sheet")
    assert sheet.status == 409
    assert "A third person settled this in another way than you." in sheet.text
    assert "Difference settled" in ben.get("/person/1/note").text
    page = ben.get("/person/1")
    assert "Difference settled" in page.text.split('id="deciding"')[0]
    last = re.search(r'name="replaces" value="(\d+)"', page.text)
    form = {"verdict": "clinician_led", "reason": "adaptation", "replaces": last[1] if last else ""}
    ben.send("/person/1/decide", page, about="", **form)
    found = re.findall(r"data-row><bdi>([^<]*)</bdi>", ben.get("/?differ=yes").text)
    assert found == ["anna"]  # who decides anew reopens it


def test_only_adjudicators_settle_and_nobody_their_own_case(team: tuple[int, Store]) -> None:
    port, store = team
    differing(port)
    settled = {"verdict ": "hold", "comment": "because"}
    ben = signed_in(port, "ben")
    assert ben.send("/person/1/differences", ben.get("/person/1/differences"), **settled).status == 404
    ben.send("/sign-out", ben.get("/account"))
    ana = signed_in(port, "ana")
    ana.send("/person/1/decide", ana.get("/person/1"), about="", verdict="clear")
    told = ana.send("/person/1/differences", ana.get("/person/1/differences"), **settled)
    assert told.status == 422
    assert "you have decided on this person yourself" in told.text
    assert not [row for row in store.decisions_of(1, 1) if row["kind"] == "settled"]


def test_remarks_have_replies_and_touch_no_signature(team: tuple[int, Store]) -> None:
    port, store = team
    differing(port)
    ben, dan = signed_in(port, "ben"), signed_in(port, "dan")
    page = ben.send("/person/1/remark", ben.get("/person/1/differences"), comment="Why <b>hold</b>?")
    assert "Why &lt;b&gt;hold&lt;/b&gt;?" in page.text
    first = next(row["id"] for row in store.decisions_of(1, 1) if row["kind"] == "remark")
    reply = {"comment": "She fainted", "replies": str(first)}
    page = dan.send("/person/1/remark", dan.get("/person/1/differences"), **reply)
    assert re.search(r"Why.*<ul><li>Dan, [^<]*: She fainted</li></ul>", page.text, re.DOTALL)
    for form in ({"comment": ""}, {"comment": "x", "replies": "1"}, {"comment": "x", "replies": "y"}):
        assert dan.send("/person/1/remark", dan.get("/person/1/differences"), **form).status == 422
    assert "anna" not in re.findall(r"data-row><bdi>([^<]*)</bdi>", dan.get("/?unsigned=yes").text)
    assert store.check().problems == []
