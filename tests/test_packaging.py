"""The wheel and the source distribution: complete, the same in every build, able to answer from one file."""

import os
import subprocess
import sys
import zipapp
import zipfile
from compileall import compile_dir
from importlib.metadata import files as files_of
from pathlib import Path
from py_compile import PycInvalidationMode

import pytest

from recommender.rulebook.prebuilt import LOCATION
from tests.conftest import Run

pytest.importorskip("hatchling", reason="`make test` brings what builds the wheel")
ROOT = Path(__file__).resolve().parent.parent


def build(source: Path, target: str, into: Path, seed: str) -> Path:
    """Build a wheel or an sdist without a network; `seed` is that of Python's hashes."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(into)]
    subprocess.run(command, cwd=source, env=environment, check=True, capture_output=True)
    (built,) = into.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"), "1")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the source distribution."""
    sdist = build(ROOT, "sdist", tmp_path_factory.mktemp("sdist"), "1")
    folder = tmp_path_factory.mktemp("unpacked")
    subprocess.run(["tar", "-xzf", sdist, "-C", folder, "--strip-components=1"], check=True)
    return folder


@pytest.mark.heavy
def test_the_wheel_from_the_source_distribution_is_the_same_to_the_byte(
    wheel: Path, unpacked: Path, tmp_path: Path
) -> None:
    again = build(unpacked, "wheel", tmp_path / "again", "2")

    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()


def test_the_source_distribution_holds_what_the_commands_of_the_readme_need(unpacked: Path) -> None:
    names = {path.name for path in unpacked.iterdir()}

    assert {"Makefile", ".ci", "rules", "profiles", "tests", "benchmarks", "docs", "hatch_build.py"} <= names
    assert not {".git", ".venv", "dist"} & names


def test_the_wheel_holds_no_tests_and_the_prebuilt_rulebook(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert f"recommender/{LOCATION}" in names
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"recommender"}


@pytest.fixture(scope="module")
def application(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pack the wheel and the pure Python parts of its libraries, and of those for pages, into one file."""
    folder = tmp_path_factory.mktemp("application")
    zipfile.ZipFile(wheel).extractall(folder / "all")
    for library in ("click", "pyyaml", "jinja2", "markupsafe"):
        for file in files_of(library) or []:
            if file.suffix == ".py" and file.parts[0] in ("click", "yaml", "jinja2", "markupsafe"):
                copy = folder / "all" / file
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(file.read_binary())
    compiled = PycInvalidationMode.UNCHECKED_HASH
    assert compile_dir(folder / "all", legacy=True, quiet=1, invalidation_mode=compiled)
    zipapp.create_archive(folder / "all", folder / "recommender.pyz", main="recommender.cli:program")
    return folder / "recommender.pyz"


def test_one_file_answers_in_an_empty_folder_without_a_home(
    application: Path, run: Run, tmp_path: Path
) -> None:
    arguments = ("assess", "--t-score", "-3.9", "--age", "54")
    command = [sys.executable, "-I", "-S", application, *arguments]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run(*arguments).out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.heavy
def test_every_command_answers_from_one_file_and_its_prebuilt_rulebook(
    application: Path, run: Run, tmp_path: Path
) -> None:
    commands = (
        ("assess", "--t-score", "-3.9", "--audience", "clinician", "--format", "json"),
        ("why", "lean_back", "--age", "61"),
        ("can", "golf", "--age", "61"),
        ("rules", "list"),
        ("--version",),
    )
    code = (
        f"import sys; sys.path.insert(0, {str(application)!r})\n"
        "from recommender.cli.entry import main\n"
        "from recommender.rulebook.prebuilt import load_prebuilt\n"
        "assert load_prebuilt()\n"
        f"for arguments in {commands!r}:\n"
        "    try: main(*arguments)\n"
        "    except SystemExit as stopped: assert stopped.code == 0, arguments\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        cwd=tmp_path, env={}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    here = "".join(run(*arguments).out for arguments in commands)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == here.replace("engine durable_rules", "engine reference")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.heavy
def test_the_rulebook_is_a_page_from_one_file_by_a_roundabout_path(
    application: Path, run: Run, tmp_path: Path
) -> None:
    roundabout = application.parent / "all" / ".." / application.name
    command = [sys.executable, "-I", "-S", roundabout, "rules", "book", "-o", "book.html"]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
    run("rules", "book", "-o", str(tmp_path / "here.html"))

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "book.html").read_bytes() == (tmp_path / "here.html").read_bytes()


@pytest.mark.heavy
def test_rules_in_one_file_cannot_be_signed_there(application: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", application, "rules", "sign", "H01", "--by", "x", "--role", "y"]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)

    assert done.returncode == 3
    assert "these rules are packed in one file with the program. Use --rules DIR." in done.stderr
