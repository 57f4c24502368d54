"""The records of the store: people as imported, and decisions about them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

DECIDED = ("agree", "modify", "override")
SIGNED, WITHDRAWN = "signed", "withdrawn"


class Entered(NamedTuple):
    """One person as imported.

    `given` holds the cells of the mapped columns, `unread` those of them that are read as not known.
    Levels are ranks on their scales; `screened` is 1 for who is clear with all safety questions answered.
    `verdicts` has one digit per movement, the rank of its verdict, and `fired` a 1 or 0 per rule, in the
    order of the run; `plan` is the hash of the plan.
    """

    name: str
    line: int
    answers: Mapping[str, str]
    given: Mapping[str, str]
    unread: Mapping[str, str]
    clearance: int
    urgency: int
    tier: int
    missing: int
    screened: int
    verdicts: str
    fired: str
    plan: str


class Entering(Protocol):
    """A source of people: batches, the movements and rules of their digits, and the count of refused rows."""

    @property
    def digits(self) -> tuple[Sequence[str], Sequence[str]]:
        """Return the movements and the rules, in the order of the digits."""

    @property
    def refused(self) -> int:
        """Return the number of rows that could not be read, once all batches were read."""

    def batches(self) -> Iterator[Sequence[Entered]]:
        """Yield the people, in the order of the source."""


class Decision(NamedTuple):
    """A reviewer's verdict on one line, or on the whole plan (`about` is empty), beside what the rules say.

    `person` is the hash of the person, `tier` their risk tier, `rules` the ids of the rules behind
    `rules_say`, `plan` the hash of the plan. For the whole plan, `said` holds that plan and the fired rules,
    as JSON. `disposition` is what was done for a person who must not wait, `recheck` the day to look again.
    `withdraws` is the id of the decision that this one takes back, 0 for none; `together` the number of
    people agreed with in the same act, 0 where this one was decided alone.
    """

    run: int
    number: int
    person: str
    about: str
    kind: str
    rules_say: str
    verdict: str
    reason: str
    comment: str
    tier: str
    rules: str
    plan: str
    said: str
    by: str
    role: str
    rulebook: str
    form: str
    disposition: str = ""
    recheck: str = ""
    withdraws: int = 0
    together: int = 0


class Checked(NamedTuple):
    """The result of a check of the chain: the hash of each decision by id, and the problems, in sentences."""

    decisions: Mapping[int, str]
    problems: list[str]
