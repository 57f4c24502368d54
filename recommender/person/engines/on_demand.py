"""What the rules say of one person, worked out only where somebody asks: for checks of few rules.

The tests hold it to `infer`, which runs every rule.
"""

from collections import defaultdict
from collections.abc import Mapping

from recommender.language.meaning import Facts, Interval, Value
from recommender.rulebook.model import Rule, Rulebook


class OnDemand:
    """A rulebook whose scales are concluded when a condition first reads them."""

    def __init__(self, book: Rulebook) -> None:
        """Note which rules conclude on each scale, and how high."""
        self._concluding: defaultdict[str, list[tuple[Rule, int]]] = defaultdict(list)
        for rule in book.rules.values():
            for scale, level in rule.concludes.items():
                self._concluding[scale].append((rule, book.scales[scale].index(level)))

    def facts(self, values: Mapping[str, Value]) -> Facts:
        """Return what is known of a person; the level of a scale is worked out when it is first read."""
        scales = _Scales(self._concluding)
        facts = Facts(values, scales)
        scales.facts = facts
        return facts


class _Scales(dict[str, Interval]):
    def __init__(self, concluding: Mapping[str, list[tuple[Rule, int]]]) -> None:
        self.concluding = concluding
        self.facts: Facts

    def __missing__(self, scale: str) -> Interval:
        low = high = 0
        for rule, level in self.concluding[scale]:
            truth = rule.truth(self.facts)
            if truth is not False:
                low, high = (max(low, level) if truth else low), max(high, level)
        self[scale] = low, high
        return low, high
