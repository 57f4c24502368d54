"""How long the review desk lets a clinician wait: a hundred thousand people, eight clients clicking at once.

    python -m benchmarks.desk

It tells the median and the slowest twentieth of the worklist, its filters and the page of a person. It prints and never fails: a clock is
no test.
"""

import argparse
import random
import statistics
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.made_up import registry, write_in_parts
from recommender.cohort.beginning import begin
from recommender.cohort.columns.stated import Stated
from recommender.cohort.files.form import Form
from recommender.review.intake import Intake
from recommender.review.store import Store, url_of
from tests.desk import Browser, Served, served
from tests.people import book

LISTS = (
    "/",
    "/?clearance=hold",
    "/?tier=very_high&undecided=yes",
    "/?rule=G01&unsigned=yes",
    "/?search=9999",
    "/?movement=lift_heavy&after=500",
)


def click(desk: Served, cookie: str, people: int, until: float, took: dict[str, list[float]]) -> None:
    """Click about until the time is up."""
    browser, chance = Browser(desk.port), random.Random()
    browser.cookie = cookie
    while time.perf_counter() < until:
        number = chance.randrange(1, people + 1)
        what, path = chance.choice([("worklist", chance.choice(LISTS)), ("person page", f"/person/{number}")])
        start = time.perf_counter()
        assert browser.ask("GET", path).status == 200
        took[what].append(time.perf_counter() - start)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "people.csv"
        write_in_parts(source, asked.people, registry)
        store = Store(url_of(str(Path(folder) / "review.sqlite")))
        start = time.perf_counter()
        run = store.enter(
            str(source), book().sha256, Intake(begin(str(source), Form(), Stated(), book().vocabulary), book(), None).batches()
        )
        print(f"{asked.people:,} people on the desk in {time.perf_counter() - start:.1f} s", flush=True)
        with served(store, run) as desk:
            cookie = desk.browser().cookie
            took: dict[str, list[float]] = {"worklist": [], "person page": []}
            until = time.perf_counter() + asked.seconds
            clients = [threading.Thread(target=click, args=(desk, cookie, asked.people, until, took)) for _ in range(asked.clients)]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
        for what, times in took.items():
            median, slow = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            print(f"{what}: {len(times)} times, median {1000 * median:.0f} ms, slowest twentieth {1000 * slow:.0f} ms (target 200 ms)")


if __name__ == "__main__":
    main()
