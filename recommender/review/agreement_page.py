"""The page on agreement: worked out once for each end of the chain, from decisions that are read once."""

import threading
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select
from starlette.responses import Response

from recommender.review.carried import decisions_for
from recommender.review.desk import Desk
from recommender.review.plots import plots
from recommender.review.rendering import Rendering
from recommender.review.request import DeskRequest
from recommender.review.said_plans import SaidPlans
from recommender.review.schema import chain, decisions, runs
from recommender.review.statistics import Statistics, statistics

_COUNTED = (
    "id", "about", "kind", "by", "verdict", "rules_say", "tier", "rules", "reason", "disposition", "together",
    "withdraws",
)  # fmt: skip


class AgreementPage:
    """Shows how well rules and reviewers agree."""

    def __init__(self, desk: Desk, rendering: Rendering) -> None:
        """Count the decisions of a desk."""
        self.desk, self.rendering = desk, rendering
        self._plans = SaidPlans()
        self._people: object = None  # whom the decisions are about: a list, as it was after the last import
        self._decisions: list[Mapping[str, Any]] = []
        self._last = 0
        self._known: dict[str, Statistics] = {}  # for the last decision, by the reviewer who may see them
        self._counting = threading.Lock()  # who comes meanwhile waits for the same result

    def show(self, request: DeskRequest) -> Response:
        """Show it."""
        with self._counting:
            results = self._statistics(request.who.name)
        charts = plots(self.rendering.names, results)
        return self.rendering.page("agreement.html", who=request.who, statistics=results, plots=charts)

    def _statistics(self, by: str) -> Statistics:
        with self.desk.store.reading(still=True) as connection:
            self._read_new(connection)
        seen_by = by if self.desk.blind else ""
        if seen_by not in self._known:
            judged = {row["listed"] for row in self._decisions if row["by"] == by}
            counted = [row for row in self._decisions if not self.desk.blind or row["listed"] in judged]
            self._known[seen_by] = statistics(self.desk.book, counted, self._plans)
        return self._known[seen_by]

    def _read_new(self, connection: Connection) -> None:
        """Read the decisions that were added since; all, where another list may have become theirs."""
        last = connection.execute(select(chain.c.last)).scalar_one()
        people = self.desk.run, connection.execute(select(func.max(runs.c.brought))).scalar()
        if people != self._people:
            self._people, self._decisions, self._last, self._known = people, [], 0, {}
        if last == self._last:
            return
        standing = decisions_for(self.desk.run, _COUNTED, after=self._last)
        names = tuple(standing.c.keys())
        rows = connection.execute(select(standing).order_by(standing.c.id))
        self._decisions += [dict(zip(names, row, strict=True)) for row in rows]
        new = select(decisions.c.id, decisions.c.said).where(
            decisions.c.id > self._plans.last, decisions.c.about == "", decisions.c.kind == "agree"
        )
        for id_, said in connection.execute(new):
            self._plans.read(id_, said)
        self._last, self._known = last, {}
