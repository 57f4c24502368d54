"""Safety on a sheet: what the answer means, warning signs, questions, when to stop, and whom to see."""

from collections.abc import Iterator

from recommender.person.assessment import Assessment
from recommender.report.exercises import serious_checks
from recommender.report.screen.person import meaning
from recommender.report.screen.safety import open_emergencies, open_questions
from recommender.rulebook.scales import Clearance
from recommender.sheet.detail import Detail
from recommender.sheet.exercises import chosen, shown
from recommender.sheet.model import Blanks, Item, Items, Lines, Part, Section, listed


class Safety:
    """The sections that come first; each is empty where there is nothing to say."""

    def __init__(self, assessment: Assessment) -> None:
        """Take what is said of a person."""
        self.assessment = assessment
        self.book, self.phrase = assessment.rulebook, assessment.rulebook.phrase

    def means(self, detail: Detail) -> Iterator[Section]:
        """Say in three lines what the answer is, what the number means, and what goes for this person."""
        assessment, phrase = self.assessment, self.phrase
        if assessment.clearance is not Clearance.CLEAR:
            yield self._comes_first(detail)
            return
        number = " ".join((meaning(assessment), *self._notes(detail)))
        last = [phrase("screen.afraid")] if assessment.shows_few else []
        if not any(assessment.practises(offer.exercise) for _, offer in chosen(assessment)):
            last.append(phrase("sheet.carry_on"))
        texts = (self._verdict(), number, " ".join(last))
        parts: list[Part] = [Lines(texts[:1], lead=True), Lines(tuple(filter(None, texts[1:])))]
        if any(self.before(detail)):
            parts.append(Blanks((phrase("sheet.date"),), ticked=phrase("sheet.read_first")))
        yield Section("means", phrase("sheet.means"), tuple(parts))

    def _comes_first(self, detail: Detail) -> Section:
        """Say what comes before exercise, and why."""
        assessment = self.assessment
        says = [rule.say for rule in assessment.clearance_rules]
        if assessment.clearance.has_plan:
            says.append(" ".join((meaning(assessment), *self._notes(detail))))
        parts = (Lines((self.book.words["clearance"][assessment.clearance],), lead=True), Lines(tuple(says)))
        alarm = assessment.clearance is Clearance.EMERGENCY
        return Section("means", self.phrase("sheet.means"), parts, alarm)

    def _verdict(self) -> str:
        phrase, trains = self.phrase, self.assessment.trains_session
        if self.assessment.open_clearance_rules:
            return phrase("sheet.go_on_if_screened") if trains else phrase("sheet.start_if_screened")
        return phrase("screen.go_on") if trains else self.book.words["clearance"][Clearance.CLEAR]

    def _notes(self, detail: Detail) -> list[str]:
        return [rule.note for rule in self.assessment.classification.notes[: detail.notes]]

    def emergencies(self, _: Detail) -> Iterator[Section]:
        """List what needs emergency help, as far as it has not been asked."""
        if signs := open_emergencies(self.assessment):
            title = self.book.words["screening"][Clearance.EMERGENCY]
            yield Section("warning", title, (listed(signs),), alarm=True)

    def before(self, _: Detail) -> Iterator[Section]:
        """Ask the open safety questions, and what to check before the exercises shown."""
        parts: list[Part] = []
        if questions := open_questions(self.assessment):
            groups = (Item(" ".join(each.says), f"{each.name}.") for each in questions)
            parts += [Lines((self.phrase("screen.legend"),)), Items(tuple(groups), numbered=True)]
        if checks := tuple(self._checks()):
            parts += [Lines((self.phrase("sheet.checks"),)), Items(checks)]
        if parts:
            clear = self.assessment.clearance is Clearance.CLEAR
            title = self.phrase("sheet.before") if clear else self.phrase("sheet.sooner")
            yield Section("before", title, tuple(parts))

    def _checks(self) -> Iterator[Item]:
        """Yield for each exercise shown the open questions that could close it."""
        fields = self.book.vocabulary.fields
        exercises: dict[tuple[str, ...], list[str]] = {}
        for offer in shown(self.assessment):
            if names := tuple(serious_checks(offer.start.check_first)):
                exercises.setdefault(names, []).append(offer.exercise.name)
        for names, of in exercises.items():
            yield Item(f"{'; '.join(fields[name].check for name in names)}.", f"{', '.join(of)}:")

    def every_time(self, _: Detail) -> Iterator[Section]:
        """Say what holds in every session."""
        yield Section("always", self.phrase("sheet.every_time"), (listed(self.book.always),))

    def stop(self, _: Detail) -> Iterator[Section]:
        """Say when to stop, and leave room for a number to call."""
        if self.assessment.offers:
            parts = (listed(self.book.stop), Blanks((self.phrase("sheet.call"),)))
            yield Section("stop", self.phrase("report.stop_signs"), parts, alarm=True)

    def whom(self, _: Detail) -> Iterator[Section]:
        """Say whom to see, how soon, and what to ask."""
        referrals = [rule.refer for rule in self.assessment.referrals if rule.refer]
        if referrals:
            says: dict[str, list[str]] = {}
            for refer in referrals:
                says.setdefault(f"{self.book.words['urgency'][refer.urgency]}:", []).append(refer.say)
            items = tuple(Item(" ".join(texts), urgency) for urgency, texts in says.items())
            alarm = self.assessment.clearance is Clearance.EMERGENCY
            title = self.phrase("sheet.now") if alarm else self.phrase("sheet.whom")
            yield Section("whom", title, (Items(items),), alarm)
