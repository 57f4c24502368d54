"""Which controls there are: laws, rules, cues and cases of a rulebook, lints and tests of this program."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from recommender.documents.yaml_json import Document
from recommender.rulebook.files import CASES, package, within
from recommender.rulebook.loading import load_case_documents, load_law_documents
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_ROOMS_OF_LINTS = ("authoring", "proof")
_LINTS_YIELD = ("Iterator[Problem]", "Iterator[Finding]")
_TEST = re.compile(r"^def (test_\w+)\(", re.MULTILINE)


class KnownControls(NamedTuple):
    """The controls that there are, by kind, each with its location.

    `tests` is missing where the program is installed without its source. `needed` are the controls that must
    hold some hazard down, by kind and id, each with its location.
    """

    by_kind: Mapping[str, Mapping[str, str]]
    needed: Mapping[tuple[str, str], str]


def known_controls(book: Rulebook, folder: Path | None) -> KnownControls:
    """Return the controls of a rulebook and of this program.

    Raises:
        RulebookError: where laws or cases cannot be read as data.

    """
    laws, cases = load_law_documents(folder), load_case_documents(folder)
    by_kind: dict[str, Mapping[str, str]] = {
        "laws": dict(_entries(laws, "laws", "id")),
        "rules": {rule.id: rule.place for rule in book.rules.values()},
        "cues": dict(_entries(laws, "cues", "words")),
        "cases": {
            f"{within(case.name).removeprefix(CASES)}::{name}": place
            for case in cases
            for name, place in _entries([case], "cases", "name")
        },
        "lints": lints(),
    }
    tests = _folder_of_tests()
    if tests is not None:
        by_kind["tests"] = _tests(tests)
    red_flags = {
        ("rules", rule.id): rule.place
        for rule in book.rules.values()
        if rule.clearance is not None and rule.clearance >= Clearance.HOLD
    }
    needed = {(kind, id_): place for kind in ("laws", "lints") for id_, place in by_kind[kind].items()}
    return KnownControls(by_kind, {**needed, **red_flags})


def _entries(documents: list[Document], section: str, key: str) -> Iterator[tuple[str, str]]:
    """Yield what stands under `key` in each entry of a list, and where."""
    for document in documents:
        entries = document.data.get(section) if isinstance(document.data, dict) else None
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict) and isinstance(entry.get(key), str):
                yield " ".join(entry[key].split()), document.place((section, index, key))


@cache
def lints() -> Mapping[str, str]:
    """Return every function of this program that yields problems or findings of a usable rulebook."""
    return {
        f"{name}::{node.name}": f"recommender/{name}:{node.lineno}"
        for room in _ROOMS_OF_LINTS
        for name, source in _sources(package() / room, f"{room}/")
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) in _LINTS_YIELD
    }


@cache
def _tests(folder: Path) -> Mapping[str, str]:
    return {
        f"{file.name}::{name}": f"tests/{file.name}"
        for file in sorted(folder.glob("test_*.py"))
        for name in _TEST.findall(file.read_text(encoding="utf-8"))
    }


def _sources(folder: "Traversable", prefix: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _sources(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".py"):
            yield prefix + entry.name, entry.read_text(encoding="utf-8")


def _folder_of_tests() -> Path | None:
    """Return the tests beside this package; a wheel has none, and beside it may lie those of others."""
    root = package()
    if not isinstance(root, Path) or not (root.parent / "pyproject.toml").is_file():
        return None
    tests = root.parent / "tests"
    return tests if tests.is_dir() else None
