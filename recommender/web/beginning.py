"""What comes before the first question: welcome, a score, a report, or answers of another day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from http import HTTPStatus

from recommender.errors import Problem, ProfileError, ReportError
from recommender.person.interview.answers import is_word_for_score
from recommender.scan_report import Reading
from recommender.vocabulary.profile import Profile, read_profile
from recommender.web.asking import Asking
from recommender.web.conversation import Conversation, Knowledge
from recommender.web.kept import read_kept
from recommender.web.rendering import Rendering
from recommender.web.report_page import ReportPage, carried_reading, write_reading
from recommender.web.request import Request, Response


class Beginning:
    """Pages that lead to the first question."""

    def __init__(
        self, knowledge: Knowledge, report: ReportPage, asking: Asking, rendering: Rendering
    ) -> None:
        self.knowledge, self.report, self.asking, self.rendering = knowledge, report, asking, rendering
        self.book = rendering.book

    def welcome(self, _: Request) -> Response:
        """Show the first page."""
        return self.rendering.page("welcome.html")

    def advice(self, _: Request) -> Response:
        """Show what goes for everybody."""
        return self.rendering.page("advice.html")

    def number(self, _: Request) -> Response:
        """Ask for a score and an age."""
        return self.number_page({})

    def number_page(self, typed: Mapping[str, str], problems: Sequence[str] = ()) -> Response:
        """Ask for a score and an age, with what was typed already and what was wrong with it."""
        code = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
        can_read = self.report.can_read()
        return self.rendering.page("number.html", code, typed=typed, problems=problems, can_read=can_read)

    def begin(self, request: Request) -> Response:
        """Begin with a score and an age, or without, for oneself or for somebody."""
        typed = {name: request.text(name) for name in ("t_score", "age")}
        try:
            known = read_profile(self.book.vocabulary, typed, self._labels(typed), date.today())
        except ProfileError as error:
            problems = [str(problem) for problem in error.problems]
            if is_word_for_score(self.book.vocabulary.fields["t_score"], typed["t_score"]):
                problems.append(self.book.phrase("ask.only_word"))
            return self.number_page({**typed, "name": request.text("name")}, problems)
        if request.files.get("report", b""):
            return self._read(request, known)
        return self._first_question(known, request.text("name"), earlier=False)

    def confirm(self, request: Request) -> Response:
        """Begin with the numbers of a report that somebody has confirmed."""
        reading = carried_reading(request.text("reading"), self.book)
        try:
            answers = {"age": request.text("age"), **self.report.confirmed(request, reading)}
            known = read_profile(self.book.vocabulary, answers, self._labels(answers), date.today())
        except ProfileError as error:
            return self._proposed(request, reading, [str(problem) for problem in error.problems])
        return self._first_question(known, request.text("name"), earlier=False)

    def come_back(self, request: Request) -> Response:
        """Go on from a file that was kept another day."""
        content = request.files.get("kept", b"")
        if not content.strip():
            raise ProfileError(Problem("", self.book.phrase("web.message.no_file")))
        known = read_kept(content, self.book.vocabulary, date.today())
        return self._first_question(known, request.text("name"), earlier=True)

    def _read(self, request: Request, known: Profile) -> Response:
        """Show the numbers that a report seems to have, to be confirmed."""
        age = known.answers.get("age")
        typed = {name: request.text(name) for name in ("t_score", "age", "name")}
        try:
            reading = self.report.read(request.files["report"], age if isinstance(age, int) else None)
        except ReportError as error:
            return self.number_page(typed, [str(error)])
        if not reading.proposals:
            return self.number_page(typed, [self.book.phrase("web.report.nothing"), *reading.notes])
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

    def _labels(self, names: Iterable[str]) -> dict[str, str]:
        return {name: self.book.vocabulary.fields[name].label for name in names}

    def _first_question(self, known: Profile, name: str, earlier: bool) -> Response:
        return self.asking.next(Conversation(self.knowledge, known, name, earlier, date.today()))
