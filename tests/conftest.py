"""What all tests share: the command line in this process, and a cache that is not the user's own."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from recommender.cli import main
from recommender.documents import yaml_json
from recommender.rulebook import cache
from recommender.vocabulary import reading


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the golden files be written anew."""
    parser.addoption("--renew-golden", action="store_true", help="write the files in tests/golden anew")


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
def _cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep every rulebook that a test reads in a folder of this session."""
    before = os.environ.get("XDG_CACHE_HOME")
    folder = tmp_path_factory.mktemp("cache")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    yield folder
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture(scope="session", autouse=True)
def _each_content_is_read_once(_cache_of_its_own: Path) -> Iterator[None]:
    """Parse equal YAML once in this process, and build the vocabulary of it and a cached rulebook once.

    Tests with a cache folder of their own read the rulebook as the program does.
    """
    cached: dict[str, Any] = {}
    vocabularies: dict[int, tuple[Any, Any]] = {}
    get, read_vocabulary = cache.get, reading.read_vocabulary

    def get_once(key: str, kind: type[Any]) -> Any:
        if os.environ.get("XDG_CACHE_HOME") != str(_cache_of_its_own):
            return get(key, kind)
        if key not in cached and (value := get(key, kind)) is not None:
            cached[key] = value
        return cached.get(key)

    def read_vocabulary_once(document: yaml_json.Document) -> Any:
        if id(document) not in vocabularies:
            vocabularies[id(document)] = document, read_vocabulary(document)
        return vocabularies[id(document)][1]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(yaml_json, "read_yaml", lru_cache(maxsize=500)(yaml_json.read_yaml))
        patched.setattr(reading, "read_vocabulary", read_vocabulary_once)
        patched.setattr(cache, "get", get_once)
        yield


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
