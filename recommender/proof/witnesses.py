"""The people of the rules' own cases as witnesses: what holds for one of them needs no solver."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from recommender.errors import RecommenderError
from recommender.language.meaning import Facts
from recommender.language.tree import scales_of
from recommender.person.engines.inference import Findings, infer
from recommender.person.engines.reference import ReferenceEngine
from recommender.rulebook.model import Rule, Rulebook
from recommender.vocabulary.profile import read_profile


class Witness(NamedTuple):
    """The ids of the rules that fire for a possible person, and of those that fire or could."""

    fired: frozenset[str]
    possible: frozenset[str]


class Witnesses:
    """Somebody for whom each rule fires, as its cases have it; broken cases are left to `rules test`."""

    def __init__(self, book: Rulebook) -> None:
        """Run the first case of each rule."""
        self._book, self._engine = book, ReferenceEngine(book.strata)
        found = (self._infer(facts) for rule in book.rules.values() for facts in self._told(rule, slice(1)))
        self._people = [
            Witness(*(frozenset(rule.id for rule in rules) for rules in each[:2])) for each in found
        ]

    def fires(self, rule: Rule) -> bool:
        """Say whether somebody makes a rule fire."""
        return any(rule.id in person.fired for person in self._people)

    def alone(self, rule: Rule, others: Collection[str]) -> bool:
        """Say whether for somebody a rule fires, or could, and none of `others` does."""
        return any(
            (rule.id in person.fired and person.fired.isdisjoint(others))
            or (rule.id in person.possible and person.possible.isdisjoint(others))
            for person in self._people
        )

    def facts(self, rule: Rule) -> list[Facts]:
        """Return what is known of each person for whom a rule fires, with all that its condition reads."""
        told = self._told(rule, slice(None))
        return [self._infer(facts).facts for facts in told] if scales_of(rule.condition) else list(told)

    def _infer(self, facts: Facts) -> Findings:
        return infer(self._book, self._engine, facts)

    def _told(self, rule: Rule, which: slice) -> Iterator[Facts]:
        for answers in rule.cases.get("fires", ())[which]:
            try:
                yield read_profile(self._book.vocabulary, answers, {}).facts
            except RecommenderError:
                continue
