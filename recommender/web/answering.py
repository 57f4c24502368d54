"""The answer to a conversation and what can be had with it: "can I …?", all of it, files to keep."""

from collections.abc import Callable
from datetime import date
from importlib.util import find_spec
from pathlib import PurePath

from recommender.activities.matching import Catalogue
from recommender.errors import Problem, ProfileError, shortened, visible
from recommender.report.can.text import write_can
from recommender.report.person import write_person_report
from recommender.rulebook.scales import Clearance
from recommender.sheet.files import sheet_file
from recommender.web.answer_page import answer_page
from recommender.web.conversation import Conversation
from recommender.web.kept import JSON, YAML, kept_file
from recommender.web.outline import Outline
from recommender.web.rendering import Rendering
from recommender.web.request import HTML, Request, Response

PLAN = "plan"
SHEETS = {".html": HTML, ".pdf": "application/pdf", ".ics": "text/calendar"}
_MOST_ASKED = 120  # letters of a question
_PAPER = "a4"
_SHEET_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_KINDS = {YAML: "application/yaml", JSON: "application/json"}


class Answering:
    """Pages of the answer; `catalogue` is made when somebody first sees one.

    Where one of the emergencies may be true, what to do now stands in place of each.
    """

    def __init__(self, catalogue: Callable[[], Catalogue], rendering: Rendering) -> None:
        self.book, self.rendering = rendering.book, rendering
        self._catalogue = catalogue

    def answer(self, conversation: Conversation) -> Response:
        """Show the answer."""
        if alarm := self._alarm(conversation):
            return alarm
        conversation.only_safety = False
        interview = conversation.interview
        assessment = interview.assessment
        return self.rendering.page(
            "answer.html",
            conversation=conversation,
            answer=answer_page(assessment, self.rendering.figure),
            told=list(zip(conversation.known, conversation.wording.told(conversation.known), strict=True)),
            clearance=assessment.clearance,
            is_paused=not assessment.clearance.has_plan,
            asks_safety=bool(interview.open_safety()),
            has_pdf=find_spec("typst") is not None,
            left=0 if interview.is_emergency else interview.questions_left(),
            names=self._names() if assessment.clearance is not Clearance.EMERGENCY else (),
        )

    def can(self, conversation: Conversation, asked: str) -> Response:
        """Say whether somebody can do what they ask about."""
        if alarm := self._alarm(conversation):
            return alarm
        asked, page = " ".join(asked.split())[:_MOST_ASKED], Outline()
        assessment = conversation.interview.assessment
        for each, match in self._catalogue().match_each(asked) if asked else ():
            write_can(page, assessment, shortened(visible(each)), match)
            if not assessment.clearance.has_plan:  # whatever is asked about, the same comes first
                break
        asks_safety = assessment.clearance is Clearance.CLEAR and bool(assessment.open_clearance_rules)
        return self.rendering.page(
            "can.html",
            conversation=conversation,
            asked=asked,
            blocks_of=page.blocks,
            names=self._names(),
            asks_safety=asks_safety,
        )

    def all(self, conversation: Conversation) -> Response:
        """Show the whole answer, with the steps of every exercise."""
        if alarm := self._alarm(conversation):
            return alarm
        page = Outline()
        write_person_report(page, conversation.interview.assessment, full=True)
        is_folded = conversation.interview.assessment.clearance is Clearance.CLEAR
        return self.rendering.page(
            "all.html", conversation=conversation, parts=page.parts(), is_folded=is_folded
        )

    def plan(self, conversation: Conversation) -> Response:
        """Show the sheet to print, as a page of its own."""
        if alarm := self._alarm(conversation):
            return alarm
        return Response(self._sheet(conversation, ".html").decode(), policy=_SHEET_POLICY)

    def sheet(self, conversation: Conversation, request: Request) -> Response:
        """Write the sheet to print, or the week for a calendar."""
        if alarm := self._alarm(conversation):
            return alarm
        suffix = PurePath(request.path).suffix
        return Response(self._sheet(conversation, suffix), kind=SHEETS[suffix], name=f"{PLAN}{suffix}")

    def keep(self, conversation: Conversation, request: Request) -> Response:
        """Write the answers that may be kept into a file."""
        if not conversation.interview.to_keep():
            raise ProfileError(Problem("", self.book.phrase("web.message.nothing_to_keep")))
        name = PurePath(request.path).name
        return Response(kept_file(conversation, name, date.today()), kind=_KINDS[name], name=name)

    @staticmethod
    def _sheet(conversation: Conversation, suffix: str) -> bytes:
        assessment = conversation.interview.assessment
        return sheet_file(assessment, suffix, _PAPER, large_print=False, made=date.today())

    def _alarm(self, conversation: Conversation) -> Response | None:
        interview = conversation.interview
        if interview.has_unnamed_alarm and not interview.is_emergency:
            return self.rendering.page("alarm.html", conversation=conversation)
        return None

    def _names(self) -> tuple[str, ...]:
        return tuple(activity.names[0] for activity in self._catalogue().known.activities.values())
