"""What the rules say of each part of what somebody asks about."""

from typing import NamedTuple

from recommender.activities.matching import Subject
from recommender.person.assessment import Assessment
from recommender.person.verdicts import Needs, Verdicts, verdicts_of
from recommender.rulebook.activities import Part
from recommender.rulebook.model import Rule
from recommender.rulebook.scales import Verdict


class PartAnswer(NamedTuple):
    """The rules' answer on one part: its verdict, the movements that take it away, and what to do.

    `advice` is how to do it, or what to do in its place; it is empty where that is closed too. `needs` would
    open it. `reasons` say why it is closed by rules that no answer opens. `checks` are the open fields whose
    answer could take it away.
    """

    part: Part
    verdict: Verdict
    blocked: tuple[str, ...]
    advice: str
    rules: tuple[Rule, ...]
    needs: Needs
    reasons: tuple[str, ...]
    checks: tuple[str, ...]

    @property
    def permitted(self) -> bool:
        """Say whether it may be done now."""
        return not self.blocked


class Answer(NamedTuple):
    """The rules' answer on all parts of what was asked about, and what is open to do in its place.

    What further words added is among `parts` where it is limited; where it is fine it only brings its checks
    (`added_fine`), for "with a weight: fine" would read as a permission for the whole. `builds_up` says that
    this person begins with something easier, if what may be done is new to them.
    """

    subject: Subject
    parts: tuple[PartAnswer, ...]
    rather: tuple[PartAnswer, ...]
    builds_up: bool
    added_fine: tuple[PartAnswer, ...] = ()

    @property
    def fine(self) -> tuple[PartAnswer, ...]:
        """Return the parts that may go on as they are."""
        return tuple(each for each in self.parts if each.verdict is Verdict.OK)

    @property
    def waiting(self) -> tuple[PartAnswer, ...]:
        """Return the parts that may not be done now."""
        return tuple(each for each in self.parts if not each.permitted)

    @property
    def checks(self) -> tuple[str, ...]:
        """Return the open fields that could take a part away, those behind most parts first."""
        fields = [name for each in (*self.parts, *self.rather, *self.added_fine) for name in each.checks]
        return tuple(sorted(dict.fromkeys(fields), key=lambda name: -fields.count(name)))


def answer(assessment: Assessment, subject: Subject) -> Answer:
    """Answer one question about one person."""
    verdicts = verdicts_of(assessment)
    own, rather, added = (
        tuple(_part(assessment, verdicts, part) for part in listed)
        for listed in (subject.parts, subject.rather, subject.added)
    )
    added_fine = tuple(each for each in added if each.verdict is Verdict.OK)
    parts = (*own, *(each for each in added if each not in added_fine))
    practised = (verdicts.needs_practice(each.part.movements) for each in parts if each.permitted)
    return Answer(
        subject=subject,
        parts=parts,
        rather=tuple(each for each in rather if each.permitted),
        builds_up=verdicts.first_steps and any(practised),
        added_fine=added_fine,
    )


def _part(assessment: Assessment, verdicts: Verdicts, part: Part) -> PartAnswer:
    verdict, blocked = verdicts.of(part.movements), verdicts.blocked(part.movements)
    limited = {
        rule.id: rule
        for id_ in part.movements
        for rule in assessment.movement(id_).rules
        if rule.limits[id_] == verdict
    }
    checks = verdicts.check_first(part.movements, verdict)
    return PartAnswer(
        part=part,
        verdict=verdict,
        blocked=blocked,
        advice=_advice(assessment, verdicts, part, blocked),
        rules=tuple(limited.values()),
        needs=verdicts.would_open(blocked),
        reasons=verdicts.closed_by(blocked),
        checks=() if blocked else tuple(name for name, worst in checks if worst.blocks(verdicts.alone)),
    )


def _advice(assessment: Assessment, verdicts: Verdicts, part: Part, blocked: tuple[str, ...]) -> str:
    """Return how to do a part or, where it is left out, what to do in its place if that is open."""
    if not blocked:
        return part.how
    if part.instead and not verdicts.blocked(part.uses):
        return part.instead
    return next((instead for id_ in blocked if (instead := assessment.movement(id_).instead)), "")
