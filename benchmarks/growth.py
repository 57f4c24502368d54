"""How the cost of a row grows: with the number of rows, and with the number of rules.

    python -m benchmarks.growth

Rows go from CSV to CSV through `recommender batch`, start of the program included. Rules are multiplied by
copies whose thresholds are moved, so that no copy equals its original; there, only scoring frames in memory
is timed. The plots in docs/ are drawn anew.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import polars as pl

from benchmarks.cohort import seconds
from benchmarks.made_up import registry, write_in_parts
from benchmarks.plot import Series, draw
from recommender.cohort.evaluation import Evaluator
from recommender.cohort.mapping.dictionary import load_column_dictionary
from recommender.cohort.mapping.mapper import map_columns
from recommender.cohort.mapping.overrides import Overrides
from recommender.cohort.scoring import Scoring, positive_score_policies
from recommender.language.tree import And, Compare, Condition, Not, Or
from recommender.rulebook import Rule, Rulebook, load_rulebook

ROWS = (10_000, 100_000, 1_000_000, 10_000_000)
TIMES = (1, 2, 4)
DOCS = Path(__file__).resolve().parent.parent / "docs"


def by_rows(rounds: int, most: int, folder: Path | None) -> list[tuple[float, float]]:
    """Return microseconds a row for files of growing length."""
    import sys

    found = []
    for rows in (number for number in ROWS if number <= most):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            source, target = Path(place) / "people.csv", Path(place) / "answers.csv"
            write_in_parts(source, rows, registry)
            command = [str(Path(sys.executable).with_name("recommender")), "batch", str(source), str(target)]
            took = statistics.median(
                seconds(command, target) for _ in range(rounds if rows < ROWS[-1] else 1)
            )
        found.append((rows, took / rows * 1e6))
        print(f"{rows:>12,} rows: {took:8.2f} s, {found[-1][1]:8.2f} microseconds a row", flush=True)
    return found


def multiplied(book: Rulebook, times: int) -> Rulebook:
    """Return a rulebook with each rule and copies of it, every copy with other thresholds."""
    rules: dict[str, Rule] = {}
    for copy in range(times):
        for rule in book.rules.values():
            id_ = f"{rule.id}x{copy}" if copy else rule.id
            rules[id_] = rule._replace(id=id_, condition=moved(rule.condition, copy * 100))
    return book._replace(rules=rules)


def moved(condition: Condition, by: int) -> Condition:
    """Return a condition with every threshold moved."""
    if isinstance(condition, Not):
        return Not(moved(condition.of, by))
    if isinstance(condition, And | Or):
        return condition._replace(of=tuple(moved(part, by) for part in condition.of))
    return (
        condition._replace(threshold=condition.threshold + by)
        if isinstance(condition, Compare)
        else condition
    )


def by_rules(rounds: int) -> list[tuple[float, float]]:
    """Return microseconds a row for rulebooks of growing size, in memory."""
    book = load_rulebook()
    people = pl.read_csv(registry(200_000, 1).write_csv().encode(), infer_schema=False)
    columns = map_columns(
        people.columns,
        frozenset(),
        people.head(10_000),
        ".",
        book.vocabulary,
        load_column_dictionary(),
        Overrides(),
    ).columns
    facts = (
        Scoring(book, columns, ".", positive_score_policies(columns, people, Overrides())).score(people).facts
    )
    ready = {times: Evaluator(multiplied(book, times), frozenset(facts.columns)) for times in TIMES}
    took: dict[int, list[float]] = {times: [] for times in TIMES}
    for _ in range(rounds):
        for times, evaluator in ready.items():
            start = time.perf_counter()
            evaluator.frame(facts, evaluator.evaluate(facts))
            took[times].append(time.perf_counter() - start)
    found = [
        (times * len(book.rules), statistics.median(took[times]) / facts.height * 1e6) for times in TIMES
    ]
    for rules, cost in found:
        print(f"{rules:>12,} rules: {cost:8.3f} microseconds a row", flush=True)
    return found


def main() -> None:
    """Measure both, and draw them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=ROWS[-1], help="the longest file, in rows")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the files go for the time of the run")
    asked = parser.parse_args()
    rules = by_rules(asked.rounds)
    rows = by_rows(asked.rounds, asked.most, asked.folder)
    draw(
        DOCS / "cost_by_rows.svg",
        Series("rows in the file", "microseconds a row, CSV to CSV", rows, log=True),
    )
    draw(DOCS / "cost_by_rules.svg", Series("rules", "microseconds a row, in memory", rules, log=False))


if __name__ == "__main__":
    main()
