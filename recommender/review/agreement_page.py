"""The page on agreement: worked out once for each end of the chain, from plans that are read once."""

import threading

from sqlalchemy import select
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
        self._now: object = None
        self._known: dict[object, Statistics] = {}
        self._counting = threading.Lock()  # who comes meanwhile waits for the same result

    def show(self, request: DeskRequest) -> Response:
        """Show it."""
        with self._counting:
            results = self._statistics(request.who.name)
        charts = plots(self.rendering.names, results)
        return self.rendering.page("agreement.html", who=request.who, statistics=results, plots=charts)

    def _statistics(self, by: str) -> Statistics:
        with self.desk.store.reading(still=True) as connection:
            end = connection.execute(select(chain.c.sha256)).scalar_one()
            brought = connection.execute(select(runs.c.brought).where(runs.c.id == self.desk.run)).scalar()
            seen_by = by if self.desk.blind else ""
            key = self.desk.run, brought, end, seen_by
            if key not in self._known:
                standing = decisions_for(self.desk.run, _COUNTED)
                query = select(standing).order_by(standing.c.id)
                rows = [dict(row) for row in connection.execute(query).mappings()]
                new = select(decisions.c.id, decisions.c.said).where(
                    decisions.c.id > self._plans.last, decisions.c.about == "", decisions.c.kind == "agree"
                )
                for plan in connection.execute(new).mappings():
                    self._plans.read(dict(plan))
                judged = {row["listed"] for row in rows if row["by"] == by}
                counted = [row for row in rows if not self.desk.blind or row["listed"] in judged]
                if self._now != key[:3]:
                    self._now, self._known = key[:3], {}
                self._known[key] = statistics(self.desk.book, counted, self._plans)
            return self._known[key]
