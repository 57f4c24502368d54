"""Rules as somebody would write them out by hand, in Python and in pandas.

The code is generated, so that it has the same rules, and is what a patient programmer would have typed: one
`if` per rule in a function of a row, or one mask per rule in a function of a frame. No engine is left in it.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.rules_as.infix import Dialect, written
from benchmarks.rules_as.plain import PlainRules, Row, plain_rules
from benchmarks.rules_as.rival import Prepared, by_row, by_rule
from recommender.language.meaning import Facts
from recommender.rulebook import Rulebook

REPEATS = 100
"""How often the people are repeated for what answers whole columns: it is made for many rows."""

PYTHON = Dialect(
    both="and",
    either="or",
    always="True",
    missing="{x} is None",
    given="{x} is not None",
    yes="{x} is True",
    no="{x} is False",
    number="{x} is not None and {x} {op} {v}",
    among="{x} in {v}",
    other="{x} is not None and {x} not in {v}",
    choices="{{{v}}}",
)

MASKS = Dialect(
    both="&",
    either="|",
    always="always",
    missing="missing({x})",
    given="~missing({x})",
    yes="{x} == 1",
    no="{x} == 0",
    number="{x} {op} {v}",
    among="{x}.isin({v})",
    other="~missing({x}) & ~{x}.isin({v})",
)
"""Yes, no, unknown are the integers 1, 0, -1; numbers are floats, choices categories, NaN where unknown."""


def function_on_dicts(book: Rulebook, people: Sequence[Facts]) -> Prepared:
    """Prepare a hand-written function of a row, the rows as dicts."""
    rules = plain_rules(book)
    decide = _function_of_a_row(rules)
    rows = [rules.row(facts) for facts in people]
    return Prepared(len(rows), lambda: [decide(row) for row in rows], by_row)


def pandas_apply(book: Rulebook, people: Sequence[Facts]) -> Prepared:
    """Prepare the same function for the rows of a frame; `to_dict` makes it a little quicker."""
    rules = plain_rules(book)
    decide = _function_of_a_row(rules)
    frame = pd.DataFrame([rules.row(facts) for facts in people], dtype=object)
    frame = frame.where(frame.notna(), None)
    return Prepared(len(frame), lambda: frame.apply(lambda row: decide(row.to_dict()), axis=1), by_row)


def pandas_masks(book: Rulebook, people: Sequence[Facts]) -> Prepared:
    """Prepare a hand-written function of a whole frame: a mask a rule."""
    rules = plain_rules(book)
    decide = _function_of_a_frame(rules)
    rows = [rules.row(facts) for facts in people]
    frame = pd.concat([_frame(book, rules, rows)] * REPEATS, ignore_index=True)
    return Prepared(len(frame), lambda: decide(frame), lambda fired: by_rule(fired, len(people)))


def _function_of_a_row(rules: PlainRules) -> Callable[[Row], list[str]]:
    lines = ["def decide(row):", "    fired = []"]
    lines += [f"    {name} = row['{name}']" for name in rules.reads]
    lines += [f"    {scale} = 0" for scale in rules.scales]
    for rule in (rule for stratum in rules.strata for rule in stratum):
        lines += [f"    if {written(rule.when, PYTHON)}:", f"        fired.append('{rule.id}')"]
        lines += [f"        if {scale} < {level}: {scale} = {level}" for scale, level in rule.raises.items()]
    return _compiled([*lines, "    return fired"])


def _function_of_a_frame(rules: PlainRules) -> Callable[[pd.DataFrame], dict[str, Any]]:
    lines = ["def decide(frame):", "    fired = {}", "    always = np.ones(len(frame), dtype=bool)"]
    lines += [f"    {name} = frame['{name}']" for name in rules.reads]
    lines += [f"    {scale} = np.zeros(len(frame), dtype=np.int8)" for scale in rules.scales]
    for rule in (rule for stratum in rules.strata for rule in stratum):
        lines.append(f"    fired['{rule.id}'] = found = {written(rule.when, MASKS)}")
        lines += [
            f"    {scale} = np.maximum({scale}, found * np.int8({level}))"
            for scale, level in rule.raises.items()
        ]
    return _compiled([*lines, "    return fired"])


def _compiled(lines: list[str]) -> Callable[[Any], Any]:
    made: dict[str, Any] = {"np": np, "missing": _missing}
    exec("\n".join(lines), made)
    found: Callable[[Any], Any] = made["decide"]
    return found


def _missing(column: pd.Series) -> pd.Series:
    return column == -1 if column.dtype == np.int8 else column.isna()


def _frame(book: Rulebook, rules: PlainRules, rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame({name: _column(book, name, [row[name] for row in rows]) for name in rules.reads})


def _column(book: Rulebook, name: str, values: list[Any]) -> pd.Series:
    field = book.vocabulary.fields.get(name)
    if field is None or field.kind == "yes_no":
        return pd.Series([-1 if value is None else int(value) for value in values], dtype=np.int8)
    if field.kind == "choice":
        return pd.Series(values, dtype=pd.CategoricalDtype(list(field.choices)))
    return pd.Series(values, dtype=float)
