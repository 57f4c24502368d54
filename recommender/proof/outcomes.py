"""Outcomes: the statements that laws and comparisons make about an assessment.

Each can be evaluated twice: as a bit of the symbolic rulebook's circuit, and on the reference's assessment of
one person. The tests hold the two to each other.
"""

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
    """A statement that is true or false of an assessment; `str()` gives it in words."""

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        """Return the bit of the circuit that is set for everybody of whom the outcome is true."""

    def true_of(self, assessment: Assessment) -> bool:
        """Return whether the outcome is true of one assessed person."""

    def __str__(self) -> str: ...


def _verdict(assessment: Assessment, movement: str) -> str:
    entry = assessment.movement(movement)
    possibly = f", possibly `{entry.possible}`" if entry.possible != entry.verdict else ""
    return f"{entry.movement.name} ({movement}) is `{entry.verdict}`{possibly}"


def _clearance(assessment: Assessment) -> str:
    certain, possible = assessment.clearance, assessment.clearance_possible
    return f"clearance is `{certain}`" + (f", possibly `{possible}`" if possible != certain else "")


@equal_by_kind
class Limited(NamedTuple):
    """A movement has at least this verdict."""

    movement: str
    verdict: Verdict

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        return symbolic.decision.movements[self.movement][self.verdict]

    def true_of(self, assessment: Assessment) -> bool:
        return any(
            entry.verdict >= self.verdict
            for entry in assessment.movements
            if entry.movement.id == self.movement
        )

    def words_of(self, assessment: Assessment) -> str:
        """Return the verdict on the movement for one person, in words."""
        return _verdict(assessment, self.movement)

    def __str__(self) -> str:
        return f"{self.movement} is at least `{self.verdict}`"

    def rests_on(self, rule: Rule) -> bool:
        """Say whether the rule makes it true when it fires."""
        return rule.limits.get(self.movement, Verdict.OK) >= self.verdict


@equal_by_kind
class CouldBeLimited(NamedTuple):
    """Answers still missing may give a movement at least this verdict."""

    movement: str
    verdict: Verdict

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        return symbolic.decision.movements_possible[self.movement][self.verdict]

    def true_of(self, assessment: Assessment) -> bool:
        return any(
            entry.possible >= self.verdict
            for entry in assessment.movements
            if entry.movement.id == self.movement
        )

    def words_of(self, assessment: Assessment) -> str:
        """Return the verdict on the movement for one person, in words."""
        return _verdict(assessment, self.movement)

    def __str__(self) -> str:
        return f"{self.movement} may turn out to be `{self.verdict}`"


@equal_by_kind
class Stopped(NamedTuple):
    """The clearance is at least this."""

    clearance: Clearance

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        return symbolic.decision.clearance_reached[self.clearance]

    def true_of(self, assessment: Assessment) -> bool:
        return assessment.clearance >= self.clearance

    def words_of(self, assessment: Assessment) -> str:
        """Return the clearance of one person, in words."""
        return _clearance(assessment)

    def __str__(self) -> str:
        return f"clearance is at least `{self.clearance}`"

    def rests_on(self, rule: Rule) -> bool:
        """Say whether the rule makes it true when it fires."""
        return rule.clearance is not None and rule.clearance >= self.clearance


@equal_by_kind
class CouldBeStopped(NamedTuple):
    """Answers still missing may raise the clearance to at least this."""

    clearance: Clearance

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        return symbolic.decision.clearance_possible[self.clearance]

    def true_of(self, assessment: Assessment) -> bool:
        return assessment.clearance_possible >= self.clearance

    def words_of(self, assessment: Assessment) -> str:
        """Return the clearance of one person, in words."""
        return _clearance(assessment)

    def __str__(self) -> str:
        return f"clearance may turn out to be `{self.clearance}`"


@equal_by_kind
class Offered(NamedTuple):
    """A level of an exercise, or a harder one, is suggested."""

    level: str

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        return symbolic.decision.permitted[self.level]

    def true_of(self, assessment: Assessment) -> bool:
        return any(form.level.id == self.level for offer in assessment.offers for form in offer.permitted)

    def __str__(self) -> str:
        return f"{self.level} is suggested"


@equal_by_kind
class Begun(NamedTuple):
    """Somebody begins an exercise with this level."""

    level: str

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        return symbolic.decision.starts[self.level]

    def true_of(self, assessment: Assessment) -> bool:
        return any(offer.start.level.id == self.level for offer in assessment.offers)

    def __str__(self) -> str:
        return f"somebody begins with {self.level}"


@equal_by_kind
class Referred(NamedTuple):
    """A referral is at least this urgent."""

    urgency: Urgency

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        rules = [rule for rule in symbolic.book.rules.values() if self.rests_on(rule)]
        return symbolic.circuit.any_of(symbolic.columns.rules[rule.id].fired for rule in rules)

    def true_of(self, assessment: Assessment) -> bool:
        return any(self.rests_on(rule) for rule in assessment.referrals)

    def rests_on(self, rule: Rule) -> bool:
        """Say whether the rule makes it true when it fires."""
        return rule.refer is not None and rule.refer.urgency >= self.urgency

    def words_of(self, assessment: Assessment) -> str:
        """Return the urgency of the most urgent referral of one person, in words."""
        urgencies = [rule.refer.urgency for rule in assessment.referrals if rule.refer]
        return f"the most urgent referral is `{max(urgencies)}`" if urgencies else "nobody is referred"

    def __str__(self) -> str:
        return f"a referral is at least `{self.urgency}`"


@equal_by_kind
class ReferredBy(NamedTuple):
    """A rule refers, at least this urgently."""

    rule: str
    urgency: Urgency

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        return symbolic.columns.rules[self.rule].fired

    def true_of(self, assessment: Assessment) -> bool:
        return any(rule.id == self.rule for rule in assessment.findings.fired)

    def __str__(self) -> str:
        return f"{self.rule} refers, at least `{self.urgency}`"


@equal_by_kind
class ClearanceReferred(NamedTuple):
    """A rule that sets this clearance also refers, at least this urgently."""

    clearance: Clearance
    urgency: Urgency

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        rules = [rule for rule in symbolic.book.rules.values() if self._qualifies(rule)]
        return symbolic.circuit.any_of(symbolic.columns.rules[rule.id].fired for rule in rules)

    def _qualifies(self, rule: Rule) -> bool:
        return (
            rule.clearance is self.clearance and rule.refer is not None and rule.refer.urgency >= self.urgency
        )

    def true_of(self, assessment: Assessment) -> bool:
        return any(self._qualifies(rule) for rule in assessment.findings.fired)

    def __str__(self) -> str:
        return f"a rule that sets `{self.clearance}` refers, at least `{self.urgency}`"


@equal_by_kind
class Gentle(NamedTuple):
    """Doses are the gentle ones."""

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        return symbolic.circuit.any_of(
            symbolic.columns.rules[rule.id].fired
            for rule in symbolic.book.rules.values()
            if rule.dose is Dose.GENTLE
        )

    def true_of(self, assessment: Assessment) -> bool:
        return assessment.dose is Dose.GENTLE

    def __str__(self) -> str:
        return f"doses are `{Dose.GENTLE}`"


@equal_by_kind
class Concluded(NamedTuple):
    """A scale has reached at least this level; `rank` is its position on the scale."""

    scale: str
    rank: int
    level: str

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        return symbolic.columns.reached[self.scale][self.rank].certain

    def true_of(self, assessment: Assessment) -> bool:
        return assessment.findings.facts.scales[self.scale][0] >= self.rank

    def __str__(self) -> str:
        return f"{self.scale} is at least `{self.level}`"


@equal_by_kind
class Known(NamedTuple):
    """A condition is certainly true; `text` is how the author wrote it."""

    condition: Condition
    text: str

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        return symbolic.columns.truth(self.condition).certain

    def true_of(self, assessment: Assessment) -> bool:
        return evaluate(self.condition, assessment.findings.facts) is True

    def __str__(self) -> str:
        return f"`{self.text}`"


@equal_by_kind
class Fired(NamedTuple):
    """A rule fires."""

    rule: str

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        return symbolic.columns.rules[self.rule].fired

    def true_of(self, assessment: Assessment) -> bool:
        return any(rule.id == self.rule for rule in assessment.findings.fired)

    def words_of(self, assessment: Assessment) -> str:
        """Return whether the rule fires for one person, in words."""
        return str(self) if self.true_of(assessment) else f"{self.rule} does not fire"

    def rests_on(self, rule: Rule) -> bool:
        """Say whether it is this rule."""
        return rule.id == self.rule

    def __str__(self) -> str:
        return f"{self.rule} fires"


@equal_by_kind
class Lifted(NamedTuple):
    """What a rule pauses for is there, and it does not pause, as a clinician has looked.

    `matter` is the condition of the rule without what a look proves.
    """

    rule: str
    matter: Condition

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        columns = symbolic.columns
        silent = symbolic.circuit.negate(columns.rules[self.rule].fired)
        return symbolic.circuit.all_of((columns.truth(self.matter).certain, silent))

    def true_of(self, assessment: Assessment) -> bool:
        there = evaluate(self.matter, assessment.findings.facts) is True
        return there and not Fired(self.rule).true_of(assessment)

    def __str__(self) -> str:
        return f"what {self.rule} pauses for is there, and a look has lifted the pause"


@equal_by_kind
class Unanswered(NamedTuple):
    """None of these fields is answered."""

    fields: tuple[str, ...]

    def bit(self, symbolic: SymbolicRulebook) -> Bit:
        return symbolic.circuit.negate(
            symbolic.circuit.any_of(symbolic.answered(name) for name in self.fields)
        )

    def true_of(self, assessment: Assessment) -> bool:
        return not set(self.fields) & set(assessment.profile.answers)

    def __str__(self) -> str:
        return "no other field is answered"
