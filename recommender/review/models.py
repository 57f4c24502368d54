"""What is kept: people as they come in, and decisions about them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

DECIDED = ("agree", "modify", "override")


class Entered(NamedTuple):
    """One person as they enter the store.

    `given` is what stood in the columns that were read, `unread` what of it is read as not known. Levels are places on their scales;
    `verdicts` has the place of the verdict on each movement as a digit, `fired` a 1 for each rule that fired, in the order that the
    run has of them; `plan` is the hash of all that the rules say.
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
    verdicts: str
    fired: str
    plan: str


class Entering(Protocol):
    """Who brings people: in batches, with the movements and the rules that they have a digit of; and how many rows hold nobody."""

    @property
    def digits(self) -> tuple[Sequence[str], Sequence[str]]:
        """Return the movements and the rules that everybody has a digit of, in order."""

    @property
    def refused(self) -> int:
        """Return how many rows could not be understood, once all batches were read."""

    def batches(self) -> Iterator[Sequence[Entered]]:
        """Yield the people, in order."""


class Decision(NamedTuple):
    """What a reviewer says: `about` the whole person (empty) or one line, in place of what the rules say or in agreement.

    `person` is the hash of the answers that it is about, `tier` their risk tier, `rules` those behind what the rules say, `plan` the
    hash of all that they say. Of the whole person, `said` holds that plan and every rule that fired, as JSON.
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


class Checked(NamedTuple):
    """What following the chain found: the hash of every decision by its number, and what is wrong, in sentences."""

    decisions: Mapping[int, str]
    problems: list[str]
