"""Text files as real programs write them: each trap is read as it was meant, or refused in one sentence."""

import gc
import gzip
import io
import os
import sys
import warnings
from pathlib import Path

import polars as pl
import pyarrow
import pytest

from recommender.cohort.files.opening import ReadOptions, open_table
from recommender.errors import CohortError

from .cohort_files import csv_file, read, refusal

PEOPLE = "id,age,t_score\n1,54,-1.03\n2,61,-2.5\n"
CELLS = [("1", "54", "-1.03"), ("2", "61", "-2.5")]


# ── How a file is written ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_delimiter_line_end_and_encoding_are_found_out(
    tmp_path: Path, delimiter: str, line_end: str, encoding: str
) -> None:
    text = (PEOPLE + "3,70,Größe\n").replace(",", delimiter).replace("\n", line_end)
    whole = read(csv_file(tmp_path, text.encode(encoding)))
    assert whole.table.header == ("id", "age", "t_score")
    assert whole.rows == [*CELLS, ("3", "70", "Größe")]
    assert whole.lines == [2, 3, 4]
    assert whole.batches[-1].done == 1.0


def test_how_a_file_was_understood_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "Größe;t\n170;-1,03\n".encode("cp1252"))
    table = read(path).table
    assert table.notes == ("Read as cp1252 text, columns separated by `;`, decimals written with a comma.",)
    assert table.decimal == ","
    assert read(csv_file(tmp_path, "t\tn\n-1,03\t4\n")).table.notes == (
        "Read as UTF-8 text, columns separated by tabs, decimals written with a comma.",
    )
    assert read(csv_file(tmp_path, "t_score\n-1.03\n")).table.notes == (
        "Read as UTF-8 text, in one column, decimals written with a point.",
    )


@pytest.mark.parametrize(
    ("content", "decimal"),
    [
        ("a;b\n1;-1,03\n", ","),
        ("a;b\n1;-1.03\n", "."),
        ("a;b\n-1,03;-1.03\n", "."),
        ('a;b\n1;"0,84"\n', ","),
        ("a;b\n1;x, 2,5 y\n", "."),
        ("a;b\n1;54\n", "."),
        ('a,b\n1,"-1,03"\n', "."),
    ],
)
def test_the_sign_of_decimals_is_a_comma_only_where_no_point_is_one(
    tmp_path: Path, content: str, decimal: str
) -> None:
    assert read(csv_file(tmp_path, content)).table.decimal == decimal
    assert read(csv_file(tmp_path, content), ReadOptions(decimal=",")).table.decimal == ","


def test_text_that_is_not_utf8_far_down_is_read_on_as_cp1252(tmp_path: Path) -> None:
    rows = 30_000
    path = csv_file(
        tmp_path,
        b"id,note\n"
        + b"1,the same words in plain letters again and again\n" * rows
        + b"2,Gr\xf6\xdfe \x81\n",
    )
    whole = read(path)
    assert whole.rows[-1] == ("2", "Größe \x81")
    assert whole.table.notes == (
        "Read as cp1252 text, columns separated by `,`, decimals written with a point.",
    )


@pytest.mark.parametrize("rows", [1, 30_000])
def test_text_in_two_encodings_is_refused_with_the_line_and_the_byte(tmp_path: Path, rows: int) -> None:
    utf8, cp1252 = "2,Größe\n".encode(), "3,Größe\n".encode("cp1252")
    plain = b"1,the same words in plain letters again and again\n" * rows
    said = refusal(csv_file(tmp_path, b"id,note\n" + utf8 + plain + cp1252))
    assert said.startswith(f"{tmp_path / 'people.csv'}:{rows + 3}: the byte 0xF6 is not UTF-8")
    assert "--encoding" in said
    said = refusal(csv_file(tmp_path, b"id,note\n" + cp1252 + plain + utf8))
    assert "the byte 0x" in said
    assert "other letters" in said


def test_a_stated_encoding_that_fails_is_refused_with_the_line(tmp_path: Path) -> None:
    path = csv_file(tmp_path, b"id,note\n1,a\n2,\x81\n")
    assert refusal(path, ReadOptions(encoding="cp1252")).startswith(
        f"{path}:3: the byte 0x81 cannot be read as cp1252."
    )
    assert refusal(path, ReadOptions(encoding="utf-8")).startswith(
        f"{path}:3: the byte 0x81 cannot be read as UTF-8."
    )
    assert (
        refusal(path, ReadOptions(encoding="klingon"))
        == "--encoding: `klingon` is not an encoding of text. For example: utf-8, cp1252, utf-16."
    )
    assert "mark of UTF-8" in refusal(
        csv_file(tmp_path, "\ufeffid,note\n1,a\n"), ReadOptions(encoding="cp1252")
    )


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".csv.zst", ".txt"])
@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, lambda text: pyarrow.compress(text, "zstd", asbytes=True)]
)
def test_packed_text_is_known_by_its_bytes_and_not_by_its_name(
    tmp_path: Path, pack: object, suffix: str
) -> None:
    assert callable(pack)
    assert read(csv_file(tmp_path, pack(PEOPLE.encode()), f"people{suffix}")).rows == CELLS


@pytest.mark.parametrize("pack", [gzip.compress, lambda text: pyarrow.compress(text, "zstd", asbytes=True)])
def test_packed_text_that_is_cut_short_is_refused(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    packed = pack((PEOPLE + "3,70,-1.5\n" * 300_000).encode())
    for kept in (5, len(packed) // 2, len(packed) - 3):
        assert "damaged or cut short" in refusal(csv_file(tmp_path, packed[:kept]))


# ── Standard input and files that cannot be read ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input_is_read_packed_or_not(monkeypatch: pytest.MonkeyPatch, pack: object) -> None:
    assert callable(pack)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pack(PEOPLE.encode()))))
    whole = read("-")
    assert whole.rows == CELLS
    assert whole.table.source == "standard input"
    assert whole.batches[-1].done is None
    assert not sys.stdin.closed


def test_closed_standard_input_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert refusal("-") == "standard input: there is nothing to read: it is closed."
    closed = io.TextIOWrapper(io.BytesIO(b""))
    closed.close()
    monkeypatch.setattr(sys, "stdin", closed)
    assert refusal("-") == "standard input: there is nothing to read: it is closed."


def test_what_is_no_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.csv").startswith(f"{tmp_path / 'gone.csv'}: there is no such file.")
    assert "this is a folder without .parquet files" in refusal(tmp_path)
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    assert "this is a pipe or a device, not a file. Pipe it in, and give `-` as the file." in refusal(pipe)
    assert "cannot be read" in refusal("a" * 5000)
    assert "cannot be read" in refusal("a\0.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_locked_file_is_told(tmp_path: Path) -> None:
    path = csv_file(tmp_path, PEOPLE)
    path.chmod(0)
    assert "permission denied" in refusal(path)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path, PEOPLE + "3,70,-1.5\n" * 300_000)
    batches = open_table(str(path), rows_per_batch=10_000).batches()
    next(batches)
    with path.open("ab") as file:
        file.write(b"4,80,-3\n")
    with pytest.raises(CohortError, match="changed while it was being read"):
        list(batches)


@pytest.mark.parametrize("name", ["people.csv", "people.xlsx"])
def test_a_table_that_is_never_read_is_let_go_without_a_warning(tmp_path: Path, name: str) -> None:
    path = csv_file(tmp_path, "id,age\n1,54\n", name)
    if name.endswith(".xlsx"):
        pl.DataFrame({"id": ["a"], "age": [54]}).to_pandas().to_excel(path, index=False)
    table = open_table(str(path))
    assert table.header == ("id", "age")
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        del table
        gc.collect()
    assert not warned
