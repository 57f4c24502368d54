"""What an answer can say of a person, in two readings: as a bit of the circuit, and as it stands in one person's assessment."""

from typing import NamedTuple, Protocol

from recommender.language.kinds import equal_by_kind
from recommender.language.meaning import evaluate
from recommender.language.tree import Condition
from recommender.person.assessment import Assessment
from recommender.proof.symbolic import SymbolicRulebook
from recommender.rulebook.model import Rule
from recommender.rulebook.scales import Clearance, Dose, Urgency, Verdict
from recommender.vectorised.circuit import Bit


class Outcome(Protocol):
    """Something that is true of a person's assessment or not."""

    def bit(self, world: SymbolicRulebook) -> Bit:
        """Return where it is true, as a bit of the circuit."""

    def true_of(self, found: Assessment) -> bool:
        """Say whether it is true of one person, as the reference decided."""

    def __str__(self) -> str:
        """Say it in words."""


@equal_by_kind
class Limited(NamedTuple):
    """A movement has at least this verdict."""

    movement: str
    verdict: Verdict

    def bit(self, world: SymbolicRulebook) -> Bit:
        """Return where it is true."""
        return world.decision.movements[self.movement][self.verdict]

    def true_of(self, found: Assessment) -> bool:
        """Say whether it is true of one person."""
        return any(one.verdict >= self.verdict for one in found.movements if one.movement.id == self.movement)

    def words_of(self, found: Assessment) -> str:
        """Say how the movement stands for one person."""
        one = found.movement(self.movement)
        possibly = f", possibly `{one.possible}`" if one.possible != one.verdict else ""
        return f"{one.movement.name} ({self.movement}) is `{one.verdict}`{possibly}"

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.movement} is at least `{self.verdict}`"


@equal_by_kind
class CouldBeLimited(NamedTuple):
    """A movement may yet turn out to have at least this verdict."""

    movement: str
    verdict: Verdict

    def bit(self, world: SymbolicRulebook) -> Bit:
        """Return where it is true."""
        return world.decision.movements_possible[self.movement][self.verdict]

    def true_of(self, found: Assessment) -> bool:
        """Say whether it is true of one person."""
        return any(
            one.possible >= self.verdict for one in found.movements if one.movement.id == self.movement
        )

    def words_of(self, found: Assessment) -> str:
        """Say how the movement stands for one person."""
        one = found.movement(self.movement)
        possibly = f", possibly `{one.possible}`" if one.possible != one.verdict else ""
        return f"{one.movement.name} ({self.movement}) is `{one.verdict}`{possibly}"

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.movement} may turn out to be `{self.verdict}`"


@equal_by_kind
class Stopped(NamedTuple):
    """The clearance is at least this."""

    clearance: Clearance

    def bit(self, world: SymbolicRulebook) -> Bit:
        """Return where it is true."""
        return world.decision.clearance_reached[self.clearance]

    def true_of(self, found: Assessment) -> bool:
        """Say whether it is true of one person."""
        return found.clearance >= self.clearance

    def words_of(self, found: Assessment) -> str:
        """Say what the clearance of one person is."""
        possibly = (
            f", possibly `{found.clearance_possible}`" if found.clearance_possible != found.clearance else ""
        )
        return f"clearance is `{found.clearance}`{possibly}"

    def __str__(self) -> str:
        """Say it in words."""
        return f"clearance is at least `{self.clearance}`"


@equal_by_kind
class CouldBeStopped(NamedTuple):
    """The clearance may yet turn out to be at least this."""

    clearance: Clearance

    def bit(self, world: SymbolicRulebook) -> Bit:
        """Return where it is true."""
        return world.decision.clearance_possible[self.clearance]

    def true_of(self, found: Assessment) -> bool:
        """Say whether it is true of one person."""
        return found.clearance_possible >= self.clearance

    def words_of(self, found: Assessment) -> str:
        """Say what the clearance of one person is."""
        possibly = (
            f", possibly `{found.clearance_possible}`" if found.clearance_possible != found.clearance else ""
        )
        return f"clearance is `{found.clearance}`{possibly}"

    def __str__(self) -> str:
        """Say it in words."""
        return f"clearance may turn out to be `{self.clearance}`"


@equal_by_kind
class Offered(NamedTuple):
    """A level of an exercise is suggested, or one beyond it."""

    level: str

    def bit(self, world: SymbolicRulebook) -> Bit:
        """Return where it is true."""
        return world.decision.permitted[self.level]

    def true_of(self, found: Assessment) -> bool:
        """Say whether it is true of one person."""
        return any(form.level.id == self.level for offer in found.offers for form in offer.permitted)

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.level} is suggested"


@equal_by_kind
class Referred(NamedTuple):
    """A referral is at least this urgent."""

    urgency: Urgency

    def bit(self, world: SymbolicRulebook) -> Bit:
        """Return where it is true."""
        rules = [
            rule for rule in world.book.rules.values() if rule.refer and rule.refer.urgency >= self.urgency
        ]
        return world.circuit.any_of(world.columns.rules[rule.id].fired for rule in rules)

    def true_of(self, found: Assessment) -> bool:
        """Say whether it is true of one person."""
        return any(rule.refer is not None and rule.refer.urgency >= self.urgency for rule in found.referrals)

    def __str__(self) -> str:
        """Say it in words."""
        return f"a referral is at least `{self.urgency}`"


@equal_by_kind
class ReferredBy(NamedTuple):
    """A rule refers, at least this urgently."""

    rule: str
    urgency: Urgency

    def bit(self, world: SymbolicRulebook) -> Bit:
        """Return where it is true."""
        return world.columns.rules[self.rule].fired

    def true_of(self, found: Assessment) -> bool:
        """Say whether it is true of one person."""
        return any(rule.id == self.rule for rule in found.referrals)

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.rule} refers, at least `{self.urgency}`"


@equal_by_kind
class ToldWhom(NamedTuple):
    """A rule that brings this clearance also refers, at least this urgently."""

    clearance: Clearance
    urgency: Urgency

    def bit(self, world: SymbolicRulebook) -> Bit:
        """Return where it is true."""
        rules = [rule for rule in world.book.rules.values() if self._tells(rule)]
        return world.circuit.any_of(world.columns.rules[rule.id].fired for rule in rules)

    def _tells(self, rule: Rule) -> bool:
        return (
            rule.clearance is self.clearance and rule.refer is not None and rule.refer.urgency >= self.urgency
        )

    def true_of(self, found: Assessment) -> bool:
        """Say whether it is true of one person."""
        return any(self._tells(rule) for rule in found.findings.fired)

    def __str__(self) -> str:
        """Say it in words."""
        return f"whoever brings `{self.clearance}` refers, at least `{self.urgency}`"


@equal_by_kind
class Gentle(NamedTuple):
    """Doses are the gentle ones."""

    def bit(self, world: SymbolicRulebook) -> Bit:
        """Return where it is true."""
        return world.circuit.any_of(
            world.columns.rules[rule.id].fired
            for rule in world.book.rules.values()
            if rule.dose is Dose.GENTLE
        )

    def true_of(self, found: Assessment) -> bool:
        """Say whether it is true of one person."""
        return found.dose is Dose.GENTLE

    def __str__(self) -> str:
        """Say it in words."""
        return f"doses are `{Dose.GENTLE}`"


@equal_by_kind
class Concluded(NamedTuple):
    """A scale has reached at least this level."""

    scale: str
    place: int
    level: str

    def bit(self, world: SymbolicRulebook) -> Bit:
        """Return where it is true."""
        return world.columns.reached[self.scale][self.place].certain

    def true_of(self, found: Assessment) -> bool:
        """Say whether it is true of one person."""
        return found.findings.facts.scales[self.scale][0] >= self.place

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.scale} is at least `{self.level}`"


@equal_by_kind
class Known(NamedTuple):
    """A condition is known to be true."""

    condition: Condition
    text: str

    def bit(self, world: SymbolicRulebook) -> Bit:
        """Return where it is true."""
        return world.columns.truth(self.condition).certain

    def true_of(self, found: Assessment) -> bool:
        """Say whether it is true of one person."""
        return evaluate(self.condition, found.findings.facts) is True

    def __str__(self) -> str:
        """Say it in words."""
        return f"`{self.text}`"


@equal_by_kind
class Fired(NamedTuple):
    """A rule fires."""

    rule: str

    def bit(self, world: SymbolicRulebook) -> Bit:
        """Return where it is true."""
        return world.columns.rules[self.rule].fired

    def true_of(self, found: Assessment) -> bool:
        """Say whether it is true of one person."""
        return any(rule.id == self.rule for rule in found.findings.fired)

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.rule} fires"


@equal_by_kind
class Unanswered(NamedTuple):
    """Nothing has been said about any of these fields."""

    fields: tuple[str, ...]

    def bit(self, world: SymbolicRulebook) -> Bit:
        """Return where it is true."""
        return world.circuit.negate(world.circuit.any_of(world.told(name) for name in self.fields))

    def true_of(self, found: Assessment) -> bool:
        """Say whether it is true of one person."""
        return not set(self.fields) & set(found.profile.answers)

    def __str__(self) -> str:
        """Say it in words."""
        return "nothing else has been told"
