"""`rules prove`, and `rules check` with a solver: laws, counterexamples, and rules without effect."""

import random
import re
import shutil
import sys
from pathlib import Path

import pytest
import z3

from recommender.authoring.cases.people import read_people, run_person
from recommender.authoring.cases.runner import CaseRunner
from recommender.documents.yaml_json import read_file
from recommender.language.parsing import parse_condition
from recommender.language.symbols import ScaleSymbol
from recommender.proof.law_reading import read_laws
from recommender.proof.laws import Law, NeverRelaxes, NeverSurprises, relaxations, surprises
from recommender.proof.polarity import Polarity
from recommender.proof.proving import prove
from recommender.proof.symbolic import SymbolicPerson, SymbolicRulebook
from recommender.rulebook import Rulebook, load_rulebook
from recommender.rulebook.files import data_folder
from recommender.rulebook.loading import load_law_documents
from recommender.vectorised.leaves import NEVER
from tests.conftest import Run
from tests.people import book
from tests.test_broken_rulebooks import SMALL, write
from tests.weakening import weakenings

SYMBOLS = {
    **book().vocabulary.symbols,
    **{name: ScaleSymbol(name, levels) for name, levels in book().scales.items()},
}
LAWS = {law.id: law for law in read_laws(load_law_documents(), book())}


def changed(tmp_path: Path, file: str, old: str, new: str, count: int = 1) -> Path:
    """Copy the shipped rules with one change."""
    folder = tmp_path / "rules"
    shutil.copytree(data_folder("rules"), folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, count), encoding="utf-8")
    return folder


@pytest.mark.heavy
def test_every_law_is_proved_and_says_of_whom(run: Run) -> None:
    ran = run("rules", "prove")
    assert ran.code == 0
    assert f"{len(LAWS)} of {len(LAWS)} laws proved." in ran.out
    assert f"each of {len(load_rulebook().vocabulary.fields)} fields" in ran.out
    assert all(f"{id_} proved" in ran.out for id_ in LAWS)
    assert "left out: age, where age < 60." in ran.out


def test_one_law_can_be_asked_for(run: Run) -> None:
    ran = run("rules", "prove", "L10")
    assert ran.code == 0
    assert "1 of 1 laws proved" in ran.out
    assert "did you mean" in run("rules", "prove", "L1o").err.lower()


@pytest.mark.heavy
def test_who_breaks_a_law_is_shown_and_kept_as_a_case(run: Run, tmp_path: Path) -> None:
    folder = changed(tmp_path, "limits.yaml", "  - id: G01\n    title:", "  - id: G01\n    title:")
    limits = (folder / "limits.yaml").read_text(encoding="utf-8")
    (folder / "limits.yaml").write_text(
        limits.replace("lowest_t <= -2.5 and t_use >= limits", "lowest_t < -2.5 and t_use >= limits", 1)
    )
    saved = tmp_path / "found.yaml"
    ran = run("rules", "prove", "L11", "--rules", folder, "--save", saved)
    assert ran.code == 1
    assert "L11 NOT PROVED" in ran.out
    assert re.search(r"who: .*t_\w+: -2\.5", ran.out)
    weaker, sound = load_rulebook(folder), load_rulebook()
    case = read_people([read_file(saved)], sound)[0]
    assert any("should be avoid" in problem for problem in run_person(CaseRunner(weaker), case))
    assert not [problem for problem in run_person(CaseRunner(sound), case) if "should be" in problem]


@pytest.mark.heavy
def test_an_answer_that_relaxes_names_the_rules_that_read_it_the_other_way(run: Run, tmp_path: Path) -> None:
    folder = changed(
        tmp_path,
        "limits.yaml",
        "when: falls_12m >= 2 or injurious_fall",
        "when: (falls_12m >= 2 and falls_12m <= 3) or injurious_fall",
        -1,
    )
    ran = run("rules", "prove", "L07", "--rules", folder)
    assert ran.code == 1
    out = " ".join(ran.out.split())
    assert re.search(r"who: .*falls_12m: [23]", out)
    assert re.search(r"then falls_12m: \d+", out)
    assert re.search(r"\((\w+)\) is `(\w+)`.*; afterwards .*\(\1\) is", out)
    assert re.search(r"rules that may count it so: .*rules/limits\.yaml:\d+:\d+", " ".join(ran.out.split()))


@pytest.mark.heavy
def test_an_answer_that_makes_a_look_less_urgent_is_shown(run: Run, tmp_path: Path) -> None:
    folder = changed(
        tmp_path,
        "back.yaml",
        "when: night_pain\n    refer:",
        "when: not night_pain\n    refer:",
    )
    ran = run("rules", "prove", "L19", "--rules", folder)
    out = " ".join(ran.out.split())

    assert ran.code == 1
    assert "the most urgent referral is `soon`; afterwards nobody is referred." in out
    assert "who: night_pain: no then night_pain: yes" in out
    assert "R86 (rules/back.yaml" in out


def test_a_law_about_nobody_is_not_proved() -> None:
    raw = {"laws": [{"id": "X", "says": "Nobody.", "when": "age < 30 and age > 40", "stops": "hold"}]}
    law = _law(raw)
    theorem = next(prove(SymbolicRulebook(book()), [law]))
    assert "about nobody" in theorem.failures[0].reason


@pytest.mark.heavy
def test_a_law_that_fails_does_not_make_the_next_one_true() -> None:
    wrong = _law({"laws": [{"id": "X", "says": "Wrong.", "when": "age > 40", "stops": "hold"}]})
    found = list(prove(SymbolicRulebook(book()), [wrong, LAWS["L60"], wrong]))
    assert [bool(theorem.failures) for theorem in found] == [True, False, True]


@pytest.mark.parametrize("law", ["L10", "L61", pytest.param("L08", marks=pytest.mark.heavy)])
def test_what_the_solver_does_not_know_is_not_proved(monkeypatch: pytest.MonkeyPatch, law: str) -> None:
    monkeypatch.setattr(z3.Solver, "check", lambda *_: z3.unknown)
    theorem = next(prove(SymbolicRulebook(book()), [LAWS[law]]))
    assert any("does not know" in failure.reason for failure in theorem.failures)


@pytest.mark.heavy
def test_the_one_rule_that_fires_for_nobody_is_named() -> None:
    never = book().rules["H14"]._replace(condition=parse_condition("age > 80 and age < 70", SYMBOLS))
    weaker = book()._replace(rules={**book().rules, "H14": never})
    theorem = next(prove(SymbolicRulebook(weaker), [LAWS["L60"]]))
    assert [failure.reason for failure in theorem.failures] == ["there is nobody for whom H14 fires."]


@pytest.mark.heavy
def test_what_nobody_says_in_a_hold_is_noticed(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(data_folder("rules"), folder)
    text = (folder / "referral.yaml").read_text(encoding="utf-8")
    start = text.index("    refer:", text.index("  - id: R22"))
    end = text.index("    because:", start)
    (folder / "referral.yaml").write_text(text[:start] + text[end:], encoding="utf-8")
    assert run("rules", "prove", "L46", "--rules", folder).code == 1


def test_scores_of_three_decimals_are_people_too() -> None:
    """A file may hold them, although one person may not answer so."""
    rule = book().rules["H14"]
    moved = rule._replace(condition=parse_condition("lowest_t <= -3.01 and t_use >= limits", SYMBOLS))
    weaker = book()._replace(rules={**book().rules, "H14": moved})
    law = _law(
        {
            "laws": [
                {
                    "id": "X",
                    "says": "One.",
                    "when": "lowest_t < -3.0",
                    "limits": {"avoid": ["knee_bend_deep"]},
                }
            ]
        }
    )
    found = next(prove(SymbolicRulebook(weaker), [law])).failures
    assert found
    assert next(prove(SymbolicRulebook(book()), [law])).failures == ()


def _law(raw: object) -> Law:
    from recommender.documents.yaml_json import Document

    return read_laws([Document("invariants.yaml", raw, {}, {})], book())[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("laws: []\n", "has no laws"),
        ("laws:\n  - {id: A, says: One., when: age > 50}\n", "exactly one claim"),
        ("laws:\n  - {id: A, says: One., stops: hold, starts: clear}\n", "exactly one claim"),
        ("laws:\n  - {id: A, says: One., when: agee > 50, stops: hold}\n", "`agee`"),
        ("laws:\n  - {id: A, says: One., stops: halt}\n", "`halt` is not a known clearance"),
        ("laws:\n  - {id: A, says: One., limits: {avoid: [bending]}}\n", "`bending` is not a known movement"),
        (
            "laws:\n  - {id: A, says: One., only_suggested: [press]}\n",
            "`press` is not a known exercise or level",
        ),
        ("laws:\n  - {id: A, says: One., suggested_for_each: [fun]}\n", "`fun` is not a known goal"),
        ("laws:\n  - {id: A, says: One., changes: better}\n", "`better` is not a known kind of change"),
        ("laws:\n  - {id: A, says: One., somebody: flies}\n", "`flies` is not a known possibility"),
        (
            "laws:\n  - {id: A, says: One., stops: hold, except: [{fields: [age], because: So.}]}\n",
            "only a law about `changes`",
        ),
        (
            "laws:\n  - {id: A, says: One., changes: worse, except: [{fields: [agee], because: So.}]}\n",
            "`agee` is not a known field",
        ),
        ("laws:\n  - {id: A, says: One., changes: worse, except: [{fields: [age]}]}\n", "lacks `because`"),
        (
            "laws:\n  - {id: A, says: One., stops: hold}\n  - {id: A, says: Two., stops: hold}\n",
            "written twice",
        ),
        ("law: []\n", "unknown key `law`"),
        ("laws:\n  - {id: A, says: One., when: [age > 50], stops: hold}\n", "this must be text"),
        ("laws:\n  - {id: A, says: One., limits: {}}\n", "nothing could ever break this law"),
        ("laws:\n  - {id: A, says: One., limits: {ok: [hip_hinge]}}\n", "nothing could ever break this law"),
        ("laws:\n  - {id: A, says: One., stops: clear}\n", "`clear` is not a known clearance that stops"),
        ("laws:\n  - {id: A, says: One., suggested_for_each: []}\n", "nothing could ever break this law"),
        (
            "laws:\n  - {id: A, says: One., at_most: {avoid: [hip_hinge]}}\n",
            "nothing could ever break this law",
        ),
        ("laws:\n  - {id: A, says: One., when: age > 50, somebody: each_rule_fires}\n", "is about everybody"),
    ],
)
def test_a_slip_in_a_law_is_told_at_its_place(run: Run, tmp_path: Path, text: str, told: str) -> None:
    folder = write(tmp_path, {"invariants.yaml": text})
    ran = run("rules", "prove", "--rules", folder)
    assert ran.code == 3
    assert told in ran.err
    assert "invariants.yaml" in ran.err


@pytest.mark.heavy
def test_a_check_counts_what_it_checked_and_says_what_it_left_out_without_a_solver(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)
    checked = run("rules", "check")
    assert checked.code == 0
    rules, movements, exercises = len(book().rules), len(book().movements), len(book().exercises)
    assert f"{rules} rules, {movements} movements, {exercises} exercises" in checked.out
    assert "Without the solver z3" in checked.out


def _clears(weaker: Rulebook, name: str, kind: str) -> bool:
    """Say whether the solver, too, finds nobody for whom a field does what reading says that it cannot do."""
    symbolic, field = SymbolicRulebook(weaker), weaker.vocabulary.fields[name]
    before = SymbolicPerson(symbolic)
    after = before.varied(name)
    old, new = before.variables.answers[name], after.variables.answers[name]
    solver = z3.Solver()
    solver.add(before.possible, after.possible)
    if kind == "worse":
        more = field.worse in ("higher", "yes", "last")
        solver.add(old.has_value, new.has_value, new.value > old.value if more else new.value < old.value)
        breaches = relaxations(weaker)
    else:
        solver.add(before.without(name), z3.Or(new.has_value, new.never))
        breaches = surprises(weaker)
    ways = []
    for breach in breaches:
        formulas = [before.formula(symbolic, outcome.bit(symbolic)) for outcome in breach.present]
        formulas += [z3.Not(before.formula(symbolic, outcome.bit(symbolic))) for outcome in breach.absent]
        formulas += [after.formula(symbolic, outcome.bit(symbolic)) for outcome in breach.present_after]
        ways.append(
            z3.And(
                formulas
                + [z3.Not(after.formula(symbolic, outcome.bit(symbolic))) for outcome in breach.absent_after]
            )
        )
    return bool(solver.check(z3.Or(ways)) == z3.unsat)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.heavy) for seed in range(1, 4))])
def test_what_reading_clears_the_solver_clears_too(seed: int) -> None:
    chance = random.Random(seed)
    weaker = chance.choice(
        [one for one in weakenings(book()) if one.kind in ("threshold moved", "unless becomes when not")]
    ).book
    polarity = Polarity(weaker)
    for _ in range(3):
        name = chance.choice(
            [field.id for field in weaker.vocabulary.fields.values() if field.worse != "neither"]
        )
        if not polarity.may_relax(name):
            assert _clears(weaker, name, "worse"), name
        if not polarity.reading_absence(name):
            assert _clears(weaker, name, "answered"), name


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(3))
def test_what_a_look_at_the_suspects_clears_is_clear_of_everything(seed: int) -> None:
    """Laws without exceptions fail for the very fields for which all breaches at once can be committed."""
    chance = random.Random(seed)
    weaker = chance.choice([one for one in weakenings(book()) if one.kind == "threshold moved"]).book
    for claim, kind, suspects in (
        (NeverRelaxes(()), "worse", Polarity(weaker).may_relax),
        (NeverSurprises(()), "answered", Polarity(weaker).reading_absence),
    ):
        theorem = next(prove(SymbolicRulebook(weaker), [LAWS["L07"]._replace(claim=claim)]))
        failing = {failure.field for failure in theorem.failures}
        directed = (field.id for field in weaker.vocabulary.fields.values() if field.worse != "neither")
        asked = [name for name in directed if suspects(name)]
        for name in chance.sample([name for name in asked if name not in failing], 8):
            assert _clears(weaker, name, kind), name


# ── What `rules check` sees ─────────────────────────────────────────────────────────────────────────────────

_MORE = """\
  - {{id: X1, title: More, when: {when}, {effect}, say: Fold at your hips., because: It harms.,
     certainty: low, source_status: verified, sources: [UK22],
     cases: {{fires: [{fires}], silent: [{silent}], cannot_rule_out: [{{sex: female}}]}}}}
"""


def _with_rule(tmp_path: Path, **parts: str) -> Path:
    return write(tmp_path, {"limits.yaml": SMALL["limits.yaml"] + _MORE.format(**parts)})


def test_the_small_rulebook_has_nothing_to_find(run: Run, tmp_path: Path) -> None:
    assert run("rules", "check", "--rules", write(tmp_path)).code == 0


FOUND = {
    "a rule that nobody can meet": (
        {
            "when": "age > 80 and age < 70",
            "effect": "limit: {modify: [hip_hinge]}",
            "fires": "{age: 75}",
            "silent": "{age: 60}",
        },
        "X1: there is nobody for whom this rule fires.",
    ),
    "an alternative that nobody can meet": (
        {
            "when": "age > 80 or (falls_12m >= 2 and falls_12m <= 1)",
            "effect": "limit: {avoid: [hip_hinge]}",
            "fires": "{age: 81}",
            "silent": "{age: 60, falls_12m: 0}",
        },
        "because of `falls_12m >= 2`",
    ),
}


@pytest.mark.parametrize(("parts", "told"), FOUND.values(), ids=FOUND)
def test_what_can_do_nothing_is_told_at_its_place(
    run: Run, tmp_path: Path, parts: dict[str, str], told: str
) -> None:
    ran = run("rules", "check", "--rules", _with_rule(tmp_path, **parts))
    assert ran.code == 1
    assert told in ran.err
    assert re.search(r"rules/limits\.yaml:\d+:\d+: X1", ran.err)


@pytest.mark.heavy
def test_a_copy_of_a_rule_is_told_as_such_and_can_be_kept_with_a_reason(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(data_folder("rules"), folder)
    laws = (folder / "invariants.yaml").read_text(encoding="utf-8")
    start = laws.index("  - rule: G19")
    end = laws.index("  - rule: G13")
    (folder / "invariants.yaml").write_text(laws[:start] + laws[end:], encoding="utf-8")
    ran = run("rules", "check", "--rules", folder)
    assert ran.code == 1
    assert "G19: whatever this rule does, other rules do whenever it fires." in ran.err
    (folder / "invariants.yaml").write_text(
        laws + "  - {rule: H01, what: [rule], because: So it is.}\n", encoding="utf-8"
    )
    ran = run("rules", "check", "--rules", folder)
    assert ran.code == 1
    assert "`rule` of H01 is kept with a reason, but there is nothing to keep any more." in ran.err


@pytest.mark.heavy
def test_an_effect_that_never_matters_and_a_gap_are_told(run: Run, tmp_path: Path) -> None:
    folder = changed(
        tmp_path,
        "limits.yaml",
        "      avoid: [contact_collision, balance_precarious]\n",
        "      avoid: [contact_collision, balance_precarious]\n      modify: [spinal_flexion_loaded]\n",
    )
    ran = run("rules", "check", "--rules", folder)
    assert "H09: `modify: spinal_flexion_loaded` never matters" in ran.err
    folder = changed(
        tmp_path / "b",
        "limits.yaml",
        "when: systolic_bp >= 160 or diastolic_bp >= 90",
        "when: (systolic_bp >= 160 and systolic_bp <= 170) or systolic_bp >= 172 or diastolic_bp >= 90",
    )
    assert "lies 171, of which neither is true" in run("rules", "check", "--rules", folder).err


def test_every_field_of_a_world_can_be_answered_never_where_the_vocabulary_says_so() -> None:
    present = SymbolicRulebook(book()).columns.present
    assert {name for name in present if name.endswith(NEVER)} == {
        f.id + NEVER for f in book().vocabulary.fields.values() if f.never
    }
