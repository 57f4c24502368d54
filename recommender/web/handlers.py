"""What each page does: a request in, a page out, and nothing kept between two of them.

The answers stand in the form that is sent and in the page that is returned, never in an address.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from http import HTTPStatus
from importlib.util import find_spec

from recommender.activities.matching import Catalogue
from recommender.errors import Problem, ProfileError, RecommenderError, ReportError, shortened, visible
from recommender.person.assessment import Assessment
from recommender.person.interview.prompts import Prompt
from recommender.report.can.text import write_can
from recommender.report.person import write_person_report
from recommender.rulebook.scales import Clearance
from recommender.scan_report import Reading
from recommender.scan_report.reading import Known
from recommender.sheet.files import sheet_file
from recommender.vocabulary.profile import Profile, read_profile
from recommender.web.answer_page import answer_page
from recommender.web.conversation import Conversation, Knowledge, read_conversation
from recommender.web.kept import JSON, YAML, kept_file, read_kept
from recommender.web.outline import Block, Outline
from recommender.web.question_page import answer_of, question_page
from recommender.web.rendering import Rendering
from recommender.web.report_page import ReportPage, carried_reading, write_reading
from recommender.web.request import HTML, Request, Response

_MOST_ASKED = 120  # letters of a question
_PAPER = "a4"
_PLAN = "plan"
_KINDS = {YAML: "application/yaml", JSON: "application/json"}
_SHEETS = {".html": HTML, ".pdf": "application/pdf", ".ics": "text/calendar"}


class Handlers:
    """The pages of one rulebook; `catalogue` and `report` are made when somebody first needs them."""

    def __init__(
        self,
        knowledge: Knowledge,
        catalogue: Callable[[], Catalogue],
        report: Callable[[], Known],
        rendering: Rendering,
    ) -> None:
        self.knowledge, self.book, self.rendering = knowledge, knowledge.book, rendering
        self._catalogue, self.report = catalogue, ReportPage(knowledge.book, report)
        self._pages: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/"): self._welcome,
            ("GET", "/number"): self._number,
            ("GET", "/advice"): self._advice,
            ("POST", "/number"): self._begin,
            ("POST", "/confirm"): self._confirm,
            ("POST", "/return"): self._return,
            ("POST", "/ask"): self._ask,
            ("POST", "/meaning"): self._meaning,
            ("POST", "/back"): self._back,
            ("POST", "/earlier"): self._earlier,
            ("POST", "/more"): self._more,
            ("POST", "/change"): self._change,
            ("POST", "/answer"): self._answer,
            ("POST", "/can"): self._can,
            ("POST", "/all"): self._all,
            ("POST", f"/{YAML}"): self._keep,
            ("POST", f"/{JSON}"): self._keep,
            **{("POST", f"/{_PLAN}{suffix}"): self._plan for suffix in _SHEETS},
        }

    def answer(self, request: Request) -> Response:
        """Answer a request; what cannot be understood is told on a page, and changes nothing."""
        page = self._pages.get((request.method, request.path))
        if page is None:
            return self._told(HTTPStatus.NOT_FOUND, self.book.phrase("web.message.no_page"))
        try:
            return page(request)
        except RecommenderError as error:
            return self._told(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
        except Exception:  # its details may hold health data
            return self._told(HTTPStatus.INTERNAL_SERVER_ERROR, self.book.phrase("web.message.failed"))

    def _told(self, code: HTTPStatus, says: str) -> Response:
        return self.rendering.page("message.html", code, says=says)

    # ── Before the first question ──────────────────────────────────────────────────────────────

    def _welcome(self, _: Request) -> Response:
        return self.rendering.page("welcome.html")

    def _advice(self, _: Request) -> Response:
        return self.rendering.page("advice.html")

    def _number(self, _: Request) -> Response:
        return self._number_page({})

    def _number_page(self, typed: Mapping[str, str], problems: Sequence[str] = ()) -> Response:
        code = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
        can_read = self.report.can_read()
        return self.rendering.page("number.html", code, typed=typed, problems=problems, can_read=can_read)

    def _begin(self, request: Request) -> Response:
        """Begin with a score and an age, or without, for oneself or for somebody."""
        typed = {name: request.text(name) for name in ("t_score", "age")}
        try:
            known = read_profile(self.book.vocabulary, typed, self._labels(typed), date.today())
        except ProfileError as error:
            typed["name"] = request.text("name")
            return self._number_page(typed, [str(problem) for problem in error.problems])
        if request.files.get("report", b""):
            return self._read_report(request, known)
        return self._first_question(known, request.text("name"), earlier=False)

    def _read_report(self, request: Request, known: Profile) -> Response:
        """Show the numbers that a report seems to have, to be confirmed."""
        age = known.answers.get("age")
        typed = {name: request.text(name) for name in ("t_score", "age", "name")}
        try:
            reading = self.report.read(request.files["report"], age if isinstance(age, int) else None)
        except ReportError as error:
            return self._number_page(typed, [str(error)])
        if not reading.proposals:
            return self._number_page(typed, [self.book.phrase("web.report.nothing"), *reading.notes])
        return self._proposed(request, reading)

    def _proposed(self, request: Request, reading: Reading, problems: Sequence[str] = ()) -> Response:
        return self.rendering.page(
            "report.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
            rows=list(self.report.rows(reading)),
            notes=reading.notes,
            carried_reading=write_reading(reading),
            request=request,
            problems=problems,
        )

    def _confirm(self, request: Request) -> Response:
        """Begin with the numbers of a report that somebody has confirmed."""
        reading = carried_reading(request.text("reading"), self.book)
        try:
            answers = {"age": request.text("age"), **self.report.confirmed(request, reading)}
            known = read_profile(self.book.vocabulary, answers, self._labels(answers), date.today())
        except ProfileError as error:
            return self._proposed(request, reading, [str(problem) for problem in error.problems])
        return self._first_question(known, request.text("name"), earlier=False)

    def _labels(self, names: Iterable[str]) -> dict[str, str]:
        return {name: self.book.vocabulary.fields[name].label for name in names}

    def _return(self, request: Request) -> Response:
        """Go on from a file that was kept another day."""
        content = request.files.get("kept", b"")
        if not content.strip():
            return self._told(HTTPStatus.UNPROCESSABLE_ENTITY, self.book.phrase("web.message.no_file"))
        known = read_kept(content, self.book.vocabulary, date.today())
        return self._first_question(known, request.text("name"), earlier=True)

    def _first_question(self, known: Profile, name: str, earlier: bool) -> Response:
        conversation = Conversation(self.knowledge, known, name, earlier, date.today())
        return self._next(conversation)

    # ── Questions ──────────────────────────────────────────────────────────────────────────────

    def _conversation(self, request: Request) -> Conversation:
        return read_conversation(request.text("conversation"), self.knowledge, date.today())

    def _next(self, conversation: Conversation) -> Response:
        """Show the next question, or the answer where enough was asked or help comes first."""
        prompt = conversation.interview.next()
        if prompt is None:
            return self._shown(conversation)
        safe = not (prompt.is_urgent or prompt.is_safety)
        if conversation.earlier and safe and conversation.interview.to_keep():
            return self.rendering.page(
                "earlier.html", conversation=conversation, told=self._told_before(conversation)
            )
        return self._question(conversation, prompt)

    def _told_before(self, conversation: Conversation) -> list[tuple[str, str, str]]:
        """Return the fields that were answered another day, each with its label and answer."""
        values = conversation.interview.to_keep()
        return [(name, *told) for name, told in zip(values, conversation.wording.told(values), strict=True)]

    def _question(
        self,
        conversation: Conversation,
        prompt: Prompt,
        request: Request | None = None,
        problems: tuple[str, ...] = (),
        meaning: tuple[str, ...] = (),
    ) -> Response:
        return self.rendering.page(
            "question.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
            conversation=conversation,
            question=question_page(conversation, prompt),
            prompt=prompt,
            is_alarm=conversation.interview.has_unnamed_alarm,
            request=request or Request("GET", ""),
            problems=problems,
            meaning=meaning,
        )

    def _ask(self, request: Request) -> Response:
        conversation = self._conversation(request)
        prompt = conversation.interview.next()
        if prompt is None:
            return self._shown(conversation)
        try:
            conversation.interview.answer(prompt, answer_of(request, prompt, conversation))
        except ProfileError as error:
            problems = [str(problem._replace(place="")) for problem in error.problems]
            if prompt.is_urgent:
                problems.append(self.book.phrase("ask.help_first"))
            return self._question(conversation, prompt, request, tuple(problems))
        return self._next(conversation)

    def _meaning(self, request: Request) -> Response:
        """Say what would follow if each item of a question were true."""
        conversation = self._conversation(request)
        prompt = conversation.interview.next()
        if prompt is None:
            return self._shown(conversation)
        meaning = conversation.wording.consequences(conversation.interview.consequences(prompt))
        return self._question(conversation, prompt, request, meaning=tuple(meaning))

    def _back(self, request: Request) -> Response:
        conversation = self._conversation(request)
        if not conversation.interview.back():
            return self._number_page({"name": conversation.name})
        return self._next(conversation)

    def _earlier(self, request: Request) -> Response:
        """Ask again about the answers of another day that have changed."""
        conversation = self._conversation(request)
        known = conversation.interview.to_keep()
        conversation.interview.reopen(name for name in request.form.get("changed", ()) if name in known)
        conversation.earlier = False
        return self._next(conversation)

    def _more(self, request: Request) -> Response:
        """Ask further questions, as many again."""
        conversation = self._conversation(request)
        if conversation.interview.next() is None:
            conversation.interview.go_on()
        return self._next(conversation)

    def _change(self, request: Request) -> Response:
        """Ask one question again."""
        conversation = self._conversation(request)
        conversation.interview.reopen(
            name for name in request.form.get("field", ()) if name in conversation.known
        )
        return self._next(conversation)

    # ── Answers ────────────────────────────────────────────────────────────────────────────────

    def _answer(self, request: Request) -> Response:
        return self._shown(self._conversation(request))

    def _shown(self, conversation: Conversation) -> Response:
        """Show the answer; of an emergency that may be true, what to do now."""
        interview = conversation.interview
        if interview.has_unnamed_alarm and not interview.is_emergency:
            return self.rendering.page("alarm.html", conversation=conversation)
        assessment = interview.assessment
        return self.rendering.page(
            "answer.html",
            conversation=conversation,
            answer=answer_page(assessment, self.rendering.figure),
            told=list(zip(conversation.known, conversation.wording.told(conversation.known), strict=True)),
            clearance=assessment.clearance,
            is_paused=not assessment.clearance.has_plan,
            is_open=bool(assessment.open_clearance_rules),
            has_pdf=find_spec("typst") is not None,
            left=0 if interview.is_emergency else interview.questions_left(),
            names=self._names() if assessment.clearance is not Clearance.EMERGENCY else (),
        )

    def _names(self) -> tuple[str, ...]:
        return tuple(activity.names[0] for activity in self._catalogue().known.activities.values())

    def _can(self, request: Request) -> Response:
        conversation = self._conversation(request)
        asked = " ".join(request.text("asked").split())[:_MOST_ASKED]
        page = Outline()
        if asked:
            match = self._catalogue().match(asked)
            write_can(page, conversation.interview.assessment, shortened(visible(asked)), match)
        return self.rendering.page(
            "can.html", conversation=conversation, asked=asked, blocks_of=page.blocks, names=self._names()
        )

    def _all(self, request: Request) -> Response:
        conversation = self._conversation(request)
        return self.rendering.page(
            "all.html", conversation=conversation, blocks_of=_report(conversation.interview.assessment)
        )

    def _keep(self, request: Request) -> Response:
        conversation, name = self._conversation(request), request.path.removeprefix("/")
        if not conversation.interview.to_keep():
            raise ProfileError(Problem("", self.book.phrase("web.message.nothing_to_keep")))
        return Response(kept_file(conversation, name, date.today()), kind=_KINDS[name], name=name)

    def _plan(self, request: Request) -> Response:
        """Write the sheet to print, or the week for a calendar."""
        name = request.path.removeprefix("/")
        suffix = name.removeprefix(_PLAN)
        assessment = self._conversation(request).interview.assessment
        content = sheet_file(assessment, suffix, _PAPER, large_print=False, made=date.today())
        return Response(content, kind=_SHEETS[suffix], name=name)


def _report(assessment: Assessment) -> Sequence[Block]:
    page = Outline()
    write_person_report(page, assessment, full=True)
    return page.blocks
