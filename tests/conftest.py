"""What all tests share: the command line in this process, and a measure of time that no machine changes."""

import gc
import io
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, settings

from recommender.cli.entry import main
from recommender.documents import yaml_json
from recommender.rulebook import Rulebook, load_rulebook
from recommender.rulebook.files import data_folder, package
from recommender.rulebook.prebuilt import LOCATION, prebuild

MOST_COMPILED = 50


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the golden files be written anew."""
    parser.addoption("--renew-golden", action="store_true", help="write the files in tests/golden anew")


# A busy machine is no failure.
settings.register_profile("all examples", deadline=None)
settings.register_profile("no shrinking", deadline=None, phases=(Phase.explicit, Phase.generate))
settings.register_profile("some examples", deadline=None, max_examples=30)
settings.load_profile("all examples")


def pytest_configure(config: pytest.Config) -> None:
    """Try some examples of each law, and all of them beside the heavy tests.

    What is imported is left alone: looking through it again and again took an eighth of the time.
    """
    if config.getoption("markexpr") == "not heavy" and not config.getoption("hypothesis_profile"):
        settings.load_profile("some examples")
    gc.disable()


def examples(most: int) -> int:
    """Return how many examples of a law are tried: `most` beside the heavy tests, else a third."""
    return max(most * settings().max_examples // 100, 3)


def pytest_collection_finish() -> None:
    """Collect garbage from now on, of the tests alone, and seldom: it took another tenth."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


class Ran(NamedTuple):
    """How a command ended: its exit code and all that it wrote."""

    code: int
    out: str
    err: str

    @property
    def errors(self) -> list[str]:
        """The lines that tell an error, without the leading word."""
        return [line.removeprefix("Error: ") for line in self.err.splitlines() if line.startswith("Error: ")]


Run = Callable[..., Ran]


@pytest.fixture(scope="session", autouse=True)
def _each_file_is_parsed_once() -> Iterator[None]:
    """Parse equal YAML once in this process."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(yaml_json, "read_yaml", lru_cache(maxsize=500)(yaml_json.read_yaml))
        yield


@pytest.fixture(scope="session", autouse=True)
def _each_rulebook_is_compiled_once() -> Iterator[None]:
    """Compile a rulebook for tables of equal columns once in this process."""
    if find_spec("polars") is None:  # the tests of the core run without it
        yield
        return
    from recommender.cohort import evaluation, scoring

    compiled: dict[Any, evaluation.Evaluator] = {}

    def evaluator(rulebook: Rulebook, present: frozenset[str], answers: Iterable[str]) -> Any:
        key = id(rulebook), present, tuple(answers)
        if key not in compiled:
            if len(compiled) == MOST_COMPILED:
                compiled.clear()
            compiled[key] = evaluation.Evaluator(rulebook, present, tuple(answers))
        return compiled[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scoring, "Evaluator", evaluator)
        yield


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the program as a wheel installs it, its rulebook already parsed."""
    folder = tmp_path_factory.mktemp("installation")
    shutil.copytree(package(), folder / "recommender")
    for name in ("rules", "profiles"):
        shutil.copytree(data_folder(name), folder / "recommender" / name, dirs_exist_ok=True)
    (folder / "recommender" / LOCATION).write_bytes(prebuild(load_rulebook()))
    return folder


@pytest.fixture
def installed(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the processes that a test starts run the program as it is installed."""
    monkeypatch.chdir(installation)


def calls(work: Callable[[], object]) -> int:
    """Return how many calls of functions some work takes: a measure of time that no busy machine changes."""
    count = 0

    def seen(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `recommender` with arguments, and with `stdin` (bytes) as its standard input."""

    def run_(*arguments: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main(*map(str, arguments))
        out, err = capsys.readouterr()
        code = stopped.value.code
        return Ran(code if isinstance(code, int) else 0, out, err)

    return run_
