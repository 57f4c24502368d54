"""An answer of a useful size, in columns and forms that are chosen; a stopped run leaves nothing behind."""

import gzip
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

import polars as pl
import pytest
from openpyxl import load_workbook

from recommender.cli.interrupts import ended_like_control_c
from recommender.cli.progress import SizeForecast
from recommender.cohort.answer_columns import BRIEF, COLUMNS

from .conftest import Run

TEXT = "id,age,sex,T-score L1-L4\n1,61,F,-2.6\n2,54,F,-3.9\n3,70,M,-1.2\n=x,44,F,-0.5\n"


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    file = tmp_path / "clinic.csv"
    file.write_text(TEXT, encoding="utf-8")
    return file


def _full(run: Run, clinic: Path) -> pl.DataFrame:
    out = clinic.with_name("full.csv")
    assert run("batch", clinic, out).code == 0
    return pl.read_csv(out, infer_schema=False)


@pytest.mark.parametrize(
    ("options", "columns"),
    [
        (("--brief",), BRIEF),
        (("--columns", "clearance"), ("clearance",)),
        (("--columns", "avoid, risk_tier"), ("avoid", "risk_tier")),
        (("--columns", ",".join(COLUMNS)), COLUMNS),
    ],
)
@pytest.mark.parametrize(
    "name", ["out.csv", "out.tsv", "out.csv.gz", "out.csv.zst", "out.tsv.gz", "out.parquet", "out.xlsx"]
)
def test_chosen_columns_hold_what_the_full_answer_holds_in_every_form(
    run: Run, clinic: Path, tmp_path: Path, options: tuple[str, ...], columns: tuple[str, ...], name: str
) -> None:
    full, out = _full(run, clinic), tmp_path / name
    ran = run("batch", clinic, out, *options, "--audit", 10)
    assert ran.code == 0, ran.err
    if name.endswith(".parquet"):
        rows = pl.read_parquet(out).cast(pl.String)
    elif name.endswith(".xlsx"):
        header, *cells = load_workbook(out).active.iter_rows(values_only=True)  # type: ignore[union-attr]
        texts = [[None if cell is None else str(cell) for cell in row] for row in cells]
        rows = pl.DataFrame(texts, schema=dict.fromkeys(map(str, header), pl.String), orient="row")
    else:
        rows = pl.read_csv(out, infer_schema=False, separator="\t" if ".tsv" in name else ",")
    given = full.columns[:4]
    assert rows.columns == [*given, *columns]
    assert rows.select(columns).fill_null("").equals(full.select(columns).fill_null(""))


def test_packed_text_is_the_text(run: Run, clinic: Path, tmp_path: Path) -> None:
    run("batch", clinic, tmp_path / "a.csv")
    run("batch", clinic, tmp_path / "b.csv.gz")
    assert gzip.decompress((tmp_path / "b.csv.gz").read_bytes()) == (tmp_path / "a.csv").read_bytes()
    assert sorted(file.name for file in tmp_path.glob("b.*")) == ["b.csv.gz", "b.rulebook.txt"]


def test_a_workbook_runs_no_formula_of_the_input(run: Run, clinic: Path, tmp_path: Path) -> None:
    run("batch", clinic, tmp_path / "out.xlsx")
    sheet = load_workbook(tmp_path / "out.xlsx").active
    assert [cell.value for cell in sheet["A"]][-1] == "'=x"  # type: ignore[index]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--columns", "clearence"), "clearance"),
        (("--columns", "x"), "Known:"),
        (("--brief", "--columns", "avoid"), "exclude"),
    ],
)
def test_columns_that_do_not_exist_are_refused(
    run: Run, clinic: Path, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    ran = run("batch", clinic, tmp_path / "out.csv", *options)
    assert (ran.code, words in ran.err) == (2, True)


def test_the_size_of_a_large_answer_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    size = SizeForecast()
    for written, done in ((0, 0.0), (1_000_000, 0.5), (30_000_000, 0.01), (60_000_000, 0.02)):
        size.tell(written, done)
    assert capsys.readouterr().err.count("about 3.0 GB") == 1


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        *(pytest.param(other, marks=pytest.mark.heavy) for other in (signal.SIGHUP, signal.SIGINT)),
    ],
)
def test_a_run_that_is_ended_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    before = signal.signal(number, signal.SIG_DFL)  # a child inherits a signal that is ignored here
    process = subprocess.Popen(
        [sys.executable, "-m", "recommender", "batch", "-", str(tmp_path / "out.csv")],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    signal.signal(number, before)
    assert process.stdin is not None
    process.stdin.write(b"age,t_score\n" + b"61,-2.6\n" * 400_000)
    process.stdin.flush()
    wait = Event()
    for _ in range(600):
        if list(tmp_path.glob(".out.csv.*.part")):
            break
        wait.wait(0.1)
    process.send_signal(number)
    try:
        assert process.wait(timeout=60) == 130
    finally:
        process.kill()
        process.communicate()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_an_interrupt_that_a_library_turns_into_an_error_still_ends_the_run(number: signal.Signals) -> None:
    before = signal.signal(number, signal.SIG_DFL)

    def library() -> None:
        try:
            signal.raise_signal(number)
        except KeyboardInterrupt:
            raise ValueError("interrupted inside a library") from None

    with pytest.raises(KeyboardInterrupt), ended_like_control_c():
        library()
    assert signal.signal(number, before) == signal.SIG_DFL


def test_what_a_killed_run_left_behind_is_named(run: Run, clinic: Path, tmp_path: Path) -> None:
    left = tmp_path / ".out.csv.0123abcd.part"
    left.write_text("people", encoding="utf-8")
    (tmp_path / ".out.csv.notes.part").write_text("other", encoding="utf-8")
    ran = run("batch", clinic, tmp_path / "out.csv")
    assert f"Left over from a run that was killed: {left}." in ran.err
    assert "notes" not in ran.err
    assert left.exists()
