"""The clinician's desk over a real socket: list, person, decisions, what-if, agreement, access control."""

import csv
import html
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from recommender.language.tree import Always
from recommender.rulebook.scales import Verdict
from tests.conftest import Run
from tests.desk import PEOPLE, Answer, Browser, Served, entered_from, filled, served
from tests.people import book


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    """Return a desk with five people."""
    with served(*filled(tmp_path)) as found:
        yield found


def text_of(page: Answer) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page.text)).split())


def names(text: str) -> list[str]:
    return re.findall(r'<a href="/person/\d+\?[^"]*" data-row><bdi>([^<]*)</bdi></a>', text)


def test_the_list_has_the_urgent_first_and_can_be_narrowed(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/")
    assert names(page.text)[0] == "dora"
    assert set(names(page.text)) == {"anna", "bea", "carl", "dora", "eve"}
    assert names(browser.get("/?search=ann").text) == names(browser.get("/?search=ANN").text) == ["anna"]
    assert names(browser.get("/?clearance=emergency").text) == ["dora"]
    assert "bea" in names(browser.get("/?tier=very_high").text)
    assert names(browser.get("/?rule=G01").text) == ["bea"]
    assert "dora" not in names(browser.get("/?movement=lift_heavy").text)
    assert "No matching people." in browser.get("/?search=nobody").text
    assert "No matching people." in browser.get("/?search=%25").text


def test_rows_that_cannot_be_understood_are_told_on_the_list(tmp_path: Path) -> None:
    store, run = filled(tmp_path, "id,age,sex\na,61,female\nb,400,male\nc,62,male\nd,63,female\ne,7,female\n")
    with served(store, run) as desk:
        page = desk.browser().get("/").text
    assert names(page) == ["b", "e", "a", "c", "d"]
    assert "Rows in doubt (2)" in page


def test_a_person_is_shown_with_reasons_unknowns_and_the_file(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/person/2").text + browser.get("/person/2/why").text
    assert "very high" in page
    assert 'id="rule-G01"' in page
    assert "<code>vertebral_fractures &gt;= 1</code>" in page
    assert "broken spine bones: 1" in page
    assert "not signed" in page
    assert "line 3" in page


def test_what_nearly_spoke_is_shown_with_its_number(desk: Served) -> None:
    page = desk.browser().get("/person/1/why").text
    assert re.search(
        r"<li>falls in the last 12 months 1 or more instead of 0: [^<]*G11 ",
        page.split("near misses</h2>")[1],
    )
    assert "rules that a missing answer could still make fire" in page


def test_agreeing_by_key_and_signing_goes_on_to_the_next(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/person/4?undecided=yes")
    page = browser.send("/person/4/decide?undecided=yes", page, about="", verdict="emergency")
    assert "Agreed, The whole plan: emergency. Done: Called" in page.text
    after = browser.send("/person/4/sign?undecided=yes", page)
    assert after.status == 200
    assert "<bdi>dora</bdi> <small>" not in after.text
    assert [one["kind"] for one in desk.store.decisions_of(desk.run, 4)] == ["agree", "signed"]
    assert "dora" not in names(browser.get("/?undecided=yes").text)
    assert "dora" not in names(browser.get("/?unsigned=yes").text)


def test_an_override_needs_a_reason_and_something_else_than_the_rules_say(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/person/2")
    told = browser.send("/person/2/decide", page, about="", verdict="clear", reason="need-more-info")
    assert told.status == 422
    told = browser.send("/person/2/decide", page, about="", verdict="hold")
    assert told.status == 422
    said = browser.get("/person/2/decide?about=movement:lift_heavy")
    assert 'The rules say <strong class="avoid">avoid</strong>' in said.text
    assert browser.send("/person/2/decide", said, about="movement:lift_heavy", verdict="modify").status == 422
    assert (
        browser.send(
            "/person/2/decide", said, about="movement:lift_heavy", verdict="avoid", reason="adaptation"
        ).status
        == 422
    )
    assert browser.send("/person/2/decide", said, about="movement:flying").status == 422
    assert not desk.store.decisions_of(desk.run, 2)
    form = {
        "about": "movement:lift_heavy",
        "verdict": "modify",
        "reason": "risk-benefit-ratio",
    }
    page = browser.send("/person/2/decide", said, **form, comment="Lifted all her life <b>")
    assert '<td role="cell" data-label="Your decision">Overridden: modify ' in page.text
    assert "Lifted all her life &lt;b&gt;" in page.text
    assert names(browser.get("/?disagreed=yes").text) == ["bea"]


def test_what_was_typed_stays_where_it_cannot_be_kept(desk: Served) -> None:
    browser = desk.browser()
    for path, about in (
        ("/person/2", ""),
        ("/person/2/decide?about=movement:lift_heavy", "movement:lift_heavy"),
    ):
        form = {
            "verdict": "hold" if not about else "ok",
            "comment": "A long & careful word",
        }
        told = browser.send("/person/2/decide", browser.get(path), about=about, **form)
        assert told.status == 422
        assert "needs a reason" in told.text
        assert "A long &amp; careful word</textarea>" in told.text
        assert re.search(rf'name="verdict" value="{form["verdict"]}" required checked', told.text)


@pytest.mark.parametrize("action", ["decide", "sign", "judge"])
def test_a_form_loads_the_person_and_the_decisions_once(
    desk: Served, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    browser = desk.browser()
    page = browser.get("/person/2")
    calls: list[str] = []
    for name in ("person", "decisions_of"):
        load = getattr(desk.store, name)
        monkeypatch.setattr(
            desk.store, name, lambda *key, name=name, load=load: calls.append(name) or load(*key)
        )
    refused = browser.send(f"/person/2/{action}", page, about="", verdict="hold")
    assert refused.status == 422
    assert sorted(calls) == ["decisions_of", "person"]


@pytest.mark.heavy
def test_somebody_who_decides_again_has_to_sign_again(desk: Served) -> None:
    browser = desk.browser()
    page = browser.send("/person/1/decide", browser.get("/person/1"), about="")
    browser.send("/person/1/sign", page)
    assert "anna" not in names(browser.get("/?unsigned=yes").text)
    browser.send("/person/1/decide", browser.get("/person/1"), about="", verdict="hold", reason="adaptation")
    assert "anna" in names(browser.get("/?unsigned=yes").text)
    assert names(browser.get("/?disagreed=yes").text) == ["anna"]
    browser.send("/person/1/decide", browser.get("/person/1"), about="")
    assert names(browser.get("/?disagreed=yes").text) == []


def test_a_movement_that_nothing_limits_can_be_limited_by_a_reviewer(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/person/1/decide?about=movement:breathing_diaphragmatic")
    assert page.status == 404
    free = re.search(
        r'value="(movement:\w+)"', browser.get("/person/1").text.split("movements without limits")[1]
    )
    assert free is not None
    page = browser.get(f"/person/1/decide?about={free[1]}")
    assert 'The rules say <strong class="ok">ok</strong>' in page.text
    browser.send(
        "/person/1/decide",
        page,
        about=free[1],
        verdict="avoid",
        reason="patient-contraindication",
    )
    assert "No rule fired" in browser.get("/agreement").text


def test_agreeing_never_throws_away_what_was_chosen(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/person/1")
    told = browser.send("/person/1/decide", page, about="", comment="must not", reason="need-more-info")
    assert told.status == 422
    assert "speaks against agreeing" in told.text
    assert not desk.store.decisions_of(desk.run, 1)
    page = browser.send("/person/1/decide", page, about="", verdict="hold", reason="need-more-info")
    assert re.search(
        r'value="hold" required checked', page.text
    )  # a second look begins with what was decided


def test_a_signature_is_under_what_the_page_showed(desk: Served) -> None:
    browser = desk.browser()
    shown = browser.send("/person/1/decide", browser.get("/person/1"), about="")
    browser.send("/person/1/decide", browser.get("/person/1"), about="", verdict="hold", reason="adaptation")
    told = browser.send("/person/1/sign", shown)
    assert told.status == 422
    assert "something was decided since this page was opened" in told.text


@pytest.mark.heavy
def test_a_signature_of_one_does_not_cover_another(desk: Served) -> None:
    browser = desk.browser()
    browser.send("/person/1/sign", browser.send("/person/1/decide", browser.get("/person/1"), about=""))
    browser.send("/who", browser.get("/who"), name="Ben", role="GP")
    browser.send("/person/1/decide", browser.get("/person/1"), about="", verdict="hold", reason="adaptation")
    assert "anna" in names(browser.get("/?unsigned=yes").text)


def test_one_line_alone_is_no_decision_on_the_person(desk: Served) -> None:
    browser = desk.browser()
    browser.send(
        "/person/1/decide",
        browser.get("/person/1/decide?about=movement:lift_heavy"),
        about="movement:lift_heavy",
    )
    assert "anna" in names(browser.get("/?undecided=yes").text)
    assert "anna" in names(browser.get("/?mine=yes").text)


def test_a_level_that_rules_capped_names_those_rules(desk: Served) -> None:
    page = desk.browser().get("/person/2/decide?about=exercise:walking").text
    assert "No rule applies" not in page
    assert "<h3>G41 " in page


def test_cells_that_are_read_as_not_known_are_marked(tmp_path: Path) -> None:
    rows = "".join(f"p{number},{50 + number},-1.5\n" for number in range(30))
    store, run = filled(tmp_path, f"id,age,t_lumbar_spine\n{rows}x,999,-1.2\n")
    with served(store, run) as desk:
        page = desk.browser().get("/person/31").text
    assert "In the file, but read as not known: age “999”." in page


def test_another_spelling_of_a_name_is_the_same_reviewer(desk: Served) -> None:
    browser = desk.browser("Ana Ruiz")
    browser.send("/person/1/decide", browser.get("/person/1"), about="")
    page = browser.send("/who", browser.get("/who"), name="ana ruiz", role="GP")
    assert "Ana Ruiz, GP" in page.text


def test_what_cannot_be_seen_is_not_kept(desk: Served) -> None:
    browser = desk.browser("An\0a \u202eRuiz")
    page = browser.send("/person/1/decide", browser.get("/person/1"), about="", comment="a\0b\u202ec")
    assert page.status == 200
    made = desk.store.decisions_of(desk.run, 1)
    assert (made[0]["by"], made[0]["comment"]) == ("An a Ruiz", "a b c")
    assert browser.get("/?search=%00").status == 200


@pytest.mark.heavy
def test_pages_follow_each_other_while_people_are_decided(tmp_path: Path) -> None:
    rows = "".join(f"p{number:03},61,-1.5\n" for number in range(120))
    store, run = filled(tmp_path, f"id,age,t_lumbar_spine\n{rows}")
    with served(store, run) as desk:
        browser = desk.browser()
        first = browser.get("/?undecided=yes")
        assert names(first.text) == [f"p{number:03}" for number in range(50)]
        for number in range(1, 11):
            browser.send(f"/person/{number}/decide", browser.get(f"/person/{number}"), about="")
        later = re.search(r'<a href="([^"]*)" data-key="n"', first.text)
        assert later is not None
        second = browser.get(later[1].replace("&amp;", "&"))
        assert names(second.text) == [f"p{number:03}" for number in range(50, 100)]
        earlier = re.search(r'<a href="([^"]*)" data-key="p"', second.text)
        assert earlier is not None
        assert names(browser.get(earlier[1].replace("&amp;", "&")).text) == [
            f"p{number:03}" for number in range(10, 50)
        ]


def test_nothing_is_signed_before_it_is_decided(desk: Served) -> None:
    browser = desk.browser()
    assert browser.send("/person/2/sign", browser.get("/person/2")).status == 422
    assert not desk.store.decisions_of(desk.run, 2)


def test_a_form_that_is_sent_twice_is_kept_once(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/person/1")
    for _ in range(3):
        assert browser.send("/person/1/decide", page, about="", verdict="clear").status == 200
    assert len(desk.store.decisions_of(desk.run, 1)) == 1


def test_a_form_sent_again_with_another_decision_says_that_it_was_not_kept(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/person/1")
    browser.send("/person/1/decide", page, about="", verdict="clear")
    told = browser.send("/person/1/decide", page, about="", verdict="hold", reason="need-more-info")
    assert told.status == 422
    assert "this one was not saved" in told.text


def test_a_form_of_one_reviewer_is_not_kept_for_another(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/person/1")
    browser.send("/who", page, name="Ben", role="GP")
    told = browser.send("/person/1/decide", page, by=page.field("by"), about="")
    assert told.status == 409
    assert "Another reviewer has signed in" in told.text
    assert not desk.store.decisions_of(desk.run, 1)


def test_what_goes_wrong_tells_nothing_of_a_person(
    desk: Served, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    browser = desk.browser()

    def fail(*_: object) -> None:
        raise RuntimeError("anna is 61")

    monkeypatch.setattr(desk.store, "person", fail)
    page = browser.get("/person/1")
    assert page.status == 500
    assert "Something went wrong" in page.text
    assert "anna" not in page.text + "".join(capfd.readouterr())


def test_a_store_that_cannot_be_read_is_told_without_what_it_holds(desk: Served, tmp_path: Path) -> None:
    browser = desk.browser()
    with closing(sqlite3.connect(tmp_path / "review.sqlite")) as connection:
        connection.execute("ALTER TABLE details RENAME TO elsewhere")
    page = browser.get("/person/1")
    assert page.status == 503
    assert "The store cannot be used now" in page.text
    assert "anna" not in page.text
    assert "SELECT" not in page.text


def test_an_id_column_that_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "people.csv"
    source.write_text("nr,age\n1,60\n", encoding="utf-8")
    ran = run("review", source, "--store", tmp_path / "r.sqlite", "--id", "number")
    assert ran.code == 3
    assert "there is no column `number`" in ran.err


def test_what_if_shows_what_would_change_and_keeps_nothing(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/person/1/what-if")
    assert "What would change" not in page.text.replace("Show what would change", "")
    told = browser.send("/person/1/what-if", page, t_lumbar_spine="-1.1", age="61").text
    assert (
        '<td role="cell" data-label="With these answers">'
        "<mark>low bone mass by lumbar spine T-score</mark></td>" in told
    )
    assert "Nothing is saved here" in told
    assert "Exercise: " in told
    told = browser.send("/person/1/what-if", page, saddle_numbness="yes").text
    assert re.search(
        r"Clearance</th><td[^>]*>clear if screened, possibly emergency</td><td[^>]*><mark>emergency</mark>",
        told,
    )
    assert re.search(r"Referral: R05 [^<]*</th><td[^>]*>none</td><td[^>]*><mark>emergency: ", told)
    assert re.search(
        r"Exercise: Standing on one leg</th><td[^>]*>[^<]+</td><td[^>]*><mark>withheld</mark>", told
    )
    told = browser.send("/person/1/what-if", page, scan_months="130").text
    assert "Caution: N05" in told
    told = browser.send("/person/1/what-if", page, t_lumbar_spine="").text
    assert "unclassified" in told
    told = browser.send("/person/1/what-if", page, age="400").text
    assert "outside what is possible" in told
    assert 'value="400"' in told
    person = desk.store.person(desk.run, 1)
    assert person is not None
    assert person["answers"]["t_lumbar_spine"] == "-2.6"


def test_two_reviewers_who_differ_are_told_so(tmp_path: Path) -> None:
    store, run = filled(tmp_path)
    for name, form in (
        ("Ana", {}),
        ("Ben", {"verdict": "hold", "reason": "need-more-info"}),
    ):
        with served(store, run) as desk:
            browser = desk.browser(name, "GP")
            page = browser.send(
                "/person/1/decide", browser.get("/person/1"), about="", **{"verdict": "clear", **form}
            )
            assert names(browser.get("/?differ=yes").text) == (["anna"] if name == "Ben" else [])
            assert "anna" not in names(browser.get("/?mine=yes").text)
            assert len(names(browser.get("/?mine=yes").text)) == 4
    beside = text_of(page).split("Reviewers differ on The whole plan:")[1]
    assert re.match(
        r" Ana says clear Agreed GP, \S+ \S+ \S+ Ben says hold More has to be known first GP,", beside
    )


@pytest.mark.heavy
def test_a_line_that_one_overrides_and_another_agrees_with_in_all_is_a_difference(desk: Served) -> None:
    browser = desk.browser("Ana")
    browser.send("/person/1/decide", browser.get("/person/1"), about="")
    bending = "movement:spinal_flexion_loaded"
    browser.send("/who", browser.get("/who"), name="Ben", role="GP")
    browser.send("/person/1/decide", browser.get("/person/1"), about="")
    assert names(browser.get("/?differ=yes").text) == []
    form = {"verdict": "ok", "reason": "risk-benefit-ratio"}
    browser.send("/person/1/decide", browser.get(f"/person/1/decide?about={bending}"), about=bending, **form)
    assert names(browser.get("/?differ=yes").text) == ["anna"]
    differ = text_of(browser.get("/person/1")).split("Movement: Bending forward with a load:")[1]
    assert differ.startswith(" Ana says avoid Agreed")
    assert "Ben says ok The benefit is worth the risk, or is not" in differ
    browser.send("/person/1/decide", browser.get(f"/person/1/decide?about={bending}"), about=bending)
    assert names(browser.get("/?differ=yes").text) == []


@pytest.mark.heavy
def test_new_words_and_doses_are_not_called_the_same(tmp_path: Path) -> None:
    store, run = filled(tmp_path)
    with served(store, run) as desk:
        browser = desk.browser()
        browser.send("/person/1/decide", browser.get("/person/1"), about="")
    rules = {
        id_: rule._replace(caution=rule.caution and "Do not exercise alone.")
        for id_, rule in book().rules.items()
    }
    rules = {id_: rule._replace(say="Something else.") for id_, rule in rules.items()}
    with served(store, run, book()._replace(rules=rules, sha256="4" * 64)) as desk:
        browser = desk.browser()
        assert "doses, cautions or wording have changed" in browser.get("/person/1").text
        listed = browser.get("/?stale=yes").text
    assert "The list was sorted under another rulebook" in listed
    assert "Changed since sign-off" not in listed  # which nobody knows before the file is brought again


def test_a_page_of_the_list_that_has_become_empty_leads_back(desk: Served) -> None:
    browser = desk.browser()
    last = re.findall(r"/person/(\d+)\?", browser.get("/").text)[-1]
    for path in (f"/?after={last}", "/?before=4", "/?after=999", "/?search=nobody&after=1"):
        page = browser.get(path)
        assert page.status == 200
        assert "No matching people." in page.text
        assert "Back to the first page" in page.text


@pytest.mark.heavy
def test_in_blind_mode_the_reviewer_speaks_first(tmp_path: Path) -> None:
    with served(*filled(tmp_path), blind=True) as desk:
        browser = desk.browser()
        page = browser.get("/?clearance=emergency&rule=R05&tier=high")
        assert names(page.text) == ["anna", "bea", "carl", "dora", "eve"]
        assert "emergency" not in browser.get("/").text
        assert "They are in file order" in browser.get("/").text
        page = browser.get("/person/4")
        assert "Say first what you would do." in page.text
        assert "R05" not in page.text
        assert "Say first" in browser.get("/person/4/what-if").text
        assert "Say first" in browser.send("/person/4/decide", page, about="").text
        assert "Say first" in browser.get("/person/4/decide?about=").text
        assert json.loads(browser.get("/export.json").text) == []
        page = browser.send("/person/4/judge", page, **{"verdict": "hold", "movement:lift_heavy": "avoid"})
        assert "R05" in page.text
        browser.send("/person/4/decide", page, about="", verdict="emergency")
        page = browser.get("/agreement")
        assert "judged before the rules were shown" in page.text
        made = desk.store.decisions_in(desk.run)
        assert [(one["kind"], one["about"], one["verdict"]) for one in made] == [
            ("blind", "", "hold"),
            ("blind", "movement:lift_heavy", "avoid"),
            ("agree", "", "emergency"),
        ]
        other = json.loads(Browser(desk.port, browser.cookie).get("/export.json").text)
        assert len(other) == 3
        browser.send("/who", browser.get("/who"), name="Ben", role="GP")  # who has judged nobody yet
        assert json.loads(browser.get("/export.json").text) == []
        assert "Nothing has been decided yet." in browser.get("/agreement").text


@pytest.mark.heavy
def test_agreement_and_export_hold_every_decision(desk: Served) -> None:
    browser = desk.browser()
    for number in (1, 3):
        browser.send(
            f"/person/{number}/decide",
            browser.get(f"/person/{number}"),
            about="",
            verdict="clear",
        )
    form = {
        "about": "movement:lift_heavy",
        "verdict": "modify",
        "reason": "expert-contradicts",
        "comment": "=1+1",
    }
    browser.send("/person/2/decide", browser.get("/person/2"), **form)
    page = browser.get("/agreement").text
    assert "3 people decided on by 1 reviewer." in page
    assert "Lifting very heavy things at home" in page
    assert "An expert advised something else (1)" in page
    assert "H13 Do not lift heavy or low loads with fragile bone" in page
    assert '<svg role="img" aria-labelledby="rules-title rules-says"' in page
    rows = list(csv.DictReader(io.StringIO(browser.get("/export.csv").text.removeprefix("\ufeff"))))
    assert [row["Person"] for row in rows] == ["anna", "carl", "bea"]
    assert rows[2]["Comment"] == "'=1+1"
    assert rows[2]["About"] == "Movement: Lifting very heavy things at home"
    assert rows[2]["Reason"] == "An expert advised something else"
    assert json.loads(browser.get("/export.json").text)[2]["comment"] == "=1+1"


@pytest.mark.heavy
def test_the_rulebook_can_be_read_at_the_desk(desk: Served) -> None:
    page = desk.browser().get("/book")
    assert page.status == 200
    assert 'id="rule-H01"' in page.text
    assert '<a href="/">Back to the worklist</a>' in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")


@pytest.mark.heavy
def test_what_was_decided_under_an_earlier_rulebook_shows_what_changed(tmp_path: Path) -> None:
    store, run = filled(tmp_path)
    with served(store, run) as desk:
        browser = desk.browser()
        page = browser.get("/person/1")
        browser.send("/person/1/decide", page, about="movement:lift_heavy", verdict="avoid")
        browser.send("/person/1/decide", page, about="", form="2", verdict="clear")
        assert names(browser.get("/?stale=yes").text) == []
    limits = {
        movement: verdict
        for movement, verdict in book().rules["H13"].limits.items()
        if movement != "lift_heavy"
    }
    rules = {**book().rules, "H13": book().rules["H13"]._replace(limits=limits)}
    newer = book()._replace(rules=rules, sha256="1" * 64)
    assert entered_from(store, tmp_path, PEOPLE, newer) == run
    with served(store, run, newer) as desk:
        browser = desk.browser()
        page = browser.get("/person/1").text
        assert names(browser.get("/?stale=yes").text) == ["anna"]
        browser.send("/person/1/decide", browser.get("/person/1"), about="")
        assert names(browser.get("/?stale=yes").text) == []
        told = browser.send("/person/1/sign", browser.get("/person/1"))
        assert told.status == 422
        assert (
            "Lifting very heavy things at home: the rules say something else since you decided on it."
            in told.text
        )
    assert "Ana Ruiz decided under another rulebook. What the rules say differently now:" in page
    assert "<li>Movement: Lifting very heavy things at home: avoid before, modify now</li>" in page
    assert "<strong>(the rules then said avoid)</strong>" in page


@pytest.mark.heavy
def test_who_agreed_with_the_whole_plan_is_told_of_each_change_and_of_none(tmp_path: Path) -> None:
    store, run = filled(tmp_path)
    with served(store, run) as desk:
        browser = desk.browser()
        for number in (1, 4):
            page = browser.send(f"/person/{number}/decide", browser.get(f"/person/{number}"), about="")
            browser.send(f"/person/{number}/sign", page)
    stricter = {**book().rules["H14"].limits, "spinal_flexion_midrange": Verdict.AVOID}
    rule = book().rules["H14"]._replace(condition=Always(), limits=stricter)
    newer = book()._replace(rules={**book().rules, "H14": rule}, sha256="2" * 64)
    assert entered_from(store, tmp_path, PEOPLE, newer) == run
    with served(store, run, newer) as desk:
        browser = desk.browser()
        page = browser.get("/person/1")
        assert "<li>Movement: Everyday bending: ok before, avoid now</li>" in page.text
        told = browser.send("/person/1/sign", page)
        assert told.status == 422
        assert "the rules say something else since you decided" in told.text
        assert "anna" in names(browser.get("/?stale=yes").text)
        browser.send("/person/1/sign", browser.send("/person/1/decide", page, about=""))
        assert "anna" not in names(browser.get("/?stale=yes").text)
    same = book()._replace(sha256="3" * 64)
    assert entered_from(store, tmp_path, PEOPLE, same) == run
    with served(store, run, same) as desk:
        browser = desk.browser()
        page = browser.get("/person/4").text
        assert "For this person the rules still say the same." in page
        assert "changed since sign-off" not in page
        assert "dora" not in names(browser.get("/?stale=yes").text)


# ── Who is kept out ─────────────────────────────────────────────────────────────────────────────────────────


def test_without_the_link_nothing_is_shown(desk: Served) -> None:
    stranger = Browser(desk.port)
    for path in ("/", "/person/1", "/agreement", "/export.csv", "/who"):
        assert stranger.ask("GET", path).status == 403
    assert stranger.ask("GET", "/open?token=wrong").status == 403
    desk.browser()
    assert stranger.ask("GET", f"/open?token={desk.door.token}").status == 403  # the link was used


def test_the_page_that_refuses_a_used_link_has_its_style(desk: Served) -> None:
    desk.browser()
    stranger = Browser(desk.port)
    page = stranger.ask("GET", f"/open?token={desk.door.token}")

    assert page.status == 403
    assert "Ana Ruiz" not in page.text
    for file in re.findall(r'(?:href|src)="(/[^"]+\.\w+)"', page.text):
        assert stranger.ask("GET", file).status == 200, file
        assert stranger.ask("GET", file, Host="evil.example").status == 400, file
    assert "/style.css" in page.text


def test_another_host_or_origin_is_refused(desk: Served) -> None:
    browser = desk.browser()
    assert browser.ask("GET", "/", Host="evil.example").status == 400
    page = browser.get("/person/1")
    form = urlencode({"secret": page.field("secret"), "form": "x", "about": "", "verdict": "clear"})
    kind = {"Content_Type": "application/x-www-form-urlencoded", "Content_Length": str(len(form))}
    for origin in ("http://evil.example", "null", "", f"https://127.0.0.1:{desk.port}"):
        assert browser.ask("POST", "/person/1/decide", form, Origin=origin, **kind).status == 403
    ours = f"http://127.0.0.1:{desk.port}"
    forged = form.replace(page.field("secret"), "0" * 43)
    assert browser.ask("POST", "/person/1/decide", forged, Origin=ours, **kind).status == 403
    assert not desk.store.decisions_of(desk.run, 1)


def test_a_form_of_ten_megabytes_is_refused(desk: Served) -> None:
    browser = desk.browser()
    ours = f"http://127.0.0.1:{desk.port}"
    kind = {"Content_Type": "application/x-www-form-urlencoded", "Origin": ours}
    assert browser.ask("POST", "/person/1/decide", "", Content_Length=str(10_000_000), **kind).status == 413


@pytest.mark.parametrize(
    "path",
    [
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/app.py",
        "/app.py",
        "/person/99",
        "/person/-1",
        "/person/x",
        "/export.exe",
        "//evil.example",
    ],
)
def test_paths_that_lead_nowhere_are_not_found(desk: Served, path: str) -> None:
    assert desk.browser().ask("GET", path).status in (403, 404)


def test_what_stands_in_a_file_is_never_markup(desk: Served) -> None:
    browser = desk.browser("<script>alert(2)</script>", "<i>")
    for path in ("/", "/person/2", "/person/2/what-if", "/agreement"):
        text = browser.get(path).text
        assert "<script>alert" not in text
        assert "<i>" not in text
    browser.send(
        "/person/2/decide",
        browser.get("/person/2"),
        about="",
        verdict="",
        comment="</p><script>alert(3)</script>",
    )
    assert "<script>alert" not in browser.get("/person/2").text
    for value in ("<script>", '"><script>', "javascript:1"):
        assert "<script>alert" not in browser.get("/?" + urlencode({"search": value, "movement": value})).text
        assert f'value="{value}"' not in browser.get("/?" + urlencode({"search": '"><b>'})).text


def test_every_answer_forbids_what_a_page_does_not_need(desk: Served) -> None:
    headers = desk.browser().ask("GET", "/").headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


def test_the_desk_says_clear_only_as_far_as_asked_and_where_to_begin(desk: Served) -> None:
    browser = desk.browser()
    page = html.unescape(re.sub("<[^>]+>", " ", browser.get("/person/1").text))

    assert "The rules say clear if screened" in " ".join(page.split())
    assert re.search(r"Now: [^.]+\. Next: [^.]+\. After: ", page)
    assert "clear if screened" in browser.get("/").text
