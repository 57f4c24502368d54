"""What else stands on a sheet: what waits, what a clinician decided, and what the sheet was made from."""

from collections.abc import Iterator
from datetime import date

from recommender.person.assessment import Assessment
from recommender.person.explanation import decisive
from recommender.report.screen.person import answers_in_words
from recommender.report.screen.waiting import openings
from recommender.rulebook.scales import Clearance
from recommender.rulebook.signing import reviewed
from recommender.sheet.detail import Detail
from recommender.sheet.exercises import shown
from recommender.sheet.model import Item, Items, Lines, Section, listed


class About:
    """The sections about the sheet; each is empty where there is nothing to say."""

    def __init__(self, assessment: Assessment, made: date, decided: tuple[str, ...]) -> None:
        """Take what is said of a person, the day, and what a clinician decided, in sentences."""
        self.assessment, self.made, self.says_decided = assessment, made, decided
        self.book, self.phrase = assessment.rulebook, assessment.rulebook.phrase

    def decided(self, _: Detail) -> Iterator[Section]:
        """Say what a clinician decided."""
        if self.says_decided:
            yield Section("decided", self.phrase("sheet.desk.decided"), (listed(self.says_decided),))

    def waits(self, detail: Detail) -> Iterator[Section]:
        """Say what waits, and what would open it."""
        items = []
        for needs, entries in openings(self.assessment)[: detail.waits]:
            names = [entry.exercise.name for entry in entries]
            listed = self._some(names, detail.waits + 2)
            items.append(Item(" ".join(needs), f"{listed}:"))
        if items:
            yield Section("waits", self.phrase("sheet.waits"), (Items(tuple(items)),))

    def about(self, detail: Detail) -> Iterator[Section]:
        """Say what the sheet was made from and rests on, and that it is not a diagnosis."""
        book, phrase = self.book, self.phrase
        facts = "; ".join(answers_in_words(self.assessment, detail.facts))
        made = f"{self.made.day} {self.made:%B %Y}"
        lines = [
            book.words["disclaimer"]["person"],
            phrase("sheet.made_from", date=made, facts=facts),
            phrase("sheet.rulebook", version=book.version, hash=book.sha256[:12], reviewed=reviewed(book)),
        ]
        if self.assessment.clearance is not Clearance.EMERGENCY:
            lines.append(phrase("sheet.sources", sources=self._sources(detail)))
        yield Section("about", phrase("sheet.about"), (Lines(tuple(lines)),))

    def _sources(self, detail: Detail) -> str:
        """Return the sources that most of the answer rests on."""
        cited = [id_ for rule in decisive(self.assessment) for id_ in rule.sources]
        cited += [id_ for offer in shown(self.assessment) for id_ in offer.exercise.sources]
        often = sorted(dict.fromkeys(cited), key=lambda id_: -cited.count(id_))
        sources = (self.book.sources[id_] for id_ in often)
        published = [source for source in sources if source.doi and source.year in source.where]
        return self._some([source.where for source in published], detail.sources)

    def _some(self, texts: list[str], most: int) -> str:
        """Return the first texts in one list, with how many more there are."""
        listed, more = "; ".join(texts[:most]), len(texts) - most
        return self.phrase("sheet.more", texts=listed, count=more) if more > 0 else listed
