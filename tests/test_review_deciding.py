"""No decision that nobody meant: what the forms of the desk ask, refuse, change and take back."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.review.store import Store, url_of
from tests.conftest import Run
from tests.desk import Answer, Browser, Served, earlier_store, filled, served
from tests.people import book


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    """Return a desk with five people."""
    with served(*filled(tmp_path)) as served_desk:
        yield served_desk


def decide(browser: Browser, number: int, **form: str) -> Answer:
    """Decide about a person on the page as it is now."""
    path = f"/person/{number}"
    return browser.send(f"{path}/decide", browser.get(path), about="", **form)


def checked(page: Answer) -> list[str]:
    return re.findall(r'name="verdict" value="([^"]*)" required checked', page.text)


def test_no_verdict_is_chosen_before_a_reviewer_chooses_it(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/person/4")
    assert checked(page) == []
    assert decide(browser, 4, verdict="").status == 422
    assert not desk.store.decisions_of(desk.run, 4)


def test_the_form_opens_with_ones_own_standing_decision(desk: Served) -> None:
    """It opened with what the rules say, so that one key turned an override into an agreement."""
    browser = desk.browser()
    page = decide(
        browser, 1, verdict="hold", reason="patient-contraindication", comment="Chest pain at rest."
    )
    assert checked(page) == ["hold"]
    assert '<option value="patient-contraindication" selected>' in page.text
    assert "Chest pain at rest.</textarea>" in page.text
    assert "<summary>Change my decision</summary>" in page.text


def test_a_standing_decision_is_changed_only_by_a_form_that_says_so(desk: Served) -> None:
    browser = desk.browser()
    before = browser.get("/person/1")
    decide(browser, 1, verdict="hold", reason="patient-contraindication")
    refused = browser.send("/person/1/decide", before, about="", form="another")
    assert refused.status == 422
    assert "you have decided on this before, and that decision stands" in refused.text
    assert [row["verdict"] for row in desk.store.decisions_of(desk.run, 1)] == ["hold"]
    assert decide(browser, 1, verdict="clear").status == 200
    assert [row["verdict"] for row in desk.store.decisions_of(desk.run, 1)] == ["hold", "clear"]


@pytest.mark.heavy
def test_the_last_act_can_be_taken_back_and_what_stood_before_stands_again(
    desk: Served, run: Run, tmp_path: Path
) -> None:
    browser = desk.browser()
    decide(browser, 1, verdict="hold", reason="need-more-info")
    page = decide(browser, 1, verdict="clear")
    assert "Undo: Agreed, The whole plan: clear" in page.text
    page = browser.send("/person/1/withdraw", page)
    assert checked(page) == ["hold"]
    assert re.search(r"<li>[^<]*: Withdrawn, The whole plan: clear</li>", page.text)
    browser.send("/person/1/sign", page)
    assert "anna" not in browser.get("/?unsigned=yes").text
    page = browser.get("/person/1")
    assert "Undo: Signed, The whole plan: hold" in page.text
    assert "Signed by" not in browser.send("/person/1/withdraw", page).text
    assert "anna" in browser.get("/?unsigned=yes").text
    assert browser.send("/person/1/withdraw", page, form="again").status == 422  # it is not the last any more
    page = browser.send("/person/1/withdraw", browser.get("/person/1"))
    assert checked(page) == []
    assert "Undo:" not in page.text
    assert "anna" in browser.get("/?undecided=yes").text
    exported = browser.get("/export.json").text
    assert exported.count('"kind": "withdrawn"') == 3
    (tmp_path / "export.json").write_text(exported, encoding="utf-8")
    place = tmp_path / "review.sqlite"
    assert run("review", "verify", "--store", place, "--against", tmp_path / "export.json").code == 0
    with sqlite3.connect(place) as connection:
        connection.execute("UPDATE decisions SET withdraws = 1 WHERE kind = 'withdrawn' AND withdraws = 2")
    assert "was changed" in run("review", "verify", "--store", place).err


def test_another_reviewers_act_cannot_be_taken_back(desk: Served) -> None:
    browser = desk.browser()
    page = decide(browser, 1, verdict="clear")
    withdraws = page.field("withdraws")
    browser.send("/who", browser.get("/who"), name="Ben", role="GP")
    page = browser.get("/person/1")
    assert "Undo:" not in page.text
    assert browser.send("/person/1/withdraw", page, withdraws=withdraws).status == 422


def test_who_must_not_wait_is_decided_on_with_what_was_done(desk: Served) -> None:
    """Two keys signed an emergency that nobody had looked at."""
    browser = desk.browser()
    refused = decide(browser, 4, disposition="")
    assert refused.status == 422
    assert "say what was done for this person" in refused.text
    page = decide(browser, 4, disposition="sent_to_emergency")
    assert "Done: Sent to emergency care" in page.text
    rows = desk.store.decisions_of(desk.run, 4)
    assert [(row["kind"], row["disposition"], row["recheck"]) for row in rows] == [
        ("agree", "sent_to_emergency", "")
    ]
    assert "Sent to emergency care (1)" in browser.get("/agreement").text


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"disposition": "recheck", "recheck": ""}, "name the day to look again"),
        ({"disposition": "recheck", "recheck": "2020-01-31"}, "name the day to look again"),
        ({"disposition": "recheck", "recheck": "soon"}, "name the day to look again"),
        ({"disposition": "called", "recheck": "2999-12-31"}, "nothing is to be done on it"),
        ({"disposition": "flown"}, "say what was done"),
    ],
)
def test_a_day_to_look_again_is_a_day_to_come(desk: Served, form: dict[str, str], message: str) -> None:
    browser = desk.browser()
    refused = decide(browser, 1, **form)
    assert refused.status == 422
    assert message in refused.text


def test_a_person_can_be_put_on_a_day_to_look_again(desk: Served) -> None:
    page = decide(desk.browser(), 1, disposition="recheck", recheck="2999-12-31")
    assert "Done: To be looked at again 2999-12-31" in page.text
    assert 'type="date" value="2999-12-31"' in page.text


def test_a_line_is_decided_on_without_a_disposition(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/person/4/decide?about=movement:lift_heavy")
    assert 'name="disposition"' not in page.text
    assert browser.send("/person/4/decide", page, about="movement:lift_heavy").status == 200


def screened(*ids: str) -> str:
    """Return a file of people who are clear, with every question answered that could stop exercise."""
    names = [name for name, field in book().vocabulary.fields.items() if field.kind == "yes_no"]
    known = {"age": "65", "sex": "male", "t_lumbar_spine": "-0.5", "systolic_bp": "125", "diastolic_bp": "80"}
    known |= dict.fromkeys(("vertebral_fractures", "other_fractures", "falls_12m", "glucocorticoid_mg"), "0")
    known |= {"back_pain_severity": "0", "frax_major": "3", "frax_hip": "2"}
    known |= dict.fromkeys(("spine_surgery_months", "joint_replacement_months"), "never")
    known |= dict.fromkeys(("spine_cement_months", "other_surgery_months"), "never")
    known |= {name: "no" for name in names if book().vocabulary.fields[name].only_if is None}
    return "\n".join([",".join(["id", *known]), *(",".join([id_, *known.values()]) for id_ in ids)]) + "\n"


def test_agreeing_in_bulk_is_an_act_of_its_own_and_said_as_such(tmp_path: Path) -> None:
    with served(*filled(tmp_path, screened("p1", "p2", "p3"))) as desk:
        browser = desk.browser()
        assert 'name="disposition"' not in browser.get("/person/1").text
        decide(browser, 3)
        page = browser.get("/bulk")
        assert "Agree with those chosen in bulk" in page.text
        assert re.findall(r"<bdi>(\w+)</bdi>", page.text) == ["p1", "p2"]
        assert "nobody is chosen" in browser.send("/bulk", page).text
        after = browser.send("/bulk", page, **{"person-1": "yes", "person-2": "yes"})
        assert "Nobody is open to this now." in after.text
        assert browser.send("/bulk", page, **{"person-1": "yes", "person-2": "yes"}).status == 422
        rows = desk.store.decisions_in(desk.run)
        assert [(row["number"], row["kind"], row["together"]) for row in rows] == [
            (3, "agree", 0),
            (1, "agree", 2),
            (1, "signed", 2),
            (2, "agree", 2),
            (2, "signed", 2),
        ]
        assert "Agreed in bulk, one of 2" in browser.get("/person/1").text
        agreement = browser.get("/agreement").text
        assert "1 person decided on by 1 reviewer." in agreement
        assert "2 more people were agreed with in bulk." in agreement
        assert desk.store.check().problems == []


def test_nobody_with_an_open_safety_question_is_agreed_with_in_bulk(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/bulk")
    assert "Nobody is open to this now." in page.text
    for number in (1, 4):
        page = browser.get(f"/person/{number}")
        refused = browser.send("/bulk", page, **{f"person-{number}": "yes"})
        assert refused.status == 422
        assert "has to be looked at alone" in refused.text
    assert not desk.store.decisions_in(desk.run)


def test_a_blind_reviewer_cannot_agree_in_bulk(tmp_path: Path) -> None:
    with served(*filled(tmp_path), blind=True) as desk:
        browser = desk.browser()
        assert browser.get("/bulk").status == 404
        assert browser.send("/bulk", browser.get("/person/1"), **{"person-1": "yes"}).status == 404


# ── Stores of earlier versions ──────────────────────────────────────────────────────────────────────────────


def test_a_store_of_schema_3_opens_with_all_that_was_decided(run: Run, tmp_path: Path) -> None:
    place = earlier_store(tmp_path)
    store = Store(url_of(str(place)))
    rows = store.decisions_in(1)
    assert [(row["kind"], row["disposition"], row["together"]) for row in rows] == [
        ("agree", "", 0),
        ("override", "", 0),
        ("signed", "", 0),
        ("agree", "", 0),
    ]
    assert len(store.check().decisions) == 4
    assert store.check().problems == []
    with served(store, 1) as desk:
        browser = desk.browser()
        assert "Overridden" in browser.get("/person/1").text
        assert decide(browser, 2, verdict="emergency", disposition="seen").status == 200
        assert desk.store.check().problems == []
    assert run("review", "verify", "--store", place).code == 0


def test_a_disposition_that_is_added_to_an_earlier_decision_is_found(run: Run, tmp_path: Path) -> None:
    place = earlier_store(tmp_path)
    Store(url_of(str(place))).close()
    with sqlite3.connect(place) as connection:
        connection.execute("UPDATE decisions SET disposition = 'seen' WHERE id = 4")
    assert "decision 4 was changed" in run("review", "verify", "--store", place).err
