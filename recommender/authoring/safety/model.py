"""What a safety case is made of: frozen values, as `rules/safety/` has them."""

from collections.abc import Mapping
from typing import NamedTuple

KINDS = ("laws", "rules", "cues", "cases", "lints", "tests")
"""The kinds of controls. Cases, lints and tests are named by file: `test_batch.py::test_…`."""


class Control(NamedTuple):
    """What holds a hazard down: a law, a rule, a cue, a case, a lint or a test, and where it is named."""

    kind: str
    id: str
    location: str


class Risk(NamedTuple):
    """How bad and how likely, in the words of the scales, with the rating from 1 to 5 that follows."""

    severity: str
    likelihood: str
    rating: int


class Hazard(NamedTuple):
    """One way in which the program can do harm, with its risk before and after its controls."""

    id: str
    hazard: str
    cause: str
    harm: str
    who: str
    before: Risk
    after: Risk
    controls: tuple[Control, ...]
    owner: str
    status: str
    residual: str
    location: str


class Claim(NamedTuple):
    """One claim of the safety case, the argument for it, and the hazards that speak against it."""

    file: str
    claim: str
    argument: str
    hazards: tuple[Hazard, ...]


class Scales(NamedTuple):
    """The levels of severity and likelihood, lowest first, each with its meaning, and how they are judged.

    `ratings` has a row for each likelihood with a rating for each severity.
    """

    severity: Mapping[str, str]
    likelihood: Mapping[str, str]
    ratings: Mapping[str, tuple[int, ...]]
    acceptability: Mapping[int, str]
    controlled_up_to: int
    statuses: Mapping[str, str]
    owners: Mapping[str, str]


class Excuse(NamedTuple):
    """Why a law, a lint or a red flag is a control of no hazard."""

    control: Control
    because: str


class SafetyCase(NamedTuple):
    """All claims of a rulebook's safety case with their hazards."""

    scales: Scales
    claims: tuple[Claim, ...]
    excuses: tuple[Excuse, ...]

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """Return the hazards of all claims."""
        return tuple(hazard for claim in self.claims for hazard in claim.hazards)


class Harm(NamedTuple):
    """The worst harm of a movement that should not have been permitted, and how much it counts."""

    severity: str
    words: str
    weight: int


class IntendedUse(NamedTuple):
    """Who it is for, for whom not, where, what it never does, and where it stands towards regulators.

    `populations` are names of groups of people, each with the pattern that counts sources about them.
    """

    what: str
    users: tuple[str, ...]
    population: tuple[str, ...]
    not_for: tuple[str, ...]
    environment: tuple[str, ...]
    never: tuple[str, ...]
    position: tuple[tuple[str, str], ...]
    basis: str
    populations: tuple[tuple[str, str], ...]
