"""The words of reports are data: checked against what the reports use, hashed, and held to plain words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import recommender
from recommender.documents.yaml_json import read_yaml
from recommender.proof.wording import Reworded, reworded
from recommender.rulebook import load_rulebook
from recommender.rulebook.files import data_folder
from recommender.rulebook.loading import load_web_rulebook
from recommender.rulebook.phrases import PLACEHOLDERS, placeholders
from tests.conftest import Run
from tests.test_broken_rulebooks import write

REPORT = "phrases/report.yaml"
PHRASES = (data_folder("rules") / REPORT).read_text(encoding="utf-8")
WEB_PLACEHOLDERS, INSTEAD = placeholders("web_phrase_keys.txt"), "web.instead."
PACKAGE = Path(recommender.__file__).parent
DEFINED = (PACKAGE / "rulebook" / "model.py", PACKAGE / "pages" / "rendering.py")


def changed(old: str, new: str) -> tuple[str, str]:
    """Return the phrases with one piece replaced, and the place of the mark ¦ in them (empty without one)."""
    assert PHRASES.count(old) == 1, old
    text = PHRASES.replace(old, new)
    before, mark, _ = text.partition("¦")
    place = f"rules/{REPORT}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "
    return text.replace("¦", ""), place if mark else ""


def calls_in_programs() -> Iterator[tuple[str, str, set[str]]]:
    """Yield the calls of `phrase` and `counted` in Python: function, key, names of the values."""
    for file in PACKAGE.rglob("*.py"):
        if file in DEFINED:
            continue
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                if name in ("phrase", "counted"):
                    yield name, ast.literal_eval(call.args[0]), {str(each.arg) for each in call.keywords}


def calls_in_templates() -> Iterator[tuple[str, str, set[str]]]:
    """Yield the same calls in templates."""
    for file in PACKAGE.rglob("*.html"):
        for call in Environment().parse(file.read_text(encoding="utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in ("phrase", "counted"):
                yield call.node.name, call.args[0].as_const(), {each.key for each in call.kwargs}


def used() -> dict[str, set[frozenset[str]]]:
    """Return the keys of phrases in the program, each with the names of the values it is filled with."""
    keys: dict[str, set[frozenset[str]]] = {}
    for name, key, values in [*calls_in_programs(), *calls_in_templates()]:
        forms = [f"{key}.one", f"{key}.other"] if name == "counted" else [key]
        for form in forms:
            keys.setdefault(form, set()).add(frozenset(values | ({"count"} if name == "counted" else set())))
    return keys


@pytest.mark.heavy
def test_the_keys_and_placeholders_of_phrases_are_exactly_those_that_the_program_uses() -> None:
    own = {key: names for key, names in WEB_PLACEHOLDERS.items() if not key.startswith(INSTEAD)}
    assert used() == {key: {frozenset(names)} for key, names in {**PLACEHOLDERS, **own}.items()}


def test_what_a_page_says_instead_of_a_command_replaces_a_phrase_of_the_reports() -> None:
    instead = {
        key.removeprefix(INSTEAD): set(names)
        for key, names in WEB_PLACEHOLDERS.items()
        if key.startswith(INSTEAD)
    }

    assert all(names <= set(PLACEHOLDERS[key]) for key, names in instead.items())
    assert set(load_web_rulebook(load_rulebook()).phrases) == {
        *PLACEHOLDERS,
        *(key for key in WEB_PLACEHOLDERS if not key.startswith(INSTEAD)),
    }


def test_the_phrases_stand_in_the_order_of_their_keys() -> None:
    assert list(load_rulebook().phrases) == list(PLACEHOLDERS)


BROKEN = [
    ("a key left out", "    title: What is safe", "    # title: What is safe", ("`report`", "lacks `title`")),
    ("a section left out", "  change:\n", "  ¦chnage:\n", ("`chnage`", "Did you mean `change`?")),
    ("a misspelt key", "    in_short:", "    ¦in_shrot:", ("`in_shrot`", "Did you mean `in_short`?")),
    ("a misspelt form of a plural", '      one: "{count} more', '      ¦once: "{count} more', ("`once`",)),
    ("a plural written as one sentence", "    who_to_see: Who to see", "    who_to_see: ¦[Who]", ("text",)),
    ("a sentence left blank", "    who_to_see: Who to see", '    who_to_see: ¦""', ("empty",)),
    (
        "a misspelt placeholder",
        '"Rulebook {version} ({hash}), {reviewed}. To',
        '¦"Rulebook {version} ({hsah}), {hash} {reviewed}. To',
        ("`report.rulebook`", "{hsah}", "Did you mean `hash`?"),
    ),
    (
        "a placeholder where there is none to fill in",
        "    who_to_see: Who to see",
        '    who_to_see: ¦"Who {name} sees"',
        ("`report.who_to_see`", "{name}", "It takes none."),
    ),
    (
        "a placeholder left out",
        '"{count} exercises are open"',
        '¦"Some exercises are open"',
        ("`change.exercises_open.other`", "lacks the placeholder {count}"),
    ),
    (
        "an attribute of a value",
        '"New: {exercises}."',
        '¦"New: {exercises.__class__} {exercises}."',
        ("__class__",),
    ),
    ("a brace left open", '"New: {exercises}."', '¦"New: {exercises} {."', ("braces", "{name}")),
    ("no limit at all", "  questions: 6 ", "  # questions: 6 ", ("`report_limits`", "lacks `questions`")),
    ("a limit that is no number", "  questions: 6 ", "  questions: ¦few ", ("`few`", "whole number")),
    ("a limit of none", "  questions: 6 ", "  questions: ¦0 ", ("`0`", "whole number")),
    ("ages that fall", "[50, 60, 70, 80, 90]", "¦[50, 70, 60]", ("ages that rise",)),
    ("ages that stay", "[50, 60, 70, 80, 90]", "¦[50, 50, 60]", ("ages that rise",)),
    ("no age at all", "[50, 60, 70, 80, 90]", "¦[]", ("ages that rise",)),
    ("a limit in brackets", "  questions: 6 ", "  questions: ¦[6] ", ("whole number",)),
    (
        "a placeholder of another phrase",
        '"{count} exercises are open"',
        '¦"{count} exercises are {verdict}"',
        ("`change.exercises_open.other`", "{verdict}", "Known here: {count}."),
    ),
    ("phrases without limits", "report_limits:", "¦report_limit:", ("Did you mean `report_limits`?",)),
]


@pytest.mark.parametrize(("old", "new", "says"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_phrases_that_do_not_fit_the_reports_are_refused_at_their_place(
    run: Run, tmp_path: Path, old: str, new: str, says: tuple[str, ...]
) -> None:
    text, place = changed(old, new)

    ran = run("assess", "--t-score", "-2.6", "--rules", write(tmp_path, {REPORT: text}))

    assert ran.code == 3
    assert any(
        error.startswith(place or f"rules/{REPORT}:") and all(word in error for word in says)
        for error in ran.errors
    ), ran.err


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"{count} exercises are open"', '""', "this text is empty"),
        ("  age_bands:", "  # age_bands:", "`report_limits` lacks `age_bands`"),
    ],
)
def test_what_is_left_blank_or_out_is_told_once(
    run: Run, tmp_path: Path, old: str, new: str, says: str
) -> None:
    ran = run("assess", "--age", "60", "--rules", write(tmp_path, {REPORT: changed(old, new)[0]}))

    [error] = ran.errors
    assert says in error


def test_phrases_in_two_files_are_refused(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path, {REPORT: PHRASES, "more.yaml": PHRASES})

    ran = run("assess", "--t-score", "-2.6", "--show", "all", "--rules", folder)

    assert ran.code == 3
    names = f"rules/more.yaml, rules/{REPORT}"
    assert f"{names}: exactly one file must hold the phrases `report`." in ran.errors
    assert f"{names}: exactly one file must hold `report_limits`." in ran.errors


def test_a_rulebook_without_phrases_speaks_in_those_of_the_program(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path)
    alone = load_rulebook(folder)
    (folder / "phrases").mkdir()
    (folder / REPORT).write_text(PHRASES, encoding="utf-8")

    assert load_rulebook(folder) == alone  # the hash covers what is said, wherever it stands
    assert (
        "What is safe for your bones"
        in run("assess", "--t-score", "-2.6", "--show", "all", "--rules", folder).out
    )


def test_a_rulebook_with_phrases_of_its_own_speaks_in_them_and_has_another_hash(
    run: Run, tmp_path: Path
) -> None:
    before = load_rulebook(write(tmp_path))
    text, _ = changed(
        "    title: What is safe for your bones, and how to do it", "    title: Knochen und Übungen"
    )
    folder = write(tmp_path, {REPORT: text})

    assert load_rulebook(folder).sha256 != before.sha256
    assert run("assess", "--t-score", "-2.6", "--show", "all", "--rules", folder).out.startswith(
        "Knochen und Übungen\n"
    )


@pytest.mark.parametrize("section", ["report", "why", "change"])
def test_phrases_for_people_are_held_to_plain_words(run: Run, tmp_path: Path, section: str) -> None:
    hard = (
        "Utilise appropriate lumbopelvic dissociation, or everything may shatter during functional activity."
    )
    line = next(line for line in PHRASES.partition(f"\n  {section}:\n")[2].splitlines() if '"' not in line)
    text, place = changed(f"{line}\n", f"{line.partition(': ')[0]}: ¦{hard}\n")

    ran = run("rules", "check", "--rules", write(tmp_path, {REPORT: text}))

    assert ran.code == 1
    assert f"{place}“shatter” is not said here. It frightens." in ran.err
    assert f"{place}“{hard}” reads at grade" in ran.err


def test_phrases_for_clinicians_may_be_hard(run: Run, tmp_path: Path) -> None:
    hard = "Multidisciplinary musculoskeletal contraindication assessment of movement and exercise"
    text, _ = changed("    title: Movement and exercise assessment", f"    title: {hard}")

    assert hard not in run("rules", "check", "--rules", write(tmp_path, {REPORT: text})).err


def test_a_report_asks_as_many_questions_as_the_limits_say(run: Run, tmp_path: Path) -> None:
    def asked(limit: int) -> int:
        text, _ = changed("  questions: 6 ", f"  questions: {limit} ")
        out = run("assess", "--show", "all", "--rules", write(tmp_path, {REPORT: text}), "--age", "49").out
        return out.partition("Add these answers")[2].partition("ABOUT THIS ANSWER")[0].count("(--")

    assert (asked(1), asked(2)) == (1, 2)


def test_a_changed_phrase_is_one_of_the_changed_words_of_a_new_rulebook() -> None:
    then = 'phrases: {exercises: {leave_out: "leave it out."}}'
    now = 'phrases: {exercises: {leave_out: "do it anyway."}}'

    assert reworded([read_yaml(then, "then.yaml")], [read_yaml(now, "now.yaml")]) == (
        Reworded("phrases exercises", "leave_out", "leave it out.", "do it anyway."),
    )


def test_a_cohort_is_grouped_by_the_ages_of_the_limits(run: Run, tmp_path: Path) -> None:
    text, _ = changed("[50, 60, 70, 80, 90]", "[40, 65]")
    people, page = tmp_path / "people.csv", tmp_path / "page.html"
    people.write_text("id,age\n" + "".join(f"{age},{age}\n" for age in range(30, 90)), encoding="utf-8")
    folder = write(tmp_path, {REPORT: text})

    ran = run("batch", people, tmp_path / "answers.csv", "--report", page, "--rules", folder)

    assert ran.code == 0, ran.err
    shown = page.read_text(encoding="utf-8")
    assert re.findall(r"Sex not known, ([^<]+)", shown) == ["under 40", "40–64", "65 and over"]  # noqa: RUF001
