"""The cost of a cohort against reading and writing the same file: CSV to CSV, as ratios within one run.

    python -m benchmarks.cohort

The base is what Polars needs to scan the finished output and to sink a copy of it, in a process of its own as
ours is. Both take turns; medians are printed. Each writes to a new file and starts when the disk is idle, so
that neither pays for the other or for deleting an earlier file. It prints and never fails: a clock is no
test.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.made_up import every_field, registry, write_in_parts

TARGET = 1.5
FILES = {"a registry's 20 columns": registry, "a column for every field": every_field}


def seconds(command: list[str], target: Path) -> float:
    """Return the wall time of a command that writes a new file; byte code is cached, as once installed."""
    environment = {
        **os.environ,
        "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "recommender-byte-code"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    target.unlink(missing_ok=True)
    os.sync()
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def compare(name: str, source: Path, rows: int, rounds: int) -> None:
    """Measure one file, both ways in turns, and print the medians."""
    answers, copy = source.with_name("answers.csv"), source.with_name("copy.csv")
    ours = [str(Path(sys.executable).with_name("recommender")), "batch", str(source), str(answers)]
    base = [
        sys.executable,
        "-c",
        f"import polars as pl; pl.scan_csv({str(answers)!r}, infer_schema=False).sink_csv({str(copy)!r})",
    ]
    seconds(ours, answers)
    seconds(base, copy)
    pairs = [(seconds(ours, answers), seconds(base, copy)) for _ in range(rounds)]
    us, them = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
    ratio = statistics.median(one / other for one, other in pairs)
    size = [f"{file.stat().st_size / 1e6:,.0f} MB" for file in (source, answers)]
    print(f"{name}: {rows:,} rows, {size[0]} in, {size[1]} out (medians of {rounds})")
    print(f"  recommender batch            {us:6.2f} s   {rows / us:10,.0f} rows/s")
    print(f"  Polars: scan and sink a copy {them:6.2f} s   {rows / them:10,.0f} rows/s")
    print(f"  ratio {ratio:.2f}, target at most {TARGET}", flush=True)


def main() -> None:
    """Measure every kind of file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--folder",
        type=Path,
        help="where the files go for the time of the run; by default, the temporary folder",
    )
    asked = parser.parse_args()
    for name, make in FILES.items():
        with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
            source = Path(folder) / "people.csv"
            write_in_parts(source, asked.rows, make)
            compare(name, source, asked.rows, asked.rounds)


if __name__ == "__main__":
    main()
