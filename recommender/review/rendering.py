"""Rendering of pages: templates, their filters and globals, and the static files."""

import json
import secrets
from collections.abc import Callable
from importlib.resources import files
from pathlib import PurePath
from typing import Any, TypeVar

from markupsafe import Markup
from starlette.responses import HTMLResponse

from recommender.pages.rendering import environment
from recommender.review.desk import Desk
from recommender.review.labels import minute, unit
from recommender.review.plan_rows import PlanRows
from recommender.review.schema import SEPARATOR
from recommender.rulebook.scales import CLEAR_IF_SCREENED, Clearance, Urgency, Verdict
from recommender.rulebook.signing import reviewed, state
from recommender.scan_report.cutting import read_cutout
from recommender.vocabulary.answers import plain

Key = TypeVar("Key")
_SCRIPT = files("recommender.review") / "pages" / "keys.js"


class _RenderedOnce(dict[Key, Markup]):
    """Parts that are the same on every page, each rendered when a page first shows it."""

    def __init__(self, render: Callable[[Key], str]) -> None:
        super().__init__()
        self.render = render

    def __missing__(self, key: Key) -> Markup:
        """Render a part."""
        part = self[key] = Markup(self.render(key))
        return part


class Rendering:
    """Renders the pages of one desk."""

    def __init__(self, desk: Desk) -> None:
        """Prepare the templates."""
        self.desk, self.book, self.names = desk, desk.book, desk.names
        self.templates = environment(self.book, "recommender.review")
        self.templates.filters |= {
            "plain": self.names.plain,
            "rule": self.names.rule,
            "line": self.names.line,
            "choice": self.names.choice,
            "reason": self.names.reason,
            "act": self.names.act,
            "duty": self.names.duty,
            "act_name": self.names.act_name,
            "decision": self.names.decision,
            "answer": self.names.answer,
            "answers": self.names.answers,
            "from_json": json.loads,
            "prefixed": lambda id_, kind: kind + id_,
            "unit": unit,
            "facts": self.names.facts,
            "labels": self.names.fields,
            "minute": minute,
            "thousandths": plain,
            "file_name": lambda source: PurePath(source).name,
            "read_cutout": read_cutout,
            "cells_of": lambda shown: shown.split(SEPARATOR) if shown else [],
        }
        self.templates.globals |= {
            "fields": self.book.vocabulary.fields,
            "reviewed": reviewed(self.book),
            "clearances": tuple(map(str, Clearance)),
            "verdicts": tuple(map(str, Verdict)),
            "blind": desk.blind,
        }
        self.templates.globals |= {
            "rules": _RenderedOnce(self._rule),
            "choices": _RenderedOnce(self._choice),
            "questions": _RenderedOnce(self._question),
            "rows": PlanRows(self.templates, self.names),
            "tags": self._tags(),
        }
        self.files = {
            "style.css": (self.templates.get_template("desk.css").render(), "text/css"),
            "keys.js": (_SCRIPT.read_text(encoding="utf-8"), "text/javascript"),
        }

    def _rule(self, id_: str) -> str:
        """Return the details of a rule; a page shows some thirty."""
        rule = self.book.rules[id_]
        return self.templates.get_template("rule.html").render(rule=rule, state=state(self.book, id_))

    def _choice(self, kind: str) -> str:
        """Return the choices of a worklist filter: for `movements` or `rules`."""
        entries = {
            "movements": [(movement.id, movement.name) for movement in self.book.movements.values()],
            "rules": [(rule.id, f"{rule.id} {rule.title}") for rule in self.book.rules.values()],
        }[kind]
        return self.templates.get_template("choices.html").render(entries=entries)

    def _question(self, asked: tuple[str, str]) -> str:
        """Return the question for a field by its kind; a page asks some ninety."""
        field, kind = asked
        template = self.templates.get_template("question.html")
        return template.render(field=self.book.vocabulary.fields[field], kind=kind)

    def _tags(self) -> dict[str, Markup]:
        """Return the rendered levels and states of the worklist, which has some two hundred of them."""
        phrase, tags = self.book.phrase, self.templates.get_template("tags.html").module
        levels = (*map(str, Clearance), CLEAR_IF_SCREENED, *map(str, Urgency))
        shown = {level: tags.level_tag(level) for level in levels}  # type: ignore[attr-defined]
        words = {
            "signed": phrase("desk.worklist.signed"),
            "decided": phrase("desk.worklist.decided"),
            "pending": phrase("desk.worklist.pending"),
        }
        return shown | {state: tags.state_tag(state, says) for state, says in words.items()}  # type: ignore[attr-defined]

    def page(self, template: str, code: int = 200, /, **values: Any) -> HTMLResponse:
        """Return a page; `form` is a new random id, by which a form sent twice is stored once."""
        template_values = {"form": secrets.token_hex(16), "list_number": self.desk.run, **values}
        return HTMLResponse(self.templates.get_template(template).render(template_values), code)
