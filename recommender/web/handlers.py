"""Which page answers a request; nothing is kept between two of them.

The answers stand in the form that is sent and in the page that is returned, never in an address.
"""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus

from recommender.activities.matching import Catalogue
from recommender.errors import RecommenderError
from recommender.scan_report.reading import Known
from recommender.web.answering import PLAN, SHEETS, Answering
from recommender.web.asking import Asking
from recommender.web.beginning import Beginning
from recommender.web.conversation import Conversation, Knowledge, read_conversation
from recommender.web.display import want_display
from recommender.web.kept import JSON, YAML
from recommender.web.rendering import Rendering
from recommender.web.report_page import ReportPage
from recommender.web.request import Request, Response


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
        self.report = ReportPage(knowledge.book, report)
        answering = Answering(catalogue, rendering)
        asking = Asking(answering, rendering)
        self.beginning = beginning = Beginning(knowledge, self.report, asking, rendering)
        self.asking = asking
        self._pages: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/"): beginning.welcome,
            ("GET", "/number"): beginning.number,
            ("GET", "/advice"): beginning.advice,
            ("POST", "/begin"): beginning.number,
            ("POST", "/number"): beginning.begin,
            ("POST", "/confirm"): beginning.confirm,
            ("POST", "/return"): beginning.come_back,
        }
        self._steps: dict[str, Callable[[Conversation, Request], Response]] = {
            "/ask": asking.answer,
            "/meaning": asking.meaning,
            "/back": self._back,
            "/earlier": asking.look_over,
            "/more": lambda conversation, _: asking.more(conversation),
            "/safety": lambda conversation, _: asking.safety(conversation),
            "/change": asking.change,
            "/answer": lambda conversation, _: answering.answer(conversation),
            "/can": lambda conversation, request: answering.can(conversation, request.text("asked")),
            "/all": lambda conversation, _: answering.all(conversation),
            **dict.fromkeys((f"/{YAML}", f"/{JSON}"), answering.keep),
            f"/{PLAN}": lambda conversation, _: answering.plan(conversation),
            **{f"/{PLAN}{suffix}": answering.sheet for suffix in SHEETS},
        }

    def answer(self, request: Request) -> Response:
        """Answer a request; what cannot be understood is told on a page, and changes nothing."""
        want_display(request.form.get("display", ()))
        try:
            if page := self._pages.get((request.method, request.path)):
                return page(request)
            if request.method == "POST" and (step := self._steps.get(request.path)):
                return step(self._conversation(request), request)
        except RecommenderError as error:
            return self._told(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
        except Exception:  # its details may hold health data
            return self._told(HTTPStatus.INTERNAL_SERVER_ERROR, self.book.phrase("web.message.failed"))
        return self._told(HTTPStatus.NOT_FOUND, self.book.phrase("web.message.no_page"))

    def _told(self, code: HTTPStatus, says: str) -> Response:
        return self.rendering.page("message.html", code, says=says)

    def _conversation(self, request: Request) -> Conversation:
        return read_conversation(request.text("conversation"), self.knowledge, date.today())

    def _back(self, conversation: Conversation, _: Request) -> Response:
        """Return to the question before, or to the number."""
        if conversation.interview.back():
            return self.asking.next(conversation)
        return self.beginning.number_page({"name": conversation.name})
