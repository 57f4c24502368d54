"""Files are written whole or not at all, and no formula is exported."""

import csv
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from recommender.cohort.writing import open_writer
from recommender.documents.atomic import SHARED, WholeFile, write_whole
from recommender.documents.formulas import defused

from .conftest import Run

ROOT = Path(__file__).resolve().parent.parent


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_private_unless_it_is_to_be_shared(tmp_path: Path) -> None:
    write_whole(tmp_path / "own", b"a")
    write_whole(tmp_path / "rules", b"a", SHARED)

    assert (mode(tmp_path / "own"), mode(tmp_path / "rules")) == (0o600, 0o644)


def test_a_new_shared_file_is_no_more_open_than_its_author_lets_files_be(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "rules", b"a", SHARED)
    finally:
        os.umask(before)

    assert mode(tmp_path / "rules") == 0o640


@pytest.mark.parametrize("before", [0o600, 0o640, 0o644])
def test_who_may_read_a_file_stays_as_it_was(tmp_path: Path, before: int) -> None:
    """Signing a rulebook that only its author could read made it readable by everybody."""
    path = tmp_path / "signed.yaml"
    path.write_bytes(b"old")
    path.chmod(before)
    write_whole(path, b"new", SHARED)

    assert (path.read_bytes(), mode(path)) == (b"new", before)


def test_what_is_discarded_leaves_no_trace_and_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(b"old")
    part = WholeFile(path)
    part.file.write(b"half of it")
    part.discard()

    assert [file.name for file in tmp_path.iterdir()] == ["answers.csv"]
    assert path.read_bytes() == b"old"


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(tmp_path / "link", b"new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


# Where an answer goes


@pytest.mark.heavy
def test_an_empty_name_of_a_file_is_refused_in_one_sentence(run: Run) -> None:
    ran = run("assess", "--t-score", "-2.6", "-o", "")

    assert (ran.code, ran.errors) == (
        3,
        ["-o: no file is named. Name one, or leave -o out to see the answer here."],
    )


@pytest.mark.usefixtures("installed")
def test_an_answer_that_nobody_can_see_is_an_error() -> None:
    command = f"{sys.executable} -m recommender assess --t-score -2.6 >&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)

    assert done.returncode == 3
    assert "standard output: it is closed" in done.stderr


# Formulas


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd", "-x", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", "\uff0bx", "\uff0dx", "\uff20x"],
)
def test_no_formula_leaves_the_desk(text: str) -> None:
    """The desk had a defuser of its own, which let full-width signs and line breaks out."""
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-2.6", "+0.7", "-2,6", "-1e3", "plain", "a=b", "", "-"])
def test_numbers_and_words_are_left_alone(text: str) -> None:
    assert defused(text) == text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example("-1\x1c")
@given(st.text(alphabet="=+-@\t\r\n \x1c\u00a0\uff1d\uff0b\uff0d\uff20015.,eEx", min_size=1, max_size=6))
def test_batch_and_the_desk_defuse_alike(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answers.csv"
    writer = open_writer(str(path))
    writer.write(pl.DataFrame({"note": [text]}), pl.DataFrame({"answer": ["x"]}), ["note"])
    writer.finish()

    with path.open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["note"] == defused(text)


# A rulebook that loads also prints


def test_a_year_that_is_none_is_refused_where_it_stands(run: Run, tmp_path: Path) -> None:
    """`2022.5` once passed `rules check` and crashed every JSON answer."""
    rules = shutil.copytree(ROOT / "rules", tmp_path / "rules")
    limits = rules / "limits.yaml"
    limits.write_text(limits.read_text().replace("guideline_year: 2022\n", "guideline_year: 2022.5\n", 1))

    ran = run("rules", "check", "--rules", rules)

    assert ran.code == 3
    assert "`H01`: `2022.5` is not a year. Write a whole year from 1900 to" in ran.err


@pytest.mark.heavy
def test_an_answer_that_cannot_be_shown_is_a_problem_of_the_rulebook(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.authoring.rendering.assessment_as_json", lambda *_: {"rule": object()})
    monkeypatch.setitem(sys.modules, "z3", None)  # what else is checked takes longer

    ran = run("rules", "check")

    assert ran.code == 1
    assert "JSON cannot be shown to a person of" in ran.err
    assert "Traceback" not in ran.err
