"""An import beside a reviewer who works on: how long a decision waits meanwhile.

    python -m benchmarks.import_beside [--people 100000] [--postgresql]

The import runs in a process of its own, and then once more, which replaces the people of the list; one
decision is saved each quarter of a second. It never fails: a clock is no test.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.made_up import registry, write_in_parts
from recommender.review.store import Store
from tests.desk import PEOPLE, decision, entered_from
from tests.test_review_postgresql import database

_IMPORT = """
import sys
from pathlib import Path
from recommender.review.store import Store
from tests.desk import entered_file
from tests.people import book
entered_file(Store(sys.argv[1]), Path(sys.argv[2]), book())
"""


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--postgresql", action="store_true", help="In a server that is started here.")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(database(tempfile.mkdtemp(prefix="pg"))) if asked.postgresql else None
        url = server.url if server else f"sqlite:///{folder}/review.sqlite"
        source, store = Path(folder) / "registry.csv", Store(url)
        entered_from(store, Path(folder), PEOPLE)
        write_in_parts(source, asked.people, registry)
        for what in ("imported", "brought again"):
            start, took = time.perf_counter(), []
            with subprocess.Popen([sys.executable, "-c", _IMPORT, url, str(source)]) as importing:
                while importing.poll() is None:
                    begun = time.perf_counter()
                    store.add([decision(store, 1, f"{what} {len(took)}")])
                    took.append(time.perf_counter() - begun)
                    time.sleep(0.25)
            waited = f"{1000 * statistics.median(took):.0f} ms, at most {1000 * max(took):.0f} ms"
            print(
                f"{asked.people:,} people {what} in {time.perf_counter() - start:.0f} s; "
                f"beside it {len(took)} decisions waited {waited}",
                flush=True,
            )
        store.close()


if __name__ == "__main__":
    main()
