"""Details that people read in refusals and files; no other test once failed when they were wrong."""

from pathlib import Path

import polars as pl
import pytest

from recommender import assess_frame
from recommender.errors import ConditionError
from recommender.language.parsing import parse_condition
from tests.conftest import Run
from tests.people import book
from tests.test_broken_rulebooks import SMALL, write


@pytest.mark.parametrize(
    ("option", "accepted"),
    [
        ("--wrist-fracture-months", "0 to 1200 months or unknown, or never."),
        ("--age", "18 to 110 years (a whole number) or unknown."),
        ("--t-score", "-8 to 8 T-score or unknown."),
        ("--sex", "female, male, other or unknown."),
        ("--hip-fracture", "yes, no or unknown."),
    ],
)
def test_a_refused_answer_is_told_all_that_may_be_answered(run: Run, option: str, accepted: str) -> None:
    assert run("assess", option, "perhaps").err.strip().endswith(f"Accepted: {accepted}")


@pytest.mark.parametrize(
    ("option", "text", "hint"),
    [
        ("--t-score", "0.912", "look for the column T-score. Else write its sign, - or +."),
        ("--t-score", "39", "or unknown. Did you mean -3.9?"),
        ("--t-score", "-80", "or unknown. Did you mean -8?"),
        ("--t-score", "810", "or unknown."),
        ("--height-loss-cm", "39", "or unknown."),
    ],
)
def test_a_slip_of_the_pen_is_guessed_at_for_scores_only(run: Run, option: str, text: str, hint: str) -> None:
    assert run("assess", option, text).err.strip().endswith(hint)


def test_none_of_what_does_not_apply_is_harmless_and_some_of_it_contradicts(run: Run) -> None:
    no_steroids = ("assess", "--age", "60", "--glucocorticoid-mg", "0")

    assert run(*no_steroids, "--glucocorticoid-months", "0").code == 0
    assert run("assess", "--age", "60", "--falls-12m", "0", "--injurious-fall", "no").code == 0
    assert "this contradicts glucocorticoid_mg" in run(*no_steroids, "--glucocorticoid-months", "1").err
    fresh = run("assess", "--age", "60", "--vertebral-fractures", "0", "--vertebral-fracture-months", "0")
    assert "this contradicts vertebral_fractures" in fresh.err


def test_a_name_that_no_field_has_is_told_what_it_could_be(run: Run) -> None:
    ran = run("assess", "--profile", "-", stdin=b"t_scor: -2\nlowest_t: -2\nxyzzy: 1\n")

    assert [line.rpartition(" is not a field that can be given. ")[2] for line in ran.errors] == [
        "Did you mean `t_score`?",
        "It is computed from t_score, t_lumbar_spine, t_total_hip, t_femoral_neck, t_radius33; give those.",
        "`recommender fields` lists what can be given.",
    ]


@pytest.mark.parametrize("entry", ["  - title: Wait for a picture", "  - S02\n  - title: Wait for a picture"])
def test_a_rule_without_an_id_is_refused_at_its_place(run: Run, tmp_path: Path, entry: str) -> None:
    nameless = SMALL["limits.yaml"].replace("  - id: S01\n    title: Wait for a picture", entry)
    ran = run("rules", "check", "--rules", write(tmp_path, {"limits.yaml": nameless}))

    assert ran.errors[0].endswith("this must be an entry with an `id` and more `key: value` lines.")
    assert ran.errors[0].startswith("rules/limits.yaml:")


SIGN = ("rules", "sign", "--by", "Ana Ruiz", "--role", "physiotherapist")


def test_a_file_of_signatures_is_added_to_however_its_last_line_ends(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path)
    assert run(*SIGN, "H01", "--rules", folder).code == 0
    file = folder / "signed.yaml"
    file.write_text(file.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")

    assert run(*SIGN, "S01", "--rules", folder).code == 0
    text = file.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert "\n\n" not in text
    assert "Error" not in run("rules", "check", "--rules", folder).err


@pytest.mark.parametrize("text", ["signed: Ana Ruiz\n", "- H01\n", "signed: []\nrules: []\n"])
def test_a_file_that_holds_no_signatures_is_left_as_it_is(run: Run, tmp_path: Path, text: str) -> None:
    folder = write(tmp_path)
    file = folder / "signed.yaml"
    file.write_text(text, encoding="utf-8")

    assert run(*SIGN, "H01", "--rules", folder).code == 3
    assert file.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("when", ["age >= 18", "age > 110", "sex in (female, male, other)"])
def test_a_comparison_that_is_the_same_for_everybody_is_refused(run: Run, tmp_path: Path, when: str) -> None:
    limits = SMALL["limits.yaml"].replace("when: lowest_t <= -2.5 or fragility_fracture", f"when: {when}")
    ran = run("rules", "check", "--rules", write(tmp_path, {"limits.yaml": limits}))

    assert ran.code == 3
    assert "is the same for everybody" in ran.err


@pytest.mark.parametrize(
    ("answers", "accepted"),
    [
        ({"hip_fracture": "no", "hip_fracture_months": "0"}, False),
        ({"vertebral_fractures": "0", "vertebral_fracture_months": "6"}, False),
        ({"glucocorticoid_mg": "0", "glucocorticoid_months": "0"}, True),
        ({"glucocorticoid_mg": "0", "glucocorticoid_months": "6"}, False),
        ({"falls_12m": "0", "injurious_fall": "no"}, True),
        ({"falls_12m": "0", "injurious_fall": "yes"}, False),
    ],
)
def test_a_table_and_one_person_agree_on_what_contradicts(
    run: Run, answers: dict[str, str], accepted: bool
) -> None:
    """Zero months since a fracture is an answer; zero months of steroids is none."""
    options = [word for name, text in answers.items() for word in (f"--{name.replace('_', '-')}", text)]
    rejected = assess_frame(pl.DataFrame({"age": ["60"], **{name: [text] for name, text in answers.items()}}))

    assert (run("assess", "--age", "60", *options).code == 0) is accepted
    assert (rejected["rejected"][0] is None) is accepted


def test_a_yes_or_no_that_is_computed_is_no_number() -> None:
    with pytest.raises(ConditionError, match="`fragility_fracture` is not a number"):
        parse_condition("fragility_fracture + falls_12m >= 2", book().vocabulary.symbols)


def test_what_is_certainly_wrong_is_told_without_what_is_only_doubted(run: Run) -> None:
    ran = run("assess", "--t-score", "2.5", "--age", "15")

    assert [error.partition(":")[0] for error in ran.errors] == ["--age"]


def test_an_answer_that_nobody_gave_is_not_named_as_a_contradiction(run: Run) -> None:
    """Being pregnant rests on sex, the menopause and age; of this man the last is not known."""
    words = run("assess", "--sex", "male", "--pregnant", "yes").err.partition(": it applies only if")[0]

    assert "this contradicts sex" in words
    assert "age" not in words


@pytest.mark.parametrize(
    ("grade", "accepted"),
    [("1", True), ('"18"', True), ("0", False), ("19", False), ("8.5", False), ("eight", False)],
)
def test_words_are_held_to_a_grade_from_1_to_18(run: Run, tmp_path: Path, grade: str, accepted: bool) -> None:
    name = next(name for name, text in SMALL.items() if "plain_words:" in text)
    ran = run(
        "rules",
        "list",
        "--rules",
        write(tmp_path, {name: SMALL[name].replace("grade: 8", f"grade: {grade}")}),
    )

    assert ran.code == (0 if accepted else 3)
    assert accepted or f"rules/{name}:" in ran.err
    assert accepted or f"`{grade}` is not a grade." in ran.err


def test_a_rule_that_may_stay_open_needs_a_case_of_that_whatever_else_it_asks(
    run: Run, tmp_path: Path
) -> None:
    limits = SMALL["limits.yaml"].replace("when: lowest_t", "when: known(age) or lowest_t")
    limits = limits.replace("      cannot_rule_out: [{age: 60}]\n", "", 1)
    ran = run("rules", "check", "--rules", write(tmp_path, {"limits.yaml": limits}))

    assert ran.code == 3
    assert "`H01` has no case where it cannot be ruled out." in ran.err
