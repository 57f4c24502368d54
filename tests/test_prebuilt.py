"""The prebuilt rulebook is believed only where it says what the rules say, and read from nowhere else."""

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.rulebook import Rulebook, load_rulebook, load_vocabulary, loading, prebuilt
from recommender.rulebook.files import shipped_files
from tests.people import book

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the package hold a prebuilt rulebook, as one from a wheel does."""
    file = tmp_path / "package" / prebuilt.LOCATION
    file.parent.mkdir(parents=True)
    file.write_bytes(prebuilt.prebuild(book()))
    monkeypatch.setattr(prebuilt, "package", lambda: tmp_path / "package")
    loading._prebuilt.cache_clear()
    yield file
    loading._prebuilt.cache_clear()


def small() -> Rulebook:
    """The shipped rulebook without most of it: it is only to be written and read, many times."""
    few = {id_: book().rules[id_] for id_ in ("H01", "R01")}
    return book()._replace(rules=few, exercises={}, movements={}, sources={})


def without(rulebook: Rulebook, rule: str) -> Rulebook:
    return rulebook._replace(rules={id_: kept for id_, kept in rulebook.rules.items() if id_ != rule})


def test_the_prebuilt_rulebook_is_the_one_that_the_rules_give(file: Path) -> None:
    assert file.is_file()
    assert prebuilt.load_prebuilt() == book()
    assert load_vocabulary() == book().vocabulary


@pytest.mark.heavy
def test_it_stands_in_for_the_shipped_rules_and_only_for_those(file: Path) -> None:
    file.write_bytes(prebuilt.prebuild(without(book(), "H01")))

    assert "H01" not in load_rulebook().rules
    assert "H01" in load_rulebook(afresh=True).rules
    assert "H01" in load_rulebook(ROOT / "rules").rules
    assert "H01" in load_rulebook(fields=ROOT / "profiles" / "fields.yaml").rules


def test_no_damage_is_believed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prebuilt, "shipped_files", lambda: {"rules/limits.yaml": b"rules: []"})
    whole = prebuilt.prebuild(small())
    file.write_bytes(whole)
    assert prebuilt.load_prebuilt() == small()
    chance = random.Random(7)
    with file.open("r+b", buffering=0) as entry:
        for _ in range(2000):
            place = chance.randrange(len(whole))
            entry.seek(place)
            entry.write(bytes([whole[place] ^ 1 << chance.randrange(8)]))
            believed = prebuilt.load_prebuilt()
            entry.seek(place)
            entry.write(whole[place : place + 1])

            assert believed is None
    assert prebuilt.load_prebuilt() == small()


@pytest.mark.parametrize("content", [b"", b"\n", b"not a rulebook at all", b"0" * 64 + b"\n"])
def test_what_is_no_prebuilt_rulebook_costs_only_time(file: Path, content: bytes) -> None:
    file.write_bytes(content)

    assert load_rulebook() == book()


@pytest.mark.heavy
def test_it_is_believed_for_no_other_rules(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty rulebooks, each prebuilt from files that say something else than those of the program."""
    files = shipped_files()
    for rule in list(book().rules)[:50]:
        changed = {name: content.replace(rule.encode(), b"X99") for name, content in files.items()}
        with monkeypatch.context() as patched:
            patched.setattr(prebuilt, "shipped_files", lambda changed=changed: changed)
            file.write_bytes(prebuilt.prebuild(small()))
            assert prebuilt.load_prebuilt() is not None

        assert prebuilt.load_prebuilt() is None


@pytest.mark.parametrize("change", ["a file more", "a file less", "one byte"])
def test_it_is_not_believed_once_the_files_change(
    file: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    files = shipped_files()
    name, content = next(iter(files.items()))
    changed = {
        "a file more": {**files, "rules/own.yaml": b""},
        "a file less": {other: files[other] for other in files if other != name},
        "one byte": {**files, name: content + b"\n"},
    }[change]
    monkeypatch.setattr(prebuilt, "shipped_files", lambda: changed)

    assert file.is_file()
    assert prebuilt.load_prebuilt() is None


@pytest.mark.parametrize(
    ("name", "value"), [("__version__", "0.0.1"), ("_KINDS", (*prebuilt._KINDS, Rulebook))]
)
def test_it_is_not_believed_by_another_program(
    file: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    monkeypatch.setattr(prebuilt, name, value)

    assert file.is_file()
    assert prebuilt.load_prebuilt() is None


@pytest.mark.heavy
def test_no_home_is_read_or_written(tmp_path: Path) -> None:
    """A rulebook was once kept in the user's cache, where whoever could write there could forge it."""
    forged = prebuilt.prebuild(without(book(), "H01"))
    for folder in (".cache", "cache"):
        entries = tmp_path / folder / "recommender-bone-health" / "rulebooks"
        entries.mkdir(parents=True, mode=0o700)
        for number in range(50):
            (entries / f"{number:064x}.cache").write_bytes(forged)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
    program = (
        "import sys; home = sys.argv.pop(); "
        "sys.addaudithook(lambda event, args: event in ('open', 'os.listdir', 'os.scandir', 'os.mkdir') "
        "and str(args[0]).startswith(home) and sys.exit(9)); "
        "from recommender.cli.entry import main; main('rules', 'show', 'H01')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path],
        cwd=ROOT,
        env={"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "H01" in done.stdout
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")} == before


def test_a_rulebook_is_parsed_once_in_a_process_and_again_when_it_changes(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))
    first = load_rulebook(folder)

    assert load_rulebook(folder) is first
    (folder / "session.yaml").write_bytes((folder / "session.yaml").read_bytes() + b"# more\n")
    assert load_rulebook(folder) is not first
