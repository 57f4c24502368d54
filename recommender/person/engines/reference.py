"""The reference meaning as an engine: oracle of the others, and their fallback."""

from collections.abc import Sequence

from recommender.language.meaning import Facts
from recommender.person.engines.inference import Matches
from recommender.rulebook.model import Rule


class ReferenceEngine:
    """Evaluates each rule's condition as it is written, by the definition of the language."""

    name = "reference"

    def __init__(self, strata: Sequence[Sequence[Rule]]) -> None:
        """Keep the rules of each stratum."""
        self.strata = strata

    def match(self, stratum: int, facts: Facts) -> Matches:
        """Return which rules fire (true) and which could (not false)."""
        truths = {rule.id: rule.truth(facts) for rule in self.strata[stratum]}
        return Matches(
            fired=frozenset(id_ for id_, truth in truths.items() if truth is True),
            possible=frozenset(id_ for id_, truth in truths.items() if truth is not False),
        )
