"""Answers that cannot be understood are refused in one sentence, through every door; none is guessed."""

import errno
import json
import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from .conftest import Ran, Run, calls

T_RANGE = "-8 to 8 T-score or unknown"
AGE_RANGE = "18 to 110 years (a whole number) or unknown"
YES_NO = "yes, no or unknown"


class Slip(NamedTuple):
    """An answer that must be refused, and words of the sentence; each is one fact about one field."""

    kind: str
    field: str
    value: str
    says: tuple[str, ...]


SLIPS = [
    Slip("a lost minus sign", "t_score", "2.5", ("2.5", "minus sign", "-2.5", "+2.5")),
    Slip("a lost minus sign at a named site", "t_total_hip", "3.1", ("3.1", "minus sign", "-3.1", "+3.1")),
    Slip("a lost minus sign of a Z-score", "z_lumbar_spine", "2.2", ("2.2", "minus sign", "-2.2", "+2.2")),
    Slip("a lost point and sign", "t_score", "39", ("39", T_RANGE, "Did you mean -3.9?")),
    Slip("a lost point", "t_score", "-39", ("-39", T_RANGE, "Did you mean -3.9?")),
    Slip("a bone density with three decimals", "t_score", "0.842", ("0.842", "bone density", "g/cm2")),
    Slip("a bone density with two decimals", "t_femoral_neck", "0.84", ("0.84", "bone density", "g/cm2")),
    Slip("a bone density above one", "t_lumbar_spine", "1.042", ("1.042", "bone density", "g/cm2")),
    Slip("NaN", "t_score", "NaN", ("NaN", "not a number", T_RANGE, "unknown")),
    Slip("a NaN of YAML", "t_score", ".nan", (".nan", "not a number", T_RANGE, "unknown")),
    Slip("infinity", "t_score", "inf", ("inf", "not a number", T_RANGE)),
    Slip("minus infinity", "t_score", "-inf", ("-inf", "not a number", T_RANGE)),
    Slip("an exponent", "t_score", "1e-1", ("1e-1", T_RANGE)),
    Slip("a leading zero", "t_score", "-03.9", ("-03.9", T_RANGE)),
    Slip("no digit before the point", "t_score", "-.5", ("-.5", T_RANGE)),
    Slip("no digit after the point", "t_score", "-3.", ("-3.", T_RANGE)),
    Slip("two signs", "t_score", "--3.9", ("--3.9", T_RANGE)),
    Slip("two points", "t_score", "-3.9.1", ("-3.9.1", T_RANGE)),
    Slip("a space after the sign", "t_score", "- 3.9", ("- 3.9", T_RANGE)),
    Slip("a range", "t_score", "-3.9 to -3.5", ("-3.9 to -3.5", T_RANGE)),
    Slip("hexadecimal", "t_score", "0x2", ("0x2", T_RANGE)),
    Slip("an underscore", "age", "6_0", ("6_0", AGE_RANGE)),
    Slip("digits of another script", "age", "\u0666\u0660", (AGE_RANGE,)),
    Slip("decimals beyond all rounding", "t_score", "-2.4" + "9" * 30, (T_RANGE,)),
    Slip("a unit of nothing", "hip_fracture_months", "2 moons", ("2 moons", "Write it in months")),
    Slip("a comma that may stand between thousands", "hip_fracture_months", "1,025", ("comma",)),
    Slip("a word", "t_score", "low", ("low", T_RANGE)),
    Slip("yes to a number", "t_score", "yes", ("yes", T_RANGE)),
    Slip("a child", "age", "15", ("15", AGE_RANGE)),
    Slip("half a year", "age", "54.5", ("54.5", "whole number", AGE_RANGE)),
    Slip("a negative age", "age", "-3", ("-3", AGE_RANGE)),
    Slip("a year of birth", "age", "1962", ("1962", AGE_RANGE)),
    Slip(
        "part of a fracture", "vertebral_fractures", "1.5", ("1.5", "not a whole number", "0 to 20 fractures")
    ),
    Slip("too many fractures", "vertebral_fractures", "21", ("21", "0 to 20 fractures")),
    Slip("minus one fall", "falls_12m", "-1", ("-1", "0 to 365 falls")),
    Slip("some falls", "falls_12m", "several", ("several", "0 to 365 falls")),
    Slip("maybe", "hip_fracture", "maybe", ("maybe", YES_NO)),
    Slip("one for yes", "hip_fracture", "1", ("`1`", YES_NO)),
    Slip("on for yes", "hip_fracture", "on", ("`on`", YES_NO)),
    Slip(
        "a choice that does not exist",
        "menopause",
        "menopausal",
        ("menopausal", "pre, peri, post or unknown"),
    ),
    Slip(
        "a misspelt choice", "kyphosis", "marekd", ("marekd", "none, mild, marked", "Did you mean `marked`?")
    ),
    Slip("never where it has no meaning", "age", "never", ("never", AGE_RANGE)),
    Slip("never had a score", "t_score", "never", ("never", T_RANGE)),
    Slip("never for a choice", "sex", "never", ("never", "female, male, other")),
    Slip("blood pressure in another unit", "systolic_bp", "12.5", ("12.5", "60 to 260 mmHg")),
]

by_slip = pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.kind)


def refused(ran: Ran, *says: str, code: int = 3) -> str:
    """Check that a run told exactly one sentence and nothing else, holding `says`; return it."""
    assert (ran.code, ran.out) == (code, ""), ran
    assert "Traceback" not in ran.err
    assert len(ran.errors) == 1, ran.err
    if code == 3:
        assert ran.err == f"Error: {ran.errors[0]}\n"
    assert len(ran.errors[0]) < 400
    for word in says:
        assert word in ran.errors[0], ran.err
    return ran.errors[0]


def accepted(ran: Ran) -> dict[str, Any]:
    """Check that a run as JSON was accepted, and return the profile as it was understood."""
    assert (ran.code, ran.err) == (0, ""), ran.err
    profile: dict[str, Any] = json.loads(ran.out)["profile"]
    return profile


def option(field: str) -> str:
    return f"--{field.replace('_', '-')}"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Any]:
    """Write a profile file and return its path."""

    def write(content: str | bytes, name: str = "p.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


# One slip, four doors


@by_slip
def test_a_slip_in_an_option_is_told_by_the_options_name(run: Run, slip: Slip) -> None:
    error = refused(run("assess", option(slip.field), slip.value), *slip.says)

    assert error.startswith(f"{option(slip.field)}: ")


@by_slip
def test_a_slip_in_a_yaml_file_is_told_at_its_line_and_column(run: Run, file: Any, slip: Slip) -> None:
    path = file(f'frailty: robust\n{slip.field}: "{slip.value}"\n')

    error = refused(run("assess", "--profile", path), *slip.says)

    assert error.startswith(f"{path}:2:{len(slip.field) + 3}: {slip.field}: ")


@pytest.mark.parametrize("slip", SLIPS[::4], ids=lambda slip: slip.kind)
def test_a_slip_in_a_json_file_is_told_by_file_and_field(run: Run, file: Any, slip: Slip) -> None:
    path = file(json.dumps({slip.field: slip.value}), "p.json")

    error = refused(run("assess", "--profile", path), *slip.says)

    assert error.startswith(f"{path}:")
    assert f" {slip.field}: " in error


@by_slip
def test_a_slip_on_standard_input_is_told_there_with_or_without_quotes(run: Run, slip: Slip) -> None:
    """What YAML itself would make of an unquoted `.nan`, `on` or `-03.9` does not count: the text does."""
    quote = '"' if slip.value.startswith("- ") else ""

    error = refused(
        run("assess", "--profile", "-", stdin=f"{slip.field}: {quote}{slip.value}{quote}".encode()),
        *slip.says,
    )

    assert error.startswith(f"standard input:1:{len(slip.field) + 3}: {slip.field}: ")


def test_a_slip_on_a_later_line_of_json_is_not_told_at_another_line(run: Run, file: Any) -> None:
    path = file('{\n  "age": 60,\n  "t_score": "x"\n}', "p.json")

    error = refused(run("assess", "--profile", path), "t_score", "`x`")

    assert error.startswith((f"{path}:3:", f"{path}: ")), error


def test_several_slips_are_all_told_at_once(run: Run) -> None:
    ran = run("assess", "--t-score", "-39", "--age", "15", "--sex", "lady", "--hip-fracture", "maybe")

    assert ran.code == 3
    assert [error.partition(":")[0] for error in ran.errors] == [
        "--t-score",
        "--age",
        "--sex",
        "--hip-fracture",
    ]


# Numbers as JSON writes them


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("NaN", ("NaN", "not a number", "unknown")),
        ("Infinity", ("Infinity", "not a number")),
        ("-Infinity", ("-Infinity", "not a number")),
        ("1e-1", ("1e-1", T_RANGE)),
        ("-39", ("-39", "Did you mean -3.9?")),
        ("2.5", ("2.5", "+2.5")),
        ("1e999", ("1e999", T_RANGE)),
        ("true", ("yes", T_RANGE)),
        ("[]", ("single answer", T_RANGE)),
        ('{"value": -3.9}', ("single answer", T_RANGE)),
        ("-03.9", ("not JSON",)),
        ("+2.5", ("not JSON",)),
        ("'-3.9'", ("not JSON",)),
        ('"-3.9"} {', ("not JSON",)),
        ('-3.9, "t_score": -3.8', ("t_score", "twice")),
    ],
)
def test_a_json_value_that_is_no_score_is_refused(
    run: Run, file: Any, text: str, says: tuple[str, ...]
) -> None:
    content = f'{{"t_score": {text}}}'

    refused(run("assess", "--profile", file(content, "p.json")), "p.json", *says)
    refused(run("assess", "--profile", "-", stdin=content.encode()), "standard input", *says)


# Documents that are no profile

DOCUMENTS = {
    "an empty file": ("", "p.yaml", ("field: answer",)),
    "only a comment": ("# later\n", "p.yaml", ("field: answer",)),
    "an empty mapping": ("{}", "p.yaml", ("field: answer",)),
    "an empty JSON object": ("{}", "p.json", ("field: answer",)),
    "an empty JSON file": ("", "p.json", ("not JSON",)),
    "a list": ("- t_score: -3.9\n", "p.yaml", ("field: answer",)),
    "a JSON list": ("[-3.9]", "p.json", ("field: answer",)),
    "a word": ("hello\n", "p.yaml", ("field: answer",)),
    "a JSON number": ("-3.9", "p.json", ("field: answer",)),
    "JSON null": ("null", "p.json", ("field: answer",)),
    "a nested mapping": (
        "t_score:\n  spine: -3.9\n",
        "p.yaml",
        ("p.yaml:2:3", "t_score", "single answer", T_RANGE),
    ),
    "a list of answers": ("t_score: [-3.9, -2.0]\n", "p.yaml", ("p.yaml:1:10", "t_score", "single answer")),
    "a key twice": ("age: 60\nt_score: -3.9\nage: 61\n", "p.yaml", ("p.yaml:3:1", "`age`", "twice")),
    "a JSON key twice": ('{"age": 60, "age": 61}', "p.json", ("`age`", "twice")),
    "an unknown name": (
        "age: 60\ntscore: -3.9\n",
        "p.yaml",
        ("p.yaml:2:", "`tscore`", "Did you mean `t_score`?"),
    ),
    "a name in capitals": ('{"T_score": -3.9}', "p.json", ("`T_score`", "Did you mean `t_score`?")),
    "a name like none": ("shoe_size: 39\n", "p.yaml", ("`shoe_size`", "recommender fields")),
    "a measure": ("lowest_t: -3.9\n", "p.yaml", ("`lowest_t`", "computed", "t_total_hip")),
    "a yes/no measure": (
        "fragility_fracture: yes\n",
        "p.yaml",
        ("`fragility_fracture`", "computed", "vertebral_fractures"),
    ),
    "a conclusion": ("risk_tier: low\n", "p.yaml", ("`risk_tier`",)),
    "a trailing comma": ('{"t_score": -3.9,}', "p.json", ("p.json:1:", "not JSON")),
    "a JSON comment": ('{"t_score": -3.9} // spine', "p.json", ("p.json:1:", "not JSON")),
    "JSON cut off": ('{"t_score": -3.9', "p.json", ("p.json:1:", "not JSON")),
    "YAML cut off": ("{t_score: -3.9", "p.yaml", ("p.yaml:", "not YAML")),
    "a quote left open": ('t_score: "-3.9\n', "p.yaml", ("p.yaml:", "not YAML")),
    "a tab": ("age: 60\n\tt_score: -3.9\n", "p.yaml", ("p.yaml:2:", "not YAML")),
    "two documents": ("age: 60\n---\nage: 61\n", "p.yaml", ("p.yaml:2:", "not YAML")),
    "wrong bytes": (b"t_score: \xff-3.9\n", "p.yaml", ("byte 10", "UTF-8")),
    "wrong bytes in JSON": (b'{"t_score": "\xe2"}', "p.json", ("byte 14", "UTF-8")),
    "UTF-16": ("t_score: -3.9\n".encode("utf-16"), "p.yaml", ("UTF-8",)),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "p.yaml", ("byte 1", "UTF-8")),
    "an archive": (b"PK\x03\x04\x14\x00\x00\x00", "p.yaml", ("p.yaml", "control characters")),
    "zero bytes": (b"\0" * 64, "p.json", ("p.json", "not JSON")),
    "an anchor": ("age: &a 60\n", "p.yaml", ("p.yaml:1:6", "anchors")),
    "a tag": ("t_score: !!python/name:os.system x\n", "p.yaml", ("p.yaml:1:10", "tag")),
    "a tag on a list": ("t_score: !mine [x]\n", "p.yaml", ("p.yaml:1:10",)),
    "a list as a key": ("[a, b]: 60\n", "p.yaml", ("p.yaml:1:1", "plain word")),
    "a JSON object named as YAML with a comma too many": (
        '{"age": 60,, "sex": male}',
        "p.yaml",
        ("p.yaml:1:", "not YAML"),
    ),
}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_that_is_no_profile_is_refused(run: Run, file: Any, kind: str) -> None:
    content, name, says = DOCUMENTS[kind]

    error = refused(run("assess", "--profile", file(content, name)), *says)

    assert name in error


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_standard_input_that_is_no_profile_is_refused_too(run: Run, kind: str) -> None:
    content = DOCUMENTS[kind][0]

    error = refused(
        run("assess", "--profile", "-", stdin=content.encode() if isinstance(content, str) else content)
    )

    assert error.startswith("standard input")


def test_a_bomb_of_anchors_is_refused_quickly(run: Run, file: Any) -> None:
    def refusing(anchors: int) -> int:
        lines = ["a0: &a0 [x, x]", *(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, anchors))]
        path = file("\n".join(lines))

        def check() -> None:
            ran = run("assess", "--profile", path)
            assert ran.code == 3
            assert "p.yaml:1:5: anchors" in ran.errors[0]

        return calls(check)

    refusing(4)  # what the first command of a process imports
    assert refusing(40) < 20 * refusing(4)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("suffix", ["yaml", "json"])
@pytest.mark.parametrize(
    "depth", [45, 200_000, *(pytest.param(depth, marks=pytest.mark.heavy) for depth in (900, 5_000))]
)
def test_lists_in_lists_are_refused_however_deep(tmp_path: Path, suffix: str, depth: int) -> None:
    """In a process of its own: a reader written in C that runs out of stack takes everything down with it."""
    path = tmp_path / f"deep.{suffix}"
    path.write_text('{"t_score": ' + "[" * depth + "]" * depth + "}")

    done = recommender("assess", "--profile", path)

    assert done.returncode == 3, done.stderr[-300:]
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith(f"Error: {path}")
    assert len(done.stderr.splitlines()) == 1


def test_standard_input_without_end_is_not_read_to_its_end(run: Run) -> None:
    refused(run("assess", "--profile", "-", stdin=b"# " + b"x" * 1_000_001), "standard input", "too large")


# Files that are none


def test_a_missing_file_is_told_by_name(run: Run, tmp_path: Path) -> None:
    refused(
        run("assess", "--profile", tmp_path / "gone.yaml"),
        f"{tmp_path / 'gone.yaml'}: ",
        os.strerror(errno.ENOENT),
    )


def test_a_folder_is_not_a_profile(run: Run, tmp_path: Path) -> None:
    refused(run("assess", "--profile", tmp_path), f"{tmp_path}: ", os.strerror(errno.EISDIR))


def test_a_name_that_is_too_long_for_a_file_is_refused(run: Run) -> None:
    ran = run("assess", "--profile", "x" * 300)

    assert ran.code == 3
    assert os.strerror(errno.ENAMETOOLONG) in ran.errors[0]


# Answers that do not go together

TOGETHER = {
    "months without a fracture": (
        {"vertebral_fractures": "0", "vertebral_fracture_months": "6"},
        ("--vertebral-fracture-months", "vertebral_fractures"),
    ),
    "months with unknown fractures": (
        {"fracture_months": "6"},
        ("--fracture-months", "Give one of them too"),
    ),
    "months since a hip that never broke": (
        {"hip_fracture": "no", "hip_fracture_months": "6"},
        ("--hip-fracture-months", "hip_fracture"),
    ),
    "a pregnant man": ({"sex": "male", "pregnant": "yes"}, ("--pregnant", "sex", "contradicts")),
    "a pregnancy after the menopause": (
        {"sex": "female", "menopause": "post", "pregnant": "yes"},
        ("--pregnant", "menopause"),
    ),
    "weeks of no pregnancy": (
        {"sex": "female", "pregnant": "no", "pregnancy_weeks": "12"},
        ("--pregnancy-weeks", "pregnant"),
    ),
    "the menopause of a man": ({"sex": "male", "menopause": "post"}, ("--menopause", "sex")),
    "before the menopause at 70": (
        {"sex": "female", "age": "70", "menopause": "pre"},
        ("do not go together", "60"),
    ),
    "after the menopause at 18": (
        {"sex": "female", "age": "18", "menopause": "post"},
        ("do not go together", "20"),
    ),
    "lower pressure above upper": (
        {"systolic_bp": "80", "diastolic_bp": "120"},
        ("--systolic-bp", "systolic_bp", "higher", "diastolic_bp"),
    ),
    "equal pressures": ({"systolic_bp": "100", "diastolic_bp": "100"}, ("systolic_bp", "diastolic_bp")),
    "T above Z after 60": (
        {"age": "70", "t_total_hip": "-1.0", "z_total_hip": "-2.5"},
        ("total hip T-score", "Z-score", "swapped"),
    ),
    "steroid months without steroids": (
        {"glucocorticoid_mg": "0", "glucocorticoid_months": "6"},
        ("--glucocorticoid-months", "glucocorticoid_mg"),
    ),
    "an injury without a fall": (
        {"falls_12m": "0", "injurious_fall": "yes"},
        ("--injurious-fall", "falls_12m"),
    ),
    "days of no back pain": (
        {"new_back_pain": "no", "back_pain_days": "6"},
        ("--back-pain-days", "new_back_pain"),
    ),
    "more height lost lately than ever": (
        {"height_loss_cm": "1", "height_loss_recent_cm": "3"},
        ("height_loss_cm",),
    ),
    "the latest fracture before the spine's": (
        {"vertebral_fractures": "1", "vertebral_fracture_months": "3", "fracture_months": "9"},
        ("fracture_months", "vertebral_fracture_months"),
    ),
    "idle and trained": (
        {"activity": "sedentary", "strength_training_weeks": "52"},
        ("do not go together", "sedentary"),
    ),
}


@pytest.mark.parametrize("kind", TOGETHER)
def test_answers_that_contradict_each_other_are_refused(run: Run, kind: str) -> None:
    answers, says = TOGETHER[kind]
    arguments = [word for field, value in answers.items() for word in (option(field), value)]

    error = refused(run("assess", *arguments), *says)

    assert error.startswith("--")


@pytest.mark.parametrize("kind", TOGETHER)
def test_a_contradiction_in_a_file_is_told_at_a_line_of_one_of_the_answers(
    run: Run, file: Any, kind: str
) -> None:
    answers = TOGETHER[kind][0]
    path = file("".join(f"{field}: {value}\n" for field, value in answers.items()))

    error = refused(run("assess", "--profile", path))

    places = [f"{path}:{line}:{len(field) + 3}: {field}: " for line, field in enumerate(answers, 1)]
    assert any(error.startswith(place) for place in places), error


def test_an_answer_given_as_option_and_in_the_file_is_refused(run: Run, file: Any) -> None:
    refused(run("assess", "--profile", file("age: 60\n"), "--age", "60"), "--age: ", "p.yaml", "Give it once")


def test_an_option_given_twice_is_refused_like_a_key_given_twice(run: Run) -> None:
    ran = run("assess", "--age", "50", "--age", "60")

    assert ran.code in (2, 3)
    assert "--age" in ran.errors[0]


# Usage


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), ("Nothing was told", "--t-score")),
        (("--tscore", "-3.9"), ("--tscore", "--t-score")),
        (("--lowest-t", "-3.9"), ("--lowest-t",)),
        (("--t-score",), ("--t-score", "argument")),
        (("-3.9",), ("-3",)),
        (("--age", "60", "extra"), ("extra",)),
        (("--age", "60", "--format", "xml"), ("xml", "text", "json")),
        (("--age", "60", "--audience", "dog"), ("dog", "person", "clinician")),
    ],
    ids=["nothing", "misspelt", "measure", "no value", "no name", "extra", "format", "audience"],
)
def test_a_command_that_cannot_be_understood_ends_with_usage(
    run: Run, arguments: tuple[str, ...], says: tuple[str, ...]
) -> None:
    refused(run("assess", *arguments), *says, code=2)


# Values that would garble the sentence


@pytest.mark.parametrize("field", ["t_score", "sex", "hip_fracture", "no_such_field"])
@pytest.mark.parametrize("length", [1_000, 300_000])
def test_a_very_long_value_does_not_make_a_very_long_sentence(
    run: Run, file: Any, field: str, length: int
) -> None:
    for content in (f'{{"{field}": "{"x" * length}"}}', f'{{"{field}": {"1" * length}}}'):
        refused(run("assess", "--profile", file(content, "p.json")), field)


def test_a_very_long_name_does_not_make_a_very_long_sentence(run: Run, file: Any) -> None:
    refused(run("assess", "--profile", file(f"{'x' * 1_000}: 1\n")))


@pytest.mark.parametrize("length", [3_000, 1_100_000])
def test_a_number_with_more_digits_than_can_be_reckoned_with_is_refused(
    run: Run, file: Any, length: int
) -> None:
    ran = run("assess", "--profile", file(f"t_score: {'1' * length}\n"))

    assert ran.code == 3
    assert len(ran.errors) == 1


@pytest.mark.parametrize(
    "text", ["\x1b[2Jx", "-3.9\nError: all is well", "x\rError", "x\x07", "\u202e9.3-", "\x9b31m"], ids=ascii
)
def test_control_characters_of_a_value_never_reach_the_terminal(run: Run, text: str) -> None:
    for field in ("t_score", "sex", "hip_fracture"):
        for door, stdin in (
            ((option(field), text), b""),
            (("--profile", "-"), json.dumps({field: text}).encode()),
        ):
            ran = run("assess", *door, stdin=stdin)

            assert ran.code == 3
            assert len(ran.err.splitlines()) == 1, ascii(ran.err)
            assert ran.err.rstrip("\n").isprintable(), ascii(ran.err)


@pytest.mark.usefixtures("installed")
def test_half_a_character_in_json_is_refused_without_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text('{"t_score": "\\ud800"}')

    done = recommender("assess", "--profile", path)

    assert done.returncode == 3
    assert "Traceback" not in done.stderr


# A process of its own


def recommender(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    command = [sys.executable, "-m", "recommender", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    "arguments", [("--profile", "-"), ("--t-score", "2.5"), ("--t-score", "-2.5")], ids=" ".join
)
def test_a_closed_standard_input_is_no_reason_to_crash(arguments: tuple[str, ...]) -> None:
    """Schedulers and service managers start programs so."""
    command = ["sh", "-c", 'exec "$0" -m recommender assess "$@" <&-', sys.executable, *arguments]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert "Traceback" not in done.stderr
    assert done.returncode == (0 if "-2.5" in arguments else 3)


@pytest.mark.usefixtures("installed")
def test_a_value_of_wrong_bytes_on_the_command_line_is_refused_without_a_crash() -> None:
    command = [os.fsencode(sys.executable), b"-m", b"recommender", b"assess", b"--t-score", b"\xff\xfe"]

    done = subprocess.run(command, capture_output=True, check=False)

    assert done.returncode == 3
    assert b"Traceback" not in done.stderr
    assert done.stderr.startswith(b"Error: --t-score: ")


# What is accepted


@pytest.mark.parametrize(
    ("field", "text", "understood"),
    [
        ("t_score", "+2.5", 2.5),
        ("t_score", "-2.5", -2.5),
        ("t_score", "-2.50", -2.5),
        ("t_score", " -2.5 ", -2.5),
        ("t_score", "-8", -8),
        ("t_score", "+8.0", 8),
        ("t_score", "0", 0),
        ("t_score", "-0.0", 0),
        ("t_score", "1.0", 1),
        ("t_score", "0.9", 0.9),
        ("t_score", "-0.84", -0.84),
        ("t_score", "+0.84", 0.84),
        ("age", "18", 18),
        ("age", "110", 110),
        ("age", "60.0", 60),
        ("hip_fracture", "yes", True),
        ("hip_fracture", "true", True),
        ("hip_fracture", "YES", True),
        ("hip_fracture", "no", False),
        ("hip_fracture", "False", False),
        ("sex", "other", "other"),
        ("leg_pain", "none", "none"),
        ("wrist_fracture_months", "12.5", 12.5),
    ],
)
def test_a_plain_answer_is_understood(run: Run, file: Any, field: str, text: str, understood: Any) -> None:
    found = accepted(run("assess", "--format", "json", "--profile", file(f"{field}: {text}\n")))[field]

    assert found == understood
    assert isinstance(found, bool) == isinstance(understood, bool)


def test_the_same_answers_are_understood_the_same_through_every_door(run: Run, file: Any) -> None:
    answers = {"age": "60", "t_score": "+2.5", "hip_fracture": "yes", "sex": "other", "falls_12m": "0"}
    plain = "".join(f"{field}: {text}\n" for field, text in answers.items())
    quoted = "".join(f"{field}: '{text}'\n" for field, text in answers.items())
    doors: list[tuple[list[object], str]] = [
        ([word for field, text in answers.items() for word in (option(field), text)], ""),
        (["--profile", file(plain, "plain.yaml")], ""),
        (["--profile", file(quoted, "quoted.yml")], ""),
        (["--profile", file(json.dumps(answers), "p.json")], ""),
        (["--profile", "-"], plain),
        (["--profile", "-"], json.dumps(answers)),
    ]

    for door, stdin in doors:
        profile = accepted(run("assess", "--format", "json", *door, stdin=stdin.encode()))
        assert profile == {"age": 60, "sex": "other", "t_score": 2.5, "hip_fracture": True, "falls_12m": 0}


@pytest.mark.parametrize(
    "word",
    ["unknown", "Unknown", "unsure", "not sure", "null", "~", '""', "''", ""],
    ids=lambda word: word or "nothing",
)
def test_every_word_for_unknown_leaves_the_field_out(run: Run, file: Any, word: str) -> None:
    fields = ("t_score", "sex", "hip_fracture", "vertebral_fractures", "wrist_fracture_months")
    content = "age: 60\n" + "".join(f"{field}: {word}\n" for field in fields)

    assert accepted(run("assess", "--format", "json", "--profile", file(content))) == {"age": 60}


def test_json_true_false_and_null_are_yes_no_and_unknown(run: Run) -> None:
    content = b'{"hip_fracture": true, "fever": false, "pregnant": null, "age": 60, "t_score": -2.5}'

    profile = accepted(run("assess", "--format", "json", "--profile", "-", stdin=content))

    assert profile == {"age": 60, "t_score": -2.5, "hip_fracture": True, "fever": False}


@pytest.mark.parametrize(
    "field",
    ["wrist_fracture_months", "spine_surgery_months", "joint_replacement_months", "other_surgery_months"],
)
def test_never_is_an_answer_where_something_may_never_have_been(run: Run, field: str) -> None:
    ran = run("assess", "--format", "json", "--age", "60", option(field), "never")

    assert ran.code == 0
    assert field not in [question["field"] for question in json.loads(ran.out)["questions"]]


def test_options_and_a_file_together_make_one_profile(run: Run, file: Any) -> None:
    profile = accepted(run("assess", "--format", "json", "--profile", file("age: 60\n"), "--t-score", "-2.5"))

    assert profile == {"age": 60, "t_score": -2.5}


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(run: Run, file: Any) -> None:
    for content, name in (
        (b"\xef\xbb\xbfage: 60\r\nt_score: -2.5\r\n", "p.yaml"),
        (b'\xef\xbb\xbf{"age": 60,\r\n"t_score": -2.5}', "p.JSON"),
    ):
        assert accepted(run("assess", "--format", "json", "--profile", file(content, name))) == {
            "age": 60,
            "t_score": -2.5,
        }


def test_harmless_answers_about_what_does_not_apply_are_accepted(run: Run) -> None:
    """A form that sends "no" or 0 for every box is not wrong about a man who is not pregnant."""
    ran = run("assess", "--sex", "male", "--pregnant", "no", "--falls-12m", "0", "--injurious-fall", "no")

    assert ran.code == 0


# At a terminal


# so that Ctrl-C reaches the program, the pseudo-terminal must be the one that controls it
# a job in the background ignores interrupts and hands that down, which a person's terminal does not
_AT_A_TERMINAL = """
import fcntl, signal, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.default_int_handler)
from recommender.cli.entry import main
main()
"""


_MOST_QUIET = 100  # times in a row that a program may say nothing for a fifth of a second


def at_a_terminal(*arguments: str, answers: bytes) -> tuple[int, str]:
    """Run the program at a pseudo-terminal, type `answers` when it asks; return exit code and screen."""
    ours, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _AT_A_TERMINAL, *arguments],
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
    )
    os.close(its)
    screen, typed, quiet = b"", False, 0
    while quiet < _MOST_QUIET:
        if not select.select([ours], [], [], 0.2)[0]:
            if process.poll() is not None:
                break
            quiet += 1
            if typed and answers == b"\x03" and quiet % 3 == 0:
                # readline can miss an interrupt that comes just before it waits; a person presses again
                os.write(ours, answers)
            continue
        quiet = 0
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break  # Linux says so when the other end has closed
        if not piece:
            break
        screen += piece
        if not typed and b"Which is it?" in screen:
            os.write(ours, answers)
            typed = True
    if quiet == _MOST_QUIET:
        process.kill()
    code = process.wait(timeout=10)
    os.close(ours)
    return code, screen.decode(errors="replace").replace("\r\n", "\n")


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(("answer", "understood"), [("-2.5", -2.5), ("+2.5", 2.5), ("unknown", None)])
def test_at_a_terminal_a_doubtful_score_is_asked_about_and_never_flipped(
    tmp_path: Path, answer: str, understood: float | None
) -> None:
    report = tmp_path / "report.json"
    arguments = ("assess", "--age", "60", "--t-score", "2.5", "--format", "json", "-o", str(report))

    code, screen = at_a_terminal(*arguments, answers=f"{answer}\n".encode())

    assert code == 0, screen
    assert "--t-score: 2.5 " in screen
    assert "minus sign" in " ".join(screen.split())
    assert json.loads(report.read_text())["profile"].get("t_score") == understood


@pytest.mark.usefixtures("installed")
def test_at_a_terminal_a_value_cannot_clear_the_screen() -> None:
    code, screen = at_a_terminal("assess", "--sex", "\x1b[2Jfemale", answers=b"")

    assert code == 3
    assert "\x1b" not in screen


@pytest.mark.usefixtures("installed")
def test_at_a_terminal_an_answer_that_was_not_offered_is_asked_again(tmp_path: Path) -> None:
    report = tmp_path / "report.json"

    code, screen = at_a_terminal(
        "assess", "--t-score", "2.5", "--format", "json", "-o", str(report), answers=b"2.5\n-2.5\n"
    )

    assert code == 0, screen
    assert screen.count("Which is it?") == 2
    assert json.loads(report.read_text())["profile"] == {"t_score": -2.5}


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("keys", "kind"), [(b"\x04", "end of input"), (b"\x03", "interrupt")], ids=["end of input", "interrupt"]
)
def test_at_a_terminal_the_question_can_be_left(keys: bytes, kind: str) -> None:
    code, screen = at_a_terminal("assess", "--t-score", "2.5", answers=keys)

    assert code == 130, (kind, screen)
    assert "Stopped." in screen
    assert "Traceback" not in screen


@pytest.mark.usefixtures("installed")
def test_at_a_terminal_an_answer_that_is_certainly_wrong_is_refused_without_asking() -> None:
    code, screen = at_a_terminal("assess", "--t-score", "2.5", "--age", "15", answers=b"")

    assert code == 3
    assert "Which is it?" not in screen
    assert "--age: `15` is outside" in screen
