"""The shape of a table: where the names stand, rows that are no people, several rows of one person."""

import csv
import io
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from .conftest import Run, examples

PEOPLE = "id,age,sex,T-score lumbar spine\n1,70,F,-2.9\n2,71,F,-1.9\n3,64,M,-0.4\n4,66,F,-1.1\n"
LONG = [
    ("1", "2014-01-02", "L1-L4", "-1.0"),
    ("1", "2024-01-02", "L1-L4", "-2.9"),
    ("1", "2024-01-02", "Heel", "-4.0"),
    ("1", "2024-01-02", "Femoral neck left", "-2.0"),
    ("1", "2024-01-02", "Femoral neck right", "-2.4"),
    ("2", "2024-03-02", "Total hip", "-1.9"),
    ("2", "2024-03-02", "Total body", "-5.0"),
]
ONE_FIELD = settings(
    deadline=None, max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _file(folder: Path, text: str, name: str = "people.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8", newline="")
    return file


def _table(folder: Path, rows: list[tuple[Any, ...]], name: str = "people.csv") -> Path:
    """Write rows as CSV or as a sheet; an empty row stays an empty line."""
    if name.endswith(".xlsx"):
        book = Workbook()
        for row in rows:
            book.active.append(list(row))  # type: ignore[union-attr]
        book.save(folder / name)
        return folder / name
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return _file(folder, text.getvalue(), name)


def _answers(file: Path) -> list[dict[str, Any]]:
    return pl.read_csv(file, infer_schema=False).to_dicts()


# ── Where the names stand ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "above", ["Report of the clinic,,,", ",,,DXA", "Clinic A,Printed 2024-05-31,,", "x,y,z,w"]
)
@pytest.mark.parametrize("lines", [1, 3])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_line_of_the_names_is_proposed_and_can_be_stated(
    run: Run, tmp_path: Path, above: str, lines: int, suffix: str
) -> None:
    rows = [above.split(",")] * lines + [line.split(",") for line in PEOPLE.splitlines()]
    file = _table(tmp_path, [tuple(row) for row in rows], f"people.{suffix}")
    ran = run("batch", file, tmp_path / "out.csv")
    assert (ran.code, f"--header-row {lines + 1}." in ran.errors[0]) == (3, True), ran.err
    assert run("batch", file, tmp_path / "out.csv", "--header-row", lines + 1).code == 0
    assert [row["lowest_t"] for row in _answers(tmp_path / "out.csv")] == ["-2.9", "-1.9", "-0.4", "-1.1"]


def test_names_in_two_lines_are_joined_so_that_no_bone_is_lost(run: Run, tmp_path: Path) -> None:
    names = ",,Lumbar spine,,Total hip\nid,age,T-score,Z-score,T-score\n"
    file = _file(tmp_path, names + "1,70,-2.9,-1.0,-1.1\n2,71,-1.9,-0.5,-2.0\n")
    ran = run("batch", file, tmp_path / "out.csv")
    assert (ran.code, "--header-row 1-2." in ran.errors[0]) == (3, True), ran.err
    assert run("batch", file, tmp_path / "out.csv", "--header-row", "1-2").code == 0
    assert "Total hip T-score" in _answers(tmp_path / "out.csv")[0]


def test_a_heel_above_the_names_is_not_lost(run: Run, tmp_path: Path) -> None:
    file = _file(tmp_path, ",,Heel\nid,age,T-score\n1,70,-2.9\n2,71,-1.9\n")
    ran = run("batch", file, tmp_path / "out.csv", "--header-row", "2")
    assert (ran.code, "heel" in ran.err) == (3, True)


@pytest.mark.parametrize("row", ["0", "x", "1-3", "99"])
def test_a_line_that_cannot_have_the_names_is_refused(run: Run, tmp_path: Path, row: str) -> None:
    ran = run("batch", _file(tmp_path, PEOPLE), tmp_path / "out.csv", "--header-row", row)
    assert (ran.code, "--header-row" in ran.errors[0]) == (3, True)


# ── Rows that are no people ─────────────────────────────────────────────────────────────────────────────────

SUMMARIES = [
    "Mean", "Total", "SD", "Mean ± SD", "N = 4", "Average:", "Median", "Summe", "Mittelwert", "media",
    "moyenne", "Gesamt", "Écart type", "średnia", "toplam", "итого", "平均", "합계", "Std. Dev.", "MEAN (SD)",
]  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("word", SUMMARIES)
def test_rows_of_totals_and_means_are_no_people(run: Run, tmp_path: Path, word: str, suffix: str) -> None:
    rows = [tuple(line.split(",")) for line in PEOPLE.splitlines()]
    file = _table(tmp_path, [*rows, (word, "68", "", "-1.6")], f"people.{suffix}")
    assert run("batch", file, tmp_path / "out.csv").code == 1
    assert len(_answers(tmp_path / "out.csv")) == 4
    assert [row["code"] for row in _answers(tmp_path / "out.rejects.csv")] == ["summary_row"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_row_apart_under_the_table_and_a_note_are_no_people(run: Run, tmp_path: Path, suffix: str) -> None:
    rows = [tuple(line.split(",")) for line in PEOPLE.splitlines()]
    below = [(), ("", "67.75", "", "-1.6"), ("Source: the clinic of the town", "", "", "")]
    file = _table(tmp_path, [*rows, *below], f"people.{suffix}")
    assert run("batch", file, tmp_path / "out.csv").code == 1
    assert len(_answers(tmp_path / "out.csv")) == 4
    codes = [row["code"] for row in _answers(tmp_path / "out.rejects.csv") if row["code"] != "empty_row"]
    assert codes == ["summary_row", "footer"]


def test_a_person_after_an_empty_line_is_answered(run: Run, tmp_path: Path) -> None:
    file = _file(tmp_path, PEOPLE + "\n5,80,F,-3.0\n")
    assert run("batch", file, tmp_path / "out.csv").code == 0
    assert len(_answers(tmp_path / "out.csv")) == 5


def test_a_header_that_is_repeated_is_no_person(run: Run, tmp_path: Path) -> None:
    file = _file(tmp_path, PEOPLE + PEOPLE.replace("\n1,", "\n7,").replace("\n2,", "\n8,"))
    ran = run("batch", file, tmp_path / "out.csv", "--one-per-person", "all")
    assert ran.code == 1
    assert [row["code"] for row in _answers(tmp_path / "out.rejects.csv")] == ["repeated_header"]
    assert len(_answers(tmp_path / "out.csv")) == 8


@pytest.mark.heavy
@ONE_FIELD
@given(st.lists(st.sampled_from(["Mean", "5", "Total", "", "N", "n7", "Ana Diaz"]), max_size=5))
def test_no_row_is_lost_whatever_stands_under_the_table(run: Run, tmp_path: Path, labels: list[str]) -> None:
    rows = [tuple(line.split(",")) for line in PEOPLE.splitlines()]
    file = _table(tmp_path, [*rows, *((label, "68", "F", "-1.6") for label in labels)])
    run("batch", file, tmp_path / "out.csv", "--rejects", tmp_path / "no.csv")
    assert len(_answers(tmp_path / "out.csv")) + len(_answers(tmp_path / "no.csv")) == 4 + len(labels)
    assert len(_answers(tmp_path / "out.csv")) == 4 + sum(
        label in ("5", "n7", "Ana Diaz", "") for label in labels
    )


# ── Several rows of one person ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("person", "date", "site", "score"),
    [
        ("Patient ID", "Exam Date", "Site", "T-score"),
        ("MRN", "Datum", "Lage", "T-Wert"),
        ("id", "fecha", "zona", "puntuación T"),
        ("id", "date", "ROI", "T-score (SD)"),
    ],
)
@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_a_row_for_each_bone_is_asked_about_and_made_one_for_each_person(
    run: Run, tmp_path: Path, person: str, date: str, site: str, score: str, suffix: str
) -> None:
    file = tmp_path / f"people.{suffix}"
    header = (person, date, site, score)
    if suffix == "parquet":
        pl.DataFrame(LONG, schema=list(header), orient="row").write_parquet(file)
    else:
        _table(tmp_path, [header, *LONG], file.name)
    ran = run("batch", file, tmp_path / "out.csv")
    assert (ran.code, f"--long {site}" in ran.err) == (3, True), ran.err
    ran = run("batch", file, tmp_path / "out.csv", "--long", site)
    assert ran.code == 0, ran.err
    rows = _answers(tmp_path / "out.csv")
    assert [
        (row["lowest_t"], row["t_lumbar_spine"], row["t_femoral_neck"], row["t_total_hip"]) for row in rows
    ] == [
        ("-2.9", "-2.9", "-2.4", None),
        ("-1.9", None, None, "-1.9"),
    ]
    told = " ".join(ran.err.split())
    assert "`Heel` (1)" in told
    assert "1 older" in told


def test_bone_and_region_in_two_columns_are_read_together(run: Run, tmp_path: Path) -> None:
    rows = [
        ("id", "Site", "Region", "T-score"),
        ("1", "Hip", "Neck", "-2.0"),
        ("1", "Hip", "Total", "-1.5"),
        ("1", "AP Spine", "L1-L4", "-1"),
    ]
    file = _table(tmp_path, rows)
    assert run("batch", file, tmp_path / "out.csv", "--long", "Site", "--long", "Region").code == 0
    (row,) = _answers(tmp_path / "out.csv")
    assert (row["t_femoral_neck"], row["t_total_hip"], row["t_lumbar_spine"]) == ("-2.0", "-1.5", "-1")


@pytest.mark.heavy
@ONE_FIELD
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "3"]),
            st.sampled_from(["L1-L4", "FN", "Total hip", "Heel", "elbow", "hip", "Femoral neck"]),
            st.integers(-40, 10),
            st.integers(2010, 2014),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_the_lowest_of_the_latest_day_counts_and_no_other_bone(
    run: Run, tmp_path: Path, scans: list[tuple[str, str, int, int]]
) -> None:
    rows = [(id_, f"{year}-05-01", site, f"{tenths / 10:+.1f}") for id_, site, tenths, year in scans]
    file = _table(tmp_path, [("id", "scan date", "Site", "T-score"), *rows])
    ran = run("batch", file, tmp_path / "out.csv", "--long", "Site", "--rejects", tmp_path / "no.csv")
    if ran.code == 3:
        assert "no column" in ran.err
        return
    counted = {"L1-L4": "s", "FN": "n", "Femoral neck": "n", "Total hip": "h"}
    latest: dict[tuple[str, str], int] = {}
    for id_, site, _, year in scans:
        if site in counted:
            latest[id_, counted[site]] = max(latest.get((id_, counted[site]), 0), year)
    lowest: dict[str, float] = {}
    for id_, site, tenths, year in scans:
        if site in counted and latest[id_, counted[site]] == year:
            lowest[id_] = min(lowest.get(id_, 99), tenths / 10)
    answered = {
        row["id"]: float(row["lowest_t"]) for row in _answers(tmp_path / "out.csv") if row["lowest_t"]
    }
    rejected = {row["line"] for row in _answers(tmp_path / "no.csv") if row["code"] != "unknown_site"}
    assert answered == lowest or rejected
    assert sum(row["code"] == "unknown_site" for row in _answers(tmp_path / "no.csv")) == sum(
        site in ("elbow", "hip") for _, site, *_ in scans
    )


VISITS = """MRN,visit date,age,sex,T-score lumbar spine
1,2014-01-02,60,F,-1.0
2,2020-01-02,66,F,-2.0
1,2024-01-02,70,F,-2.9
"""


def test_a_person_in_several_rows_is_told_and_the_latest_can_be_kept(run: Run, tmp_path: Path) -> None:
    file = _file(tmp_path, VISITS)
    ran = run("batch", file, tmp_path / "out.csv")
    assert "1 person stands in 2 rows" in " ".join(ran.err.split())
    assert "stands in" not in run("batch", file, tmp_path / "out.csv", "--one-per-person", "all").err
    ran = run("batch", file, tmp_path / "out.csv", "--one-per-person", "latest")
    assert (ran.code, "1 older row was left out" in " ".join(ran.err.split())) == (0, True), ran.err
    assert [(row["MRN"], row["age"]) for row in _answers(tmp_path / "out.csv")] == [("2", "66"), ("1", "70")]


def test_the_latest_row_needs_dates_and_a_person(run: Run, tmp_path: Path) -> None:
    ran = run("batch", _file(tmp_path, PEOPLE), tmp_path / "out.csv", "--one-per-person", "latest")
    assert (ran.code, "no column of this file has the dates" in ran.err) == (3, True)
    file = _file(tmp_path, VISITS.replace("MRN", "odd"))
    ran = run("batch", file, tmp_path / "out.csv", "--one-per-person", "latest")
    assert (ran.code, "--person COLUMN" in ran.err) == (3, True)
    assert run("batch", file, tmp_path / "out.csv", "--one-per-person", "latest", "--person", "odd").code == 0


def test_a_row_without_a_day_is_rejected_where_its_person_has_others(run: Run, tmp_path: Path) -> None:
    file = _file(tmp_path, VISITS.replace("2014-01-02", ""))
    assert run("batch", file, tmp_path / "out.csv", "--one-per-person", "latest").code == 1
    assert [row["code"] for row in _answers(tmp_path / "out.rejects.csv")] == ["no_date"]
    assert len(_answers(tmp_path / "out.csv")) == 2
