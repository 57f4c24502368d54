"""Whole people and the evidence's table: wrong expectations are reported, broken files refused."""

from pathlib import Path

import pytest

from recommender.authoring.cases.catalogue import read_catalogue, run_catalogue
from recommender.authoring.cases.people import read_people, run_person
from recommender.authoring.cases.runner import CaseRunner
from recommender.documents.yaml_json import read_yaml
from recommender.rulebook import load_rulebook
from tests.conftest import Run
from tests.people import book
from tests.test_broken_rulebooks import SMALL, write

PERSON = """\
cases:
  - name: A low score spares the spine
    who: {t_score: -2.5}
    clearance: clear
    offered: [hinge]
    withheld: [deadlift]
    asked: []
    said: ["Bend at your hips"]
"""
TABLE = """\
everybody: {t_score: -1.0, vertebral_fractures: 0, hip_fracture: no, other_fractures: 0, spine_imaged: yes}
columns:
  good: {}
  low: {t_score: -2.6}
tags:
  broken: {vertebral_fractures: 1, spine_imaged: no}
closed_to_all: {}
exercises:
  deadlift: {tiers: [ok, avoid], closed_for: [broken]}
  hinge: {tiers: [ok, modify]}
movements:
  bend_loaded: {tiers: [ok, avoid]}
beyond:
  broken: {exercises: [hinge], because: A broken bone asks for care with every fold.}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path)


def told(run: Run, folder: Path, **files: str) -> str:
    """Return what `rules test` says of a small rulebook with these case files."""
    (folder / "cases").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "cases" / f"{name}.yaml").write_text(text, encoding="utf-8")
    ran = run("rules", "test", "--rules", folder)
    return f"{ran.code}\n{ran.out}\n{ran.err}"


def test_people_and_a_table_that_agree_with_the_rules_pass(run: Run, folder: Path) -> None:
    found = told(run, folder, people=PERSON, table=TABLE)

    assert found.startswith("0\n")
    assert "whole people: 1" in found
    assert "cells of the evidence's table: 7" in found


WRONG = {
    "clearance: clear": ("clearance: hold", "the clearance is clear, and should be hold."),
    "offered: [hinge]": ("offered: [deadlift]", "deadlift is not offered."),
    "withheld: [deadlift]": ("withheld: [hinge_chair]", "hinge_chair is offered."),
    "asked: []": ("asked: [weight_loss]", "weight_loss is not asked."),
    'said: ["Bend at your hips"]': ('said: ["Run a marathon"]', "nobody says “Run a marathon”."),
    'said: ["Bend at your  hips"]': (
        "not_said: [Bend at your hips]\n    said: []",
        "the person reads “Bend at your hips”.",
    ),
}


@pytest.mark.parametrize(("old", "new"), WRONG.items(), ids=[new for new, _ in WRONG.values()])
def test_a_wrong_expectation_is_told_in_a_sentence_with_its_place(
    run: Run, folder: Path, old: str, new: tuple[str, str]
) -> None:
    found = told(run, folder, people=PERSON.replace(" ".join(old.split()), new[0]))

    assert found.startswith("1\n")
    assert "rules/cases/people.yaml:2:5: A low score spares the spine: " in found
    assert new[1] in found


def test_answers_that_must_be_refused_are(run: Run, folder: Path) -> None:
    case = "cases:\n  - {name: A lost point, who: {t_score: -26}, refused: T-score}\n"

    assert told(run, folder, people=case).startswith("0\n")
    assert "are accepted, and should be refused" in told(run, folder, people=case.replace("-26", "-2.6"))


BROKEN = {
    "an unknown exercise": (PERSON.replace("[hinge]", "[hinje]"), "`hinje`"),
    "an unknown field": (
        PERSON.replace("asked: []", "asked: [vertebral_fracture]"),
        "Did you mean `vertebral_fractures`?",
    ),
    "a key that is missing": (PERSON.replace('    said: ["Bend at your hips"]\n', ""), "lacks `said`"),
    "a key that nobody knows": (PERSON + "    sad: []\n", "unknown key `sad`"),
    "a name given twice": (PERSON + PERSON.removeprefix("cases:\n"), "is written twice"),
    "a list where a person is meant": (
        PERSON.replace("{t_score: -2.5}", "[t_score]"),
        "must be a list of `key: value` lines",
    ),
    "cases that are no list": ("cases: none\n", "this must be a list"),
    "a file that is a list": ("- cases\n", "this file holds neither `cases` nor a table"),
    "a file of something else": ("people: []\n", "this file holds neither `cases` nor a table"),
    "a word too many beside the cases": (PERSON + "people: []\n", "unknown key `people`"),
    "an unknown person of the table": (
        TABLE.replace("closed_for: [broken]", "closed_for: [brocken]"),
        "`brocken`",
    ),
    "too few verdicts": (
        TABLE.replace("{tiers: [ok, modify]}", "{tiers: [ok]}"),
        "this needs 2 verdicts: good, low.",
    ),
    "an unknown verdict": (TABLE.replace("[ok, modify]", "[ok, perhaps]"), "`perhaps`"),
    "a tag that is a column": (TABLE.replace("  broken: {", "  low: {"), "`low` is a column too."),
    "a tag given twice": (
        TABLE.replace("closed_for: [broken]", "closed_for: [broken], changed_for: [broken]"),
        "`broken` is given twice",
    ),
    "a column among the tags": (
        TABLE.replace("closed_for: [broken]", "closed_for: [low]"),
        "not a known tag of the table",
    ),
    "a list where tags are closed to all": (
        TABLE.replace("closed_to_all: {}", "closed_to_all: [broken]"),
        "this must be a list of `key: value` lines",
    ),
    "an unknown tag closed to all": (
        TABLE.replace("closed_to_all: {}", "closed_to_all: {brocken: []}"),
        "`brocken`",
    ),
    "an unknown exercise that stays": (
        TABLE.replace("closed_to_all: {}", "closed_to_all: {broken: [hinje]}"),
        "`hinje`",
    ),
    "two verdicts on one movement": (
        PERSON + "    limits: {ok: [hip_hinge], avoid: [hip_hinge]}\n",
        "`hip_hinge` is given two verdicts.",
    ),
    "an unknown row": (TABLE.replace("  hinge:", "  hinges:"), "`hinges`"),
}


@pytest.mark.parametrize(("text", "expected"), BROKEN.values(), ids=BROKEN)
def test_a_broken_case_file_is_refused_in_a_clear_sentence(
    run: Run, folder: Path, text: str, expected: str
) -> None:
    found = told(run, folder, people=text)

    assert found.startswith("3\n")
    assert expected in found
    assert "rules/cases/people.yaml:" in found


def test_a_person_who_cannot_exist_is_told_with_the_case(run: Run, folder: Path) -> None:
    found = told(
        run, folder, people=PERSON.replace("{t_score: -2.5}", "{t_score: -2.5, sex: male, menopause: post}")
    )

    assert found.startswith("1\n")
    assert "the answers are refused: " in found


LAXER = TABLE.replace("hinge: {tiers: [ok, modify]}", "hinge: {tiers: [ok, avoid]}")
REASON = (
    "hinge:\n    tiers: [ok, {wanted}]\n"
    "    {kind}:\n      - {{for: [low], here: {here}, because: It is gentle.}}"
)


def reasoned(wanted: str, kind: str, here: str) -> str:
    return TABLE.replace("hinge: {tiers: [ok, modify]}", REASON.format(wanted=wanted, kind=kind, here=here))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LAXER, "the evidence says avoid, the rules modify: laxer, and nobody says why."),
        (
            TABLE.replace("[ok, modify]", "[ok, ok]"),
            "the evidence says ok, the rules modify: stricter, and nobody says why.",
        ),
        (
            reasoned("avoid", "stricter", "modify"),
            "the reason given is for modify, and the rules say modify (laxer).",
        ),
        (reasoned("avoid", "laxer", "ok"), "the reason given is for ok, and the rules say modify (laxer)."),
        (
            reasoned("modify", "laxer", "modify"),
            "a difference is explained, but there is none: both say modify.",
        ),
        (
            TABLE.replace(
                "deadlift: {tiers: [ok, avoid], closed_for: [broken]}", "hinge_chair: {tiers: [ok, modify]}"
            ),
            "nothing of deadlift",
        ),
        (
            TABLE.replace("{tiers: [ok, modify]}", "{tiers: [ok, modify], closed_for: [broken]}"),
            "hinge for broken: the evidence says avoid",
        ),
        (
            TABLE.replace("[hinge], because", "[], because"),
            "broken changes what the evidence does not name, and nobody says why: hinge.",
        ),
        (
            TABLE.replace("[hinge], because", "[hinge, deadlift], because"),
            "broken no longer changes: deadlift.",
        ),
    ],
)
def test_no_difference_from_the_table_slips_through(run: Run, folder: Path, text: str, expected: str) -> None:
    found = told(run, folder, table=text)

    assert found.startswith("1\n")
    assert expected in found


def test_a_second_table_is_refused(run: Run, folder: Path) -> None:
    assert "there is a table in rules/cases/a.yaml already" in told(run, folder, a=TABLE, b=TABLE)


def test_a_folder_with_nothing_but_cases_is_no_rulebook(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "people.yaml").write_text(PERSON, encoding="utf-8")

    ran = run("rules", "check", "--rules", tmp_path)
    assert ran.code == 3
    assert "there is no rulebook here" in ran.err


def test_a_difference_with_its_reason_passes(run: Run, folder: Path) -> None:
    assert told(run, folder, table=reasoned("avoid", "laxer", "modify")).startswith("0\n")
    assert told(run, folder, table=reasoned("ok", "stricter", "modify")).startswith("0\n")


def test_what_nobody_reaches_is_named(run: Run, tmp_path: Path) -> None:
    """The alternative that nobody in the cases has shows by name, and fails."""
    folder = write(tmp_path, {"limits.yaml": SMALL["limits.yaml"].replace(", {hip_fracture: yes}", "")})
    found = told(run, folder)

    assert found.startswith("1\n")
    assert "not reached: H01: hip_fracture" in found


def test_cases_are_part_of_the_hash_and_not_of_the_answer(folder: Path) -> None:
    before = load_rulebook(folder)
    (folder / "cases").mkdir()
    (folder / "cases" / "people.yaml").write_text(PERSON, encoding="utf-8")
    after = load_rulebook(folder)

    assert before.sha256 != after.sha256
    assert before._replace(sha256="") == after._replace(sha256="")


def test_a_laxer_rulebook_is_caught_by_the_shipped_table() -> None:
    """With the limits of fragile bone gone, the table's cells differ by the hundred."""
    shipped = book()
    rules = {
        id_: rule._replace(limits={}) if "fragile_bone" in rule.when else rule
        for id_, rule in shipped.rules.items()
    }
    folder = Path(__file__).resolve().parent.parent / "rules" / "cases" / "catalogue.yaml"
    document = read_yaml(folder.read_text(encoding="utf-8"), "rules/cases/catalogue.yaml")
    weak = shipped._replace(rules=rules)

    _, failures = run_catalogue(CaseRunner(weak), read_catalogue([document], weak))
    assert len([failure for failure in failures if "laxer" in failure]) > 30


def test_a_case_tells_all_that_is_wrong_at_once() -> None:
    text = (
        PERSON.replace("clear\n", "hold\n")
        .replace("[hinge]", "[lean_back]")
        .replace("[deadlift]", "[log_roll]")
    )
    case = read_people([read_yaml(text, "rules/cases/x.yaml")], book())[0]

    assert len(run_person(CaseRunner(book()), case)) >= 3
