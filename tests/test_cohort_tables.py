"""Tables other than text: Parquet, Excel, SAS transport, Stata and SPSS give what a person would type."""

import datetime as dt
import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pyreadstat
import pytest

from recommender.cohort.files.opening import ReadOptions

from .cohort_files import csv_file, read, refusal

PEOPLE = pl.DataFrame({"id": [1, 2, 3], "t_score": [-1.03, None, float("nan")], "sex": ["F", None, "M"]})


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    """Write an Excel file."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def rewritten(path: Path, part: str, old: str, new: str) -> Path:
    """Change the text of one part of an Excel file; openpyxl writes empty elements otherwise with lxml."""
    with zipfile.ZipFile(path) as archive:
        parts = {
            name: archive.read(name).replace(b" />", b"/>").replace(b"<v></v>", b"<v/>")
            for name in archive.namelist()
        }
    assert old.encode() in parts[part]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(old.encode(), new.encode()) if name == part else content)
    return path


# ── Parquet ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_parquet_keeps_its_types_and_not_a_number_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    typed = PEOPLE.with_columns(
        seen=dt.date(2024, 5, 31),
        smoker=pl.lit(value=True),
        score=pl.Series([-1.03, 16777216, None], dtype=pl.Float32),
    )
    typed.with_columns(kind=pl.Series(["a", "b", "a"], dtype=pl.Categorical)).write_parquet(path)
    whole = read(path, rows_per_batch=2)
    assert whole.rows[0] == (1, -1.03, "F", dt.date(2024, 5, 31), True, -1.03, "a")
    assert whole.rows[2] == (3, None, "M", dt.date(2024, 5, 31), True, None, "a")
    assert whole.rows[1][5] == 16777216
    assert whole.lines == [2, 3, 4]
    assert whole.batches[-1].done == 1.0
    assert max(batch.frame.height for batch in whole.batches) == 2
    assert {tuple(batch.frame.dtypes) for batch in whole.batches} == {
        (*typed.dtypes[:-1], pl.Float64, pl.String)
    }


def test_a_folder_of_parquet_files_is_one_table(tmp_path: Path) -> None:
    PEOPLE[:2].write_parquet(tmp_path / "b.parquet")
    PEOPLE[2:].write_parquet(tmp_path / "a.parquet")
    csv_file(tmp_path, "", "_SUCCESS")
    whole = read(tmp_path)
    assert [row[0] for row in whole.rows] == [3, 1, 2]
    assert whole.lines == [2, 3, 4]
    assert whole.table.notes == ("Read as 2 Parquet files.",)
    PEOPLE.select("id", "sex", "t_score").write_parquet(tmp_path / "c.parquet")
    assert "its columns are not those of `a.parquet`" in refusal(tmp_path)
    (tmp_path / "more").mkdir()
    PEOPLE.write_parquet(tmp_path / "more" / "d.parquet")
    assert "Parquet files are in a folder of this folder: `more`." in refusal(tmp_path)


def test_parquet_without_rows_has_types(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    PEOPLE[:0].write_parquet(path)
    assert [batch.frame.schema for batch in read(path).batches] == [PEOPLE.schema]


# ── Excel ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_excel_cells_are_text_as_a_person_would_type_it(tmp_path: Path) -> None:
    seen = dt.datetime(2024, 5, 31)
    given = [
        3,
        54.0,
        -1.0299999999999998,
        0.1 + 0.2,
        True,
        "x ",
        None,
        seen,
        seen.replace(hour=8),
        "-2,5",
        dt.time(8, 5),
    ]
    path = workbook(
        tmp_path / "people.xlsx",
        One=[[], [f" name {place} " for place in range(len(given))], given, [], ["y"]],
        Two=[],
    )
    whole = read(path)
    assert whole.table.header == tuple(f"name {place}" for place in range(len(given)))
    assert whole.rows[0] == (
        "3",
        "54",
        "-1.03",
        "0.3",
        "True",
        "x ",
        None,
        "2024-05-31",
        "2024-05-31 08:00:00",
        "-2,5",
        "08:05:00",
    )
    assert whole.rows[1] == ("y", *[None] * 10)
    assert whole.lines == [3, 5]
    assert whole.table.notes == ("Read as Excel, sheet `One`, decimals in text written with a comma.",)
    assert whole.table.decimal == ","
    assert all(dtype == pl.String for dtype in whole.batches[0].frame.dtypes)


def test_of_several_sheets_none_is_guessed(tmp_path: Path) -> None:
    path = workbook(tmp_path / "people.xlsx", Scans=[["id"], ["a"]], Notes=[["text"], ["b"]], Empty=[])
    assert (
        "several of its sheets hold data: `Scans`, `Notes`. Say which one is meant with `--sheet`."
        in refusal(path)
    )
    assert read(path, ReadOptions(sheet="Notes")).rows == [("b",)]
    assert "Did you mean `Scans`?" in refusal(path, ReadOptions(sheet="Scan"))
    assert "has no sheet `Empty` that holds data" in refusal(path, ReadOptions(sheet="Empty"))
    assert "all of its sheets are empty" in refusal(workbook(tmp_path / "nothing.xlsx", One=[], Two=[[""]]))


def test_a_formula_without_a_result_is_not_taken_for_an_empty_cell(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "people.xlsx", One=[["id", "t_score", "note"], [1, "=-1-0.03", "=B2"], [2, -2.5, None]]
    )
    assert f"{path}:2: the formula in column 2 has no result that was saved." in refusal(path)
    sheet = "xl/worksheets/sheet1.xml"
    rewritten(path, sheet, "<f>-1-0.03</f><v/>", "<f>-1-0.03</f><v>-1.03</v>")
    rewritten(path, sheet, '<c r="C2"><f>B2</f><v/>', '<c r="C2" t="str"><f>B2</f><v></v>')
    assert read(path).rows == [("1", "-1.03", None), ("2", "-2.5", None)]


def test_rows_beyond_the_size_that_a_workbook_states_are_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "people.xlsx", One=[["id", "age"], [1, 54], [2, 61]])
    rewritten(path, "xl/worksheets/sheet1.xml", '<dimension ref="A1:B3"/>', '<dimension ref="A1:A2" />')
    assert read(path).rows == [("1", "54"), ("2", "61")]


def test_a_value_beside_the_table_is_a_reject_and_a_title_above_it_is_told(tmp_path: Path) -> None:
    whole = read(
        workbook(tmp_path / "people.xlsx", One=[["id", "age"], [1, 54], [2, 61, None, "see below"], [3, 70]])
    )
    assert whole.rows == [("1", "54"), ("3", "70")]
    assert whole.codes == [(3, "field_count")]
    assert whole.rejects[0].value == "see below"
    said = refusal(workbook(tmp_path / "people.xlsx", One=[["Patients of 2024"], [], ["id", "age"], [1, 54]]))
    assert "2 of 2 rows have values to the right of the last column that has a name. Is there a title" in said
    assert "this is a number: `1`" in refusal(workbook(tmp_path / "people.xlsx", One=[[1, 54], [2, 61]]))


# ── SAS, Stata and SPSS ─────────────────────────────────────────────────────────────────────────────────────

SURVEY = pd.DataFrame(
    {
        "id": [1.0, 2.0, 3.0],
        "t_score": [-1.03, np.nan, -2.5],
        "sex": [1.0, 2.0, np.nan],
        "age": [54.0, 98.0, 61.0],
        "note": ["Größe", "", "x"],
    }
)
LABELS = {"sex": {1: "female", 2: "male"}, "age": {98: "98 or older"}}
PLAIN = [(1, -1.03, 1, 54, "Größe"), (2, None, 2, 98, None), (3, -2.5, None, 61, "x")]
LABELLED = [
    (1, -1.03, "female", "54", "Größe"),
    (2, None, "male", "98 or older", None),
    (3, -2.5, None, "61", "x"),
]


def survey(folder: Path, suffix: str) -> Path:
    """Save the survey as a statistical package would."""
    path = folder / f"survey{suffix}"
    if suffix == ".dta":
        SURVEY.astype({"t_score": "float32"}).to_stata(
            path, write_index=False, version=118, value_labels=LABELS
        )
    elif suffix == ".xpt":
        pyreadstat.write_xport(SURVEY, path, file_format_version=5)
    else:
        pyreadstat.write_sav(SURVEY, path, variable_value_labels=LABELS, compress=suffix == ".zsav")
    return path


@pytest.mark.parametrize(
    ("suffix", "rows"), [(".xpt", PLAIN), (".dta", LABELLED), (".sav", LABELLED), (".zsav", LABELLED)]
)
@pytest.mark.parametrize("rows_per_batch", [1, 3, 100_000])
def test_what_statistical_packages_save_comes_with_labels_and_whole_numbers(
    tmp_path: Path, suffix: str, rows: list[Any], rows_per_batch: int
) -> None:
    whole = read(survey(tmp_path, suffix), rows_per_batch=rows_per_batch)
    assert whole.table.header == tuple(SURVEY.columns)
    assert whole.rows == rows
    assert whole.lines == [2, 3, 4]
    assert len({tuple(batch.frame.dtypes) for batch in whole.batches}) == 1
    assert whole.batches[0].frame.dtypes[:2] == [pl.Int64, pl.Float64]
    assert whole.batches[-1].done == 1.0


def test_a_transport_file_in_an_old_encoding_is_read(tmp_path: Path) -> None:
    path = survey(tmp_path, ".xpt")
    path.write_bytes(path.read_bytes().replace("Größe".encode(), "Größe  ".encode("cp1252")))
    assert read(path).rows == PLAIN
    assert read(path).table.notes == ("Read as SAS transport with cp1252 text.",)
    assert read(path, ReadOptions(encoding="cp1252")).rows == PLAIN


def test_a_transport_file_that_is_cut_short_or_holds_two_tables_is_refused(tmp_path: Path) -> None:
    path = survey(tmp_path, ".xpt")
    content = path.read_bytes()
    assert "it holds more than one table" in refusal(csv_file(tmp_path, content + content[240:], "two.xpt"))
    assert "this SAS transport file is cut short" in refusal(csv_file(tmp_path, content[:-7], "short.xpt"))


def test_a_survey_without_rows_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "survey.sav"
    pyreadstat.write_sav(SURVEY[:0], path)
    assert [batch.frame.shape for batch in read(path).batches] == [(0, 5)]


# ── What is not what it is called ───────────────────────────────────────────────────────────────────────────

SUFFIXES = [".parquet", ".xlsx", ".xpt", ".dta", ".sav"]


def table_file(folder: Path, suffix: str) -> Path:
    """Save some table in each format."""
    if suffix == ".parquet":
        PEOPLE.write_parquet(folder / "people.parquet")
        return folder / "people.parquet"
    return (
        workbook(folder / "people.xlsx", One=[["id"], ["a"]]) if suffix == ".xlsx" else survey(folder, suffix)
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_table_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = table_file(tmp_path, suffix).read_bytes()
    assert "this is not text; it is" in refusal(csv_file(tmp_path, content, "people.csv"))
    other = SUFFIXES[SUFFIXES.index(suffix) - 1]
    assert f"its name ends with {other}, and it is" in refusal(csv_file(tmp_path, content, f"people{other}"))
    assert f"its name ends with {suffix}, and it is not" in refusal(
        csv_file(tmp_path, "id,age\n1,54\n", f"text{suffix}")
    )
    assert "its name ends with" in refusal(csv_file(tmp_path, b"", f"empty{suffix}"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert "this is not text; it is" in refusal("-")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_damaged_table_is_refused_in_a_sentence(tmp_path: Path, suffix: str) -> None:
    content = table_file(tmp_path, suffix).read_bytes()
    for kept in (60, len(content) // 3, len(content) // 2):
        said = refusal(csv_file(tmp_path, content[:kept], f"cut{suffix}"))
        assert "it cannot be read as" in said or "cut short" in said


def test_what_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    assert "Save it as .xlsx without a password, or as CSV." in refusal(csv_file(tmp_path, "x", "people.xls"))
    assert "one with a password" in refusal(csv_file(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1", "people.xlsx"))
    assert "Unpack it first." in refusal(csv_file(tmp_path, b"BZh91AY&SY", "people.csv"))
    assert "there is no such file" in refusal(tmp_path / "gone.parquet")
    assert "there is no such file" in refusal(tmp_path / "gone.xlsx")


def test_what_means_nothing_for_a_format_is_not_passed_over(tmp_path: Path) -> None:
    path = table_file(tmp_path, ".parquet")
    assert (
        refusal(path, ReadOptions(delimiter=";"))
        == "--delimiter: this is for text files; this file is Parquet. Leave it out."
    )
    assert (
        refusal(tmp_path, ReadOptions(sheet="One"))
        == "--sheet: this is for spreadsheets; this file is Parquet. Leave it out."
    )
    assert (
        refusal(csv_file(tmp_path, "a,b\n1,2\n"), ReadOptions(sheet="One"))
        == "--sheet: this is for spreadsheets; this file is text. Leave it out."
    )
