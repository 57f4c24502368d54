"""The first screen for a terminal: at most forty lines of eighty columns, and 450 words.

It can be written longer or shorter; the longest that fits is shown. Of the safety questions nothing is left
out: where they leave too little room, the screen is longer, and the rest of it is as short as it can be.
"""

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from recommender.person.assessment import Assessment
from recommender.report.screen.commands import next_commands
from recommender.report.screen.layout import ScreenPage
from recommender.report.screen.person import the_number, understood
from recommender.report.screen.safety import safety_questions
from recommender.report.screen.waiting import openings
from recommender.report.screen.week import gentle_things, leave_out, some, this_week
from recommender.rulebook.model import Referral
from recommender.rulebook.scales import Clearance
from recommender.rulebook.signing import reviewed

MOST_LINES, MOST_WORDS = 40, 450
LINES_BESIDE_SAFETY, WORDS_BESIDE_SAFETY = 22, 260


class Detail(NamedTuple):
    """How many are shown of each: answers, notes on the number, gentle exercises, cautions, checks and so on.

    `airy` sets the parts apart by empty lines; `run_in` leaves texts of one kind in one paragraph.
    """

    facts: int
    notes: int
    gentle: int
    cautions: int
    checks: int
    movements: int
    waiting: int
    referrals: int
    airy: bool = True
    run_in: bool = False


DETAILS = (
    # facts, notes, gentle, cautions, checks, movements, waiting, referrals, airy
    Detail(12, 9, 9, 9, 9, 99, 5, 9),
    Detail(8, 2, 6, 3, 6, 99, 4, 3),
    Detail(8, 1, 6, 2, 5, 99, 3, 2),
    Detail(5, 0, 6, 1, 4, 99, 3, 1),
    Detail(5, 0, 6, 1, 4, 99, 2, 1, airy=False),
    Detail(4, 0, 4, 1, 3, 12, 2, 1, airy=False),
    Detail(3, 0, 4, 1, 2, 8, 2, 1, airy=False),
    Detail(2, 0, 4, 1, 2, 5, 1, 0, airy=False),
    Detail(2, 0, 3, 1, 1, 5, 0, 1, airy=False),
    Detail(2, 0, 2, 1, 1, 4, 0, 1, airy=False),
    Detail(2, 0, 2, 1, 1, 4, 0, 1, airy=False, run_in=True),
)
"""From the longest screen to the shortest."""


class Screen:
    """The first screen of one person, written with so much detail."""

    def __init__(self, assessment: Assessment, page: ScreenPage, detail: Detail, file: str | None) -> None:
        self.assessment, self.page, self.detail, self.file = assessment, page, detail, file
        self.book = assessment.rulebook
        self.safety = ScreenPage(page.width, page.colour, page.airy)
        safety_questions(self.safety, assessment)

    @property
    def fits(self) -> bool:
        """Say whether the screen is short enough, or as short as the safety questions allow."""
        safety = len([line for line in self.safety.lines if line])
        lines = max(MOST_LINES, safety + LINES_BESIDE_SAFETY)
        words = max(MOST_WORDS, self.safety.words + WORDS_BESIDE_SAFETY)
        return len(self.page.lines) <= lines and self.page.words <= words

    def write(self) -> None:
        """Write the screen that fits the clearance."""
        clearance = self.assessment.clearance
        if clearance is Clearance.CLEAR:
            self.page.lead(self.verdict())
        else:
            self.help_first()
        if clearance is not Clearance.EMERGENCY:
            understood(self.page, self.assessment, self.detail.facts)
            if clearance.has_plan:
                the_number(self.page, self.assessment, self.detail.notes)
            self.page.lines += self.safety.lines
            self._plan()
        self.page.paragraph(self.book.phrase("screen.about", reviewed=reviewed(self.book)))

    def verdict(self) -> str:
        """Say whether somebody can start, or go on with what they train, and on what condition."""
        open_ = self.assessment.open_clearance_rules
        if self.assessment.trains_session:
            return self.book.phrase("screen.go_on_if_screened") if open_ else self.book.phrase("screen.go_on")
        return self.book.words["screening" if open_ else "clearance"][Clearance.CLEAR]

    def help_first(self) -> None:
        """Say what comes before exercise: why, whom to see first, and whom next."""
        assessment, phrase = self.assessment, self.book.phrase
        self.page.lead(self.book.words["clearance"][assessment.clearance])
        for say in self._set_out(rule.say for rule in assessment.clearance_rules):
            self.page.paragraph(say)
        referrals = self._referrals()
        for refer in referrals[:1]:
            self.page.entry(phrase("report.first"), refer.say, indent=0)
        for say in self._set_out(map(self._words_of, referrals[1:])):
            self.page.entry(phrase("screen.and_then"), say, indent=0)

    def _set_out(self, texts: Iterable[str]) -> list[str]:
        """Return texts one by one, or where room is short as one."""
        return [joined] if self.detail.run_in and (joined := " ".join(texts)) else list(texts)

    def _words_of(self, refer: Referral) -> str:
        return refer.say if self.page.airy else refer.brief

    def _plan(self) -> None:
        """Say what to do now, what to leave out, and how to find out more."""
        assessment, detail = self.assessment, self.detail
        if assessment.clearance is Clearance.CLEAR:
            this_week(self.page, assessment, detail.cautions, detail.checks)
        else:
            gentle_things(self.page, assessment, detail.gentle)
        if assessment.offers:
            self.page.paragraph(self.book.phrase("screen.stop"))
        if assessment.clearance.has_plan:
            leave_out(self.page, assessment, detail.movements)
        if assessment.clearance is Clearance.CLEAR:
            self.opens()
            next_commands(self.page, assessment, self.file)
        else:
            self.page.paragraph(self.book.phrase("screen.show_all"))

    def opens(self) -> None:
        """Say what would open the first of what waits, and whom to ask; without room, whom to see soon."""
        assessment, detail, phrase = self.assessment, self.detail, self.book.phrase
        groups, referrals = openings(assessment), self._referrals()
        if groups and (detail.waiting or not referrals):
            needs, entries = groups[0]
            waits = some(assessment, [each.exercise.name for each in entries], detail.waiting or 1, "why")
            opens = phrase("screen.opens_item", exercises=waits, needs=" ".join(needs))
            self.page.section(phrase("screen.opens"), [opens])
        self.page.section(phrase("screen.ask_whom"), [self._words_of(refer) for refer in referrals])

    def _referrals(self) -> list[Referral]:
        """Return whom to see: all who come before the plan, and of the others some."""
        referrals = [rule.refer for rule in self.assessment.referrals if rule.refer]
        soon = sum(refer.urgency.comes_first for refer in referrals)
        return referrals[: max(soon, self.detail.referrals)]


def first_screen(assessment: Assessment, width: int, colour: bool, file: str | None = None) -> str:
    """Return the first screen as text; `file` is the profile that the answers came from, if any."""

    def screen(detail: Detail) -> Screen:
        written = Screen(assessment, ScreenPage(width, colour, detail.airy), detail, file)
        written.write()
        return written

    # each is shorter than the one before, so the longest that fits is found by halving
    place = bisect_left(DETAILS, True, hi=len(DETAILS) - 1, key=lambda detail: screen(detail).fits)
    return str(screen(DETAILS[place]).page)
