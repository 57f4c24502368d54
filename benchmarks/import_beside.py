"""An import beside a reviewer who works on: how long a decision waits meanwhile.

    python -m benchmarks.import_beside [--people 100000]

The import runs in a process of its own; one decision is saved each quarter of a second. It never fails: a
clock is no test.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.made_up import registry, write_in_parts
from tests.desk import decision, filled


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, place = Path(folder) / "registry.csv", Path(folder) / "review.sqlite"
        store, _ = filled(Path(folder))
        write_in_parts(source, asked.people, registry)
        program = (
            "from pathlib import Path\nfrom tests.desk import entered_file\nfrom tests.people import book\n"
            "from recommender.review.store import Store, url_of\n"
            f"entered_file(Store(url_of({str(place)!r})), Path({str(source)!r}), book())\n"
        )
        start = time.perf_counter()
        took = []
        with subprocess.Popen([sys.executable, "-c", program]) as importing:
            while importing.poll() is None:
                begun = time.perf_counter()
                store.add([decision(store, 1, f"form {len(took)}")])
                took.append(time.perf_counter() - begun)
                time.sleep(0.25)
        whole = time.perf_counter() - start
        lists = len(store.runs())
        store.close()
    print(
        f"{asked.people:,} people imported in {whole:.0f} s ({lists} lists); beside it {len(took)} decisions "
        f"waited {1000 * statistics.median(took):.0f} ms, at most {1000 * max(took):.0f} ms"
    )


if __name__ == "__main__":
    main()
