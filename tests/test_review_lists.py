"""Nobody unseen: rows that cannot be read or contradict themselves, and decisions from list to list."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from recommender.errors import CohortError
from recommender.review.store import Store, url_of
from recommender.review.worklist import Wanted, Worklist
from tests.conftest import Run
from tests.desk import PEOPLE, Browser, Served, decision, earlier_store, entered_from, filled, served
from tests.test_review import names, text_of
from tests.test_review_answers import fill_in
from tests.test_review_deciding import decide, screened

MESSY = """\
id,Patient Name,age,sex,t_lumbar_spine,vertebral_fractures,chest_pain,saddle_numbness,fracture_months
a,Ann Smith,70,F,-2.6,,Y,,3
b,Bo Jones,400,F,-1.6,,,Y,
c,Cy Brown,62,M,-1.7,,,,
d,Di Green,abc,F,-1.8,,,,
e,Ed White,64,F,-1.9,,,,
f,Fi Black,61,F,-2.0,,,,
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    """Return a desk with a messy list: two rows with a cell that cannot be read, and a contradiction."""
    with served(*filled(tmp_path, MESSY, ("Patient Name",))) as served_desk:
        yield served_desk


def test_a_row_that_contradicts_itself_is_on_the_desk_and_its_cell_counts_as_not_known(desk: Served) -> None:
    """Chest pain was refused with its row, as months since a fracture stood beside no fracture count."""
    browser = desk.browser()
    assert names(browser.get("/").text)[:3] == ["b", "a", "d"]
    assert "cells in doubt" in browser.get("/").text
    page = text_of(browser.get("/person/1"))
    assert "1 cell of this row is in doubt and counts as not known." in page
    assert "fracture_months “3”: " in page
    person = desk.store.person(desk.run, 1)
    assert person is not None
    assert "fracture_months" not in person["answers"]
    assert person["answers"]["chest_pain"] == "yes"


def test_who_contradicts_themselves_comes_before_those_who_are_clear(tmp_path: Path) -> None:
    rows = "id,age,t_lumbar_spine,vertebral_fractures,fracture_months\np1,61,-1.0,0,\np2,62,-1.1,,3\n"
    with served(*filled(tmp_path, rows)) as desk:
        assert names(desk.browser().get("/").text) == ["p2", "p1"]


def test_rows_in_doubt_are_listed_with_cell_reason_and_red_flags_first(desk: Served) -> None:
    """A row with one bad cell was not on the desk at all, whatever red flags stood in the rest of it."""
    browser = desk.browser()
    assert "Rows in doubt (3) ▲ 1 emergency Agree in bulk" in text_of(browser.get("/"))
    page = browser.get("/?doubtful=yes&undecided=yes")
    assert names(page.text) == ["b", "a", "d"]
    says = text_of(page)
    assert re.search(r"▲ emergency .* R05 Signs of pressed nerves [^“]*age “400”: `400` is outside", says)
    assert says.index("Bo Jones") < says.index("Di Green")
    assert "age “abc”: " in says


@pytest.mark.parametrize("answer", ["48", "unknown"])
def test_a_cell_in_doubt_is_answered_and_its_row_is_on_the_list_like_any_other(
    desk: Served, run: Run, tmp_path: Path, answer: str
) -> None:
    browser = desk.browser()
    page = browser.get("/person/4")
    assert "■ hold until asked" in text_of(page)
    asked = page.text.split('id="open"')[1].split("</ul>")[0]
    assert asked.count('name="age"') == 2  # the number, or that nobody knows
    assert 'name="age" value="unknown"' in asked
    told = text_of(fill_in(browser, 4, age=answer))
    assert "hold until asked" not in told
    assert "in doubt and counts" not in told
    assert (
        "age: 48, as told to Ana Ruiz" if answer == "48" else "age: not known, as told to Ana Ruiz"
    ) in told
    assert "d" not in names(browser.get("/?clearance=hold").text)
    assert names(browser.get("/?doubtful=yes").text) == ["b", "a"]
    assert "Rows in doubt (2)" in browser.get("/").text
    assert json.loads(browser.get("/export.json").text)[0]["kind"] == "amended"
    assert "By person d 2" in text_of(browser.get("/audit"))
    place = tmp_path / "review.sqlite"
    assert run("review", "verify", "--store", place).code == 0
    browser.send("/person/4/withdraw", browser.get("/person/4"))
    assert names(browser.get("/?doubtful=yes").text) == ["b", "a", "d"]
    assert run("review", "verify", "--store", place).code == 0


def test_a_row_in_doubt_is_disposed_of_with_what_was_done(desk: Served, run: Run, tmp_path: Path) -> None:
    browser = desk.browser()
    assert decide(browser, 4, disposition="").status == 422
    done = decide(browser, 4, verdict="hold", reason="need-more-info", disposition="sent_back")
    assert "Done: Sent back to the sender" in done.text
    browser.send("/person/4/sign", done)
    assert names(browser.get("/?doubtful=yes&undecided=yes").text) == ["b", "a"]
    assert "Rows in doubt (2)" in browser.get("/").text
    assert "1 decided, 1 signed off" in browser.get("/").text
    assert "Sent back to the sender (1)" in browser.get("/agreement").text
    assert "Sent back to the sender" in browser.get("/export.csv").text
    assert "In doubt in the file, and not known: age “abc”." in browser.get("/person/4/note").text
    assert run("review", "verify", "--store", tmp_path / "review.sqlite").code == 0


RAGGED = """\
id,age,sex,t_lumbar_spine
a,70,F,-2.6
Ann Smith, 61,F,-1,5,extra
c,64,F,-1.9
,,,
,,,
Total,195,,
"""


def test_a_row_of_which_nothing_was_read_is_answered_from_nothing(run: Run, tmp_path: Path) -> None:
    with served(*filled(tmp_path, RAGGED)) as desk:
        browser = desk.browser()
        assert names(browser.get("/").text) == ["row 3", "a", "c"]
        page = text_of(browser.get("/person/2"))
        assert "Nothing of this row could be read." in page
        assert "“Ann Smith, 61,F,-1,5,extra”: This row has 6 cells, and the header has 4 columns." in page
        fill_in(browser, 2, age="61", t_lumbar_spine="-1.5")
        assert sorted(names(browser.get("/").text)) == ["a", "c", "row 3"]
        assert names(browser.get("/?doubtful=yes").text) == []
    assert run("review", "verify", "--store", tmp_path / "review.sqlite").code == 0


def test_rows_that_are_no_people_are_left_out_and_shown_with_the_reason(tmp_path: Path) -> None:
    with served(*filled(tmp_path, RAGGED)) as desk:
        browser = desk.browser()
        assert "Left out (3)" in browser.get("/").text
        left_out = text_of(browser.get("/left-out"))
        assert left_out.count("This row is empty.") == 2
        assert "“Total;195”: This row is a total" in left_out


def test_who_has_only_a_name_is_no_fault_of_a_list(run: Run, tmp_path: Path) -> None:
    """`verify` said that the order was not that of the answers, of people without a single answer."""
    filled(tmp_path, "id,age,t_lumbar_spine\na,61,-1.0\nb,,\n")[0].close()
    assert run("review", "verify", "--store", tmp_path / "review.sqlite").code == 0


def test_nobody_in_doubt_is_agreed_with_in_bulk_or_without_what_was_done(tmp_path: Path) -> None:
    header, row, other = screened("p1", "p2").splitlines()
    with served(*filled(tmp_path, f"{header},t_total_hip\n{row},abc\n{other},-1.0\n")) as desk:
        browser = desk.browser()
        assert "Rows in doubt (1)" in browser.get("/").text
        assert decide(browser, 1, disposition="").status == 422
        assert re.findall(r"<bdi>(\w+)</bdi>", browser.get("/bulk").text) == ["p2"]
        refused = browser.send("/bulk", browser.get("/person/1"), **{"person-1": "yes"})
        assert refused.status == 422


def test_what_an_earlier_program_could_not_read_is_still_shown(tmp_path: Path) -> None:
    place = tmp_path / "review.sqlite"
    with closing(sqlite3.connect(place)) as connection:
        connection.executescript((Path(__file__).parent / "stores" / "schema_7.sql").read_text("utf-8"))
    with served(Store(url_of(str(place))), 1) as desk:
        left_out = text_of(desk.browser().get("/left-out"))
    assert "age “400”: `400` is outside what is possible." in left_out


def test_a_list_that_was_read_whole_says_so(tmp_path: Path) -> None:
    with served(*filled(tmp_path)) as desk:
        browser = desk.browser()
        assert "Rows in doubt" not in browser.get("/").text
        assert "Left out" not in browser.get("/").text
        assert "All rows of the file are on the worklist." in browser.get("/left-out").text


def test_batch_still_refuses_what_the_desk_marks(run: Run, tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(MESSY, encoding="utf-8")
    assert run("batch", source, out).code == 1
    rejects = (tmp_path / "out.rejects.csv").read_text("utf-8")
    assert "needs_another_answer" in rejects


def test_a_person_is_shown_and_searched_by_the_columns_a_reader_chose(desk: Served) -> None:
    browser = desk.browser()
    assert names(browser.get("/?search=smith").text) == ["a"]
    assert names(browser.get("/?search=nobody").text) == []
    assert (
        '<td role="cell" data-label="Patient Name" class="id short"><bdi>Ann Smith</bdi></td>'
        in browser.get("/").text
    )
    assert "Patient Name: Ann Smith" in browser.get("/person/1").text


def test_a_column_to_show_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CohortError, match="there is no column `Patient Nmae`"):
        filled(tmp_path, MESSY, ("Patient Nmae",))


# ── From list to list ───────────────────────────────────────────────────────────────────────────────────────


def next_list(desk: Served, folder: Path, people: str) -> Browser:
    """Bring another list, and return a browser that has opened it."""
    run = entered_from(desk.store, folder, people)
    browser = desk.browser()
    browser.send("/lists", browser.get("/lists"), chosen=str(run))
    return browser


@pytest.fixture
def decided(tmp_path: Path) -> Iterator[Served]:
    """Return a desk with five people, of whom anna was decided on and signed, and bea decided on."""
    store, run = filled(tmp_path)
    with served(store, run) as first:
        browser = first.browser()
        browser.send("/person/1/sign", decide(browser, 1, disposition="seen"))
        decide(browser, 2, verdict="hold", reason="need-more-info")
    with served(Store(url_of(str(tmp_path / "review.sqlite"))), run) as desk:
        yield desk


def test_decisions_follow_a_person_with_the_same_answers_to_another_list(
    decided: Served, tmp_path: Path
) -> None:
    """One added row, and every decision of the morning was out of sight."""
    header, *rows = PEOPLE.splitlines(keepends=True)
    moved = "".join([header, "zoe,59,female,post,-1.1,0,0,no,no,\n", *reversed(rows)])
    browser = next_list(decided, tmp_path, moved)
    assert "2 decided, 1 signed off" in browser.get("/").text
    assert "anna" not in names(browser.get("/?undecided=yes").text)
    assert set(names(browser.get("/?unsigned=yes").text)) == {"bea", "carl", "dora", "eve", "zoe"}
    assert names(browser.get("/?disagreed=yes").text) == ["bea"]
    page = browser.get("/person/6")
    assert "Agreed, The whole plan: clear. Done: Seen and examined" in page.text
    assert "Signed by Ana Ruiz" in page.text
    assert "2 people decided on by 1 reviewer." in browser.get("/agreement").text
    browser.send("/person/6/withdraw", page)
    assert "anna" in names(browser.get("/?unsigned=yes").text)
    assert decided.store.check().problems == []


@pytest.mark.heavy
def test_agreement_counts_what_was_decided_since_it_was_last_shown(decided: Served, tmp_path: Path) -> None:
    """Decisions are read once: those added later, also in another list, and withdrawals count at once."""
    browser = decided.browser()
    assert "2 people decided on by 1 reviewer." in browser.get("/agreement").text
    decide(browser, 4, disposition="called")
    assert "3 people decided on by 1 reviewer." in browser.get("/agreement").text
    browser.send("/person/4/withdraw", browser.get("/person/4"))
    assert "2 people decided on by 1 reviewer." in browser.get("/agreement").text
    other = entered_from(decided.store, tmp_path, PEOPLE.replace("anna,61", "anna,64"))
    browser.send("/lists", browser.get("/lists"), chosen=str(other))
    decide(browser, 4, disposition="called")
    browser.send("/lists", browser.get("/lists"), chosen=str(decided.run))
    assert "3 people decided on by 1 reviewer." in browser.get("/agreement").text


@pytest.mark.heavy
def test_answers_that_changed_since_are_told_and_nothing_stands(decided: Served, tmp_path: Path) -> None:
    browser = next_list(
        decided, tmp_path, PEOPLE.replace("anna,61,female,post,-2.6", "anna,61,female,post,-2.9")
    )
    assert names(browser.get("/?changed=yes").text) == ["anna"]
    assert "answers changed since decided" in browser.get("/").text
    assert "anna" in names(browser.get("/?undecided=yes").text)
    page = text_of(browser.get("/person/1"))
    assert "Answers changed since this person was decided on in" in page
    assert "T-score, lumbar spine: -2.6 before, -2.9 now" in page or "-2.6 before, -2.9 now" in page
    decide(browser, 1)
    assert names(browser.get("/?changed=yes").text) == []
    assert "Answers changed since" not in text_of(browser.get("/person/1"))


@pytest.mark.heavy
def test_decisions_do_not_follow_a_name_that_stands_on_several_rows(decided: Served, tmp_path: Path) -> None:
    twice = PEOPLE + "anna,61,female,post,-2.6,0,0,no,no,\n"
    browser = next_list(decided, tmp_path, twice)
    assert "1 decided, 0 signed off" in browser.get("/").text
    assert names(browser.get("/?repeated=yes").text) == ["anna", "anna"]
    assert "2 rows with the name of another" in browser.get("/").text
    assert "This name stands on several rows of the file." in browser.get("/person/6").text


def test_a_twin_among_the_rows_in_doubt_is_told(tmp_path: Path) -> None:
    with served(*filled(tmp_path, "id,age,t_lumbar_spine\nx,61,-1.0\nx,abc,-1.1\ny,62,-1.2\n")) as desk:
        assert names(desk.browser().get("/?repeated=yes").text) == ["x", "x"]


def test_people_without_a_name_in_the_file_are_never_taken_for_each_other(tmp_path: Path) -> None:
    nameless = "age,t_lumbar_spine\n61,-1.5\n62,-1.6\n"
    store, run = filled(tmp_path, nameless)
    with served(store, run) as desk:
        browser = desk.browser()
        decide(browser, 1)
        run = entered_from(desk.store, tmp_path, nameless + "63,-1.7\n")
        browser.send("/lists", browser.get("/lists"), chosen=str(run))
        assert "0 decided" in browser.get("/").text


def test_lists_can_be_chosen_and_a_form_of_another_list_is_not_kept(decided: Served, tmp_path: Path) -> None:
    run = entered_from(decided.store, tmp_path, PEOPLE.replace("anna", "amy"))
    browser = decided.browser()
    page = browser.get("/person/1")
    lists = browser.get("/lists")
    assert lists.text.count("<button") == 1
    assert browser.send("/lists", lists, chosen="99").status == 404
    assert "amy" in names(browser.send("/lists", lists, chosen=str(run)).text)
    refused = browser.send("/person/1/decide", page, about="")
    assert refused.status == 410
    assert "Another list was opened" in refused.text
    assert decided.store.followed(run) == 1


def test_decisions_of_a_store_of_schema_3_follow_people_too(tmp_path: Path) -> None:
    store = Store(url_of(str(earlier_store(tmp_path))))
    columns = "id,age,sex,menopause,t_lumbar_spine,vertebral_fractures,saddle_numbness"
    run = entered_from(store, tmp_path, f"{columns}\nnew,50,male,,-1.0,0,no\nanna,61,female,post,-2.6,0,no\n")
    assert store.followed(run) == 1
    assert Worklist(store, run, False).progress().signed == 1
    assert Worklist(store, run, False).count(Wanted(changed=True)) == 0
    assert store.check().problems == []
    store.close()


def test_what_followed_is_told_in_the_terminal(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)
    monkeypatch.chdir(tmp_path)
    store, _ = filled(tmp_path)
    for number in (1, 2):
        store.add([decision(store, number, str(number))])
    store.close()
    Path("week2.csv").write_text(
        PEOPLE.replace("bea,72", "bea,73") + "kim,abc,female,post,-1.0,0,0,no,no,\n", encoding="utf-8"
    )
    ran = run("review", "week2.csv", "--show", "notes")
    assert "6 people are on the desk." in ran.out
    assert "1 of them has cells in doubt: the desk lists them, red flags first." in ran.out
    assert "1 person was decided on in another list with the same answers: that stands here too." in ran.out
    assert "1 person was decided on in another list with other answers: the desk marks them." in ran.out
    with sqlite3.connect("review.sqlite") as connection:
        assert connection.execute("SELECT shown FROM runs WHERE id = 2").fetchone() == ('["notes"]',)
