"""The exercises on a sheet: this week with boxes to tick, or what may be done until somebody has agreed."""

from collections.abc import Iterable, Iterator

from recommender.person.assessment import Assessment, Offer
from recommender.report.exercises import changes, lowered, title_of
from recommender.rulebook.scales import Clearance
from recommender.sheet.detail import Detail
from recommender.sheet.model import Card, Cards, Item, Items, Lines, Part, Section, listed
from recommender.sheet.pictures import picture_of

DAYS = 7
BROADEST = 1.2
"""The width of a picture beside its height, at most."""


def chosen(assessment: Assessment) -> list[tuple[str, Offer]]:
    """Return the goals of the week with the exercise to begin with."""
    plans = ((plan.goal, assessment.offer(plan.start_with)) for plan in assessment.week)
    return [(goal, offer) for goal, offer in plans if offer]


def shown(assessment: Assessment) -> list[Offer]:
    """Return the exercises that a sheet shows."""
    if assessment.clearance is not Clearance.CLEAR:
        return list(assessment.offers)
    return list({offer.exercise.id: offer for _, offer in chosen(assessment)}.values())


class Exercises:
    """The sections with exercises; each is empty where there is nothing to say."""

    def __init__(self, assessment: Assessment) -> None:
        """Take what is said of a person."""
        self.assessment = assessment
        self.book, self.phrase = assessment.rulebook, assessment.rulebook.phrase

    def week(self, detail: Detail) -> Iterator[Section]:
        """Show the exercises of this week with their figures and doses, and boxes to tick."""
        assessment, phrase = self.assessment, self.phrase
        starts = chosen(assessment)
        if not starts:
            return
        parts: list[Part] = []
        if cautions := tuple(rule.caution for rule in assessment.cautions):
            parts.append(Lines(cautions))
        days = {plan.goal: plan.days for plan in assessment.week}
        cards = (self._ticked(goal, days[goal], offer, detail) for goal, offer in starts)
        parts.append(_side_by_side(cards, detail))
        yield Section("week", phrase("sheet.this_week"), tuple(parts))

    def _ticked(self, goal: str, days: int, offer: Offer, detail: Detail) -> Card:
        """Return the card of an exercise for a goal of the week, with a box to tick for each day."""
        phrase, title = self.phrase, title_of(self.assessment, offer)
        named = phrase("sheet.goal", goal=self.book.words["goals"][goal], exercise=title)
        tick = phrase("sheet.each_day") if days == DAYS else phrase("sheet.days", days=days)
        return self._card(named, offer, detail)._replace(
            tick=tick, days=tuple(phrase("sheet.weekdays").split())
        )

    def until_then(self, detail: Detail) -> Iterator[Section]:
        """Show what may be done by somebody who does not just start."""
        parts: list[Part] = []
        if cautions := tuple(rule.caution for rule in self.assessment.cautions):
            parts.append(Lines(cautions))
        if offers := self.assessment.offers:
            cards = [self._card(title_of(self.assessment, offer), offer, detail) for offer in offers]
            if shown := cards[: detail.gentle]:
                parts.append(_side_by_side(shown, detail))
            if others := tuple(
                Item(" ".join(card.texts), f"{card.title}.") for card in cards[detail.gentle :]
            ):
                parts.append(Items(others))
        if names := dict.fromkeys(lowered(exercise.name) for exercise, _ in self.assessment.to_ask):
            parts.append(Lines((self.phrase("sheet.to_ask", exercises="; ".join(names)),)))
        if parts:
            yield Section("week", self.phrase("sheet.until_then"), tuple(parts))

    def _card(self, title: str, offer: Offer, detail: Detail) -> Card:
        form, stops = offer.start, offer.exercise.stop_if
        texts = [form.dose, *changes(self.assessment, form)]
        more = [form.level.position, *(self.phrase("sheet.stop_if", sign=sign) for sign in stops)]
        (texts if detail.cautions else more).extend(form.level.cautions)
        return Card(
            picture_of(self.book, offer.exercise.id, form.level.id),
            title,
            tuple(texts),
            more=tuple(filter(None, more)),
            steps=form.level.steps,
            written_out=detail.steps,
        )

    def going_on(self, detail: Detail) -> Iterator[Section]:
        """Say how to go on after a week."""
        if detail.going_on and self.book.session and self.book.session.going_on:
            yield Section("next", self.phrase("sheet.going_on"), (listed(self.book.session.going_on),))


def _side_by_side(cards: Iterable[Card], detail: Detail) -> Cards:
    return Cards(tuple(cards), across=2, width=BROADEST * detail.pictures, height=detail.pictures)
