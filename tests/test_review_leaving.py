"""What leaves the desk: the note for the record, the decisions in words, the audit; and earlier scans."""

import csv
import html
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.review.audit import by_reviewer
from tests.desk import PEOPLE, Browser, Served, entered_from, filled, served
from tests.test_review import text_of
from tests.test_review_answers import fill_in
from tests.test_review_deciding import decide
from tests.test_review_lines import override


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    """Return a desk with five people."""
    with served(*filled(tmp_path, shown=("notes",))) as served_desk:
        yield served_desk


def note_of(browser: Browser, number: int) -> list[str]:
    page = browser.get(f"/person/{number}/note").text
    text = re.search(r'<textarea id="note"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert text is not None
    return html.unescape(text[1]).splitlines()


def test_a_note_for_the_record_holds_findings_answers_and_decisions_in_about_ten_lines(desk: Served) -> None:
    browser = desk.browser()
    fill_in(browser, 1, night_pain="no")
    override(browser, 1, comment="Lifts for a living.")
    note = note_of(browser, 1)
    assert note[0].startswith("anna; notes: =1+1 (people.csv, line 2). Bone safety review, ")
    assert note[1] == "Exercise clearance by the rules: clear if screened."
    assert note[2] == "Nobody has decided about the whole plan."
    assert "Overridden, Movement: Lifting very heavy things at home: modify" in note[3]
    assert note[3].endswith("“Lifts for a living.”; not signed.")
    assert any(line.startswith("Told at the desk: constant night pain: no (to Ana Ruiz, 2") for line in note)
    assert any("lumbar spine T-score: -2.6" in line for line in note)
    assert len(note) <= 13
    browser.send("/person/1/sign", decide(browser, 1))
    note = note_of(browser, 1)
    assert "Nobody has decided about the whole plan." not in note
    assert sum(line.endswith("; signed.") for line in note) == 2
    fill_in(browser, 1, chest_pain="no")
    assert sum(line.endswith("to be decided again.") for line in note_of(browser, 1)) == 2


def test_a_note_on_somebody_whom_a_reviewer_pauses_suggests_no_exercise(desk: Served) -> None:
    browser = desk.browser()
    assert any(line.startswith("Exercises suggested") for line in note_of(browser, 1))
    decide(browser, 1, verdict="hold", reason="need-more-info")
    note = note_of(browser, 1)
    assert "Overridden, The whole plan: hold" in note[2]
    assert not any(line.startswith("Exercises suggested") for line in note)


def test_a_note_says_what_made_an_emergency(desk: Served) -> None:
    note = note_of(desk.browser(), 4)
    assert note[1].startswith(
        "Exercise clearance by the rules: emergency, because of numbness between the legs: yes (R05 "
    )


def test_a_blind_reviewer_gets_no_note_before_their_verdict(tmp_path: Path) -> None:
    with served(*filled(tmp_path), blind=True) as desk:
        assert "Say first what you would do." in desk.browser().get("/person/4/note").text


def test_decisions_go_out_in_words_that_a_person_can_read(desk: Served) -> None:
    browser = desk.browser()
    decide(browser, 4, disposition="recheck", recheck="2999-12-31")
    page = fill_in(browser, 4, chest_pain="no")
    browser.send("/person/4/withdraw", page)
    text = browser.get("/export.csv").text
    assert text.startswith("\ufeffPerson,When,Reviewer,Role,Act,About,Rules say,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["Act"], row["Now"]) for row in rows] == [
        ("Agreed", "stands"),
        ("Answers filled in", "taken back, or a withdrawal"),
        ("Withdrawn", "taken back, or a withdrawal"),
    ]
    assert rows[0]["What was done"] == "To be looked at again"
    assert rows[0]["Day to look again"] == "2999-12-31"
    assert rows[1]["Answers"] == "chest pain: no"
    assert len(text) < 2_000  # a whole plan stood in a cell of 6 KB


def test_the_audit_tells_who_did_what_by_reviewer_and_by_person(desk: Served, tmp_path: Path) -> None:
    browser = desk.browser()
    assert "Nothing has been decided yet." in browser.get("/audit").text
    browser.send("/person/1/sign", decide(browser, 1))
    browser.send("/who", browser.get("/who"), name="Ben", role="nurse")
    fill_in(browser, 5, night_pain="no")
    decide(browser, 2, verdict="hold", reason="need-more-info", comment="See first.")
    says = text_of(browser.get("/audit"))
    assert "The chain of 4 entries holds." in says
    reviewers = says.split("By reviewer")[1].split("By person")[0]
    assert "Ana Ruiz, physiotherapist 1 1 0 0 1 0 0 0 not known 2" in reviewers
    assert "Ben, nurse 1 0 0 1 0 1 0 0 not known 2" in reviewers
    people = says.split("By person")[1]
    assert people.index("anna") < people.index("eve") < people.index("bea")
    assert "Overridden, The whole plan: hold (More has to be known first). " in people
    assert "“See first.”" in people
    with sqlite3.connect(tmp_path / "review.sqlite") as connection:
        connection.execute("UPDATE decisions SET comment = 'x' WHERE id = 1")
    assert "decision 1 was changed after it was made." in text_of(browser.get("/audit"))


def test_the_pace_of_a_reviewer_is_the_usual_time_from_one_person_to_the_next() -> None:
    def act(listed: int, at: str, **other: object) -> dict[str, object]:
        row = {"by": "Ana", "role": "GP", "listed": listed, "kind": "agree", "about": "", "together": 0}
        return {**row, "at": f"2026-11-27T{at}+00:00", **other}

    acts = [
        act(1, "08:00:00"),
        act(1, "08:00:50"),  # the same person again
        act(2, "08:02:00"),
        act(3, "08:02:02"),
        act(4, "08:03:02", together=2),
        act(5, "09:30:00"),  # after a break
    ]
    [ana] = by_reviewer(acts)
    assert ana.pace == 61
    assert (ana.people, ana.in_bulk, ana.acts["agree"]) == (5, 1, 5)
    assert by_reviewer(acts[:1])[0].pace is None


# ── Earlier scans ───────────────────────────────────────────────────────────────────────────────────────────

TWICE = """\
id,age,sex,menopause,t_lumbar_spine,t_total_hip,scan_months
anna,61,female,post,-2.6,-1.0,2
anna,61,female,post,-2.1,-1.1,26
bea,72,female,post,-3.4,,
bea,72,female,post,-3.4,,
carl,66,male,,-1.2,,
"""


def test_scores_of_other_rows_with_the_name_stand_on_the_strip(tmp_path: Path) -> None:
    with served(*filled(tmp_path, TWICE)) as desk:
        browser = desk.browser()
        page = browser.get("/person/1")
        strip = page.text[page.text.index('<svg class="strip"') : page.text.index('class="history"')]
        assert strip.count('class="before"') == 2
        says = text_of(page)
        with desk.store.reading() as connection:
            year, month = connection.exec_driver_sql("SELECT at FROM runs").scalar_one()[:7].split("-")
        months = int(year) * 12 + int(month) - 1 - 26
        then = f"{months // 12}-{months % 12 + 1:02}"
        assert (
            f"lumbar spine, now -2.6. Other rows with this name: -2.1 ({then}, line 3 of this list)" in says
        )
        assert f"-1.1 ({then}, line 3 of this list) may be no change, within scan error" in says
        assert "This name stands on several rows of the file." in says
        for number in (3, 5):  # the same score twice is one scan
            assert 'class="history"' not in browser.get(f"/person/{number}").text


def test_scores_of_earlier_lists_stand_on_the_strip_and_a_row_without_a_name_has_none(tmp_path: Path) -> None:
    with served(*filled(tmp_path)) as desk:
        run = entered_from(desk.store, tmp_path, PEOPLE.replace("-2.6", "-3.1"))
        browser = desk.browser()
        browser.send("/lists", browser.get("/lists"), chosen=str(run))
        assert (
            "lumbar spine, now -3.1. Other rows with this name: -2.6 (month not known, people.csv)"
            in text_of(browser.get("/person/1"))
        )
        assert 'class="history"' not in browser.get("/person/2").text
    nameless = tmp_path / "nameless"
    nameless.mkdir()
    with served(*filled(nameless, "age,t_lumbar_spine\n61,-1.5\n")) as desk:
        run = entered_from(desk.store, nameless, "age,t_lumbar_spine\n71,-2.5\n")
        browser = desk.browser()
        browser.send("/lists", browser.get("/lists"), chosen=str(run))
        assert 'class="history"' not in browser.get("/person/1").text


def test_the_export_for_programs_has_what_it_had(desk: Served) -> None:
    browser = desk.browser()
    decide(browser, 1)
    [row] = json.loads(browser.get("/export.json").text)
    assert {"id", "sha256", "said", "person", "amended", "amends", "current"} <= row.keys()
