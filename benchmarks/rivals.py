"""Which rules fire, for many people: the columns engine beside other ways of having the same rules.

    python -m benchmarks.rivals        (in the repository)

Needed, beside what the program itself needs:

- zen-engine, rule-engine (the rivals)
- hypothesis (comes with the tests, whose made-up people serve here)

Everybody gets the same rulebook and the same made-up people, and must return the same ids of fired rules: all
people are checked against the reference before anything is timed, and a difference ends the run. A rival
whose package is missing is named and left out.

What is timed is one run from rows in memory, in the form that suits the rival, to the rules that fire. Rivals
by row return a list of ids for each row; rivals by column return a column of booleans for each id (the
columns engine: of bits). Loading and compiling the rules and making the rows are not timed. Rounds take turns
in one process; the median counts.

The odds favour the rivals, apart from the engines of this project:

- they only say which rules fire; durable_rules and the reference, as used here, also say which rules could;
- comparisons over several fields (the lowest score, sums with unknown parts) are handed to them as ready
  booleans, and so is which fields do not apply; this project's engines work these out within the time;
- their rules were parsed, brought to normal form and made two-valued by this project.

Rivals by column are timed on the people many times over, rivals by row on the people once, slow ones on the
first of them. Two ratios are printed: to the fastest rule engine by row, and to the fastest of all by row,
which is a plain Python function generated for just these rules.
"""

import gc
import os
import random
import statistics
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from benchmarks.rules_as.code import REPEATS, function_on_dicts, pandas_apply, pandas_masks
from benchmarks.rules_as.expressions import rule_engine, zen
from benchmarks.rules_as.rival import Answer, Prepare, Prepared, by_row, by_rule
from recommender.language.meaning import NOT_APPLICABLE, Facts
from recommender.language.numbers import UNIT
from recommender.person.engines import Engine, ReferenceEngine, infer
from recommender.rulebook import Rulebook, load_rulebook
from recommender.vectorised.leaves import NEVER
from tests.strategies import People

PEOPLE = 2000
ROUNDS = 7
SECONDS = 0.4
TARGET = 100

BY_ROW, CODE_BY_ROW, BY_COLUMN = "engine, by row", "code, by row", "by column"
COLUMNS = "columns (this project)"


class Rival(NamedTuple):
    """One way of having the rules, and whether it answers row by row."""

    name: str
    kind: str
    prepare: Prepare


# ── The columns engine ──────────────────────────────────────────────────────────────────────────────────────
# The one place that knows how it is called.


def columns(book: Rulebook, people: Sequence[Facts]) -> Prepared:
    """Prepare the columns engine: from a frame of facts to the bits of every rule that fires."""
    from recommender.cohort.bit_labels import packed
    from recommender.vectorised.rules import Columns

    one = _frame_of_facts(book, people)
    facts = pl.concat([one] * REPEATS, rechunk=True)
    compiled = Columns(book, frozenset(facts.columns))
    wanted = {rule: bits.fired for rule, bits in compiled.rules.items()}
    leaves: dict[int, Any] = compiled.circuit.leaves(wanted.values())

    def run() -> dict[int, Any]:
        made = facts.select(**{str(bit): leaf.expression() for bit, leaf in leaves.items()})
        return compiled.circuit.run({bit: packed(made[str(bit)]) for bit in leaves}, wanted.values())

    def read(bits: dict[int, Any]) -> list[Answer]:
        def mask(bit: int) -> Any:
            constant = np.full(len(people), bit == 1)
            return (
                np.unpackbits(bits[bit], bitorder="little")[: len(people)].astype(bool)
                if bit in bits
                else constant
            )

        return by_rule({rule: mask(bit) for rule, bit in wanted.items()}, len(people))

    return Prepared(facts.height, run, read)


def _frame_of_facts(book: Rulebook, people: Sequence[Facts]) -> pl.DataFrame:
    """Return the frame for the columns engine, which works out itself which fields do not apply."""
    found: dict[str, pl.Series] = {}
    for field in book.vocabulary.fields.values():
        values = [facts.values.get(field.id) for facts in people]
        numbers = [
            None if value is None or value is NOT_APPLICABLE else _number(field.choices, value)
            for value in values
        ]
        found[field.id] = pl.Series(numbers, dtype=pl.Int32)
        if field.never:
            found[field.id + NEVER] = pl.Series(
                [value is NOT_APPLICABLE for value in values], dtype=pl.Boolean
            )
    return pl.DataFrame(found)


def _number(choices: Sequence[str], value: Any) -> int:
    if isinstance(value, str):
        return choices.index(value)
    return value * UNIT if isinstance(value, bool) else int(value)


# ── This project's other engines, a person at a time ────────────────────────────────────────────────────────


def reference(book: Rulebook, people: Sequence[Facts]) -> Prepared:
    """Prepare the reference meaning."""
    return _inference(book, ReferenceEngine(book.strata), people)


def durable(book: Rulebook, people: Sequence[Facts]) -> Prepared:
    """Prepare durable_rules as this project uses it."""
    from recommender.person.engines.durable import DurableEngine

    return _inference(book, DurableEngine(book.strata), people)


def _inference(book: Rulebook, engine: Engine, people: Sequence[Facts]) -> Prepared:
    return Prepared(
        len(people),
        lambda: [[rule.id for rule in infer(book, engine, facts).fired] for facts in people],
        by_row,
    )


RIVALS = (
    Rival(COLUMNS, BY_COLUMN, columns),
    Rival("pandas masks", BY_COLUMN, pandas_masks),
    Rival("Python function on dicts", CODE_BY_ROW, function_on_dicts),
    Rival("pandas apply", CODE_BY_ROW, pandas_apply),
    Rival("GoRules Zen", BY_ROW, zen),
    Rival("reference (this project)", BY_ROW, reference),
    Rival("rule-engine", BY_ROW, rule_engine),
    Rival("durable_rules", BY_ROW, durable),
)


def made_up(book: Rulebook) -> list[Facts]:
    """Return people who could exist, always the same."""
    people, chance = People(book), random.Random(1)
    return [people.read(people.anyone(chance)).facts for _ in range(PEOPLE)]


def checked(rival: Rival, book: Rulebook, people: Sequence[Facts], expected: list[Answer]) -> Prepared | None:
    """Return a rival ready for timing, once all its answers are right; None where its package is missing."""
    try:
        prepared = rival.prepare(book, people)
    except ImportError as error:
        print(f"{rival.name} is left out: {error}")
        return None
    start = time.perf_counter()
    answers = prepared.read(prepared.run())
    share = SECONDS / (time.perf_counter() - start)
    for number, (found, right) in enumerate(zip(answers, expected, strict=True)):
        if found != right:
            raise SystemExit(f"{rival.name} differs on row {number}: {', '.join(sorted(found ^ right))}")
    return (
        prepared
        if share >= 1 or rival.kind == BY_COLUMN
        else rival.prepare(book, people[: int(PEOPLE * share)])
    )


def rows_a_second(prepared: Prepared) -> float:
    """Return how quick one run was."""
    gc.collect()
    start = time.perf_counter()
    prepared.run()
    return prepared.rows / (time.perf_counter() - start)


def main() -> None:
    """Check all rivals, time them side by side, and print medians and ratios."""
    book = load_rulebook()
    people = made_up(book)
    truth = reference(book, people)
    expected = truth.read(truth.run())
    print(f"{len(book.rules)} rules, {PEOPLE} people, {os.cpu_count()} processors")
    ready = {rival: found for rival in RIVALS if (found := checked(rival, book, people, expected))}
    speeds: dict[Rival, list[float]] = {rival: [] for rival in ready}
    for _ in range(ROUNDS):
        for rival, prepared in ready.items():
            speeds[rival].append(rows_a_second(prepared))
    medians = {rival: statistics.median(found) for rival, found in speeds.items()}
    ours = next(speed for rival, speed in medians.items() if rival.name == COLUMNS)
    print(f"The same rules fired for all {PEOPLE} people everywhere.\n")
    print(
        f"{'':26}{'':16}{'rows a round':>14}{'rows/s':>12}{'slowest':>12}{'quickest':>12}{'columns is':>14}"
    )
    for rival, speed in sorted(medians.items(), key=lambda pair: -pair[1]):
        low, high = min(speeds[rival]), max(speeds[rival])
        print(
            f"{rival.name:26}{rival.kind:16}{ready[rival].rows:14,}{speed:12,.0f}"
            f"{low:12,.0f}{high:12,.0f}{ours / speed:13,.1f}x"
        )
    print()
    for words, kinds in (("rule engine by row", (BY_ROW,)), ("of all by row", (BY_ROW, CODE_BY_ROW))):
        rival, speed = max(
            ((rival, speed) for rival, speed in medians.items() if rival.kind in kinds),
            key=lambda pair: pair[1],
        )
        print(
            f"fastest {words}: {rival.name}; "
            f"columns is {ours / speed:,.1f} times as fast, target at least {TARGET}"
        )


if __name__ == "__main__":
    main()
