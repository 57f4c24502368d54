"""Rules as expressions of two rule engines, by row; between strata, Python raises the scales.

GoRules Zen runs the quickest way that was tried: one compiled expression per stratum that returns a list of
booleans, with a context of only the known facts that the stratum reads. The same rules as a decision graph
(expression nodes, or tables that collect) answered 1,500 rows a second one by one, and 8,500 as a batch on
two processors.

rule-engine gets untyped facts: with a type for each it took longer.
"""

from collections.abc import Sequence

from benchmarks.rules_as.infix import Dialect, written
from benchmarks.rules_as.plain import Row, facts_read, plain_rules
from benchmarks.rules_as.rival import Prepared, by_row
from recommender.language.meaning import Facts
from recommender.rulebook import Rulebook

DIALECT = Dialect(
    both="and",
    either="or",
    always="true",
    missing="{x} == null",
    given="{x} != null",
    yes="{x} == true",
    no="{x} == false",
    number="{x} != null and {x} {op} {v}",
    among="{x} in {v}",
    other="{x} != null and {x} not in {v}",
)
"""Zen and rule-engine happen to say all of this in the same words."""


def zen(book: Rulebook, people: Sequence[Facts]) -> Prepared:
    """Prepare GoRules Zen."""
    from zen import compile_expression

    rules = plain_rules(book)
    strata = [
        (compile_expression(f"[{', '.join(written(rule.when, DIALECT) for rule in stratum)}]"), stratum)
        for stratum in rules.strata
    ]
    reads = [set(facts_read(stratum)) for stratum in rules.strata]
    rows = [[_known(row, names) for names in reads] for row in map(rules.row, people)]

    def answer(contexts: list[Row]) -> list[str]:
        scales = dict.fromkeys(rules.scales, 0)
        fired: list[str] = []
        for (expression, stratum), context in zip(strata, contexts, strict=True):
            for holds, rule in zip(expression.evaluate({**context, **scales}), stratum, strict=True):
                if holds:
                    fired.append(rule.id)
                    for scale, level in rule.raises.items():
                        scales[scale] = max(scales[scale], level)
        return fired

    return Prepared(len(rows), lambda: [answer(row) for row in rows], by_row)


def _known(row: Row, names: set[str]) -> Row:
    return {name: fact for name, fact in row.items() if name in names and fact is not None}


def rule_engine(book: Rulebook, people: Sequence[Facts]) -> Prepared:
    """Prepare rule-engine."""
    from rule_engine import Rule

    rules = plain_rules(book)
    strata = [[(Rule(written(rule.when, DIALECT)), rule) for rule in stratum] for stratum in rules.strata]
    rows = [{**rules.row(facts), **dict.fromkeys(rules.scales, 0)} for facts in people]

    def answer(row: Row) -> list[str]:
        facts = dict(row)
        scales = dict.fromkeys(rules.scales, 0)
        fired: list[str] = []
        for stratum in strata:
            for expression, rule in stratum:
                if expression.matches(facts):
                    fired.append(rule.id)
                    for scale, level in rule.raises.items():
                        scales[scale] = max(scales[scale], level)
            facts.update(scales)
        return fired

    return Prepared(len(rows), lambda: [answer(row) for row in rows], by_row)
