"""The sections of a sheet. What stands in them is decided in the assessment; here it is put in order."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, partial
from itertools import chain, islice, zip_longest

from recommender.person.assessment import Assessment, MovementVerdict, Offer
from recommender.person.explanation import decisive
from recommender.report.exercises import changes, lowered, serious_checks, title_of
from recommender.report.screen.person import answers_in_words, meaning
from recommender.report.screen.safety import open_emergencies, open_questions
from recommender.report.screen.waiting import openings
from recommender.report.screen.week import left_out
from recommender.rulebook.scales import Clearance, Verdict
from recommender.rulebook.signing import reviewed
from recommender.sheet.detail import Detail
from recommender.sheet.model import Blanks, Card, Cards, Item, Items, Lines, Part, Picture, Section
from recommender.sheet.pictures import picture_of, twin_picture

DAYS = 7
BROADEST = 1.2
"""The width of a picture beside its height, at most."""


class Sections:
    """The sections for one person; each is empty where there is nothing to say."""

    def __init__(self, assessment: Assessment, made: date, decided: tuple[str, ...] = ()) -> None:
        """Take what is said of a person, the day, and what a clinician decided, in sentences."""
        self.assessment, self.made, self.says_decided = assessment, made, decided
        self.book = assessment.rulebook
        self.phrase = assessment.rulebook.phrase
        self._picture = cache(partial(picture_of, self.book))
        self._twin = cache(partial(twin_picture, self.book))

    # ── What it means, and what comes first ────────────────────────────────────────────────────

    def means(self, detail: Detail) -> Iterator[Section]:
        """Say in three lines what the answer is, what the number means, and what goes for this person."""
        assessment, phrase = self.assessment, self.phrase
        if self.assessment.clearance is not Clearance.CLEAR:
            yield from self.first(detail)
            return
        number = " ".join((meaning(assessment), *self._notes(detail)))
        last = [phrase("screen.afraid")] if assessment.shows_few else []
        if not any(assessment.practises(offer.exercise) for _, offer in self._week()):
            last.append(phrase("sheet.carry_on"))
        texts = (self._verdict(), number, " ".join(last))
        parts: list[Part] = [Lines(texts[:1], lead=True), Lines(tuple(filter(None, texts[1:])))]
        if any(self.before(detail)):
            parts.append(Blanks((phrase("sheet.date"),), ticked=phrase("sheet.read_first")))
        yield Section("means", phrase("sheet.means"), tuple(parts))

    def first(self, detail: Detail) -> Iterator[Section]:
        """Say what comes before exercise, and why."""
        assessment = self.assessment
        says = [rule.say for rule in assessment.clearance_rules]
        if assessment.clearance.has_plan:
            says.append(" ".join((meaning(assessment), *self._notes(detail))))
        parts = (Lines((self.book.words["clearance"][assessment.clearance],), lead=True), Lines(tuple(says)))
        alarm = assessment.clearance is Clearance.EMERGENCY
        yield Section("means", self.phrase("sheet.means"), parts, alarm)

    def _verdict(self) -> str:
        phrase, screened, trains = self.phrase, self._is_screened(), self.assessment.trains_session
        if screened:
            return phrase("sheet.go_on_if_screened") if trains else phrase("sheet.start_if_screened")
        return phrase("screen.go_on") if trains else self.book.words["clearance"][Clearance.CLEAR]

    def _is_screened(self) -> bool:
        return bool(self.assessment.open_clearance_rules)

    def _notes(self, detail: Detail) -> list[str]:
        return [rule.note for rule in self.assessment.classification.notes[: detail.notes]]

    def decided(self, _: Detail) -> Iterator[Section]:
        """Say what a clinician decided."""
        if self.says_decided:
            yield Section("decided", self.phrase("sheet.desk.decided"), (_listed(self.says_decided),))

    # ── Warning signs and questions ────────────────────────────────────────────────────────────

    def emergencies(self, _: Detail) -> Iterator[Section]:
        """List what needs emergency help, as far as it has not been asked."""
        if signs := open_emergencies(self.assessment):
            title = self.book.words["screening"][Clearance.EMERGENCY]
            yield Section("warning", title, (_listed(signs),), alarm=True)

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
        for offer in self._shown():
            if names := tuple(serious_checks(offer.start.check_first)):
                exercises.setdefault(names, []).append(offer.exercise.name)
        for names, of in exercises.items():
            yield Item(f"{'; '.join(fields[name].check for name in names)}.", f"{', '.join(of)}:")

    def stop(self, _: Detail) -> Iterator[Section]:
        """Say when to stop, and leave room for a number to call."""
        if self.assessment.offers:
            parts = (_listed(self.book.stop), Blanks((self.phrase("sheet.call"),)))
            yield Section("stop", self.phrase("report.stop_signs"), parts, alarm=True)

    # ── What to do ─────────────────────────────────────────────────────────────────────────────

    def _week(self) -> list[tuple[str, Offer]]:
        """Return the goals of the week with the exercise to begin with."""
        plans = ((plan.goal, self.assessment.offer(plan.start_with)) for plan in self.assessment.week)
        return [(goal, offer) for goal, offer in plans if offer]

    def _shown(self) -> list[Offer]:
        """Return the exercises that the sheet shows."""
        if self.assessment.clearance is not Clearance.CLEAR:
            return list(self.assessment.offers)
        return list({offer.exercise.id: offer for _, offer in self._week()}.values())

    def week(self, detail: Detail) -> Iterator[Section]:
        """Show the exercises of this week with their figures and doses, and boxes to tick."""
        assessment, phrase = self.assessment, self.phrase
        chosen = self._week()
        if not chosen:
            return
        parts: list[Part] = []
        if cautions := tuple(rule.caution for rule in assessment.cautions):
            parts.append(Lines(cautions))
        days = {plan.goal: plan.days for plan in assessment.week}
        cards = (self._ticked(goal, days[goal], offer, detail) for goal, offer in chosen)
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
            self._picture(offer.exercise.id, form.level.id),
            title,
            tuple(texts),
            more=tuple(filter(None, more)),
            steps=form.level.steps,
            written_out=detail.steps,
        )

    def every_time(self, _: Detail) -> Iterator[Section]:
        """Say what holds in every session."""
        yield Section("always", self.phrase("sheet.every_time"), (_listed(self.book.always),))

    def going_on(self, detail: Detail) -> Iterator[Section]:
        """Say how to go on after a week."""
        if detail.going_on and self.book.session and self.book.session.going_on:
            yield Section("next", self.phrase("sheet.going_on"), (_listed(self.book.session.going_on),))

    # ── Daily life ─────────────────────────────────────────────────────────────────────────────

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
            if picture := self._twin(entry.movement.id):
                yield entry, picture

    def _matters(self, family: str, movement: str) -> bool:
        """Say whether a movement is one of daily life that matters to this person."""
        kind, led = self.book.families[family], self.assessment.clearance is not Clearance.CLEAR
        return not (self.book.movements[movement].exercise_only or kind.free or (led and not kind.while_led))

    # ── What waits, whom to see, and where it comes from ───────────────────────────────────────

    def waits(self, detail: Detail) -> Iterator[Section]:
        """Say what waits, and what would open it."""
        items = []
        for needs, entries in openings(self.assessment)[: detail.waits]:
            names = [entry.exercise.name for entry in entries]
            listed = self._some(names, detail.waits + 2)
            items.append(Item(" ".join(needs), f"{listed}:"))
        if items:
            yield Section("waits", self.phrase("sheet.waits"), (Items(tuple(items)),))

    def whom(self, _: Detail) -> Iterator[Section]:
        """Say whom to see, how soon, and what to ask."""
        referrals = [rule.refer for rule in self.assessment.referrals if rule.refer]
        if referrals:
            says: dict[str, list[str]] = {}
            for refer in referrals:
                says.setdefault(f"{self.book.words['urgency'][refer.urgency]}:", []).append(refer.say)
            items = tuple(Item(" ".join(texts), urgency) for urgency, texts in says.items())
            alarm = self.assessment.clearance is Clearance.EMERGENCY
            yield Section("whom", self.phrase("sheet.whom"), (Items(items),), alarm)

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
        cited += [id_ for offer in self._shown() for id_ in offer.exercise.sources]
        often = sorted(dict.fromkeys(cited), key=lambda id_: -cited.count(id_))
        sources = (self.book.sources[id_] for id_ in often)
        published = [source for source in sources if source.doi and source.year in source.where]
        return self._some([source.where for source in published], detail.sources)

    def _some(self, texts: list[str], most: int) -> str:
        """Return the first texts in one list, with how many more there are."""
        listed, more = "; ".join(texts[:most]), len(texts) - most
        return self.phrase("sheet.more", texts=listed, count=more) if more > 0 else listed


def _side_by_side(cards: Iterable[Card], detail: Detail) -> Cards:
    return Cards(tuple(cards), across=2, width=BROADEST * detail.pictures, height=detail.pictures)


def _listed(texts: Iterable[str]) -> Items:
    return Items(tuple(map(Item, texts)))
