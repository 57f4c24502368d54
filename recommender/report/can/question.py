"""What is answered: a question, about whom, and what it was understood to be about."""

from collections.abc import Sequence
from typing import NamedTuple

from recommender.activities.matching import Match
from recommender.person.assessment import Assessment
from recommender.report.why import capital


class Question(NamedTuple):
    """A question about one person, as typed; `match` is what it was understood to be about, if anything."""

    assessment: Assessment
    asked: str
    match: Match | None

    @property
    def name(self) -> str:
        """Return what the question is about, as it stands at the beginning of a sentence."""
        return capital(self.match.subject.name if self.match else self.asked)

    def some(self, texts: Sequence[str], most: int) -> str:
        """Return the first of some texts in one list, with how many more there are."""
        listed, more = "; ".join(texts[:most]), len(texts) - most
        if more <= 0:
            return listed
        return self.assessment.rulebook.phrase("can.and_more", texts=listed, count=more)
