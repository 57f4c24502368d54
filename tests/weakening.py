"""Deliberate weakenings of a rulebook, one at a time: what a slip, or a hurry, could do to it.

    python -m tests.weakening [EVERY]

tries every weakening (or each EVERYth of a kind): `rules diff` must see that it is laxer, and a law or a case
must notice it. Those that nothing notices are answered with a new law or case; those that make nothing laxer
for anybody are no weakenings. Words, pointers, questions and doses are turned round by `tests.rewording`.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from recommender.authoring.cases.catalogue import read_catalogue, run_catalogue
from recommender.authoring.cases.people import read_people, run_person
from recommender.authoring.cases.runner import CaseRunner
from recommender.language.normal import literals, normal_form
from recommender.language.numbers import DECIMALS
from recommender.language.tree import And, AtLeast, Atom, Compare, Condition, Not, Or, references
from recommender.proof.difference import differences
from recommender.proof.law_reading import read_laws
from recommender.proof.laws import ChangeClaim
from recommender.proof.proving import prove
from recommender.proof.symbolic import SymbolicRulebook
from recommender.rulebook import Rulebook, load_rulebook
from recommender.rulebook.loading import load_case_documents, load_law_documents
from recommender.rulebook.model import Rule

_DOWN = {"<=": "<", ">=": ">"}
_RISES = (">", ">=")


class Weakening(NamedTuple):
    """A rulebook in which one thing is weaker; `rule` is the one it was done to, if any."""

    kind: str
    what: str
    rule: str
    book: Rulebook


def weakenings(book: Rulebook) -> Iterator[Weakening]:
    """Yield every weakening of every kind."""
    for rule in book.rules.values():
        for kind, what, weaker in _of_rule(book, rule):
            rules = {id_: weaker if id_ == rule.id else other for id_, other in book.rules.items()}
            yield Weakening(kind, f"{rule.id}: {what}", rule.id, book._replace(rules=rules))
    for exercise in book.exercises.values():
        for level in exercise.levels:
            for movement in level.movements:
                less = level._replace(
                    movements=tuple(other for other in level.movements if other != movement)
                )
                levels = tuple(less if other is level else other for other in exercise.levels)
                exercises = {**book.exercises, exercise.id: exercise._replace(levels=levels)}
                yield Weakening(
                    "movement deleted from a level",
                    f"{level.id}: {movement}",
                    "",
                    book._replace(exercises=exercises),
                )


def _of_rule(book: Rulebook, rule: Rule) -> Iterator[tuple[str, str, Rule]]:
    for movement, verdict in rule.limits.items():
        others = {other: found for other, found in rule.limits.items() if other != movement}
        yield "movement dropped from a limit", movement, rule._replace(limits=others)
        lower = verdict.below
        if lower != "ok":
            yield (
                "verdict lowered",
                f"{movement} to {lower}",
                rule._replace(limits={**rule.limits, movement: lower}),
            )
    if rule.clearance:
        yield "red flag removed", rule.clearance, rule._replace(clearance=None)
        lower = rule.clearance.below
        yield "clearance lowered", lower, rule._replace(clearance=lower if lower.rank else None)
    if rule.refer and rule.refer.urgency.below:
        lower = rule.refer.urgency.below
        yield "urgency lowered", lower, rule._replace(refer=rule.refer._replace(urgency=lower))
    for scale, level in rule.concludes.items():
        index = book.scales[scale].index(level) - 1
        lowered = (
            {**rule.concludes, scale: book.scales[scale][index]}
            if index
            else {k: v for k, v in rule.concludes.items() if k != scale}
        )
        yield "conclusion lowered", f"{scale}, {level}", rule._replace(concludes=lowered)
    if rule.fails_closed:
        yield (
            "unless becomes when not",
            rule.when,
            rule._replace(fails_closed=False, condition=Not(rule.condition)),
        )
    for literal in literals(normal_form(rule.condition, positive=not rule.fails_closed)):
        atom = literal.atom
        if isinstance(atom, Compare):
            yield from _comparison(book, rule, atom, literal.positive)
        elif (
            not isinstance(atom, AtLeast)
            and literal.positive
            and not rule.fails_closed
            and isinstance(rule.condition, Or)
        ):
            rest = tuple(part for part in rule.condition.of if part != atom)
            if len(rest) + 1 == len(rule.condition.of) and rest:
                yield (
                    "alternative removed",
                    atom.text,
                    rule._replace(condition=Or(rest) if len(rest) > 1 else rest[0]),
                )


def _comparison(book: Rulebook, rule: Rule, atom: Compare, positive: bool) -> Iterator[tuple[str, str, Rule]]:
    """Make a comparison true, or in a negation untrue, of fewer people."""
    by = min(
        10 ** (DECIMALS - book.vocabulary.fields[reference.name].decimals)
        for reference in references(atom.term)
    )
    up = 1 if (atom.operator in _RISES) == positive else -1
    moved = atom._replace(threshold=atom.threshold + up * by * 10)
    yield "threshold moved", atom.text, rule._replace(condition=replaced(rule.condition, atom, moved))
    if positive and atom.operator in _DOWN:
        stricter = atom._replace(operator=_DOWN[atom.operator])
        yield "<= becomes <", atom.text, rule._replace(condition=replaced(rule.condition, atom, stricter))


def replaced(condition: Condition, old: Atom, new: Atom) -> Condition:
    """Return a condition with one comparison replaced."""
    if isinstance(condition, Not):
        return Not(replaced(condition.of, old, new))
    if isinstance(condition, And | Or):
        return type(condition)(tuple(replaced(part, old, new) for part in condition.of))
    return new if condition == old else condition


class Guards:
    """The cases and laws of a rulebook, ready to be held against a weaker one."""

    def __init__(self, book: Rulebook) -> None:
        documents = load_case_documents()
        self.people, self.catalogue = read_people(documents, book), read_catalogue(documents, book)
        self.laws = sorted(
            read_laws(load_law_documents(), book),
            key=lambda law: isinstance(law.claim, ChangeClaim),
        )

    def noticed_by(self, weaker: Weakening) -> str:
        """Return the first law or case that does not hold any more, or nothing."""
        checks: tuple[Callable[[Weakening], str], ...] = (
            self._own_cases,
            self._table,
            self._law,
            self._person,
        )
        return next((found for check in checks if (found := check(weaker))), "")

    @staticmethod
    def _own_cases(weaker: Weakening) -> str:
        if not weaker.rule:
            return ""
        rule, bench = weaker.book.rules[weaker.rule], CaseRunner(weaker.book)
        for expected, cases in rule.cases.items():
            for answers in cases:
                found = bench.findings(bench.profile(answers))
                says = (
                    "fires"
                    if rule in found.fired
                    else "cannot_rule_out"
                    if rule in found.possible
                    else "silent"
                )
                if says != expected:
                    return f"case of {rule.id}"
        return ""

    def _table(self, weaker: Weakening) -> str:
        _, failures = run_catalogue(CaseRunner(weaker.book), self.catalogue)
        return "the evidence's table" if failures else ""

    def _law(self, weaker: Weakening) -> str:
        return next(
            (f"law {one.law.id}" for one in prove(SymbolicRulebook(weaker.book), self.laws) if one.failures),
            "",
        )

    def _person(self, weaker: Weakening) -> str:
        bench = CaseRunner(weaker.book)
        return next((f"person: {case.name}" for case in self.people if run_person(bench, case)), "")


def each(book: Rulebook, every: int) -> Iterator[Weakening]:
    """Yield each `every`th weakening of a kind."""
    seen: Counter[str] = Counter()
    for weaker in weakenings(book):
        if seen[weaker.kind] % every == 0:
            yield weaker
        seen[weaker.kind] += 1


def direction(book: Rulebook, weaker: Weakening) -> str:
    """Return what `rules diff` finds: laxer (the reference confirms the witness), stricter, or neither."""
    stricter = False
    for difference in differences(book, weaker.book):
        if difference.laxer:
            return "laxer"
        stricter |= difference.stricter is not None
    return "only stricter" if stricter else "equivalent"


def main() -> int:
    """Try weakenings, tell the score, and return how many nobody notices."""
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    book = load_rulebook()
    guards = Guards(book)
    score: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    missed = 0
    for weaker in each(book, every):
        does = direction(book, weaker)
        if does != "laxer":
            score[does] += 1
            continue
        kinds[weaker.kind] += 1
        by = guards.noticed_by(weaker)
        score["laxer, noticed by " + by.split()[0] if by else "laxer, NOT NOTICED"] += 1
        if not by:
            missed += 1
            print(f"NOT NOTICED: {weaker.kind}: {weaker.what}", flush=True)
    tried = sum(kinds.values())
    print(f"{tried} weakenings that make somebody's answer laxer: {tried - missed} noticed, {missed} not.")
    print(", ".join(f"{kind} {count}" for kind, count in kinds.items()))
    print(", ".join(f"{what} {count}" for what, count in score.items()))
    return missed


if __name__ == "__main__":
    sys.exit(main() > 0)
