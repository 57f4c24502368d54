"""How the exercises of somebody go on after a week: moved on, kept, taken a step back or left out."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from recommender.language.meaning import Facts, evaluate
from recommender.person.assessment import Form, Offer
from recommender.rulebook.checkin import GOES_ON, KEPT, MOVED_ON, STEPS, TAKEN_BACK, CheckIn
from recommender.rulebook.model import Rule
from recommender.vocabulary.profile import LEFT_OUT, Profile


class GoesOn(NamedTuple):
    """How one exercise goes on: with which form (none where it is left out), and the rules that say so."""

    offer: Offer
    step: str
    form: Form | None
    rules: tuple[Rule, ...]


def after_week(checkin: CheckIn, told: Mapping[str, tuple[Offer, Profile]]) -> tuple[GoesOn, ...]:
    """Say how each exercise goes on, by id, from the offer with its start and what was told of it.

    No more than `checkin.at_once` exercises move on; the first in order do, and the others are kept.
    """
    results = []
    moved = 0
    for offer, answers in told.values():
        step, rules = _conclusion(checkin.rules, answers)
        if step == MOVED_ON and (offer.next is None or moved == checkin.at_once):
            step = KEPT
        moved += step == MOVED_ON
        results.append(GoesOn(offer, step, _form(offer, step), rules))
    return tuple(results)


def _conclusion(rules: Iterable[Rule], answers: Profile) -> tuple[str, tuple[Rule, ...]]:
    """Return the most careful step that a rule concludes, and the rules that conclude it."""
    fired = [rule for rule in rules if _fires(rule, answers.facts)]
    step = max((rule.concludes[GOES_ON] for rule in fired), key=STEPS.index, default=MOVED_ON)
    return step, tuple(rule for rule in fired if rule.concludes[GOES_ON] == step)


def _fires(rule: Rule, facts: Facts) -> bool:
    truth = evaluate(rule.condition, facts)
    return truth is not True if rule.fails_closed else truth is True


def _form(offer: Offer, step: str) -> Form | None:
    if step == LEFT_OUT:
        return None
    if step == MOVED_ON:
        return offer.next
    place = offer.permitted.index(offer.start)
    return offer.permitted[max(place - 1, 0)] if step == TAKEN_BACK else offer.start
