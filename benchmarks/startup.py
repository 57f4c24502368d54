"""The time of one answer in a fresh process, as a ratio to `python -c "import click, yaml"`.

    make benchmark

It prints and never fails: a clock is no test. One run fills the rulebook's cache before the clock starts; the
first run after a change of rules is measured apart, because it reads and checks every file.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TARGET = 2.5
ROUNDS = 25

BASE = [sys.executable, "-c", "import click, yaml"]
ANSWER = [str(Path(sys.executable).with_name("recommender")), "assess", "--t-score", "-3.9", "--age", "54"]


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Return the wall time of one run of a command."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def main() -> None:
    """Measure side by side, and print medians and their ratio."""
    with tempfile.TemporaryDirectory() as cache:
        # byte code is kept by every ordinary installation; without it Python itself would be measured
        environment = {**os.environ, "XDG_CACHE_HOME": cache, "PYTHONPYCACHEPREFIX": f"{cache}/byte-code"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        seconds(BASE, environment)
        first = seconds(ANSWER, environment)
        pairs = [(seconds(BASE, environment), seconds(ANSWER, environment)) for _ in range(ROUNDS)]
    base = statistics.median(pair[0] for pair in pairs)
    answer = statistics.median(pair[1] for pair in pairs)
    print(f"import click, yaml            {base * 1000:6.0f} ms (median of {ROUNDS})")
    print(f"recommender assess            {answer * 1000:6.0f} ms (median of {ROUNDS})")
    print(f"first run, nothing kept yet   {first * 1000:6.0f} ms")
    print(f"ratio {answer / base:.2f}, target at most {TARGET}")


if __name__ == "__main__":
    main()
