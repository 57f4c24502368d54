"""The people of the rules' own cases as witnesses: what holds for one of them needs no solver."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from recommender.errors import RecommenderError
from recommender.language.meaning import Facts, Truth, evaluate
from recommender.language.tree import Condition, fields_of
from recommender.person.assessment import Assessment
from recommender.person.decision import assess
from recommender.person.engines import Engine
from recommender.person.engines.on_demand import OnDemand
from recommender.rulebook.model import Rule, Rulebook
from recommender.vocabulary.extremes import extremes
from recommender.vocabulary.profile import profile_of, read_profile


class Witness:
    """A possible person; whether a rule fires for them is worked out when it is first asked."""

    def __init__(self, facts: Facts) -> None:
        """Start with what is known of the person."""
        self.facts = facts
        self._truths: dict[str, Truth] = {}

    def truth(self, rule: Rule) -> Truth:
        """Return whether a rule fires (true), could (`None`) or stays silent (false)."""
        if rule.id not in self._truths:
            self._truths[rule.id] = rule.truth(self.facts)
        return self._truths[rule.id]

    def alone(self, rule: Rule, others: Collection[Rule]) -> bool:
        """Say whether a rule fires and none of `others` does, or it could fire and none of them could."""
        if self.truth(rule) is True and not any(self.truth(other) is True for other in others):
            return True
        return self.truth(rule) is not False and all(self.truth(other) is False for other in others)


class Witnesses:
    """Somebody for whom each rule fires, as its cases have it; broken cases are left to `rules test`.

    Each case stands for two people: one of whom nothing else is known, and one all of whose other answers are
    the best, so that few other rules fire.
    """

    def __init__(self, book: Rulebook, others: Iterable[Facts] = ()) -> None:
        """Work nothing out yet; `others` are known people besides."""
        self._others = tuple(others)
        fields = book.vocabulary.fields.values()
        self._vocabulary, self._on_demand = book.vocabulary, OnDemand(book)
        self._needs = {field.id: fields_of(field.only_if) if field.only_if else () for field in fields}
        always_asked = (field for field in fields if field.only_if is None)
        self._best = {field.id: extremes(field).best for field in always_asked if field.worse != "neither"}
        self._seen: dict[tuple[str, int, bool], Witness | None] = {}

    def fires(self, rule: Rule) -> bool:
        """Say whether somebody makes a rule fire."""
        return any(person.truth(rule) is True for person in self._people(rule))

    def alone(self, rule: Rule, others: Collection[Rule]) -> bool:
        """Say whether for somebody a rule fires, or could, and none of `others` does."""
        return any(person.alone(rule, others) for person in self._people(rule))

    def meets(self, rule: Rule, condition: Condition) -> bool:
        """Say whether a condition is known to be true of somebody, first of those for whom a rule fires."""
        own = (person.facts for person in self._people(rule))
        return any(evaluate(condition, facts) is True for facts in chain(own, self._others))

    def _people(self, rule: Rule) -> Iterator[Witness]:
        """Yield the people of a rule's cases, those of whom little is known first."""
        for calm in (False, True):
            for number, answers in enumerate(rule.cases.get("fires", ())):
                key = rule.id, number, calm
                if key not in self._seen:
                    self._seen[key] = self._person(answers, calm)
                if person := self._seen[key]:
                    yield person

    def _person(self, answers: Mapping[str, Any], calm: bool) -> Witness | None:
        try:
            values = read_profile(self._vocabulary, answers, {}).facts.values
            if calm:
                needed = {other for name in values for other in self._needs[name]}
                best = {name: value for name, value in self._best.items() if name not in needed}
                values = profile_of(self._vocabulary, {**best, **values}, {}).facts.values
        except RecommenderError:
            return None
        return Witness(self._on_demand.facts(values))


def few_people(book: Rulebook, engine: Engine) -> Iterator[tuple[Rule, Assessment]]:
    """Yield few people for whom, together, each rule fires; each with the first rule that is new.

    The first cases of as many rules as agree make one person; where that is refused, those of half as many.
    """
    waiting = {rule.id: rule.cases["fires"][0] for rule in book.rules.values() if rule.cases.get("fires")}
    while waiting:
        first, count = next(iter(waiting)), len(waiting) * 2
        while first in waiting and (count := count // 2):
            answers = _joined(islice(waiting.values(), count))
            try:
                assessment = assess(book, engine, read_profile(book.vocabulary, answers, {}))
            except RecommenderError:  # `rules test` reports broken cases
                continue
            yield book.rules[first], assessment
            for rule in assessment.findings.fired:
                waiting.pop(rule.id, None)
        waiting.pop(first, None)


def _joined(cases: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the answers of the first case, and of each later one that contradicts none of them."""
    joined: dict[str, Any] = {}
    for answers in cases:
        if all(joined.get(field, answer) == answer for field, answer in answers.items()):
            joined |= answers
    return joined
