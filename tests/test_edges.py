"""Past faults at the edges of the program: files, answers that came back changed."""

import json
import os
import stat
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.people import as_json, assessed, levels

ANSWERS = ("assess", "--t-score", "-2.6", "--show", "all")


def test_an_answer_in_a_file_can_be_read_by_its_owner_only(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"

    assert run(*ANSWERS, "-o", file).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o640)
    assert run(*ANSWERS, "-o", file).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_an_answer_goes_where_a_link_points_and_the_link_stays(run: Run, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")

    assert run(*ANSWERS, "-o", tmp_path / "link").code == 0
    assert (tmp_path / "link").is_symlink()
    assert "In short".upper() in (tmp_path / "target").read_text(encoding="utf-8")


@pytest.mark.parametrize("where", ["", ".", "missing/answer.txt"])
def test_a_place_that_cannot_hold_an_answer_is_refused_and_nothing_is_left_behind(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.chdir(tmp_path)

    ran = run(*ANSWERS, "-o", where)

    assert ran.code == 3
    assert ("cannot be written" if where else "no file is named") in ran.errors[0]
    assert list(tmp_path.iterdir()) == []


def test_a_device_is_written_to_and_not_replaced(run: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert run(*ANSWERS, "-o", pipe).code == 0
        text, _ = reader.communicate(timeout=10)

    assert b"IN SHORT" in text
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_file_gets_no_colour_and_no_terminals_width(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    run(*ANSWERS, "-o", tmp_path / "answer.txt")
    text = (tmp_path / "answer.txt").read_text(encoding="utf-8")

    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) > 60


def test_something_unforeseen_is_one_sentence_with_no_answers_in_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("-2.6 of a person")

    import_module("recommender.cli.assess")
    monkeypatch.setattr(sys.modules["recommender.cli.assess"], "assess_profile", fail)
    ran = run(*ANSWERS)

    assert ran.code == 4
    assert "KeyError" in ran.err
    assert "-2.6" not in ran.err
    assert "Traceback" not in ran.err


def test_the_profile_in_an_answer_can_be_given_back(run: Run) -> None:
    first = run(
        "assess",
        "--t-score",
        "-2.0",
        "--joint-replacement-months",
        "never",
        "--age",
        "60",
        "--format",
        "json",
    ).out
    again = run(
        "assess",
        "--profile",
        "-",
        "--format",
        "json",
        stdin=json.dumps(json.loads(first)["profile"]).encode(),
    ).out

    assert json.loads(first)["profile"]["joint_replacement_months"] == "never"
    assert again == first


def test_every_line_of_the_trace_says_when() -> None:
    assert all(line["when"] for line in as_json(t_score="-3.9")["trace"])
    assert any(line["fails_closed"] for line in as_json(t_score="-3.9")["trace"])


def test_treatment_in_the_past_can_be_told_and_still_counts_for_a_thigh_ache() -> None:
    found = assessed(osteoporosis_treatment="no", antiresorptive_years="8", thigh_or_groin_pain="yes")

    assert "R31" in {rule.id for rule in found.findings.fired}
    assert found.clearance == "clinician_led"


def test_what_would_open_heavy_lifting_is_all_that_is_missing() -> None:
    entry = next(
        entry
        for entry in as_json(age="60", t_score="-2.0", supervision="none")["withheld"]
        if entry["id"] == "deadlift_supervised"
    )
    fields = {need["field"] for need in entry["would_need"]}

    assert {"supervision", "vertebral_fractures", "new_back_pain", "systolic_bp", "diastolic_bp"} <= fields


def test_giving_all_that_would_open_an_exercise_opens_it() -> None:
    proof = {"vertebral_fractures": "0", "hip_fracture": "no", "other_fractures": "0", "new_back_pain": "no"}
    pressure = {"systolic_bp": "120", "diastolic_bp": "75"}

    assert "deadlift_supervised" in levels(
        age="60", t_score="-2.0", supervision="professional", **proof, **pressure
    )


def test_a_hold_tells_when_to_stop_and_an_emergency_tells_only_where_to_go(run: Run) -> None:
    hold = run("assess", "--t-score", "-2.6", "--new-back-pain", "yes", "--show", "all").out
    emergency = run("assess", "--t-score", "-2.6", "--saddle-numbness", "yes", "--show", "all").out

    assert "WHEN TO STOP" in hold
    assert "more exercises may open up" not in " ".join(emergency.split())
    assert emergency.count("\n  - ") == 1


def test_a_repeated_option_is_refused(run: Run) -> None:
    ran = run("assess", "--age", "50", "--age", "60")

    assert (ran.code, len(ran.errors)) == (3, 1)
    assert "given 2 times" in ran.errors[0]
