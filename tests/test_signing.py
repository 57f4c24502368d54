"""Signatures: who vouches for a rule, for exactly what it says, and how much of an answer is vouched for."""

import json
import shutil
from pathlib import Path

import pytest

from recommender.errors import RulebookError
from recommender.language.tree import IsOneOf
from recommender.rulebook import load_rulebook
from recommender.rulebook.files import data_folder
from recommender.rulebook.side_files import add_entries
from recommender.rulebook.signing import CHANGED, DUE, SIGNED, UNSIGNED, content_hash, entries, state
from tests.conftest import Run
from tests.people import book
from tests.test_broken_rulebooks import write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped rules."""
    return Path(shutil.copytree(data_folder("rules"), tmp_path / "rules"))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a small rulebook, for what is about the file of signatures alone."""
    return write(tmp_path)


def sign(run: Run, folder: Path, *what: str) -> int:
    return run(
        "rules", "sign", *what, "--by", "Ana Ruiz", "--role", "physiotherapist", "--rules", folder
    ).code


def test_nothing_is_shipped_as_signed() -> None:
    assert not (data_folder("rules") / "signed.yaml").exists()
    assert {state(book(), name) for name in entries(book())} == {UNSIGNED}


@pytest.mark.heavy
def test_a_signature_holds_until_the_rule_says_something_else(run: Run, folder: Path) -> None:
    before = load_rulebook(folder)
    assert sign(run, folder, "H01", "H12") == 0
    signed = load_rulebook(folder)
    assert signed.sha256 == before.sha256
    assert state(signed, "H01") == SIGNED
    assert state(signed, "H02") == UNSIGNED
    assert "Ana Ruiz, physiotherapist" in run("rules", "show", "H01", "--rules", folder).out

    limits = (folder / "limits.yaml").read_text(encoding="utf-8")
    (folder / "limits.yaml").write_text(
        limits.replace("systolic_bp >= 160", "systolic_bp >= 161", 1), encoding="utf-8"
    )
    changed = load_rulebook(folder)
    assert state(changed, "H12") == CHANGED
    assert state(changed, "H01") == SIGNED
    assert "changed since sign-off" in run("rules", "list", "--rules", folder).out
    assert sign(run, folder, "H12") == 0
    again = load_rulebook(folder)
    assert state(again, "H12") == SIGNED
    (folder / "limits.yaml").write_text(limits, encoding="utf-8")
    back = load_rulebook(folder)
    assert state(back, "H12") == SIGNED  # it says again what was signed first


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("name", "file", "old", "new"),
    [
        ("movement:spinal_flexion_loaded", "movements.yaml", "Keep the load close", "Keep the load far"),
        ("exercise:walking", "exercises/aerobic.yaml", "Then walk faster.", "Then run."),
        ("texts:every_session", "session.yaml", "Keep breathing.", "Keep on."),
        ("texts:review", "phrases/report.yaml", "not yet reviewed", "well reviewed"),
    ],
)
def test_a_signature_of_words_holds_until_they_change(
    run: Run, folder: Path, name: str, file: str, old: str, new: str
) -> None:
    sign(run, folder, name)
    assert state(load_rulebook(folder), name) == SIGNED
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    assert state(load_rulebook(folder), name) == CHANGED


def test_a_signature_is_due_again_after_two_years(small: Path) -> None:
    sha256 = content_hash(load_rulebook(small).rules["H01"])
    entry = {
        "entry": "H01",
        "by": "Ana Ruiz",
        "role": "physiotherapist",
        "date": "2001-02-28",
        "sha256": sha256,
    }
    add_entries(small / "signed.yaml", "signed", "", [entry])
    assert state(load_rulebook(small), "H01") == DUE


@pytest.mark.heavy
def test_where_a_rule_stands_and_its_cases_are_not_what_is_signed(run: Run, folder: Path) -> None:
    sign(run, folder, "H12")
    limits = (folder / "limits.yaml").read_text(encoding="utf-8")
    moved = limits.replace("rules:\n", "rules:\n  # A remark.\n", 1).replace(
        "{systolic_bp: 160}", "{systolic_bp: 162}", 1
    )
    (folder / "limits.yaml").write_text(moved, encoding="utf-8")
    book_ = load_rulebook(folder)
    assert state(book_, "H12") == SIGNED


def test_a_hash_is_the_same_in_every_run_and_different_for_every_rule() -> None:
    assert content_hash(book().rules["H33"]) == content_hash(load_rulebook(afresh=True).rules["H33"])
    assert len({content_hash(rule) for rule in book().rules.values()}) == len(book().rules)


def test_a_choice_of_other_words_has_another_hash() -> None:
    one, other = (
        IsOneOf("sex", frozenset({word}), frozenset({"female", "male"}), False, "sex == female")
        for word in ("female", "male")
    )
    assert content_hash(one) != content_hash(other)


def test_the_order_in_which_a_rule_lists_what_it_limits_is_not_what_is_signed() -> None:
    for rule in book().rules.values():
        turned = rule._replace(limits=dict(reversed(rule.limits.items())))
        assert content_hash(turned) == content_hash(rule)


@pytest.mark.heavy
def test_answers_say_how_much_of_what_fired_is_signed(run: Run, folder: Path) -> None:
    who = ("assess", "--t-score", "-2.6", "--age", "60", "--rules", folder)
    assert "Signed off by a clinician, as they stand now: 0 of the" in " ".join(
        run(*who, "--audience", "clinician").out.split()
    )
    sign(run, folder, "H01", "H18")
    found = json.loads(run(*who, "--format", "json").out)
    assert found["signed_off"]["rules_fired"] == len(found["rules_fired"])
    assert (found["signed_off"]["signed"], found["signed_off"]["texts_signed"]) == (2, 0)
    told = f"2 of {len(entries(book()))} rules and texts signed off by a clinician"
    assert found["rulebook"]["reviewed"] == told
    assert told in " ".join(run(*who).out.split())
    sign(run, folder, "movement:spinal_flexion_loaded", "texts:every_session")
    assert json.loads(run(*who, "--format", "json").out)["signed_off"]["texts_signed"] == 2
    sign(run, folder, "--all")
    assert "signed off by a clinician" in run(*who).out
    found = json.loads(run(*who, "--format", "json").out)
    assert found["signed_off"]["signed"] == found["signed_off"]["rules_fired"]
    assert found["rulebook"]["reviewed"] == "signed off by a clinician"


def test_signing_twice_adds_nothing(run: Run, small: Path) -> None:
    sign(run, small, "H01")
    before = (small / "signed.yaml").read_text(encoding="utf-8")
    assert sign(run, small, "H01") == 0
    assert (small / "signed.yaml").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("H0I", "--by", "A", "--role", "b"), "there is no rule or text `H0I`"),
        (("--by", "A", "--role", "b"), "Name the rules to sign"),
        (("H01", "--all", "--by", "A", "--role", "b"), "Name the rules to sign"),
        (("H01", "--by", " ", "--role", "b"), "this is empty"),
        (("H01", "--role", "b"), "--by"),
    ],
)
def test_a_signature_needs_rules_a_name_and_a_role(
    run: Run, small: Path, arguments: tuple[str, ...], told: str
) -> None:
    ran = run("rules", "sign", *arguments, "--rules", small)
    assert ran.code != 0
    assert told in ran.err
    assert not (small / "signed.yaml").exists()


def test_names_with_quotes_and_line_breaks_are_kept(run: Run, small: Path) -> None:
    assert (
        run("rules", "sign", "H01", "--by", 'Zoë "Z" O\'Neil:\n#', "--role", "GP", "--rules", small).code == 0
    )
    assert load_rulebook(small).signed["H01"][0].by == 'Zoë "Z" O\'Neil: #'


def test_a_damaged_file_of_signatures_is_refused_at_its_place(run: Run, small: Path) -> None:
    (small / "signed.yaml").write_text("signed:\n  - {entry: H01, by: A}\n", encoding="utf-8")
    ran = run("rules", "check", "--rules", small)
    assert ran.code == 3
    assert "signed.yaml:2" in ran.err


@pytest.mark.parametrize(
    "start", ["", "# Nothing yet.\n", "signed:\n", "signed: []\n", "# Signed here\nsigned:\n"]
)
def test_a_file_that_is_still_empty_can_be_signed_in(run: Run, small: Path, start: str) -> None:
    (small / "signed.yaml").write_text(start, encoding="utf-8")
    assert sign(run, small, "H01") == 0
    assert sign(run, small, "K02") == 0
    signed = load_rulebook(small)
    assert {state(signed, "H01"), state(signed, "K02")} == {SIGNED}


@pytest.mark.parametrize(
    "start",
    ['signed: [{entry: H01, by: A, role: b, date: "1", sha256: c}]\n', "rules: []\n", "- a\n", "signed: {\n"],
)
def test_a_file_that_cannot_be_added_to_is_left_as_it_is(run: Run, small: Path, start: str) -> None:
    (small / "signed.yaml").write_text(start, encoding="utf-8")
    assert sign(run, small, "K02") != 0
    assert (small / "signed.yaml").read_text(encoding="utf-8") == start


@pytest.mark.parametrize("name", ["Dr \x7f X", "Dr \udcff X", "Dr \x00"])
def test_a_name_that_cannot_be_printed_is_refused(run: Run, small: Path, name: str) -> None:
    ran = run("rules", "sign", "H01", "--by", name, "--role", "GP", "--rules", small)
    assert ran.code == 3
    assert "cannot be printed" in ran.err
    assert not (small / "signed.yaml").exists()


def test_signatures_stand_in_their_own_file_and_nothing_else_does(run: Run, small: Path) -> None:
    (small / "signed.yaml").write_text("signed: []\nexercises: []\n", encoding="utf-8")
    assert "unknown key `exercises`" in run("rules", "check", "--rules", small).err
    (small / "signed.yaml").unlink()
    (small / "more.yaml").write_text("signed: []\n", encoding="utf-8")
    assert "unknown key `signed`" in run("rules", "check", "--rules", small).err
    (small / "more.yaml").unlink()
    before = load_rulebook(small).sha256
    (small / "exercises" / "signed.yaml").write_text("exercises: []\n", encoding="utf-8")
    assert load_rulebook(small).sha256 != before


@pytest.mark.parametrize("value", ["a\x00", ["fine", "a\x00"], ["a\x00", "fine"]])
def test_an_entry_that_cannot_be_printed_is_not_added(tmp_path: Path, value: str | list[str]) -> None:
    file = tmp_path / "reviews.yaml"

    with pytest.raises(RulebookError, match="cannot be printed"):
        add_entries(file, "reviews", "Reviews", [{"rule": "A", "words": value}])
    assert not file.exists()


@pytest.mark.parametrize("text", ["reviews: 5\n", "reviews: {a: 1}\n", "- a\n", "others: []\n"])
def test_a_file_that_holds_something_else_is_told_and_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "reviews.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(RulebookError, match="must hold `reviews` and nothing else"):
        add_entries(file, "reviews", "Reviews", [{"rule": "A"}])
    assert file.read_text(encoding="utf-8") == text
