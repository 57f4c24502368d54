"""Ranks what the rules permit by people times harm, among the whole people in a rulebook's cases."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from recommender.authoring.cases.people import PersonCase
from recommender.authoring.safety.model import Harm
from recommender.language.meaning import evaluate
from recommender.person.assessment import Assessment, Form, MovementVerdict, Offer
from recommender.person.decision import assess
from recommender.person.engines import best_engine
from recommender.rulebook.model import Movement, Rule, Rulebook
from recommender.rulebook.scales import Clearance, Verdict
from recommender.vocabulary.profile import read_profile

_MOST_RULES, _MOST_TITLES = 2, 4


class Person(NamedTuple):
    """One whole person of the cases with what is said of them."""

    name: str
    assessment: Assessment


class Permission(NamedTuple):
    """Movements that are permitted to some people, and the one of them whose bone is weakest.

    Those after the first are of its family and decided for this person by the same rules. `offer` and `form`
    are the most demanding exercise of that person that contains the first, if one does. `rules` decide: those
    that limit it for this person, and those that most often close it for others; `closing` are the next of
    these.
    """

    movements: tuple[Movement, ...]
    harm: Harm
    people: int
    person: Person
    verdict: MovementVerdict
    offer: Offer | None
    form: Form | None
    rules: tuple[Rule, ...]
    closing: tuple[Rule, ...]

    @property
    def movement(self) -> Movement:
        """Return the first movement, after which the card is named."""
        return self.movements[0]

    @property
    def signs(self) -> tuple[str, ...]:
        """Return what is signed where a reader agrees: the rules that decide, and the movements."""
        return (*(rule.id for rule in self.rules), *(f"movement:{each.id}" for each in self.movements))


def assessed(book: Rulebook, cases: Iterable[PersonCase]) -> tuple[Person, ...]:
    """Assess the people of the cases, apart from those whose answers are to be refused."""
    engine = best_engine()(book.strata)
    return tuple(
        Person(case.name, assess(book, engine, read_profile(book.vocabulary, case.who, {})))
        for case in cases
        if not case.refused
    )


def permissions(book: Rulebook, people: Sequence[Person], harm: Mapping[str, Harm]) -> tuple[Permission, ...]:
    """Return every movement that somebody is permitted, the largest product of people and harm first.

    Nobody is shown on two cards where another of the same risk tier can be.
    """
    permitted = {
        id_: who
        for id_, movement in book.movements.items()
        if (who := [person for person in people if _is_permitted(person.assessment, movement)])
    }
    waiting = sorted(permitted, key=lambda id_: -len(permitted[id_]) * harm[id_].weight)
    shown: set[str] = set()
    cards = []
    while waiting:
        first = waiting[0]
        person = _weakest(book, permitted[first], shown)
        alike = [id_ for id_ in waiting if id_ == first or _decided_alike(book, person, first, id_)]
        shown.add(person.name)
        waiting = [id_ for id_ in waiting if id_ not in alike]
        movements = tuple(book.movements[id_] for id_ in alike)
        cards.append(_card(movements, harm[first], len(permitted[first]), person, _closing(people, first)))
    return tuple(cards)


def _decided_alike(book: Rulebook, person: Person, one: str, other: str) -> bool:
    """Say whether two movements are one question: one family, no exercise, limited by the same rules."""
    first, second = (person.assessment.movement(id_) for id_ in (one, other))
    in_exercises = any(next(_forms(person.assessment, book.movements[id_]), None) for id_ in (one, other))
    return (
        not in_exercises
        and first.movement.family == second.movement.family
        and bool(first.rules)
        and (first.verdict, first.rules) == (second.verdict, second.rules)
    )


def _closing(people: Sequence[Person], movement: str) -> list[Rule]:
    """Return the rules that close a movement for somebody, those that close it most often first."""
    strict = (Verdict.AVOID, Verdict.SUPERVISED)
    rules = [rule for person in people for rule in person.assessment.limiting(movement, strict)]
    by_id = {rule.id: rule for rule in rules}
    return [by_id[id_] for id_, _ in Counter(rule.id for rule in rules).most_common()]


def _is_permitted(assessment: Assessment, movement: Movement) -> bool:
    """Say whether an exercise with a movement is offered, or daily life may go on with it."""
    if any(_forms(assessment, movement)):
        return True
    alone = evaluate(assessment.rulebook.supervised, assessment.findings.facts) is not True
    blocked = assessment.movement(movement.id).verdict.blocks(alone)
    return not movement.exercise_only and assessment.clearance is Clearance.CLEAR and not blocked


def _forms(assessment: Assessment, movement: Movement) -> Iterator[tuple[Offer, Form]]:
    for offer in assessment.offers:
        for form in offer.permitted:
            if movement.id in form.level.movements:
                yield offer, form


def _weakest(book: Rulebook, people: Sequence[Person], shown: set[str]) -> Person:
    """Return who has the highest risk tier and the lowest score; of that tier one who is not shown yet."""
    tiers = book.scales["risk_tier"]

    def weakness(person: Person) -> tuple[int, int]:
        score = person.assessment.classification.lowest_t
        return tiers.index(person.assessment.risk_tier), -(score if score is not None else 0)

    ordered = sorted(people, key=weakness, reverse=True)
    first = ordered[0]
    same_tier = (person for person in ordered if person.assessment.risk_tier == first.assessment.risk_tier)
    return next((person for person in same_tier if person.name not in shown), first)


def _card(
    movements: tuple[Movement, ...], harm: Harm, people: int, person: Person, closing: Sequence[Rule]
) -> Permission:
    first = movements[0]
    verdict = person.assessment.movement(first.id)
    forms = list(_forms(person.assessment, first))
    offer, form = forms[-1] if forms else (None, None)
    others = [rule for rule in closing if rule not in verdict.rules]
    limiting = sorted(verdict.rules, key=lambda rule: -rule.limits[first.id].rank)[: _MOST_RULES - 1]
    split = _MOST_RULES - len(limiting)
    rules = (*limiting, *others[:split])
    return Permission(
        movements,
        harm,
        people,
        person,
        verdict,
        offer,
        form,
        rules,
        tuple(others[split : split + _MOST_TITLES]),
    )
