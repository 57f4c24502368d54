"""Small changes to the program itself, one at a time, and whether a test fails.

    python -m tests.mutants [COUNT] [--seed N] [--file PART]

draws mutants at random from the core (the modules of `TESTS`), tries each on a copy of the tree, on two
processes, and prints every survivor. A survivor is answered with a test. A mutant that no test can see is
listed with the reason in `equivalent_mutants.yaml` and not drawn again. Fails if more than one in twenty
survives. Heavy tests are run on what outlives the others.
"""

import argparse
import ast
import copy
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import accumulate
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
EQUIVALENT = ROOT / "tests" / "equivalent_mutants.yaml"
# Modules of the core, and the test files that are likeliest to notice a change there; the first match counts.
TESTS = {
    "language/": "language details kinds symbols answers broken_rulebooks golden columns engines",
    "vocabulary/answers": "answers broken_profiles quantities",
    "vocabulary/dates": "quantities ask",
    "vocabulary/keeping": "ask checkin",
    "vocabulary/profile": "people golden details broken_profiles answers edges quantities",
    "vocabulary/quantities": "quantities ask",
    "vocabulary/": "vocabulary broken_profiles broken_rulebooks rulebook golden",
    "rulebook/activit": "can can_names",
    "rulebook/checkin": "checkin",
    "rulebook/dose": "doses broken_rulebooks golden",
    "rulebook/files": "prebuilt rulebook edges broken_rulebooks difference phrases",
    "rulebook/first_screen": "screen",
    "rulebook/leaves": "wording doses difference",
    "rulebook/loading": "prebuilt edges broken_rulebooks difference phrases",
    "rulebook/prebuilt": "prebuilt",
    "rulebook/question": "ask",
    "rulebook/recalls": "recall",
    "rulebook/scales": "scales golden people",
    "rulebook/side_files": "signing difference",
    "rulebook/signing": "signing",
    "rulebook/": "golden rulebook edges details broken_rulebooks phrases",
    "vectorised/": "golden columns engines proof",
    "person/engines/": "engines golden symbols traps",
    "person/verdicts": "open_answers golden checkin people cases why",
    "person/offers": "open_answers golden checkin people cases why",
    "person/questions": "open_answers golden people cases why",
    "person/decision": "open_answers golden people cases why",
    "person/unknowns": "open_answers golden people cases why",
    "person/assessment": "open_answers golden people cases why review",
    "person/explanation": "golden explanation why review",
    "person/what_if": "why explanation",
    "cohort/cells": "answers golden cohort_tables cohort_reading cohort_reading_laws cohort_mapping batch",
    "cohort/scoring": "answers golden cohort_tables dataframes columns batch",
    "review/statistics": "review_statistics",
    "review/agreement": "review_statistics review",
    "review/chain": "review_store",
}
# What a mutant that outlives those is tried against.
MORE = (
    "golden open_answers details people language rulebook edges dataframes why screen can ask checkin columns"
)
LIGHT, HEAVY = "not heavy", "heavy"
PASSED = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
PROCESSES = 2
SECONDS = 600  # of a processor: a busy machine is no endless loop
PATIENCE = 10  # so many times as long by the clock, for what waits without doing anything
SHARE = 0.05


class Mutant(NamedTuple):
    """One change of one piece of a file; `code` is the line that it begins on."""

    file: str
    code: str
    before: str
    after: str
    line: int
    start: int
    end: int

    @property
    def key(self) -> tuple[str, ...]:
        """What names a mutant whatever line it stands on."""
        return self.file, self.code, self.before, self.after

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.before}  →  {self.after}\n    in: {self.code}"

    def applied(self, source: bytes) -> bytes:
        """Return the source with this change."""
        return source[: self.start] + self.after.encode() + source[self.end :]


_OTHER: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}
_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_NO_CODE = ("annotation", "returns", "decorator_list", "bases", "type_params")


def mutants(file: str, source: bytes) -> Iterator[Mutant]:
    """Yield every mutant of a file."""
    lines = source.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    for old, new in _changes(ast.parse(source)):
        before, after = ast.unparse(old), ast.unparse(new)
        if isinstance(new, ast.expr) and not isinstance(new, ast.Constant | ast.Call | _COMPREHENSIONS):
            after = f"({after})"
        start = starts[old.lineno - 1] + old.col_offset
        end = starts[(old.end_lineno or 0) - 1] + (old.end_col_offset or 0)
        yield Mutant(file, lines[old.lineno - 1].decode().strip(), before, after, old.lineno, start, end)


Node = ast.expr | ast.stmt


def _changes(node: ast.AST) -> Iterator[tuple[Node, Node]]:
    """Yield each piece of a tree that can be changed, with what it becomes; no annotations, no f-strings."""
    yield from _of_node(node)
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr) and name not in _NO_CODE:
                yield from _changes(child)


def _of_node(node: ast.AST) -> Iterator[tuple[Node, Node]]:
    match node:
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp() | ast.BinOp():
            yield from ((node, other) for other in _of_operator(node))
        case ast.If() | ast.IfExp() | ast.While() if "TYPE_CHECKING" not in ast.unparse(node.test):
            yield node.test, ast.UnaryOp(ast.Not(), node.test)
        case ast.Constant(value=bool()):
            yield node, ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield from ((node, ast.Constant(node.value + step)) for step in (1, -1))
        case ast.Call(func=ast.Name(id=name)) if name in _CALLS:
            keywords = [] if name == "sorted" else node.keywords
            yield node, _with(node, func=ast.Name(_CALLS[name]), keywords=keywords)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            for index, loop in enumerate(node.generators):
                for condition in loop.ifs:
                    wider = _with(loop, ifs=[other for other in loop.ifs if other is not condition])
                    loops = [*node.generators[:index], wider, *node.generators[index + 1 :]]
                    yield node, _with(node, generators=loops)
        case ast.Return(value=ast.Constant(value=value)) if not value:
            return
        case ast.Return(value=ast.expr()):
            yield node, ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.AugAssign():
            yield node, ast.Pass()


def _of_operator(node: ast.Compare | ast.BoolOp | ast.UnaryOp | ast.BinOp) -> Iterator[ast.expr]:
    match node:
        case ast.Compare():
            for index, operator in enumerate(node.ops):
                for other in _OTHER[type(operator)]:
                    yield _with(node, ops=[*node.ops[:index], other(), *node.ops[index + 1 :]])
        case ast.BoolOp():
            yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
            for index in range(len(node.values)):
                rest = [*node.values[:index], *node.values[index + 1 :]]
                yield _with(node, values=rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            yield _with(node, op=ast.Sub() if isinstance(node.op, ast.Add) else ast.Add())


def _with(node: Any, **parts: object) -> Any:
    changed = copy.copy(node)
    for name, part in parts.items():
        setattr(changed, name, part)
    return changed


def nearest(file: str) -> list[str]:
    """Return the test files that are likeliest to notice a change in a module; none outside the core."""
    module = file.removeprefix("recommender/")
    return next((names.split() for part, names in TESTS.items() if module.startswith(part)), [])


def core(part: str = "") -> list[Mutant]:
    """Return every mutant of the core, or of the files of it whose path holds `part`."""
    paths = (str(path.relative_to(ROOT)) for path in sorted((ROOT / "recommender").rglob("*.py")))
    files = [file for file in paths if part in file and nearest(file)]
    return [mutant for file in files for mutant in mutants(file, (ROOT / file).read_bytes())]


def equivalent() -> dict[tuple[str, ...], str]:
    """Return the mutants that change nothing anybody could see, with the reasons."""
    entries = yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8"))
    keys = ("file", "code", "before", "after")
    return {tuple(entry[key] for key in keys): entry["because"] for entry in entries}


class Copy:
    """A copy of the tree in which one file at a time is changed and tested."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("recommender", "rules", "profiles", "tests", "docs", "benchmarks"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "LICENSE"):
            shutil.copy(ROOT / name, folder)

    def tried(self, mutant: Mutant) -> str:
        """Say what becomes of a mutant: it survived, was noticed, or had no end."""
        first = nearest(mutant.file)
        rest = [name for name in MORE.split() if name not in first]
        for names, mark in ((first, LIGHT), (rest, LIGHT), (first, HEAVY), (rest, HEAVY)):
            outcome = self._tested_on(mutant, names, mark)
            if outcome != "survived":
                break
        if outcome != "survived" and mark == HEAVY:
            self.check(names, mark)
        return outcome

    def check(self, names: Sequence[str], mark: str) -> None:
        """Raise `SystemExit` when test files do not even pass on the program as it is."""
        if self.tested(names, mark) != "survived":
            sys.exit(f"Tests fail on the program as it is ({mark}): {' '.join(names)}.")

    def _tested_on(self, mutant: Mutant, names: Sequence[str], mark: str) -> str:
        source = (self.folder / mutant.file).read_bytes()
        try:
            self._write(mutant.file, mutant.applied(source))
            return self.tested(names, mark)
        finally:
            self._write(mutant.file, source)

    def _write(self, file: str, source: bytes) -> None:
        path = self.folder / file
        path.write_bytes(source)
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            compiled.unlink()  # a change within one second and of the same length would go unseen

    def tested(self, names: Sequence[str], mark: str) -> str:
        """Run the tests of a mark in some files until one fails, or has no end."""
        files = [f"tests/test_{name}.py" for name in names]
        run = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "pytest",
                "-x",
                "-q",
                "-p",
                "no:cacheprovider",
                "--hypothesis-profile=no shrinking",
                "--hypothesis-seed=0",
                "-m",
                mark,
                *files,
            ],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        resource.prlimit(run.pid, resource.RLIMIT_CPU, (SECONDS, SECONDS))
        try:
            code = run.wait(PATIENCE * SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            code = run.wait()
        if code == -signal.SIGKILL:
            return "without end"
        return "survived" if code in PASSED else "noticed"


def tried(drawn: Sequence[Mutant]) -> Iterator[tuple[Mutant, str]]:
    """Try mutants, and yield each with what becomes of it, in their order.

    Raises:
        SystemExit: when the tests do not even pass on the program as it is.

    """
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(PROCESSES) as pool:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for number in range(PROCESSES):
            copies.put(Copy(Path(folder) / str(number)))

        def on_a_copy(task: Callable[[Copy], Any]) -> Any:
            tree = copies.get()
            try:
                return task(tree)
            finally:
                copies.put(tree)

        names = sorted({*MORE.split(), *(name for mutant in drawn for name in nearest(mutant.file))})
        parts = [names[number::PROCESSES] for number in range(PROCESSES)]
        list(pool.map(on_a_copy, [partial(Copy.check, names=part, mark=LIGHT) for part in parts]))
        trials = pool.map(on_a_copy, [partial(Copy.tried, mutant=mutant) for mutant in drawn])
        yield from zip(drawn, trials, strict=True)


def main() -> int:
    """Try a sample of mutants, tell the score, and return whether too many survive."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("count", nargs="?", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", default="", help="only of files whose path holds this")
    asked = parser.parse_args()
    waived = equivalent()
    possible = [mutant for mutant in core(asked.file) if mutant.key not in waived]
    drawn = random.Random(asked.seed).sample(possible, min(asked.count, len(possible)))
    score: Counter[str] = Counter()
    for mutant, what in tried(drawn):
        score[what] += 1
        if what != "noticed":
            print(f"{what.upper()}: {mutant}", flush=True)
    print(
        f"{len(drawn)} of {len(possible)} mutants (seed {asked.seed}):",
        ", ".join(f"{n} {what}" for what, n in score.items()),
    )
    return score["survived"] > SHARE * len(drawn)


if __name__ == "__main__":
    sys.exit(main())
