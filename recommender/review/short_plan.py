"""The plan of a person in short, as the worklist sorts, filters and shows it."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from recommender.cohort.answer_columns import answer_row
from recommender.person.decision import assess
from recommender.person.engines.reference import ReferenceEngine
from recommender.review.snapshot import Plans, plan_hash, words
from recommender.rulebook.model import Rulebook
from recommender.rulebook.scales import Clearance, Urgency, Verdict
from recommender.vocabulary.profile import read_profile


class ShortPlan(NamedTuple):
    """The levels of a plan as ranks on their scales, and its lines as digits.

    `missing` is the number of answers to check first; `screened` is 1 for who is clear with all safety
    questions answered. `verdicts` has one digit per movement, the rank of its verdict, and `fired` a 1 or 0
    per rule, in the order of the run; `plan` is the hash of the whole plan.
    """

    clearance: int
    urgency: int
    tier: int
    missing: int
    screened: int
    verdicts: str
    fired: str
    plan: str


class ShortPlans:
    """Makes short plans of answer rows, with digits in the order of `movements` and `rules`."""

    def __init__(self, book: Rulebook, movements: Sequence[str], rules: Sequence[str]) -> None:
        """Index a rulebook; a movement or rule that it does not have is never limited and never fires."""
        self._book, self._plans = book, Plans(book)
        self._movements, self._rules = movements, rules

    @cached_property
    def of_nobody_known(self) -> ShortPlan:
        """Return the short plan of somebody of whom no answer is known."""
        nothing = read_profile(self._book.vocabulary, {}, {})
        return self.of_row(answer_row(assess(self._book, ReferenceEngine(self._book.strata), nothing)))

    def of_row(self, row: Mapping[str, Any]) -> ShortPlan:
        """Return the short plan of an answer row of a cohort."""
        fired = set(words(row["rules_fired"]))
        verdicts = {
            movement: str(verdict.rank) for verdict in tuple(Verdict)[1:] for movement in words(row[verdict])
        }
        return ShortPlan(
            clearance=Clearance.read(row["clearance"]).rank,
            urgency=Urgency(row["urgency"]).rank + 1 if row["urgency"] else 0,
            tier=self._book.scales["risk_tier"].index(row["risk_tier"]),
            missing=len(words(row["check_first"])),
            screened=int(row["clearance"] == Clearance.CLEAR),
            verdicts="".join(verdicts.get(movement, "0") for movement in self._movements),
            fired="".join("1" if rule in fired else "0" for rule in self._rules),
            plan=plan_hash(self._plans.of_row(row)),
        )


def place(plan: ShortPlan, number: int, doubtful: bool) -> tuple[int, int]:
    """Return the clearance that the worklist shows, as a rank, and the place of a person in its order.

    Somebody whose row has cells in doubt has to be looked at before anything else is done.
    """
    clearance = max(plan.clearance, Clearance.HOLD.rank) if doubtful else plan.clearance
    urgent_first = ((9 - clearance) * 10 + 9 - plan.urgency) * 10 + 9 - plan.tier
    return clearance, urgent_first * 10**10 + number
