"""A command whose libraries are not installed says in one sentence what to type."""

import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from recommender.cli.entry import EXTRAS

ROOT = Path(__file__).resolve().parent.parent


def run_without(libraries: Iterable[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a process that cannot import some libraries."""
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({list(libraries)!r})); "
        f"from recommender.cli.entry import main; main(*{list(arguments)!r})"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("library", "arguments", "extra"),
    [
        ("polars", ("batch", "people.csv", "answers.csv"), "batch"),
        ("sqlalchemy", ("review", "verify"), "review"),
        ("starlette", ("review", "profiles/examples"), "web"),
        ("starlette", ("serve",), "web"),
        ("z3", ("rules", "prove"), "prove"),
        ("jinja2", ("rules", "book", "-o", "book.html"), "pages"),
        ("jinja2", ("sheet", "--age", "61", "-o", "plan.html"), "pages"),
        ("typst", ("sheet", "--age", "61", "-o", "plan.pdf"), "pdf"),
    ],
)
def test_a_missing_extra_is_named(library: str, arguments: tuple[str, ...], extra: str) -> None:
    done = run_without([library], *arguments)

    assert done.returncode == 2
    assert done.stderr == (
        "Error: this needs more than is installed. "
        f"Type: {shlex.quote(sys.executable)} -m pip install 'recommender[{extra}]'\n"
    )


def test_a_frame_without_its_libraries_says_what_to_type() -> None:
    code = "import sys; sys.modules['polars'] = None; import recommender; recommender.assess_frame"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.stderr.endswith(
        "ImportError: assess_frame needs more than is installed: pip install 'recommender[batch]'\n"
    )


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    "arguments", [("assess", "--t-score", "-2.6"), ("why", "lean_back", "--age", "61"), ("fields",)]
)
def test_one_answer_needs_no_extra(arguments: tuple[str, ...]) -> None:
    done = run_without(EXTRAS, *arguments)

    assert (done.returncode, done.stderr) == (0, "")
