"""The answer as a page shows it: the parts of the first screen, with all that a terminal has no room for."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from recommender.person.assessment import Assessment, Offer
from recommender.report.exercises import exercise_steps, title_of
from recommender.report.screen.person import the_number, understood
from recommender.report.screen.safety import safety_questions
from recommender.report.screen.text import Detail, Screen
from recommender.report.screen.week import (
    begin_with,
    carry_on,
    gentle_things,
    left_out,
    week_cautions,
    week_checks,
)
from recommender.rulebook.scales import Clearance
from recommender.sheet.model import Picture
from recommender.web.outline import Block, Outline

FACTS, MOST = 5, 999
WHOLE = Detail(*(MOST,) * 8)


class Card(NamedTuple):
    """An exercise to begin with: for what, its name and dose, its steps, and its figure if there is one."""

    goal: str
    name: str
    dose: str
    steps: Sequence[Block]
    figure: Picture | None


class AnswerPage(NamedTuple):
    """The parts of an answer; an empty part is not shown."""

    verdict: Sequence[Block]
    understood: Sequence[Block]
    number: Sequence[Block]
    safety: Sequence[Block]
    cards: Sequence[Card]
    care: Sequence[Block]
    meanwhile: Sequence[Block]
    left_out: tuple[Sequence[str], Sequence[str]]
    opens: Sequence[Block]


def answer_page(assessment: Assessment, figure: Callable[[Offer], Picture | None]) -> AnswerPage:
    """Return an answer as a page shows it."""
    clear, plan = assessment.clearance is Clearance.CLEAR, assessment.clearance.has_plan
    can_wait = assessment.clearance is not Clearance.EMERGENCY
    return AnswerPage(
        verdict=_blocks(assessment, _verdict),
        understood=_blocks(assessment, lambda page, of: understood(page, of, FACTS)) if can_wait else (),
        number=_blocks(assessment, lambda page, of: the_number(page, of, MOST)) if plan else (),
        safety=_blocks(assessment, safety_questions) if can_wait else (),
        cards=_cards(assessment, figure) if clear else (),
        care=_blocks(assessment, _care) if clear else (),
        meanwhile=_blocks(assessment, lambda page, of: gentle_things(page, of, MOST)) if not clear else (),
        left_out=left_out(assessment) if plan else ((), ()),
        opens=_blocks(assessment, lambda page, of: Screen(of, page, WHOLE, None).opens()) if clear else (),
    )


def _blocks(assessment: Assessment, write: Callable[[Outline, Assessment], None]) -> Sequence[Block]:
    page = Outline()
    write(page, assessment)
    return page.blocks


def _verdict(page: Outline, assessment: Assessment) -> None:
    screen = Screen(assessment, page, WHOLE, None)
    if assessment.clearance is Clearance.CLEAR:
        page.lead(screen.verdict())
    else:
        screen.help_first()


def _cards(assessment: Assessment, figure: Callable[[Offer], Picture | None]) -> list[Card]:
    return [
        Card(
            goal=assessment.rulebook.words["goals"][goal],
            name=title_of(assessment, offer),
            dose=offer.start.dose,
            steps=_steps(assessment, offer),
            figure=figure(offer),
        )
        for goal, offer in begin_with(assessment).items()
    ]


def _steps(assessment: Assessment, offer: Offer) -> Sequence[Block]:
    """Return how to do an exercise; its dose stands on the card already."""
    blocks = _blocks(assessment, lambda page, of: exercise_steps(page, of, offer))
    return [block for block in blocks if block.texts != (offer.start.dose,)]


def _care(page: Outline, assessment: Assessment) -> None:
    week_cautions(page, assessment, MOST)
    carry_on(page, assessment)
    week_checks(page, assessment, MOST)
    page.paragraph(assessment.rulebook.phrase("screen.stop"))
