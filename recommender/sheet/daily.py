"""Daily life on a sheet: risky movements beside their safe twins, and what to leave out or to change."""

from collections.abc import Iterator
from itertools import chain, islice, zip_longest

from recommender.person.assessment import Assessment, MovementVerdict
from recommender.report.screen.week import left_out
from recommender.rulebook.scales import Clearance, Verdict
from recommender.sheet.detail import Detail
from recommender.sheet.model import Card, Cards, Item, Items, Lines, Part, Picture, Section
from recommender.sheet.pictures import twin_picture


class DailyLife:
    """The section on daily life; it is empty where there is nothing to say."""

    def __init__(self, assessment: Assessment) -> None:
        """Take what is said of a person."""
        self.assessment = assessment
        self.book, self.phrase = assessment.rulebook, assessment.rulebook.phrase

    def daily(self, detail: Detail) -> Iterator[Section]:
        """Show risky movements beside their safe twins, and name all that is to be left out or changed."""
        phrase = self.phrase
        limited = [
            entry
            for entry in self.assessment.movements
            if entry.verdict is not Verdict.OK and self._matters(entry.movement.family, entry.movement.id)
        ]
        twins = list(islice(self._twins(limited), detail.twins))
        parts: list[Part] = []
        if twins:
            cards = tuple(Card(picture, entry.movement.name, (entry.instead,)) for entry, picture in twins)
            parts.append(Cards(cards, across=3, width=60, height=detail.pictures, under=True))
        alone, guided = (f"{'; '.join(movements)}." for movements in left_out(self.assessment))
        heads = ((phrase("sheet.leave_out"), alone), (phrase("sheet.with_somebody"), guided))
        if items := tuple(Item(text, head) for head, text in heads if text != "."):
            parts.append(Items(items))
        drawn = {entry.movement.id for entry, _ in twins}
        changed = [
            Item(entry.instead, f"{entry.movement.name}:")
            for entry in limited
            if entry.verdict is Verdict.MODIFY and entry.movement.id not in drawn and entry.instead
        ]
        if shown := changed[: detail.changes]:
            parts += [Lines((phrase("sheet.with_a_change"),)), Items(tuple(shown))]
        if parts:
            yield Section("daily", phrase("sheet.daily"), tuple(parts))

    def _twins(self, limited: list[MovementVerdict]) -> Iterator[tuple[MovementVerdict, Picture]]:
        """Yield the limited movements that are drawn: the first of each family, then the second of each."""
        families: dict[str, list[MovementVerdict]] = {}
        for entry in limited:
            families.setdefault(entry.movement.family, []).append(entry)
        for entry in filter(None, chain(*zip_longest(*families.values()))):
            if picture := twin_picture(self.book, entry.movement.id):
                yield entry, picture

    def _matters(self, family: str, movement: str) -> bool:
        """Say whether a movement is one of daily life that matters to this person."""
        kind, led = self.book.families[family], self.assessment.clearance is not Clearance.CLEAR
        return not (self.book.movements[movement].exercise_only or kind.free or (led and not kind.while_led))
