"""What a visitor of the static site waits for, in CPU seconds, compiled and not.

`python -m benchmarks.site [--runtime DIR]`: part by part in node, medians of five, and to the first answer in
Chromium, on the first visit and on five later ones. On those a browser begins with what it kept of the first
(compiled wasm, Python's memory), which node does not, so node's "python" is that of a first visit.
"""

import argparse
import gzip
import json
import shutil
import statistics
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.site_in_chromium import visits
from recommender.rulebook import load_rulebook
from recommender.web.compiling import LIBRARY
from recommender.web.runtime import runtime_files
from recommender.web.site import PROGRAM, RUNTIME, site_files

RUNS = 5


def main() -> None:
    """Make the site twice, and start each five times."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runtime", type=Path)
    runtime, node = runtime_files(options.parse_args().runtime), shutil.which("node")
    if node is None:
        raise SystemExit("node is not installed.")
    for name, compiler in (("compiled", node), ("not compiled", None)):
        files = site_files(load_rulebook(), None, runtime, compiler)
        size = sum(len(gzip.compress(content)) for content in files.values())
        print(f"{name}: {size / 1e6:.2f} MB compressed")
        with TemporaryDirectory() as folder:
            for file, content in files.items():
                (Path(folder) / file).parent.mkdir(exist_ok=True)
                (Path(folder) / file).write_bytes(content)
            laps = [_start(node, Path(folder)) for _ in range(RUNS)]
            for lap in laps[0]:
                print(f"  {lap:13} {statistics.median(each[lap] for each in laps):.2f} s")
            first, *later = visits(Path(folder), 1 + RUNS)
        print(f"  in Chromium, to the first answer: {first:.2f} s on the first visit,", end=" ")
        print(f"{min(later):.2f} to {max(later):.2f} s on the next {RUNS}")


def _start(node: str, folder: Path) -> dict[str, float]:
    script, runtime = Path(__file__).with_suffix(".mjs"), folder / RUNTIME
    command = [node, script, runtime, runtime / LIBRARY, folder / PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    laps: dict[str, float] = json.loads(done.stdout)
    return laps


if __name__ == "__main__":
    main()
