"""The hazards of a rulebook name controls that exist; what must control a hazard controls one."""

from pathlib import Path

import pytest

from recommender.authoring.safety import controls
from recommender.authoring.safety.checking import checked_safety_case
from recommender.authoring.safety.reading import read_harm, read_intended_use, read_safety_case
from recommender.rulebook.loading import load_rulebook, load_safety_documents
from tests.conftest import Run
from tests.people import book
from tests.test_broken_rulebooks import write

ROOT = Path(__file__).resolve().parent.parent
SCALES = """\
severity: {minor: A bruise., major: A fracture.}
likelihood: {low: Seldom., high: Often.}
ratings: {low: [1, 2], high: [2, 3]}
acceptability: {1: Fine., 2: Fair., 3: Not fine.}
controlled_up_to: 2
statuses: {controlled: It holds., open: More to do., planned: Not there yet.}
owners: {rulebook: Whoever writes rules.}
no_control:
  lints: {%s}
"""
LINTS = ", ".join(
    f'"{name}": Another rulebook.' for name in controls.lints() if name != "authoring/lint.py::_unused"
)
HARM = """\
weights: {minor: 1, major: 30}
families: {bending: {severity: major, harm: a spine bone breaks}}
movements: {hip_hinge: {severity: minor, harm: nothing}}
"""
USE = """\
what: It informs.
users: [Somebody.]
population: [Adults.]
not_for: [Children.]
environment: [At home.]
never: [It never guesses.]
position: [{title: Somewhere, text: Nothing is claimed.}]
basis: Summaries.
populations: [{name: Women, words: women}]
"""
HAZARDS = """\
claim: Nothing harmful is permitted.
argument: Rules and a law.
hazards:
  - id: HAZ01
    hazard: Loaded bending is permitted
    cause: A rule is missing.
    harm: A spine bone breaks.
    who: Everybody.
    before: {severity: major, likelihood: high}
    after: {severity: major, likelihood: low}
    controls:
      laws: [L01]
      rules: [H01]
      cues: [bend at]
      cases: {people.yaml: [Somebody of 60]}
      lints: {authoring/lint.py: [_unused]}
      tests: {test_hazards.py: [test_sound_hazards_pass]}
    owner: rulebook
    status: controlled
    residual: Some.
"""
LAWS = """\
laws:
  - {id: L01, says: Nothing to leave out is suggested., when: always, never_suggested: {avoid: all}}
cues:
  - {words: bend at, limits: {modify: [hip_hinge]}, said_by: [H01]}
"""
CASES = """\
cases:
  - {name: Somebody of 60, who: {age: 60}, clearance: clear, offered: [], withheld: [], asked: [], said: []}
"""


def rulebook(folder: Path, **changed: str) -> Path:
    """Write the small rulebook with a small safety case; `changed` replaces one of its files."""
    texts = {"scales": SCALES % LINTS, "harm": HARM, "use": USE, "hazards": HAZARDS, "laws": LAWS, **changed}
    files = {
        "safety/scales.yaml": texts["scales"],
        "safety/harm.yaml": texts["harm"],
        "safety/intended_use.yaml": texts["use"],
        "safety/hazards/permission.yaml": texts["hazards"],
        "invariants.yaml": texts["laws"],
        "cases/people.yaml": CASES,
    }
    return write(folder, files)


@pytest.fixture(autouse=True)
def _without_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what only the solver finds: none of it is about hazards."""
    monkeypatch.setattr("recommender.cli.rules.checking.has_solver", lambda: False)


def test_the_shipped_hazards_are_many_and_sound() -> None:
    documents = load_safety_documents()
    case = read_safety_case(documents)
    hazards, problems = checked_safety_case(book(), documents, None)

    assert case is not None
    assert problems == ()
    assert hazards == case.hazards
    assert len(hazards) >= 30
    assert {hazard.owner for hazard in case.hazards} == set(case.scales.owners)


def test_each_movement_has_a_harm_and_the_use_is_told() -> None:
    harm, use = read_harm(load_safety_documents(), book()), read_intended_use(load_safety_documents())

    assert set(harm) == set(book().movements)
    assert harm["spinal_flexion_loaded"].weight > harm["breathing"].weight
    assert all(text for text in (use.what, *use.users, *use.not_for, *use.never))


def test_sound_hazards_pass(run: Run, tmp_path: Path) -> None:
    ran = run("rules", "check", "--rules", rulebook(tmp_path))

    assert ran.err == ""
    assert "1 hazards" in ran.out


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("laws: [L01]", "laws: [L01, L02]", "HAZ01: there is no law `L02`."),
        ("rules: [H01]", "rules: [H01, H99]", "HAZ01: there is no rule `H99`."),
        ("cues: [bend at]", "cues: [fold at]", "HAZ01: there is no cue `fold at`."),
        ("Somebody of 60", "Somebody of 61", "HAZ01: there is no case `people.yaml::Somebody of 61`."),
        ("[_unused]", "[_unused, _gone_long_ago]", "there is no lint `authoring/lint.py::_gone_long_ago`."),
        ("test_sound_hazards_pass", "test_x", "HAZ01: there is no test `test_hazards.py::test_x`."),
    ],
)
def test_a_control_that_is_gone_is_told_at_its_place(
    run: Run, tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert HAZARDS.count(old) == 1
    ran = run("rules", "check", "--rules", rulebook(tmp_path, hazards=HAZARDS.replace(old, new)))

    assert ran.code == 1
    assert told in ran.err
    assert "rules/safety/hazards/permission.yaml:" in ran.err


RED_FLAG = """\
  - {id: R09, title: Get help, when: age >= 99, clearance: hold, say: Wait., screen: Are you 99?,
     refer: {urgency: soon, to: a doctor, say: Go., about: age}, because: It is kind., certainty: low,
     source_status: design_default, sources: [DD],
     cases: {fires: [{age: 99}], silent: [{age: 98}], cannot_rule_out: [{t_score: -1.0}]}}
"""


def test_a_law_a_lint_or_a_red_flag_that_controls_nothing_is_told(run: Run, tmp_path: Path) -> None:
    more = LAWS.replace("cues:", "  - {id: L02, says: Not twice., when: always, stops: hold}\ncues:")
    folder = rulebook(
        tmp_path, laws=more, hazards=HAZARDS.replace("      lints: {authoring/lint.py: [_unused]}\n", "")
    )
    rules = folder / "limits.yaml"
    rules.write_text(rules.read_text(encoding="utf-8") + RED_FLAG, encoding="utf-8")
    ran = run("rules", "check", "--rules", folder)

    assert "rules/invariants.yaml:3:10: the law `L02` is a control of no hazard." in ran.err
    assert "the lint `authoring/lint.py::_unused` is a control of no hazard." in ran.err
    assert "the rule `R09` is a control of no hazard." in ran.err


def test_a_reason_stands_in_for_a_hazard_and_is_told_when_it_is_needed_no_more(
    run: Run, tmp_path: Path
) -> None:
    scales = SCALES % LINTS + "  laws: {L01: A reason.}\n"
    named = run("rules", "check", "--rules", rulebook(tmp_path / "a", scales=scales))
    unnamed = run(
        "rules", "check", "--rules",
        rulebook(tmp_path / "b", scales=scales, hazards=HAZARDS.replace("      laws: [L01]\n", "")),
    )  # fmt: skip

    assert "the law `L01` is excused here, and is a control of a hazard." in named.err
    assert unnamed.err == ""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("after: {severity: major, likelihood: low}", "after: {severity: major, likelihood: high}",
         "HAZ01: a rating of 3 is left, and it is called controlled."),
        ("before: {severity: major, likelihood: high}", "before: {severity: minor, likelihood: low}",
         "HAZ01: the risk after its controls is higher than before."),
    ],
)  # fmt: skip
def test_a_risk_that_does_not_fit_its_status_is_told(
    run: Run, tmp_path: Path, old: str, new: str, told: str
) -> None:
    ran = run("rules", "check", "--rules", rulebook(tmp_path, hazards=HAZARDS.replace(old, new)))

    assert ran.code == 1
    assert told in ran.err


def test_a_hazard_without_controls_is_told_unless_it_is_planned(run: Run, tmp_path: Path) -> None:
    begin, end = HAZARDS.index("    controls:"), HAZARDS.index("    owner:")
    bare = HAZARDS[:begin] + HAZARDS[end:]
    scales = SCALES % LINTS
    scales = (
        scales.replace("lints: {", 'lints: {"authoring/lint.py::_unused": Not used., ')
        + "  laws: {L01: Not used.}\n"
    )
    told = run("rules", "check", "--rules", rulebook(tmp_path / "a", hazards=bare, scales=scales))
    planned = bare.replace("status: controlled", "status: planned")
    silent = run("rules", "check", "--rules", rulebook(tmp_path / "b", hazards=planned, scales=scales))

    assert "HAZ01: nothing controls this hazard." in told.err
    assert silent.err == ""


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("hazards", "likelihood: high}", "likelihood: often}", "`HAZ01`: `often` is not a known likelihood."),
        ("hazards", "owner: rulebook", "owner: nobody", "`HAZ01`: `nobody` is not a known owner."),
        ("scales", "low: [1, 2]", "low: [1]", "this needs 2 ratings, one for each severity."),
        ("scales", "high: [2, 3]", "high: [2, 9]", "this must be a whole number from 1 to 3."),
        ("harm", "families: {bending: ", "families: {twisting: ", "`families` lacks `bending`."),
        ("use", "never: [It never guesses.]", "", "lacks `never`."),
    ],
)
def test_a_slip_is_refused_at_its_place(
    run: Run, tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    texts = {"scales": SCALES % LINTS, "harm": HARM, "use": USE, "hazards": HAZARDS}
    assert old in texts[file]
    ran = run("rules", "check", "--rules", rulebook(tmp_path, **{file: texts[file].replace(old, new, 1)}))

    assert ran.code == 3
    assert told in ran.err
    assert "rules/safety/" in ran.err


def test_where_there_is_no_source_the_tests_are_not_looked_for(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controls, "_folder_of_tests", lambda: None)
    gone = HAZARDS.replace("test_sound_hazards_pass", "test_that_is_gone")

    assert run("rules", "check", "--rules", rulebook(tmp_path, hazards=gone)).err == ""


def test_what_is_said_of_safety_changes_no_hash_and_no_answer(run: Run, tmp_path: Path) -> None:
    with_case, without = rulebook(tmp_path / "a"), rulebook(tmp_path / "b")
    for file in (without / "safety").rglob("*.yaml"):
        file.unlink()

    assert load_rulebook(with_case).sha256 == load_rulebook(without).sha256
    answers = [run("assess", "--age", "61", "--rules", folder).out for folder in (with_case, without)]
    assert answers[0] == answers[1]


def test_there_is_a_road_for_reporting_harm() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")

    assert "## If somebody was harmed" in text
    assert "@" not in text
