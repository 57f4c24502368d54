"""Every report one can look at without installing: what the commands print, run when the site is built."""

import subprocess
import sys
import tempfile
from pathlib import Path

PERSON = ("--t-score", "-3.9", "--age", "54")
CLINIC = "profiles/examples/clinic.csv"
PAGE = """# Every report

What the commands print, made when this site was built. Whoever appears here is made up.

- [The first screen](examples/screen.md) of an answer, and [the whole answer](examples/person.md)
- [The same for a clinician](examples/clinician.md): every rule, its value, its reason and its source
- [The same as JSON](examples/answer.json), which follows the [JSON Schema](reference/assessment.v1.json)
- [Why an exercise waits](examples/why.md), and what would change that
- [The summary of a clinic's file](examples/summary.html): one page, about all and nobody in particular
- [The rulebook as one page](examples/book.html), to print
"""
_SHOWN = {
    "screen": ("The first screen", ("assess", *PERSON)),
    "person": ("A person's whole answer", ("assess", *PERSON, "--show", "all")),
    "clinician": ("The answer for a clinician", ("assess", *PERSON, "--audience", "clinician")),
    "why": ("Why an exercise waits", ("why", "low_jump", *PERSON)),
}


def report_files(root: Path) -> dict[str, str]:
    """Return the pages of the site that show reports, by name."""
    with tempfile.TemporaryDirectory() as folder:
        summary, book = Path(folder) / "summary.html", Path(folder) / "book.html"
        _run(root, "batch", CLINIC, str(Path(folder) / "answers.csv"), "--report", str(summary))
        _run(root, "rules", "book", "-o", str(book))
        pages = {
            "examples/summary.html": summary.read_text(encoding="utf-8"),
            "examples/book.html": book.read_text(encoding="utf-8"),
        }
    shown = {f"examples/{name}.md": _shown(root, title, command) for name, (title, command) in _SHOWN.items()}
    answer = {"examples/answer.json": _run(root, "assess", *PERSON, "--format", "json")}
    return {"examples.md": PAGE, **shown, **answer, **pages}


def _shown(root: Path, title: str, command: tuple[str, ...]) -> str:
    text = _run(root, *command)
    return f"# {title}\n\n```console\n$ recommender {' '.join(command)}\n```\n\n```text\n{text}```\n"


def _run(root: Path, *command: str) -> str:
    """Run one command of this tree and return what it prints.

    Raises:
        CalledProcessError: it fails, apart from rows that are rejected.

    """
    done = subprocess.run(
        [sys.executable, "-m", "recommender", *command], cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode > 1:
        sys.stderr.write(done.stderr)
        done.check_returncode()
    return done.stdout
