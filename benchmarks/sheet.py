"""What a sheet costs beside a plain answer, and how large it is.

    python -m benchmarks.sheet

CPU time of fresh processes of the program as a wheel installs it, side by side, as the ratio to `assess` of
the same person; medians. Targets: a page in at most 0.4 s of CPU time and a PDF in at most 1.0 s, each of at
most 250 kB. It prints and never fails: a clock is no test.
"""

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from recommender.rulebook import load_rulebook
from recommender.rulebook.files import data_folder, package
from recommender.rulebook.prebuilt import LOCATION, prebuild

ROUNDS = 11
PERSON = ("--t-score", "-3.9", "--age", "54")
SECONDS = {".html": 0.4, ".pdf": 1.0, ".ics": 0.4}


def installed(folder: Path) -> Path:
    """Put the program into a folder as a wheel does, its rulebook already parsed."""
    shutil.copytree(package(), folder / "recommender")
    for name in ("rules", "profiles"):
        shutil.copytree(data_folder(name), folder / "recommender" / name, dirs_exist_ok=True)
    (folder / "recommender" / LOCATION).write_bytes(prebuild(load_rulebook()))
    return folder


def cpu(folder: Path, *arguments: str) -> float:
    """Return the CPU time of one run of the program, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "recommender", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = installed(Path(temporary))
        for suffix, target in SECONDS.items():
            file = folder / f"plan{suffix}"
            sheet = ("sheet", *PERSON, "-o", str(file))
            cpu(folder, *sheet)  # compiles the byte code
            rounds = [(cpu(folder, "assess", *PERSON), cpu(folder, *sheet)) for _ in range(ROUNDS)]
            ratio = statistics.median(made / plain for plain, made in rounds)
            seconds = statistics.median(made for _, made in rounds)
            size = file.stat().st_size / 1000
            print(f"{suffix:6} {ratio:5.2f} times `assess`, {seconds:.2f} s (target {target}), {size:.0f} kB")


if __name__ == "__main__":
    main()
