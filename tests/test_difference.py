"""`rules diff`: what a change of the rules does to every possible person, and to the people of a file."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from recommender.person.decision import assess
from recommender.person.engines import ReferenceEngine
from recommender.proof.difference import Difference, Direction, Witness, differences
from recommender.rulebook import Rulebook, load_rulebook
from recommender.rulebook.files import data_folder
from recommender.rulebook.loading import load_worded_documents
from recommender.vocabulary.profile import read_profile
from tests.conftest import Run
from tests.people import book
from tests.test_broken_rulebooks import SMALL, write
from tests.weakening import weakenings

SHIPPED = data_folder("rules")


def copy(tmp_path: Path, *changes: tuple[str, str, str]) -> Path:
    """Copy the shipped rules with changes: file, old text, new text."""
    folder = tmp_path / "rules"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("changelog.yaml"))
    for file, old, new in changes:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, old
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def with_fields(tmp_path: Path, old: str, new: str) -> Path:
    """Copy the shipped rules with the vocabulary beside them, and one change in that."""
    folder = tmp_path / "changed"
    shutil.copytree(SHIPPED, folder / "rules")
    shutil.copytree(SHIPPED.parent / "profiles", folder / "profiles")
    fields = folder / "profiles" / "fields.yaml"
    text = fields.read_text(encoding="utf-8")
    assert old in text, old
    fields.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder / "rules"


def by_default(cases: Mapping[str, tuple[object, ...]], *names: str) -> list[object]:
    """Return cases for a test: those with these names for every run, the others for the longer one."""
    return [
        pytest.param(*case, id=name, marks=[] if name in names else [pytest.mark.heavy])
        for name, case in cases.items()
    ]


def test_texts_are_compared_without_cases_and_without_what_is_said_about_a_rulebook(tmp_path: Path) -> None:
    apart = dict.fromkeys(("cases/a.yaml", "signed.yaml", "changelog.yaml", "safety/a.yaml"), "a: b\n")
    documents = load_worded_documents(write(tmp_path, apart))

    assert {document.name for document in documents} == {
        "profiles/fields.yaml",
        *(f"rules/{file}" for file in SMALL),
    }


LAXER = (
    "limits.yaml",
    "when: systolic_bp >= 160 or diastolic_bp >= 90",
    "when: systolic_bp >= 165 or diastolic_bp >= 90",
)
STRICTER = (
    "limits.yaml",
    "when: systolic_bp >= 160 or diastolic_bp >= 90",
    "when: systolic_bp >= 155 or diastolic_bp >= 90",
)
BOTH = (
    "limits.yaml",
    "when: systolic_bp >= 160 or diastolic_bp >= 90",
    "when: systolic_bp >= 165 or diastolic_bp >= 85",
)
WORDS = ("limits.yaml", "title: ", "title: Now ")


@pytest.mark.heavy
def test_a_rulebook_differs_in_nothing_from_itself(run: Run) -> None:
    ran = run("rules", "diff", SHIPPED, SHIPPED)
    assert ran.code == 0
    assert "Equivalent for every possible person" in ran.out
    assert all(one.direction is Direction.EQUIVALENT for one in differences(book(), book()))


@pytest.mark.heavy
def test_other_words_are_equivalent(run: Run, tmp_path: Path) -> None:
    ran = run("rules", "diff", SHIPPED, copy(tmp_path, WORDS))
    assert "Equivalent for every possible person" in ran.out
    assert (ran.code, "--allow-laxer" in ran.err) == (1, False)  # somebody has to read them


@pytest.mark.heavy
def test_a_stricter_rulebook_passes(run: Run, tmp_path: Path) -> None:
    ran = run("rules", "diff", SHIPPED, copy(tmp_path, STRICTER))
    assert ran.code == 0
    assert "STRICTER" in ran.out
    assert "LAXER" not in ran.out
    assert re.search(
        r"ok, .* becomes modify.*, for example for: .*systolic_bp: 15[5-9]", " ".join(ran.out.split())
    )


@pytest.mark.heavy
def test_a_laxer_rulebook_needs_a_reason_that_is_kept(run: Run, tmp_path: Path) -> None:
    folder = copy(tmp_path, LAXER)
    ran = run("rules", "diff", SHIPPED, folder)
    assert ran.code == 1
    assert "LAXER" in ran.out
    assert "--allow-laxer REASON" in ran.err
    assert not (folder / "changelog.yaml").exists()

    sha256 = load_rulebook(folder).sha256
    ran = run("rules", "diff", SHIPPED, folder, "--allow-laxer", 'A "new" guideline: 165')
    assert ran.code == 0
    kept = (folder / "changelog.yaml").read_text(encoding="utf-8")
    assert sha256 in kept
    assert load_rulebook(folder).sha256 == sha256  # the reason is about the rulebook, and no part of it

    ran = run("rules", "diff", SHIPPED, folder)
    assert ran.code == 0
    assert 'A "new" guideline: 165' in ran.out


@pytest.mark.heavy
def test_each_change_needs_a_reason_of_its_own_that_says_something(run: Run, tmp_path: Path) -> None:
    folder = copy(tmp_path, LAXER)
    assert run("rules", "diff", SHIPPED, folder, "--allow-laxer", "  ").code == 3
    assert not (folder / "changelog.yaml").exists()
    assert run("rules", "diff", SHIPPED, folder, "--allow-laxer", "A new guideline").code == 0
    text = (folder / "limits.yaml").read_text(encoding="utf-8")
    (folder / "limits.yaml").write_text(
        text.replace("systolic_bp >= 165", "systolic_bp >= 166", 1), encoding="utf-8"
    )
    assert run("rules", "diff", SHIPPED, folder).code == 1
    assert run("rules", "diff", SHIPPED, folder, "--allow-laxer", "Again").code == 0
    assert (folder / "changelog.yaml").read_text(encoding="utf-8").count("because:") == 2


@pytest.mark.heavy
def test_a_broken_changelog_is_told_and_not_written_over(run: Run, tmp_path: Path) -> None:
    folder = copy(tmp_path, LAXER)
    (folder / "changelog.yaml").write_text("changes:\n  - {date: today}\n", encoding="utf-8")
    ran = run("rules", "diff", SHIPPED, folder, "--allow-laxer", "So")
    assert ran.code == 3
    assert "changelog.yaml" in ran.err
    assert (folder / "changelog.yaml").read_text(encoding="utf-8") == "changes:\n  - {date: today}\n"


@pytest.mark.heavy
def test_stricter_for_some_and_laxer_for_others_is_not_let_pass(run: Run, tmp_path: Path) -> None:
    ran = run("rules", "diff", SHIPPED, copy(tmp_path, BOTH))
    assert ran.code == 1
    assert "STRICTER FOR SOME AND LAXER FOR OTHERS" in ran.out


@pytest.mark.heavy
def test_a_level_that_is_new_is_laxer_and_one_that_is_gone_is_stricter(run: Run, tmp_path: Path) -> None:
    renamed = copy(tmp_path)
    for file in renamed.rglob("*.yaml"):
        content = file.read_text(encoding="utf-8")
        file.write_text(
            content.replace(" walking_brisk", " walking_fast").replace("[walking_brisk", "[walking_fast"),
            encoding="utf-8",
        )
    ran = run("rules", "diff", SHIPPED, renamed)
    assert ran.code == 1
    out = " ".join(ran.out.split())
    assert (
        "LAXER: 1 - level walking_fast not suggested becomes suggested, for example for: nothing told" in out
    )
    assert "STRICTER: 1 - level walking_brisk" in out


@pytest.mark.heavy
def test_a_movement_that_nobody_limits_any_more_is_laxer(run: Run, tmp_path: Path) -> None:
    renamed = copy(tmp_path)
    for file in renamed.rglob("*.yaml"):
        if file.name != "limits.yaml":
            file.write_text(
                re.sub(r"\bfoot_planted_twist\b", "foot_twist", file.read_text(encoding="utf-8")),
                encoding="utf-8",
            )
    limits = (renamed / "limits.yaml").read_text(encoding="utf-8")
    (renamed / "limits.yaml").write_text(
        limits.replace("foot_planted_twist", "foot_twist", 1).replace("        - foot_planted_twist\n", ""),
        "utf-8",
    )
    text = (renamed / "limits.yaml").read_text(encoding="utf-8")
    (renamed / "limits.yaml").write_text(
        re.sub(r", foot_planted_twist|foot_planted_twist, ", "", text), encoding="utf-8"
    )
    ran = run("rules", "diff", SHIPPED, renamed)
    assert ran.code == 1
    assert "movement foot_planted_twist" in ran.out


HIDDEN = {
    "a referral is taken away": (
        "referral.yaml",
        re.compile(r"(  - id: R22\n(?:.*\n)*?)    refer:\n(?:      .*\n)+"),
        r"\1",
        "referral R22",
    ),
    "a question is no longer asked": (
        "referral.yaml",
        "when: (chest_pain or",
        "when: ((known(chest_pain) and chest_pain) or",
        "clearance",
    ),
    "a scale gets a level": (
        "rulebook.yaml",
        "bone_density: [unclassified, normal, within_expected,",
        "bone_density: [unclassified, usual, normal, within_expected,",
        "bone_density",
    ),
    "a law is gone": ("invariants.yaml", re.compile(r"  - id: L10\n(?:    .*\n)+"), "", "law L10"),
    "a law claims less": ("invariants.yaml", "when: age < 60", "when: age < 100", "law L07"),
    "a law claims another kind of change": (
        "invariants.yaml",
        "\n    changes: worse",
        "\n    changes: answered",
        "law L07",
    ),
    "an exception is wider": (
        "invariants.yaml",
        "[log_roll, diaphragm_breathing]",
        "[log_roll, diaphragm_breathing, walking]",
        "law L04",
    ),
}


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    by_default(HIDDEN, "a referral is taken away", "a law is gone", "a law claims another kind of change"),
)
def test_what_is_easily_overlooked_needs_a_reason_too(
    run: Run, tmp_path: Path, file: str, old: str | re.Pattern[str], new: str, told: str
) -> None:
    folder = copy(tmp_path)
    text = (folder / file).read_text(encoding="utf-8")
    changed = text.replace(old, new, 1) if isinstance(old, str) else old.sub(new, text, count=1)
    if file == "rulebook.yaml":
        changed = changed.replace(
            "    normal: in the normal range\n", "    usual: as usual\n    normal: in the normal range\n", 1
        )
        screen = (folder / "first_screen.yaml").read_text(encoding="utf-8")
        means = screen.replace("    normal: ", "    usual: As usual.\n    normal: ", 1)
        (folder / "first_screen.yaml").write_text(means, encoding="utf-8")
    assert changed != text
    (folder / file).write_text(changed, encoding="utf-8")
    ran = run("rules", "diff", SHIPPED, folder)
    assert ran.code == 1, ran.err
    assert told in ran.out


@pytest.mark.heavy
def test_a_measure_that_is_computed_otherwise_shows_in_what_is_decided(run: Run, tmp_path: Path) -> None:
    new = with_fields(tmp_path, 'is: "height_loss_cm >= 4 or', 'is: "height_loss_cm >= 29 or')
    ran = run("rules", "diff", SHIPPED, new)
    assert ran.code == 1
    assert "height_loss_cm" in ran.out


VOCABULARY = {
    "a field accepts less": ("range: [18, 110]", "range: [18, 100]", ["field age before: 18 to 110 years"]),
    "other answers contradict each other": (
        "when: systolic_bp - diastolic_bp <= 0",
        "when: systolic_bp - diastolic_bp <= 20",
        [
            "contradiction systolic_bp - diastolic_bp <= 0 before: The top pressure (systolic_bp) must be "
            "higher than the bottom one (diastolic_bp). now: it is gone",
            "contradiction systolic_bp - diastolic_bp <= 20 before: not there now: The top pressure",
        ],
    ),
}


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("old", "new", "told"), by_default(VOCABULARY, "other answers contradict each other")
)
def test_another_vocabulary_beside_the_rules_needs_a_reason(
    run: Run, tmp_path: Path, old: str, new: str, told: list[str]
) -> None:
    ran = run("rules", "diff", SHIPPED, with_fields(tmp_path, old, new))
    assert ran.code == 1
    out = " ".join(ran.out.split())
    assert [words for words in told if words not in out] == []


@pytest.mark.heavy
def test_words_that_keep_people_safe_are_named_when_they_change(run: Run, tmp_path: Path) -> None:
    folder = copy(tmp_path, ("session.yaml", "Keep breathing.", "Keep on."))
    ran = run("rules", "diff", SHIPPED, folder)
    assert ran.code == 1
    assert "Equivalent for every possible person" in ran.out
    assert "Keep breathing." in ran.out
    assert "Keep on." in ran.out
    assert "--words-read-by NAME" in ran.err

    ran = run("rules", "diff", SHIPPED, folder, "--words-read-by", "A. Author", "--role", "author")
    assert ran.code == 0
    assert "reviewed" not in (folder / "changelog.yaml").read_text(encoding="utf-8")
    ran = run("rules", "diff", SHIPPED, folder)
    assert (ran.code, ran.err) == (0, "")
    assert "read by A. Author, author." in ran.out


@pytest.mark.heavy
def test_a_reader_of_words_is_no_reason_for_what_became_laxer(run: Run, tmp_path: Path) -> None:
    folder = copy(tmp_path, LAXER)
    ran = run("rules", "diff", SHIPPED, folder, "--words-read-by", "A. Author", "--role", "author")
    assert ran.code == 1
    assert "--allow-laxer REASON" in ran.err


@pytest.mark.heavy
def test_a_reader_has_a_name_and_a_role(run: Run, tmp_path: Path) -> None:
    folder = copy(tmp_path, ("session.yaml", "Keep breathing.", "Keep on."))
    assert run("rules", "diff", SHIPPED, folder, "--words-read-by", "A. Author").code == 2
    assert run("rules", "diff", SHIPPED, folder, "--words-read-by", "A. Author", "--role", " ").code == 3
    assert not (folder / "changelog.yaml").exists()


def _differs(old: Rulebook, new: Rulebook, one: Difference, witness: Witness, laxer: bool) -> None:
    """Hold a witness against the reference."""
    profile = read_profile(old.vocabulary, witness.answers, {})
    then, now = (assess(rules, ReferenceEngine(rules.strata), profile) for rules in (old, new))
    if one.kind == "movement":
        verdicts = [
            next(m.verdict for m in found.movements if m.movement.id == one.name) for found in (then, now)
        ]
        assert verdicts == [said.split(",")[0] for said in (witness.old, witness.new)]
        order = ["ok", "modify", "supervised", "avoid"]
        assert verdicts[0] == verdicts[1] or (order.index(verdicts[1]) < order.index(verdicts[0])) is laxer
    if one.kind == "level":
        shown = [
            any(form.level.id == one.name for offer in found.offers for form in offer.permitted)
            for found in (then, now)
        ]
        assert shown == [not laxer, laxer]


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("change", "laxer"), by_default({"laxer": (LAXER, True), "stricter": (STRICTER, False)}, "laxer")
)
def test_whoever_is_shown_is_truly_told_something_else(
    tmp_path: Path, change: tuple[str, str, str], laxer: bool
) -> None:
    new = load_rulebook(copy(tmp_path, change))
    seen = 0
    for one in differences(book(), new):
        for witness, is_laxer in ((one.laxer, True), (one.stricter, False)):
            if witness:
                _differs(book(), new, one, witness, is_laxer)
                assert is_laxer is laxer
                seen += 1
    assert seen > 3


@pytest.mark.heavy
def test_a_dropped_limit_is_laxer_for_that_movement_alone_and_what_contains_it() -> None:
    weaker = next(one for one in weakenings(book()) if one.what == "H32: spinal_extension_end_range")
    found = {
        (one.kind, one.name): one
        for one in differences(book(), weaker.book)
        if one.direction is not Direction.EQUIVALENT
    }
    assert {kind for kind, _ in found} <= {"movement", "level"}
    assert [name for kind, name in found if kind == "movement"] == ["spinal_extension_end_range"]
    assert all(one.laxer and not one.stricter for one in found.values())


# ── The people of a file ────────────────────────────────────────────────────────────────────────────────────

COHORT = (
    "id,age,systolic_bp,t_lumbar_spine\n"
    "a,60,162,-1.5\nb,61,163,-2.6\nc,62,170,-2.0\nd,63,120,-2.0\ne,64,900,-2.0\n"
)


@pytest.mark.heavy
def test_a_change_is_counted_over_a_cohort(run: Run, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(COHORT, encoding="utf-8")
    ran = run("rules", "diff", SHIPPED, copy(tmp_path, LAXER), "--cohort", people)
    assert ran.code == 1
    out = " ".join(ran.out.split())
    assert "The answer changes for 2 of 4 people (50.0 %)." in out
    assert "Rows left out because they cannot be answered: 1 under the old rules, 1 under the new." in out
    assert "spinal_extension_head_back: avoid becomes" in ran.out


@pytest.mark.heavy
def test_a_change_that_touches_nobody_in_a_cohort_says_so(run: Run, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("id,age,systolic_bp\nd,63,120\n", encoding="utf-8")
    ran = run("rules", "diff", SHIPPED, copy(tmp_path, LAXER), "--cohort", people)
    assert "Nobody: of 1 people who can be answered, the answer changes for none." in " ".join(
        ran.out.split()
    )
    assert "Rows left out" not in ran.out


@pytest.mark.heavy
def test_rows_that_one_rulebook_refuses_are_told_and_not_compared(run: Run, tmp_path: Path) -> None:
    old = with_fields(tmp_path, "systolic_bp - diastolic_bp <= 0", "systolic_bp - diastolic_bp <= 20")
    people = tmp_path / "people.csv"
    people.write_text(
        "id,age,systolic_bp,diastolic_bp\na,61,90,80\nb,64,120,80\nc,64,130,80,9\n", encoding="utf-8"
    )
    out = " ".join(run("rules", "diff", old, SHIPPED, "--cohort", people).out.split())
    assert "Rows left out because they cannot be answered: 2 under the old rules, 1 under the new." in out
    assert "Nobody: of 1 people who can be answered" in out


def test_a_cohort_that_must_be_asked_about_is_asked_about(run: Run, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("id,age,fracture\nd,63,yes\n", encoding="utf-8")
    ran = run("rules", "diff", SHIPPED, copy(tmp_path, LAXER), "--cohort", people)
    assert ran.code == 3
    assert "column `fracture`" in ran.err


def test_a_folder_without_rules_is_refused(run: Run, tmp_path: Path) -> None:
    ran = run("rules", "diff", SHIPPED, tmp_path)
    assert ran.code == 3
    assert "there is no rulebook here" in ran.err


@pytest.mark.heavy
def test_a_rulebook_of_an_earlier_version_is_compared_although_it_lacks_what_came_later(
    run: Run, tmp_path: Path
) -> None:
    """Phrases, limits of reports, spellings and units came later than the first rulebooks."""
    old = with_fields(tmp_path, "# The vocabulary", "# The first vocabulary")
    shutil.rmtree(old / "phrases")
    fields = old.parent / "profiles" / "fields.yaml"
    text = fields.read_text(encoding="utf-8")
    for gone in ("spellings", "units"):
        text = re.sub(rf"^{gone}:.*\n(?:[ #].*\n)*", "", text, flags=re.MULTILINE)
    fields.write_text(text, encoding="utf-8")

    compared = run("rules", "diff", old, SHIPPED)

    assert "--allow-laxer" not in compared.err
    assert "Equivalent for every possible person" in " ".join(compared.out.split())
