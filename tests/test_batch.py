"""`recommender batch`: every row of a file answered or explained, and files that are whole or absent."""

import csv
import fcntl
import io
import json
import random
import signal
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path
from threading import Event

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.cohort.answer_columns import COLUMNS
from recommender.cohort.cells import Cells, PositiveScorePolicy, Read
from recommender.cohort.mapping.result import FieldColumn
from recommender.errors import EngineError

from .conftest import Run, examples
from .people import book

CLINIC = """id,name,age,sex,T-score L1-L4,falls_12m
1,Ana,61,F,-2.6,0
2,Bea,54,F,-3.9,2
3,Cy,70,M,-1.2,
"""


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    return _file(tmp_path, CLINIC)


def _file(folder: Path, text: str, name: str = "clinic.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8", newline="")
    return file


def _rows(file: Path | str) -> list[dict[str, str]]:
    text = file.read_text(encoding="utf-8") if isinstance(file, Path) else file
    return list(csv.DictReader(io.StringIO(text)))


# ── What is written ─────────────────────────────────────────────────────────────────────────────────────────


def test_every_column_and_row_of_the_input_is_kept_in_order_and_the_answers_follow(
    run: Run, clinic: Path, tmp_path: Path
) -> None:
    ran = run("batch", clinic, tmp_path / "out.csv")
    assert ran.code == 0
    before, after = _rows(clinic), _rows(tmp_path / "out.csv")
    assert list(after[0]) == [*before[0], *COLUMNS]
    assert [{name: row[name] for name in before[0]} for row in after] == before
    assert not list(tmp_path.glob("*.rejects.csv"))


def test_a_row_is_told_what_one_person_with_these_answers_is_told(
    run: Run, clinic: Path, tmp_path: Path
) -> None:
    run("batch", clinic, tmp_path / "out.csv")
    row = _rows(tmp_path / "out.csv")[1]
    said = run(
        "assess",
        "--age",
        54,
        "--sex",
        "female",
        "--t-lumbar-spine",
        -3.9,
        "--falls-12m",
        2,
        "--format",
        "json",
    )
    found = json.loads(said.out)
    assert row["bone_density"] == found["classification"]["bone_density"] == "osteoporosis"
    assert row["lowest_t"] == "-3.9"
    assert (row["risk_tier"], row["clearance"]) == (found["risk_tier"], found["clearance"])
    for verdict in ("avoid", "modify", "supervised"):
        assert row[verdict].split(";") == [m["id"] for m in found["movements"] if m["verdict"] == verdict]
    assert row["exercises"].split(";") == [exercise["level"] for exercise in found["exercises"]]
    assert row["referral"].split(";") == [id_ for referral in found["referrals"] for id_ in referral["rules"]]
    assert row["urgency"] == found["referrals"][0]["urgency"]
    assert row["rules_fired"].split(";") == found["rules_fired"]
    assert row["rulebook"] == found["rulebook"]["sha256"][:12]
    assert found["rulebook"]["sha256"] in (tmp_path / "out.rulebook.txt").read_text(encoding="utf-8")
    safety = [question["field"] for question in found["questions"] if question["kind"] == "safety"]
    assert set(safety) <= set(row["check_first"].split(";")[: len(safety)])


def test_a_column_that_has_our_name_keeps_it_and_ours_gets_a_prefix(run: Run, tmp_path: Path) -> None:
    source = _file(tmp_path, "age,t_score,clearance,avoid\n60,-2.0,theirs,x\n")
    assert run("batch", source, tmp_path / "out.csv").code == 0
    row = _rows(tmp_path / "out.csv")[0]
    assert (row["clearance"], row["rec_clearance"], row["avoid"]) == ("theirs", "clear_if_screened", "x")


def test_parquet_comes_out_by_its_suffix_with_the_same_answers(
    run: Run, clinic: Path, tmp_path: Path
) -> None:
    run("batch", clinic, tmp_path / "out.csv")
    run("batch", clinic, tmp_path / "out.parquet")
    assert (
        pl.read_parquet(tmp_path / "out.parquet")
        .cast(pl.String)
        .equals(pl.read_csv(tmp_path / "out.csv", infer_schema=False))
    )


def test_standard_input_to_standard_output(run: Run, clinic: Path, tmp_path: Path) -> None:
    run("batch", clinic, tmp_path / "out.csv")
    ran = run("batch", "-", "-", stdin=clinic.read_bytes())
    assert ran.code == 0
    assert ran.out == (tmp_path / "out.csv").read_text(encoding="utf-8")


def test_text_that_a_spreadsheet_would_run_is_defused_and_numbers_are_not_touched(
    run: Run, tmp_path: Path
) -> None:
    cells = ["=cmd()", "+1 and more", "@sum", "-2+3", "-2.5", "+0.4", "-", "-1,5", "plain"]
    table = io.StringIO()
    csv.writer(table).writerows([["age", "t_score", "note"], *(["60", "-2.5", cell] for cell in cells)])
    run("batch", _file(tmp_path, table.getvalue()), tmp_path / "out.csv")
    rows = _rows(tmp_path / "out.csv")
    assert [row["note"] for row in rows] == [
        "'=cmd()",
        "'+1 and more",
        "'@sum",
        "'-2+3",
        "-2.5",
        "+0.4",
        "-",
        "-1,5",
        "plain",
    ]
    assert {row["t_score"] for row in rows} == {"-2.5"}


# ── Rows without an answer ──────────────────────────────────────────────────────────────────────────────────


def test_rows_that_cannot_be_understood_are_told_with_line_column_value_and_reason(
    run: Run, tmp_path: Path
) -> None:
    source = _file(
        tmp_path,
        "id,age,sex,menopause,t_score\n1,61,F,post,-2.6\n2,161,F,post,-2.6\n3,61,M,post,-2.6\n4,61,F,post\n5,61,F,post,2.6\n"
        "6,61,F,post,minus two\n7,70,F,pre,-1.0\n",
    )
    ran = run("batch", source, tmp_path / "out.csv")
    assert ran.code == 1
    assert [row["id"] for row in _rows(tmp_path / "out.csv")] == ["1"]
    rejects = _rows(tmp_path / "out.rejects.csv")
    assert [(row["line"], row["column"], row["value"], row["code"]) for row in rejects] == [
        ("3", "age", "161", "out_of_range"),
        ("4", "menopause", "post", "does_not_apply"),
        ("5", "", "4,61,F,post", "field_count"),
        ("6", "t_score", "2.6", "doubtful"),
        ("7", "t_score", "minus two", "not_understood"),
        ("8", "menopause", "pre", "contradiction"),
    ]
    assert all(row["message"] for row in rejects)
    assert "1 of 7" in ran.err
    assert "6 of 7" in ran.err


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            *[st.sampled_from(["-2.5", "61", "", "x", "0", "F", "99", "2,5", "yes", "-9", '"', "1\n2"])] * 3
        ),
        max_size=8,
    )
)
def test_accepted_and_rejected_rows_are_all_rows(
    run: Run, tmp_path: Path, cells: list[tuple[str, ...]]
) -> None:
    table = io.StringIO()
    csv.writer(table).writerows([["age", "sex", "t_score"], ["61", "F", "-2.5"], *cells])
    ran = run(
        "batch", _file(tmp_path, table.getvalue()), tmp_path / "out.csv", "--rejects", tmp_path / "no.csv"
    )
    if ran.code == 3:
        assert ran.errors
        return
    refused = {row["line"] for row in _rows(tmp_path / "no.csv")}
    blank = sum(not any(row) for row in cells)
    assert len(cells) + 1 - blank <= len(_rows(tmp_path / "out.csv")) + len(refused) <= len(cells) + 1
    assert ran.code == (1 if refused else 0)


def test_a_row_in_which_nothing_stands_is_nobody(run: Run, tmp_path: Path) -> None:
    ran = run("batch", _file(tmp_path, "age,t_score\n61,-2.6\n,\n,-1.0\n"), tmp_path / "out.csv")
    assert ran.code == 1
    assert [(row["line"], row["code"]) for row in _rows(tmp_path / "out.rejects.csv")] == [("3", "empty_row")]


def test_codes_in_a_parquet_file_are_understood_from_its_rows(run: Run, tmp_path: Path) -> None:
    pl.DataFrame({"age": [61, 62], "sex": ["F", "M"], "t_score": [-2.5, 1.0]}).write_parquet(
        tmp_path / "in.parquet"
    )
    assert run("batch", tmp_path / "in.parquet", tmp_path / "out.csv").code == 0
    assert [row["bone_density"] for row in _rows(tmp_path / "out.csv")] == ["osteoporosis", "normal"]


def test_a_file_with_nothing_but_rejects_has_no_answers(run: Run, tmp_path: Path) -> None:
    ran = run("batch", _file(tmp_path, 'age,t_score\n61,"-2.5" x\n'), tmp_path / "out.csv")
    assert ran.code in (1, 3)
    assert not (tmp_path / "out.csv").exists() or not _rows(tmp_path / "out.csv")


def test_a_rejects_file_that_was_asked_for_is_there_even_when_nothing_is_rejected(
    run: Run, clinic: Path, tmp_path: Path
) -> None:
    run("batch", clinic, tmp_path / "out.csv", "--rejects", tmp_path / "no.csv")
    assert (tmp_path / "no.csv").read_text(encoding="utf-8") == "line,column,value,code,message\n"


def test_an_old_rejects_file_does_not_outlive_a_run_without_rejects(
    run: Run, clinic: Path, tmp_path: Path
) -> None:
    old = _file(tmp_path, "line\n7\n", "out.rejects.csv")
    run("batch", clinic, tmp_path / "out.csv")
    assert old.read_text(encoding="utf-8") == "line,column,value,code,message\n"


def test_too_many_rejects_write_no_answers_but_say_which_they_are(run: Run, tmp_path: Path) -> None:
    source = _file(tmp_path, "age,t_score\n61,-2.6\n161,-2.6\n")
    ran = run("batch", source, tmp_path / "out.csv", "--max-reject-rate", 0.4)
    assert ran.code == 3
    assert "1 of 2 rows are rejected" in ran.errors[0]
    assert not (tmp_path / "out.csv").exists()
    assert len(_rows(tmp_path / "out.rejects.csv")) == 1
    assert run("batch", source, tmp_path / "out.csv", "--max-reject-rate", 0.5).code == 1


# ── The worst traps ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_decimal_comma_in_a_comma_separated_file_refuses_the_file_and_never_shifts_a_score(
    run: Run, tmp_path: Path
) -> None:
    source = _file(tmp_path, "id,t_score,age\n1,-1,03,61\n2,-2,50,70\n3,-0,40,66\n")
    ran = run("batch", source, tmp_path / "out.csv")
    assert ran.code == 3
    assert not (tmp_path / "out.csv").exists()


def test_bone_density_is_not_read_as_a_score(run: Run, tmp_path: Path) -> None:
    source = _file(tmp_path, "age,t_score\n" + "".join(f"6{n},0.{n}41\n" for n in range(8)))
    ran = run("batch", source, tmp_path / "out.csv")
    assert ran.code == 3
    assert not (tmp_path / "out.csv").exists()


def test_what_is_ambiguous_is_asked_and_settled_by_an_option(run: Run, tmp_path: Path) -> None:
    source = _file(tmp_path, "age,t_score,fracture\n61,-2.6,yes\n62,-1.1,no\n")
    asked = run("batch", source, tmp_path / "out.csv")
    assert asked.code == 3
    assert "--map" in asked.err
    assert "--ignore fracture" in asked.err
    assert run("batch", source, tmp_path / "out.csv", "--ignore", "fracture").code == 0
    ran = run("batch", source, tmp_path / "out.csv", "--map", "hip_fracture=fracture")
    assert ran.code == 0
    assert [row["risk_tier"] for row in _rows(tmp_path / "out.csv")] != ["high", "moderate"]


def test_a_mapping_can_be_shown_saved_and_used_again(run: Run, tmp_path: Path) -> None:
    source = _file(tmp_path, "Alter;Wert\n61;-2,6\n70;-1,1\n")
    shown = run(
        "batch", source, "--map", "t_score=Wert", "--save-mapping", tmp_path / "map.yaml", "--show-mapping"
    )
    assert shown.code == 0
    assert "t_score" in shown.out
    assert "Wert" in shown.out
    assert run("batch", source, tmp_path / "out.csv", "--mapping", tmp_path / "map.yaml").code == 0
    assert [row["lowest_t"] for row in _rows(tmp_path / "out.csv")] == ["-2.6", "-1.1"]


@pytest.mark.parametrize(
    "header",
    [
        "Sum of T-scores",
        "t_score_2024",
        "T-score baseline visit",
        "Puntaje T cadera",
        "T-score L1-L2",
        "DXA T-Score (any site)",
    ],
)
def test_a_column_that_speaks_of_a_score_is_never_passed_over(run: Run, tmp_path: Path, header: str) -> None:
    source = _file(tmp_path, f"age;t_lumbar_spine;{header}\n64;-0.6;-3.1\n70;-1.0;-2.0\n")
    ran = run("batch", source, tmp_path / "out.csv")
    assert ran.code == 3
    assert header in ran.err
    assert run("batch", source, tmp_path / "out.csv", "--ignore", header).code == 0


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Lumbar spine T-score (L1-L4)", "t_lumbar_spine"),
        ("T-score femoral neck (L)", "t_femoral_neck"),
        ("T-Score Hüfte gesamt links", "t_total_hip"),
        ("T_FN", "t_femoral_neck"),
        ("patient score", ""),
        ("frailty score total", ""),
    ],
)
def test_scores_are_found_wherever_their_words_stand_in_a_name(
    run: Run, tmp_path: Path, header: str, field: str
) -> None:
    shown = run("batch", _file(tmp_path, f"age;{header}\n64;-3.1\n"), "--show-mapping").out
    line = next(
        (line.split() for line in shown.splitlines() if field and line.strip().startswith(field)), [""]
    )
    assert (line[0] == field) if field else (header in shown.split("Not used")[1])


@pytest.mark.parametrize(
    ("text", "told", "answer"),
    [
        (
            "age,t_score,frax_major\n71,-2.1,0.24\n72,-2.0,0.11\n",
            "per cent",
            ("--map", "frax_major=frax_major"),
        ),
        ("id,age,t_score,note\n1,64,-2,7\n2,71,-3,1\n3,60,-1,9\n", "decimals", ("--ignore", "note")),
    ],
    ids=["shares that could be per cent", "decimals cut off into the next column"],
)
def test_numbers_that_are_likely_something_else_are_asked_about(
    run: Run, tmp_path: Path, text: str, told: str, answer: tuple[str, str]
) -> None:
    source = _file(tmp_path, text)
    ran = run("batch", source, tmp_path / "out.csv")
    assert ran.code == 3
    assert told in ran.err
    assert run("batch", source, tmp_path / "out.csv", *answer).code == 0


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("t_score", "-8 -9 -1.2 -2.3 0.1"),
        ("falls_12m", "88 99 0 1 3"),
        ("falls_12m", "8 9 0 1 2"),
        ("falls_12m", "8 99 0 1 2"),
    ],
)
def test_codes_that_could_be_answers_are_asked_about(
    run: Run, tmp_path: Path, column: str, cells: str
) -> None:
    source = _file(tmp_path, f"age,{column}\n" + "".join(f"64,{cell}\n" for cell in cells.split()))
    ran = run("batch", source, tmp_path / "out.csv")
    assert ran.code == (0 if "99 0" in cells and "8 99" in cells and column == "t_score" else 3)
    assert f"--missing {column}=" in ran.err or f"--missing '{column}=" in ran.err


def test_a_density_among_scores_is_doubted(run: Run, tmp_path: Path) -> None:
    scores = [f"-{number / 10}" for number in range(1, 30)]
    ran = run(
        "batch",
        _file(
            tmp_path, "age,t_lumbar_spine\n" + "".join(f"64,{score}\n" for score in [*scores, "0.712", "0.4"])
        ),
        tmp_path / "out.csv",
    )
    assert ran.code == 1
    assert [row["value"] for row in _rows(tmp_path / "out.rejects.csv")] == ["0.712"]


def test_typographic_minus_signs_are_minus_signs(run: Run, tmp_path: Path) -> None:
    source = _file(tmp_path, "age,t_score\n61,\u22122.6\n62,\u20131.2\n")
    assert run("batch", source, tmp_path / "out.csv", "--audit", 2).code == 0
    assert [row["lowest_t"] for row in _rows(tmp_path / "out.csv")] == ["-2.6", "-1.2"]


# ── Running ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_dry_run_counts_and_writes_nothing(run: Run, clinic: Path, tmp_path: Path) -> None:
    ran = run("batch", clinic, tmp_path / "out.csv", "--report", tmp_path / "r.html", "--dry-run")
    assert ran.code == 0
    assert "3 of 3" in ran.err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["clinic.csv"]


@pytest.mark.parametrize("limit", [1, 2, 3, 9])
def test_a_limit_reads_the_first_rows_only_rejects_counted(run: Run, tmp_path: Path, limit: int) -> None:
    source = _file(tmp_path, "age,t_score\n61,-2.6\n62\n63,-1.1\n64,-1.2\n")
    ran = run("batch", source, tmp_path / "out.csv", "--limit", limit)
    assert ran.code == (0 if limit == 1 else 1)
    assert [row["age"] for row in _rows(tmp_path / "out.csv")] == ["61", "63", "64"][: max(limit - 1, 1)]


def test_an_audit_agrees_about_rows_that_are_refused(run: Run, tmp_path: Path) -> None:
    source = _file(tmp_path, "id,age,t_score\n1,64,-2.6\n,,\n , ,\n2,164,-1.0\n")
    ran = run("batch", source, tmp_path / "out.csv", "--audit", 9)
    assert ran.code == 1
    assert [row["code"] for row in _rows(tmp_path / "out.rejects.csv")] == [
        "empty_row",
        "empty_row",
        "out_of_range",
    ]


def test_an_audit_assesses_rows_again_and_stops_on_a_difference(
    run: Run, clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = run("batch", clinic, tmp_path / "out.csv", "--audit", 3)
    assert ran.code == 0
    assert "3 rows assessed again" in ran.err
    for file in tmp_path.glob("out.*"):
        file.unlink()
    monkeypatch.setattr("recommender.cohort.audit.answer_row", lambda _: dict.fromkeys(COLUMNS, "other"))
    ran = run("batch", clinic, tmp_path / "out.csv", "--audit", 1)
    assert ran.code == 4
    assert "differs from the reference" in ran.err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["clinic.csv"]


def test_the_report_is_one_page_about_all_and_nobody_in_particular(
    run: Run, clinic: Path, tmp_path: Path
) -> None:
    assert run("batch", clinic, tmp_path / "out.csv", "--report", tmp_path / "r.html").code == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert not any(name in page for name in ("Ana", "Bea"))


def test_outputs_never_take_the_place_of_the_input_or_of_each_other(
    run: Run, clinic: Path, tmp_path: Path
) -> None:
    before = clinic.read_bytes()
    for more in (
        [clinic],
        [tmp_path / "out.csv", "--rejects", tmp_path / "out.csv"],
        [tmp_path / "out.csv", "--report", clinic],
    ):
        ran = run("batch", clinic, *more)
        assert ran.code == 3
        assert "same file" in ran.err
    assert clinic.read_bytes() == before


def test_no_other_output_takes_the_place_of_the_input_either(run: Run, tmp_path: Path) -> None:
    source = _file(tmp_path, CLINIC, "x.rejects.csv")
    before = source.read_bytes()
    assert run("batch", source, tmp_path / "x.csv").code == 3
    assert run("batch", source, tmp_path / "a.csv", "--save-mapping", source).code == 3
    assert run("batch", source, tmp_path / "a.csv", "--report", tmp_path / "a.rejects.csv").code == 3
    assert run("batch", source, tmp_path / "a.csv", "--report", tmp_path / "no" / "r.html").code == 3
    assert run("batch", source, "-", "--save-mapping", "-").code == 2
    assert source.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["x.rejects.csv"]


def test_names_like_ours_are_kept_apart_however_many_there_are(run: Run, tmp_path: Path) -> None:
    source = _file(tmp_path, "age,t_score,clearance,rec_clearance,=a,'=a\n60,-2.0,x,y,1,2\n")
    assert run("batch", source, tmp_path / "out.csv").code == 0
    header = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert len(set(header)) == len(header)
    assert "rec_rec_clearance" in header


def test_lists_in_a_parquet_file_are_refused_as_text_and_kept_in_parquet(run: Run, tmp_path: Path) -> None:
    pl.DataFrame({"age": [64], "t_score": [-2.5], "visits": [[1, 2]]}).write_parquet(tmp_path / "in.parquet")
    ran = run("batch", tmp_path / "in.parquet", tmp_path / "out.csv")
    assert ran.code == 3
    assert "visits" in ran.err
    assert run("batch", tmp_path / "in.parquet", tmp_path / "out.parquet").code == 0


def test_a_link_that_leads_in_a_circle_is_told(run: Run, clinic: Path, tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert run("batch", clinic, tmp_path / "a" / "out.csv").code == 3


def test_the_report_and_the_terminal_show_no_cell(run: Run, tmp_path: Path) -> None:
    source = _file(tmp_path, "age,t_score\n" + "61,-2.5\n" * 60 + "Maria Gonzalez,-2.6\n")
    ran = run("batch", source, tmp_path / "out.csv", "--report", tmp_path / "r.html")
    assert ran.code == 1
    assert "Maria" not in ran.err + (tmp_path / "r.html").read_text(encoding="utf-8")


@pytest.mark.heavy
def test_a_reader_that_has_seen_enough_is_no_error(clinic: Path) -> None:
    command = f"{sys.executable} -m recommender batch {clinic} - | true; exit ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (ran.returncode, "wrong inside" in ran.stderr) == (0, False)


def _unread(pipe: int) -> int:
    """Return how many bytes in a pipe nobody has read yet."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


@pytest.mark.heavy
def test_an_interrupt_ends_a_run_that_waits_for_input() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "recommender", "batch", "-", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    process.stdin.write(b"age,t_score\n" + b"61,-2.5\n" * 700_000)
    process.stdin.flush()
    while _unread(process.stdin.fileno()):
        Event().wait(0.01)
    process.send_signal(signal.SIGINT)
    try:
        assert process.wait(timeout=30) == 130
    finally:
        process.kill()
        process.stdin.close()


@pytest.mark.parametrize("target", ["out.docx", "out", "nowhere/out.csv"])
def test_a_target_that_cannot_be_written_is_told_before_anything_is_read(
    run: Run, clinic: Path, tmp_path: Path, target: str
) -> None:
    ran = run("batch", clinic, tmp_path / target)
    assert ran.code == 3
    assert target in ran.err


def test_without_an_output_the_usage_is_told(run: Run, clinic: Path) -> None:
    ran = run("batch", clinic)
    assert ran.code == 2
    assert "OUT" in ran.err


def test_a_header_alone_gives_the_columns_and_no_rows(run: Run, tmp_path: Path) -> None:
    ran = run("batch", _file(tmp_path, "age,t_score\n"), tmp_path / "out.csv")
    assert ran.code == 0
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == ",".join(["age", "t_score", *COLUMNS]) + "\n"


def test_an_interrupted_run_leaves_nothing_behind(
    run: Run, clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("recommender.cohort.counting.Counts.add", stop)
    assert run("batch", clinic, tmp_path / "out.csv").code == 130
    assert sorted(file.name for file in tmp_path.iterdir()) == ["clinic.csv"]


# ── Cells ───────────────────────────────────────────────────────────────────────────────────────────────────


def _cells(field: str, believed: int | None = None) -> Cells:
    found = book().vocabulary.fields[field]
    of = FieldColumn(found, "c", "", {}, frozenset({"", "na"}), field == "age", ())
    return Cells(of, ".", PositiveScorePolicy((found.doubt_above or 0) if believed is None else believed, 9))


def _read(cells: Cells, texts: list[str | None]) -> Read:
    column = pl.DataFrame({"c": pl.Series(texts, dtype=pl.String)})
    return cells.read(column.select(cells.numbered(pl.String()))["c"])


def test_a_text_keeps_its_meaning_from_one_batch_to_the_next() -> None:
    cells = _cells("t_score")
    for texts in (["-2.5", "-1.0"], ["-1.0", "0.4"], ["-3.0", "-2.5", "-1.0"]):
        assert _read(cells, texts).values.to_list() == [round(float(text) * 1000) for text in texts]


def test_texts_lost_between_two_batches_are_an_error_and_not_other_values() -> None:
    cells = _cells("t_score")
    _read(cells, ["-2.5", "-1.0"])
    del cells._alive
    with pytest.raises(EngineError, match="lost between"):
        _read(cells, ["-3.0"])


def test_memory_stays_bounded_in_a_column_of_endless_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.cohort.cells.MOST_TEXTS", 10)
    cells = _cells("t_score")
    for start in range(0, 100, 7):
        texts = [f"-1.{number:012d}" for number in range(start, start + 7)]
        assert _read(cells, texts).values.to_list() == [-1000] * 7
        assert len(cells._texts.to_series()) <= 10 + 7


@pytest.mark.parametrize(
    ("text", "thousandths"),
    [
        ("-2.5", -2500),
        ("-2.49999", -2500),
        ("-2.4994", -2500),
        ("-2.499", -2499),
        ("0.7044", 704),
        ("-0.704917951", -705),
        (" -1.0 ", -1000),
        ("+1.5", 1500),
        ("0.88", 880),
    ],
)
def test_computed_scores_go_to_the_worse_thousandth(text: str, thousandths: int) -> None:
    found = _read(_cells("t_score"), [text, "NA", None])
    assert found.values.to_list() == [thousandths, None, None]
    assert found.error is None


@pytest.mark.parametrize("text", ["1.5", "12", "1e3", "nan", "-", "2,5", "--1", "٣", "1.2.3"])
def test_scores_that_are_no_scores_are_refused_with_a_sentence(text: str) -> None:
    cells = _cells("t_score")
    found = _read(cells, [text])
    assert found.values.to_list() == [None]
    assert found.error is not None
    assert cells.errors[found.error[0]].message


def test_a_score_just_above_zero_is_doubted_where_no_score_is_below_it() -> None:
    assert _read(_cells("t_score", believed=0), ["0.88"]).values.to_list() == [None]


def test_high_scores_are_as_written_only_where_that_was_stated(run: Run, tmp_path: Path) -> None:
    source = _file(tmp_path, "age,t_score\n61,-2.6\n62,2.4\n")
    assert run("batch", source, tmp_path / "out.csv").code == 1
    assert "--accept high_scores" in _rows(tmp_path / "out.rejects.csv")[0]["message"]
    assert run("batch", source, tmp_path / "out.csv", "--accept", "high_scores").code == 0
    assert [row["bone_density"] for row in _rows(tmp_path / "out.csv")] == ["osteoporosis", "normal"]


def test_high_scores_of_the_heel_are_as_written_once_the_heel_is_accepted(run: Run, tmp_path: Path) -> None:
    source = _file(tmp_path, "age,qui,T-Score\n61,80.1,-2.61\n62,120.4,2.4\n")
    assert run("batch", source, tmp_path / "out.csv", "--accept", "heel_ultrasound").code == 0
    assert [row["bone_density"] for row in _rows(tmp_path / "out.csv")] == ["osteoporosis", "normal"]


def test_accepting_the_heel_does_not_accept_lost_minus_signs(run: Run, tmp_path: Path) -> None:
    source = _file(tmp_path, "age,qui,T-Score\n61,80.1,2.6\n62,120.4,2.4\n")
    assert run("batch", source, tmp_path / "out.csv", "--accept", "heel_ultrasound").code == 1


@pytest.mark.parametrize(
    ("field", "text", "value"), [("age", "61.9", 61000), ("age", "61", 61000), ("falls_12m", "2.0", 2000)]
)
def test_an_age_counts_completed_years_and_no_other_count_is_rounded(
    field: str, text: str, value: int
) -> None:
    assert _read(_cells(field), [text]).values.to_list() == [value]
    assert _read(_cells("falls_12m"), ["1.5"]).values.to_list() == [None]
    assert _read(_cells("age"), ["61.x"]).values.to_list() == [None]


CODED = {
    "t_score": "-1",
    "z_total_hip": "+1",
    "age": "50",
    "falls_12m": "3",
    "glucocorticoid_mg": "5",
    "kyphosis": "mild",
    "hip_fracture": "yes",
}
"""Fields of every kind, each with an answer that a code may stand for."""
CODES = ("0", "1", "2", "99", "-2.5", "0.88")


@pytest.mark.heavy
@settings(max_examples=400, deadline=None)
@given(
    st.text(alphabet="0123456789.,+-eE nax", max_size=8)
    | st.sampled_from(
        [
            *CODES,
            "-2,5",
            "-2.500000001",
            "2.999000001",
            "-2.4999999995",
            "2.5000000005",
            "1.25",
            "0.8888",
            "-8.0004",
        ]
    ),
    st.sampled_from(list(CODED)),
    st.sampled_from(".,"),
    st.sets(st.sampled_from(CODES), max_size=2),
    st.sets(st.sampled_from(CODES), max_size=2),
    st.builds(PositiveScorePolicy, st.sampled_from([0, 900, 1000, 8000]), st.integers(0, 3)),
)
def test_cells_read_together_and_alone_are_the_same(
    text: str,
    name: str,
    decimal: str,
    coded: set[str],
    missing: set[str],
    policy: PositiveScorePolicy,
) -> None:
    field = book().vocabulary.fields[name]
    words = dict.fromkeys(coded - missing, CODED[name])
    of = FieldColumn(field, "c", "", words, frozenset({"", "na", *missing}), name == "age", ())
    together, alone = _read(Cells(of, decimal, policy), [text, text]), Cells(of, decimal, policy)._entry(text)
    found = (
        together.values[0],
        together.never is not None and together.never[0],
        together.error is not None and together.error[0] is not None,
        together.rounded is not None and together.rounded[0],
    )
    assert found == (alone[0], alone[1], alone[2] is not None, alone[3])


# ── kill -9 ─────────────────────────────────────────────────────────────────────────────────────────────────


def _bytes_beside(file: Path) -> int:
    """Return how much the other files of a folder hold, those that go meanwhile left out."""
    sizes = []
    for other in file.parent.iterdir():
        with suppress(FileNotFoundError):
            sizes.append(other.stat().st_size if other != file else 0)
    return sum(sizes)


@pytest.mark.heavy
def test_killed_at_ten_random_moments_the_output_is_whole_or_absent(tmp_path: Path) -> None:
    chance = random.Random()
    source = tmp_path / "many.csv"
    rows = 300_000
    with source.open("w", encoding="utf-8") as file:
        file.write("id,age,t_score\n")
        file.writelines(f"{number},{50 + number % 50},-{number % 50 / 10}\n" for number in range(rows))
    target = tmp_path / "out.csv"
    command = [sys.executable, "-m", "recommender", "batch", str(source), str(target)]
    subprocess.run(command, check=True, capture_output=True)
    whole = target.read_bytes()
    outcomes = set()
    for _ in range(10):
        target.unlink(missing_ok=True)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        written = chance.uniform(-0.2, 1.1) * len(whole)  # from before the first byte to after the end
        while process.poll() is None and _bytes_beside(source) < written:
            Event().wait(0.002)
        process.kill()
        process.wait()
        outcomes.add(target.exists())
        assert not target.exists() or target.read_bytes() == whole
    assert False in outcomes
