"""Every common kind of file is read or named rightly; letters tell the encoding; bombs end in a sentence."""

import gzip
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from recommender.cohort.files.opening import open_table

from .conftest import Run, examples
from .test_cohort_mapping import WORDS

ROWS = {"id": [1, 2], "age": [70, 71], "sex": ["F", "M"], "T-score lumbar spine": [-2.9, -1.9]}
TEXT = "id,age,sex,T-score lumbar spine\n1,70,F,-2.9\n2,71,M,-1.9\n"
NAMED = {
    "a.ods": (
        b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        "OpenDocument",
    ),
    "a.xls": (b"<html><body><table><tr><th>id</th></tr></table></body></html>", "web page"),
    "b.xls": (b"\n <!DOCTYPE html>\n<html><table>", "web page"),
    "c.csv": (b"<table><tr><td>age</td></tr></table>", "web page"),
    "d.xls": (b'<?xml version="1.0"?><Workbook/>', "XML"),
    "e.xls": (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "old Excel"),
    "a.rds": (gzip.compress(b"X\n\0\0\0\3"), "a file of R"),
    "b.csv.gz": (gzip.compress(b"RDX3\nX\n"), "a file of R"),
    "c.rdata": (b"RDX3\nX\n", "a file of R"),
    "a.pkl": (b"\x80\x04\x95", "pickle"),
    "a.csv": (b"\x80\x05\x95", "pickle"),
    "a.sas7bdat": (b"\0" * 12 + b"\xc2\xea\x81\x60" + b"\0" * 100, "SAS data set"),
    "a.h5": (b"\x89HDF\r\n\x1a\n", "HDF5"),
    "a.db": (b"SQLite format 3\0", "SQLite"),
    "fhir.ndjson": (b'{"resourceType":"Observation","id":"a"}\n', "FHIR"),
    "fhir.csv": (b'{"id":"a","resourceType":"Observation"}\n', "FHIR"),
    "bundle.json": (b'{\n "resourceType": "Bundle"}', "FHIR"),
    "people.csv": (b'{"age": 70}\n{"age": 71}\n', "JSON"),
    "people.txt": (b'[{"age": 70}]', "JSON"),
    "p.pdf": (b"%PDF-1.7", "PDF"),
}
FIXED = "id   age  sex  tscore\n1    70   F    -2.9\n2    71   M    -1.9\n"
LETTERS = {
    "cp1254": "Hasta No;Yaş;Cinsiyet;Lomber T skoru\n1;70;Kad\u0131n;-2,9\n",
    "cp1250": "Číslo pacienta;Věk;Pohlaví;Zlomenina kyčle\n1;70;žena;ano\n",
    "cp1251": "Номер пациента;Возраст;Пол;Перелом бедра\n1;70;женщина;да\n",
    "koi8-r": "Номер пациента;Возраст;Пол;Перелом бедра\n1;70;женщина;да\n",
    "cp1253": "Αριθμός ασθενούς;Ηλικία;Φύλο\n1;70;γυναίκα\n",
    "shift_jis": "患者番号,年齢,性別,腰椎Tスコア\n1,70,女性,-2.9\n",
    "gb18030": "患者编号,年龄,性别,髋部骨折\n1,70,女,是\n",
    "big5": "患者編號,年齡,性別\n1,70,女\n",
    "euc-kr": "환자번호,나이,성별,고관절 골절\n1,70,여자,예\n",
    "cp1256": "رقم المريض,العمر,الجنس\n1,70,أنثى\n",
}
HEADERS = {
    "age": "wiek, věk, Yaş, Возраст, ålder, alder, ikä, Ηλικία, életkor, vârsta, 年齢, 年龄, 나이, العمر",
    "sex": "płeć, pohlaví, Cinsiyet, Пол, kön, kjønn, køn, sukupuoli, φύλο, nem, 性別, 性别, 성별, الجنس",
    "t_lumbar_spine": "T-score kręgosłup lędźwiowy, T-skóre bederní páteř, Lomber T skoru, "
    "T-критерий поясничного отдела, T-score ländrygg, T-score korsrygg, T-score lændehvirvler, "
    "腰椎Tスコア, 腰椎T値, 腰椎T值, 요추 T점수",
    "t_femoral_neck": "T-score szyjka kości udowej, T-skóre krček femuru, Femur boynu T skoru, "
    "T-score шейки бедра, T-score lårbenshals, 大腿骨頸部Tスコア, 股骨颈T值, 대퇴경부 T점수",
    "hip_fracture": "złamanie biodra, zlomenina kyčle, kal\u00e7a k\u0131r\u0131\u011f\u0131, перелом бедра, "
    "höftfraktur, hoftebrudd, lonkkamurtuma, 大腿骨近位部骨折, 髋部骨折, 고관절 골절",
}


@pytest.mark.parametrize("name", NAMED)
def test_a_kind_of_file_that_cannot_be_read_is_named(run: Run, tmp_path: Path, name: str) -> None:
    content, kind = NAMED[name]
    (tmp_path / name).write_bytes(content)
    ran = run("batch", tmp_path / name, tmp_path / "out.csv")
    assert (ran.code, kind in ran.err) == (3, True), ran.err


@pytest.mark.parametrize("suffix", ["jsonl", "ndjson", "json", "feather", "arrow"])
def test_json_and_feather_are_read_like_csv(run: Run, tmp_path: Path, suffix: str) -> None:
    frame, file = pl.DataFrame(ROWS), tmp_path / f"people.{suffix}"
    if suffix in ("feather", "arrow"):
        frame.write_ipc(file)
    elif suffix == "json":
        file.write_text(json.dumps(frame.to_dicts()), encoding="utf-8")
    else:
        frame.write_ndjson(file)
    (tmp_path / "people.csv").write_text(TEXT, encoding="utf-8")
    assert (
        run("batch", file, tmp_path / "a.csv").code
        == run("batch", tmp_path / "people.csv", tmp_path / "b.csv").code
        == 0
    )
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


@settings(
    deadline=None, max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"age": st.none() | st.integers(18, 99), "note": st.none() | st.text(max_size=5)}
        ),
        min_size=1,
    )
)
def test_lines_of_json_are_the_rows_of_a_table(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    file = tmp_path / "people.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    read = pl.concat([batch.frame for batch in open_table(str(file)).batches()])
    assert [row["age"] for row in read.to_dicts()] == [row["age"] for row in rows]


def test_nested_json_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"age": 70, "scores": [1, 2]}\n', encoding="utf-8")
    assert "`scores` holds lists" in run("batch", tmp_path / "a.jsonl", tmp_path / "out.csv").err


def test_columns_at_fixed_places_and_between_spaces_are_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "fixed.txt").write_text(FIXED, encoding="utf-8")
    assert "fixed places" in run("batch", tmp_path / "fixed.txt", tmp_path / "out.csv").err
    (tmp_path / "spaces.txt").write_text("age sex t_score\n70 F -2.9\n71 M -1.9\n", encoding="utf-8")
    assert "--delimiter ' '" in run("batch", tmp_path / "spaces.txt", tmp_path / "out.csv").err
    assert run("batch", tmp_path / "spaces.txt", tmp_path / "out.csv", "--delimiter", " ").code == 0


@pytest.mark.parametrize("encoding", LETTERS)
def test_the_encoding_whose_letters_make_known_words_is_proposed_and_read(
    run: Run, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(LETTERS[encoding].encode(encoding))
    ran = run("batch", file, tmp_path / "out.csv")
    proposed = ran.err.partition("--encoding ")[2].partition(".")[0]
    assert ran.code == 3
    assert LETTERS[encoding].encode(encoding).decode(proposed) == LETTERS[encoding]
    ran = run("batch", file, tmp_path / "out.csv", "--encoding", proposed)
    assert "age" in run("batch", file, "--show-mapping", "--encoding", proposed).out
    assert ran.code in (0, 3)


def test_western_letters_are_read_without_a_question(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("Größe;Alter;Geschlecht;Hüftfraktur\n170;70;weiblich;nein\n".encode("cp1252"))
    assert run("batch", file, tmp_path / "out.csv").code == 0


@pytest.mark.parametrize(
    ("header", "field"),
    [(name.strip(), field) for field, names in HEADERS.items() for name in names.split(",")],
)
def test_headers_of_more_languages_are_read_as_their_fields(header: str, field: str) -> None:
    name = WORDS.lookup(header)
    assert name is not None
    assert name.fields == (field,)


def _repacked(folder: Path, name: str, change: dict[str, bytes]) -> Path:
    book = Workbook()
    book.active.append(["age", "sex"])  # type: ignore[union-attr]
    book.active.append([60, "F"])  # type: ignore[union-attr]
    book.save(folder / "ok.xlsx")
    with (
        zipfile.ZipFile(folder / "ok.xlsx") as ok,
        zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for part in ok.namelist():
            content = ok.read(part)
            for old, new in change.items():
                content = content.replace(old.encode(), new) if part.endswith("sheet1.xml") else content
            out.writestr(part, content)
        if "strings" in name:
            out.writestr("xl/sharedStrings.xml", b"<sst>" + b"<si><t>a</t></si>" * 6_000_000 + b"</sst>")
    return folder / name


@pytest.mark.parametrize(
    "filler", [b"\n", *(pytest.param(filler, marks=pytest.mark.heavy) for filler in (b"x", b",", b'"'))]
)
def test_a_packed_file_that_unpacks_to_far_more_is_refused(run: Run, tmp_path: Path, filler: bytes) -> None:
    file = tmp_path / "bomb.csv.gz"
    with gzip.open(file, "wb", 9) as packed:
        packed.write(b"age,sex\n60,F\n")
        for _ in range(120):
            packed.write(filler * 1_000_000)
    ran = run("batch", file, tmp_path / "out.csv")
    assert (ran.code, "200 times its size" in ran.err) == (3, True), ran.err


@pytest.mark.heavy
def test_workbooks_with_a_row_far_below_or_huge_parts_are_refused(run: Run, tmp_path: Path) -> None:
    gap = {'<row r="2"': b'<row r="2000000000"', 'r="A2"': b'r="A2000000000"', 'r="B2"': b'r="B2000000000"'}
    assert "below row 1,048,576" in run("batch", _repacked(tmp_path, "gap.xlsx", gap), tmp_path / "o.csv").err
    assert "200 times" in run("batch", _repacked(tmp_path, "strings.xlsx", {}), tmp_path / "o.csv").err
