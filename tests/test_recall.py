"""Rulebooks that must not be used any more: named by their hash, told in one sentence."""

from pathlib import Path

import pytest

from recommender.rulebook import load_rulebook
from tests.conftest import Run
from tests.test_broken_rulebooks import write

PERSON = ("assess", "--age", "61")
WRONG, DO = "A rule let heavy lifts pass.", "Update the program, and ask again."
WARNING = (
    "Warning: the rulebook in use (sha256 {}) was recalled on 2026-11-20: A rule let heavy lifts pass. Update"
)


def recalled(sha256: str) -> str:
    return f'recalled:\n  - {{sha256: "{sha256}", date: "2026-11-20", wrong: {WRONG}, do: "{DO}"}}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path)


def listed(root: Path, text: str) -> Path:
    """Write a list of recalled rulebooks into a rulebook; its hash stays as it was."""
    (root / "safety").mkdir(parents=True, exist_ok=True)
    (root / "safety" / "recalled.yaml").write_text(text, encoding="utf-8")
    return root


def test_nothing_is_recalled_as_shipped(run: Run) -> None:
    assert "recalled" not in run(*PERSON).err


def test_a_recalled_rulebook_is_told_in_one_sentence_and_still_answers(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    before = run(*PERSON, "--rules", folder)
    hash_ = load_rulebook(folder).sha256
    listed(folder, recalled(hash_[:16]))
    after = run(*PERSON, "--rules", folder)

    assert load_rulebook(folder).sha256 == hash_
    assert (after.code, after.out) == (0, before.out)
    assert WARNING.format(hash_[:12]) in after.err
    assert len(after.err.splitlines()) == 1
    people = tmp_path / "people.csv"
    people.write_text("age,t_score\n61,-2.6\n", encoding="utf-8")
    table = run("batch", people, tmp_path / "answers.csv", "--rules", folder)
    assert table.err.count(WARNING.format(hash_[:12])) == 1


def test_the_shipped_list_warns_about_another_rulebook(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = listed(tmp_path / "shipped", recalled(load_rulebook(folder).sha256))
    monkeypatch.setattr("recommender.cli.rulebook.data_folder", lambda _: shipped)

    assert run(*PERSON, "--rules", folder).err.count("was recalled on 2026-11-20") == 1
    listed(folder, recalled(load_rulebook(folder).sha256))
    assert run(*PERSON, "--rules", folder).err.count("was recalled on 2026-11-20") == 1


def test_another_rulebook_is_not_warned_about(run: Run, folder: Path) -> None:
    listed(folder, recalled("0" * 64))

    assert run(*PERSON, "--rules", folder).err == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (recalled("abc"), "this must be the first 12 or more digits of a sha256."),
        (recalled("0" * 12).replace("2026-11-20", "20/11/2026"), 'this must be a day, written "2026-12-31".'),
        ('recalled: [{sha256: "000000000000"}]', "lacks `wrong`"),
    ],
)
def test_a_slip_in_the_list_is_told_at_its_place(run: Run, folder: Path, text: str, problem: str) -> None:
    listed(folder, text)
    ran = run("rules", "check", "--rules", folder)

    assert ran.code == 3
    assert "rules/safety/recalled.yaml:" in ran.err
    assert problem in ran.err
