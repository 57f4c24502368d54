"""Scan reports at the desk: each number waits until somebody has compared it; `batch` reads none."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from recommender.errors import ReviewError
from recommender.review.reports import Reports, is_folder_of_reports
from recommender.review.store import Store, url_of
from tests.conftest import Run
from tests.desk import Served, served
from tests.people import book
from tests.scan_reports import hologic
from tests.test_review import names, text_of
from tests.test_review_answers import fill_in

LETTER = "Her T-score at the femoral neck was -2.7 in May. She is 66 years old."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a report as PDF, a letter, and a picture."""
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "anna.pdf").write_bytes(hologic().pdf())
    (reports / "bea.txt").write_text(LETTER, encoding="utf-8")
    (reports / "carl.png").write_bytes(b"\x89PNG\r\n")
    (reports / ".hidden").write_text("", encoding="utf-8")
    return reports


@pytest.fixture
def desk(folder: Path, tmp_path: Path) -> Iterator[Served]:
    """Return a desk with the reports of the folder."""
    store = Store(url_of(str(tmp_path / "review.sqlite")))
    run, _ = store.enter(str(folder), book().sha256, Reports(str(folder), book()))
    with served(store, run) as served_desk:
        yield served_desk


def test_each_report_is_a_person_who_is_not_assessed_before_its_numbers_are_confirmed(desk: Served) -> None:
    browser = desk.browser()
    assert sorted(names(browser.get("/?doubtful=yes").text)) == ["anna.pdf", "bea.txt", "carl.png"]
    person = desk.store.person(desk.run, 1)
    assert person is not None
    assert person["answers"] == {}
    page = browser.get("/person/1")
    assert "hold until asked" in text_of(page)
    assert "7 numbers seem to stand in this scan report. None counts" in text_of(page)
    assert "Agree in bulk" in browser.get("/").text
    assert "anna.pdf" not in text_of(browser.get("/bulk"))


def test_a_number_stands_there_with_its_place_its_doubts_and_the_place_cut_out(desk: Served) -> None:
    browser = desk.browser()
    page = browser.get("/person/1")
    spine = page.text.split("<legend>lumbar spine T-score")[1].split("</fieldset>")[0]
    assert "page 1" in spine.casefold()
    assert "row “L1-L4”, column “T - score”" in spine
    assert 'aria-label="Cut out of the report: the place where -2.8 stands, in a frame."' in spine
    assert 'value="-2.8"' in spine
    letter = browser.get("/person/2")
    assert "sentence" in text_of(letter)
    assert "<svg" not in letter.text.split('id="doubts"')[1].split("</section>")[0]


def test_what_is_confirmed_is_an_answer_in_the_chain_and_the_person_is_assessed(
    desk: Served, run: Run, tmp_path: Path
) -> None:
    browser = desk.browser()
    doubts = (desk.store.person(desk.run, 1) or {})["doubts"]
    confirmed = {doubt.field: doubt.proposal for doubt in doubts}
    spine = confirmed.pop("t_lumbar_spine")
    told = text_of(fill_in(browser, 1, **confirmed))
    assert "1 number seems to stand in this scan report." in told
    assert "hold until asked" in told
    told = text_of(fill_in(browser, 1, t_lumbar_spine=spine))
    assert "hold until asked" not in told
    assert "lumbar spine T-score: -2.8, as told to Ana Ruiz" in told
    entries = json.loads(browser.get("/export.json").text)
    assert [entry["kind"] for entry in entries] == ["amended", "amended"]
    assert sorted(names(browser.get("/?doubtful=yes").text)) == ["bea.txt", "carl.png"]
    assert run("review", "verify", "--store", tmp_path / "review.sqlite").code == 0


def test_what_cannot_be_read_is_work_too_and_its_numbers_are_typed(desk: Served) -> None:
    browser = desk.browser()
    assert "photo" in text_of(browser.get("/person/3")) or "picture" in text_of(browser.get("/person/3"))
    told = text_of(fill_in(browser, 3, t_total_hip="-1.4", age="70"))
    assert "hold until asked" not in told


def test_a_score_above_zero_is_confirmed_with_its_sign(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.txt").write_text("Site  T-score\nTotal hip  0.4\n", encoding="utf-8")
    (people,) = Reports(str(tmp_path / "reports"), book()).batches()
    assert [doubt.proposal for doubt in people[0].doubts] == ["+0.4"]


def test_an_empty_folder_is_refused_and_leaves_no_store(run: Run, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    with pytest.raises(ReviewError, match="there is no file in this folder"):
        Reports(str(tmp_path / "reports"), book())
    ran = run("review", tmp_path / "reports", "--store", tmp_path / "review.sqlite")
    assert ran.code == 3
    assert "there is no file in this folder" in ran.err
    assert not (tmp_path / "review.sqlite").exists()


def test_the_team_brings_a_folder_of_reports_to_its_desk(run: Run, folder: Path, tmp_path: Path) -> None:
    settings = tmp_path / "desk.toml"
    address = f"sqlite:///{tmp_path / 'team.sqlite'}"
    settings.write_text(f'store = "{address}"\norigin = "https://desk.example"\n', encoding="utf-8")
    ran = run("review", "import", folder, "--settings", settings)
    assert ran.code == 0, ran.err
    assert "3 people are on the desk." in ran.out
    with closing(Store(address)) as store:
        assert store.latest_run() == 1


def test_batch_reads_no_reports_and_says_in_one_sentence_where_they_are_read(run: Run, folder: Path) -> None:
    ran = run("batch", folder, "--dry-run")
    assert ran.code == 3
    assert ran.err.count("\n") <= 2
    assert "each number of a scan report must be confirmed" in ran.err
    assert "recommender review FOLDER" in ran.err


def test_a_folder_of_parquet_files_is_a_cohort(tmp_path: Path) -> None:
    assert is_folder_of_reports(str(tmp_path))
    (tmp_path / "part.parquet").write_bytes(b"")
    assert not is_folder_of_reports(str(tmp_path))
