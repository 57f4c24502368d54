"""Response times of the review desk: a hundred thousand people, eight clients clicking without a pause.

    python -m benchmarks.desk

It prints the median and the slowest twentieth for the worklist, with and without filters, and for the page of
a person, after a thousand decisions. The clients are processes of their own. It never fails: a clock is no
test.
"""

import argparse
import random
import secrets
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.made_up import registry, write_in_parts
from recommender.review.deciding import decision
from recommender.review.desk import Desk, Reviewer
from recommender.review.store import Store, url_of
from tests.desk import Browser, entered_file, served
from tests.people import book

LISTS = (
    "/",
    "/?clearance=hold",
    "/?tier=very_high&undecided=yes",
    "/?rule=G01&unsigned=yes",
    "/?search=9999",
    "/?movement=lift_heavy&after=500",
    "/?disagreed=yes",
)
Times = list[tuple[str, float]]


def click(port: int, cookie: str, people: int, seconds: float) -> Times:
    """Click about until the time is up."""
    browser, chance, took = Browser(port, cookie), random.Random(), []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        number = chance.randrange(1, people + 1)
        what, path = chance.choice([("worklist", chance.choice(LISTS)), ("person page", f"/person/{number}")])
        start = time.perf_counter()
        assert browser.ask("GET", path).status == 200
        took.append((what, time.perf_counter() - start))
    return took


def decide(store: Store, run: int, people: int) -> None:
    """Decide on some, one in five of them otherwise than the rules say."""
    desk, chance = Desk(store, book(), run, blind=False), random.Random(7)
    for number in chance.sample(range(1, people + 1), min(people, 1_000)):
        review = desk.review(number)
        assert review is not None
        says = review.assessment.clearance
        form = {"form": secrets.token_hex(16), "about": "", "disposition": "called", "verdict": says}
        if chance.random() < 0.2:
            form |= {
                "verdict": "hold" if says != "hold" else "clear",
                "reason": "need-more-info",
            }
        store.add([decision(desk, review, Reviewer("Ana", "physiotherapist"), form)])


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
        run = entered_file(store, source, book())
        print(f"{asked.people:,} people on the desk in {time.perf_counter() - start:.1f} s", flush=True)
        decide(store, run, asked.people)
        with served(store, run) as desk, ProcessPoolExecutor(asked.clients) as pool:
            cookie = desk.browser().cookie
            clients = [
                pool.submit(click, desk.port, cookie, asked.people, asked.seconds)
                for _ in range(asked.clients)
            ]
            took = [one for client in clients for one in client.result()]
        for what in ("worklist", "person page"):
            times = [seconds for page, seconds in took if page == what]
            median, slow = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            print(
                f"{what}: {len(times)} times, median {1000 * median:.0f} ms, "
                f"slowest twentieth {1000 * slow:.0f} ms (target 150 ms)"
            )


if __name__ == "__main__":
    main()
