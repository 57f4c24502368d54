"""The other commands, and the documentation that names them."""

import re
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.people import book

ROOT = Path(__file__).resolve().parent.parent


def test_version_names_the_program_the_rulebook_and_the_engine(run: Run) -> None:
    out = run("--version").out

    assert re.search(r"^recommender \d", out)
    assert book().sha256 in out
    assert re.search(r"^engine (durable_rules|reference)$", out, re.MULTILINE)


@pytest.mark.parametrize("id_", ["H01", "R05", "G18", "C14"])
def test_a_rule_is_shown_whole(run: Run, id_: str) -> None:
    rule = book().rules[id_]
    out = " ".join(run("rules", "show", id_).out.split())

    assert " ".join(rule.when.split()) in out
    assert rule.because in out
    assert all(f"{source}:" in out for source in rule.sources)
    assert rule.place in out


def test_an_unknown_rule_or_exercise_is_told_with_the_nearest_name(run: Run) -> None:
    assert "Did you mean" in run("rules", "show", "H0l").err
    assert "Did you mean `lean_back`?" in run("exercises", "show", "leanback").err


def test_all_unknown_rules_are_told_before_anything_is_shown(run: Run) -> None:
    ran = run("rules", "show", "H01", "H0l", "?")
    assert ran.code == 3
    assert ran.out == ""
    assert "`H0l`" in ran.err
    assert "there is no rule `?`. `recommender rules list` lists them." in ran.err


def test_lists_name_every_rule_exercise_and_field(run: Run) -> None:
    rules, exercises, fields = (
        run(*command).out for command in (("rules", "list"), ("exercises", "list"), ("fields",))
    )
    assert [id_ for id_ in book().rules if f"- {id_}: " not in rules] == []
    assert [id_ for id_ in book().exercises if f"- {id_}: " not in exercises] == []
    assert [id_ for id_ in book().vocabulary.fields if f"\n{id_}\n" not in fields] == []


def test_every_field_is_an_option_of_assess(run: Run) -> None:
    out = run("assess", "--help-all").out

    assert [id_ for id_ in book().vocabulary.fields if f"--{id_.replace('_', '-')} " not in out] == []


def test_the_readme_shows_a_real_run(run: Run) -> None:
    """Lines of the README's example, apart from its dots, stand in the answer as it is today."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    example = readme.split("$ recommender assess --t-score -3.9 --age 54\n", 1)[1].split(
        "\nThe whole answer", 1
    )[0]
    answer = run("assess", "--t-score", "-3.9", "--age", "54").out.splitlines()

    lines = [line.removeprefix("    ") for line in example.splitlines() if line.strip() and "…" not in line]
    assert [line for line in lines if line not in answer] == []


def test_commands_in_the_documentation_exist(run: Run) -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    commands = set(re.findall(r"recommender ((?:rules|exercises) [a-z]+|fields|assess)", text))

    assert {"assess", "fields", "rules check", "rules test"} <= commands
    for command in commands:
        assert run(*command.split(), "--help").code == 0, command


@pytest.mark.parametrize(
    "example", sorted(path.name for path in (ROOT / "profiles" / "examples").glob("*.yaml"))
)
def test_every_example_profile_is_assessed(run: Run, example: str) -> None:
    assert run("assess", "--profile", ROOT / "profiles" / "examples" / example).code == 0
