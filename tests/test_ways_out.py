"""What a clinician has already looked at: the led set, questions that end a pause, and laws about them."""

import json
from pathlib import Path

import polars as pl
import pytest

from recommender.documents.yaml_json import Document
from recommender.proof.law_reading import read_laws
from recommender.proof.proving import Theorem, prove
from recommender.proof.symbolic import SymbolicRulebook
from tests.conftest import Run
from tests.people import book
from tests.test_proof import changed

HIP = {"hip_fracture": "yes", "hip_fracture_months": "3", "fracture_months": "3", "other_fractures": "0"}
SUDDEN = {"t_score": "-2.7", "new_back_pain": "yes", "back_pain_sudden": "yes", "back_pain_days": "9"}


def options(answers: dict[str, str]) -> list[str]:
    """Return answers as they are typed."""
    return [part for name, answer in answers.items() for part in (f"--{name.replace('_', '-')}", f"{answer}")]


def test_a_pause_asks_first_who_has_looked_and_says_to_come_back(run: Run) -> None:
    told = " ".join(run("assess", *options(SUDDEN), "--show", "all").out.split())
    assert "come back and tell us who looked, when, and what you may do" in told
    assert "Has a doctor or physiotherapist already looked at your back pain?" in told


def test_the_led_set_is_offered_beside_a_physiotherapist_and_else_only_to_be_asked_about(run: Run) -> None:
    beside = json.loads(run("assess", *options(HIP), "--supervision", "professional", "--format", "json").out)
    waiting = [*options(HIP), "--supervision", "none", "--weight-allowed", "full"]
    alone = json.loads(run("assess", *waiting, "--format", "json").out)
    assert beside["clearance"] == alone["clearance"] == "clinician_led"
    assert {"sit_to_stand", "heel_raise"} <= {offer["id"] for offer in beside["exercises"]}
    assert {"sit_to_stand", "heel_raise"} <= {entry["id"] for entry in alone["withheld"]}
    told = run("assess", *waiting, "--show", "all").out
    assert "ASK ABOUT THESE" in told
    assert "- Heel raise: Both hands on a worktop" in told
    assert (
        "ASK ABOUT THESE"
        not in run("assess", *options(HIP), "--supervision", "professional", "--show", "all").out
    )


def test_in_a_file_no_date_or_role_is_no_look_and_a_future_date_is_refused(run: Run, tmp_path: Path) -> None:
    source, answers = tmp_path / "people.csv", tmp_path / "answers.csv"
    base = "-2.7,yes,yes,9,yes"
    source.write_text(
        "t_score,new_back_pain,back_pain_sudden,back_pain_days,spine_imaged,back_pain_look,back_pain_look_days,"
        "back_pain_look_scope,look_changed\n"
        f"{base},doctor,3,limits,no\n{base},doctor,,limits,no\n{base},,3,,no\n{base},other,,,\n"
        f"{base},doctor,3,limits,\n{base},doctor,-3,limits,no\n"
    )
    assert run("batch", source, answers).code == 1
    scored = pl.read_csv(answers, infer_schema=False)
    assert scored["clearance"].to_list() == ["clinician_led", *["hold"] * (scored.height - 1)]
    rejects = next(tmp_path.glob("answers*reject*")).read_text()
    assert "-3" in rejects


def _theorem(law: dict[str, object]) -> Theorem:
    laws = read_laws(
        [Document("invariants.yaml", {"laws": [{"id": "X", "says": "One.", **law}]}, {}, {})], book()
    )
    return next(prove(SymbolicRulebook(book()), laws))


def test_a_look_that_moves_more_than_its_matter_is_shown_with_somebody() -> None:
    failure = _theorem({"fields": ["cancer_look_scope"], "moves_only": ["R09"]}).failures[0]
    assert failure.field == "cancer_look_scope"
    assert (
        "R08 fires; afterwards R08 does not fire" in failure.reason or "R08 does not fire" in failure.reason
    )
    assert failure.before is not None
    assert failure.before["bone_metastases"] == "yes"
    assert _theorem({"fields": ["cancer_look_scope"], "moves_only": ["R08", "R09"]}).failures == ()


def test_a_pause_without_a_way_out_and_without_a_reason_breaks_its_law() -> None:
    left_out = {"rules": ["R02", "R10", "R66", "R70"], "because": "So."}
    reasons = [
        each.reason for each in _theorem({"somebody": "each_pause_is_lifted", "except": [left_out]}).failures
    ]
    assert reasons == [
        "there is nobody for whom what R22 pauses for is there, and a look has lifted the pause."
    ]


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("law", "told"),
    [
        ("moves_only: [R01]", "`fields` and `moves_only` go together"),
        ("fields: [age], stops: hold", "`fields` and `moves_only` go together"),
        ("fields: [agee], moves_only: [R01]", "`agee` is not a known field"),
        (
            "somebody: each_pause_is_lifted, except: [{rules: [R999], because: So.}]",
            "`R999` is not a known rule",
        ),
        ("somebody: each_rule_fires, except: [{rules: [R01], because: So.}]", "only a law about `changes`"),
    ],
)
def test_a_slip_in_a_law_on_looks_is_told(run: Run, tmp_path: Path, law: str, told: str) -> None:
    folder = changed(tmp_path, "invariants.yaml", "laws:\n", f"laws:\n  - {{id: A, says: One., {law}}}\n")
    ran = run("rules", "prove", "A", "--rules", folder)
    assert ran.code == 3
    assert told in ran.err


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "    - sit_to_stand_hands\n",
            "    - sit_to_stand_hand\n",
            "`sit_to_stand_hand` is not a known level",
        ),
        ("  to_ask: led_scope >= to_ask\n", "  to_ask: led_scopes >= to_ask\n", "`led_scopes`"),
        ("  title: Ask about these\n", "", "lacks `title`"),
    ],
)
def test_a_slip_in_the_led_set_is_told_at_its_place(
    run: Run, tmp_path: Path, old: str, new: str, told: str
) -> None:
    ran = run("rules", "check", "--rules", changed(tmp_path, "ways_out.yaml", old, new))
    assert ran.code == 3
    assert told in ran.err
    assert "ways_out.yaml" in ran.err
