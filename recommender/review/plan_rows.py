"""The rows of a person's plan, each rendered once for all of whom it says the same."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from recommender.person.assessment import MovementVerdict, Offer, Withheld
from recommender.review.labels import Names
from recommender.rulebook.model import Rule

_MOST_ROWS = 8_192
_WHY, _DECISION = "{why}", "{decision}"  # where a row has what is another on each page

Cells = tuple[tuple[str, Any], ...]


class PlanRows:
    """Rows of movements and exercises; `why` is the address of the reasons, `decision` the reviewer's own."""

    def __init__(self, templates: Environment, names: Names) -> None:
        """Render rows with the templates of a desk."""
        self._templates, self._names = templates, names
        self._rendered = lru_cache(maxsize=_MOST_ROWS)(self._render)

    def movement(self, limit: MovementVerdict, why: str, decision: str) -> Markup:
        """Return the row of a movement; where there is no decision, with the verdicts to choose from."""
        return self._row(
            "movement_row.html",
            why,
            decision,
            limits=True,
            about=f"movement:{limit.movement.id}",
            name=limit.movement.name,
            verdict=str(limit.verdict),
            possible=str(limit.possible),
            undecided=not decision,
            rules=_ids(limit.rules),
        )

    def offer(self, offer: Offer, why: str, decision: str) -> Markup:
        """Return the row of an exercise that is suggested."""
        return self._row(
            "offer_row.html",
            why,
            decision,
            limits=False,
            about=f"exercise:{offer.exercise.id}",
            name=self._names.choice(offer.level.id),
            ladder=self._names.ladder(offer),
            dose=offer.start.dose,
            to_check=len(offer.check_first),
            rules=_ids(offer.rules),
        )

    def withheld(self, entry: Withheld, why: str, decision: str) -> Markup:
        """Return the row of an exercise that is withheld."""
        return self._row(
            "withheld_row.html",
            why,
            decision,
            limits=False,
            about=f"exercise:{entry.exercise.id}",
            name=entry.exercise.name,
            needs=" ".join(words for _, words in entry.would_need),
            rules=_ids(entry.rules),
        )

    def _row(self, template: str, why: str, decision: str, **cells: Any) -> Markup:
        row = self._rendered(template, tuple(cells.items()))
        return Markup(row.replace(_WHY, escape(why)).replace(_DECISION, escape(decision)))

    def _render(self, template: str, cells: Cells) -> str:
        return self._templates.get_template(template).render(cells, why=_WHY, decision=_DECISION)


def _ids(rules: Iterable[Rule]) -> tuple[str, ...]:
    return tuple(rule.id for rule in rules)
