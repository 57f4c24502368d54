"""CPU time of the page on agreement: of the first view, and of one after one more decision.

    python -m benchmarks.agreement_page [--decisions 10000]

It prints CPU times (medians of five). It never fails: a clock is no test.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert, select, update

from recommender.review.chain import START
from recommender.review.desk import Desk
from recommender.review.models import Decision
from recommender.review.schema import chain, decisions, people
from recommender.review.store import Store
from tests.desk import decision, filled, served
from tests.people import book

_VERDICTS = ("ok", "modify", "supervised", "avoid")


def decide(store: Store, run: int, count: int) -> None:
    """Put in decisions on made-up people, some otherwise than the rules say; the chain is not real."""
    desk, chance = Desk(store, book(), run, blind=False), random.Random(7)
    review = desk.review(2)
    assert review is not None
    whole = json.loads(desk.plan_as_json(review))
    rows = []
    for id_ in range(1, count + 1):
        says = {about: chance.choice(_VERDICTS) for about in whole["says"] if about.startswith("movement:")}
        plan = json.dumps({**whole, "says": {**whole["says"], **says}})
        agrees = chance.random() < 0.8
        row = decision(store, 1 + id_ % 5, str(id_), f"reviewer {id_ % 50}")._replace(
            number=id_, said=plan, tier=chance.choice(book().scales["risk_tier"])
        )
        if not agrees:
            row = row._replace(kind="override", rules_say="hold", reason="need-more-info")
        rows.append({**row._asdict(), "id": id_, "at": "", "before": START, "sha256": str(id_)})
    with store.writing() as connection:
        somebody = dict(connection.execute(select(people).where(people.c.number == 2)).mappings().one())
        more = range(6, count + 1)
        connection.execute(insert(people), [{**somebody, "number": number} for number in more])
        connection.execute(insert(decisions), rows)
        connection.execute(update(chain).values(last=count, sha256=str(count)))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store, run = filled(Path(folder))
        decide(store, run, asked.decisions)
        with served(store, run) as desk:
            browser = desk.browser()
            first = _cpu(lambda: browser.get("/agreement"))
            again, after = [], []
            for form in range(5):
                again.append(_cpu(lambda: browser.get("/agreement")))
                one: Decision = decision(store, 1, f"more {form}")
                store.add([one])
                after.append(_cpu(lambda: browser.get("/agreement")))
    print(
        f"{asked.decisions:,} decisions: first view {1000 * first:.0f} ms, "
        f"after one more decision {1000 * statistics.median(after):.0f} ms, "
        f"again {1000 * statistics.median(again):.0f} ms (target 300 ms)"
    )


def _cpu(act) -> float:  # type: ignore[no-untyped-def]
    start = time.process_time()
    assert act().status == 200
    return time.process_time() - start


if __name__ == "__main__":
    main()
