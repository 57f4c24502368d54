"""Peak memory of a hundred million rows through one process; rows are generated as they are read.

    python -m benchmarks.endless --rows 100000000

Rows go in by standard input and answers out to nowhere; the peak memory is that of `recommender batch` alone.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.made_up import registry

PART = 500_000


def main() -> None:
    """Feed the rows and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000_000)
    asked = parser.parse_args()
    command = [str(Path(sys.executable).with_name("recommender")), "batch", "-", "-"]
    began = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stdin is not None
    for number, start in enumerate(range(0, asked.rows, PART)):
        registry(min(PART, asked.rows - start), number).write_csv(process.stdin, include_header=number == 0)
    process.stdin.close()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    print(
        f"{asked.rows:,} rows in {seconds:,.0f} s, {asked.rows / seconds:,.0f} rows/s, making them included"
    )
    print(f"exit code {os.waitstatus_to_exitcode(status)}, peak memory {used.ru_maxrss / 2**20:.2f} GiB")


if __name__ == "__main__":
    main()
