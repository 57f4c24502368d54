"""Rendering of pages: templates, their filters and globals, and the static files."""

import json
import secrets
from importlib.resources import files
from pathlib import PurePath
from typing import Any

from markupsafe import Markup
from starlette.responses import HTMLResponse

from recommender.pages.rendering import environment
from recommender.person.questions import QUESTION_KINDS
from recommender.review.desk import VERDICTS, Desk
from recommender.review.labels import minute, unit
from recommender.review.schema import SEPARATOR
from recommender.rulebook.scales import Clearance, Verdict
from recommender.rulebook.signing import reviewed, state
from recommender.vocabulary.answers import plain

_SCRIPT = files("recommender.review") / "pages" / "keys.js"


class Rendering:
    """Renders the pages of one desk."""

    def __init__(self, desk: Desk) -> None:
        """Prepare the templates, and render what never changes once."""
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
            "rules": self._rules(),
            "choices": self._choices(),
            "questions": self._questions(),
            "others": self._others(),
        }
        self.files = {
            "style.css": (self.templates.get_template("desk.css").render(), "text/css"),
            "keys.js": (_SCRIPT.read_text(encoding="utf-8"), "text/javascript"),
        }

    def _rules(self) -> dict[str, Markup]:
        """Return the rendered details of each rule; a page shows some thirty of them."""
        template = self.templates.get_template("rule.html")
        return {
            rule.id: Markup(template.render(rule=rule, state=state(self.book, rule.id)))
            for rule in self.book.rules.values()
        }

    def _choices(self) -> dict[str, Markup]:
        """Return the rendered choices of the worklist filters for movements and rules."""
        choices = {
            "movements": [(movement.id, movement.name) for movement in self.book.movements.values()],
            "rules": [(rule.id, f"{rule.id} {rule.title}") for rule in self.book.rules.values()],
        }
        template = self.templates.get_template("choices.html")
        return {name: Markup(template.render(entries=entries)) for name, entries in choices.items()}

    def _questions(self) -> dict[tuple[str, str], Markup]:
        """Return the rendered questions by field and kind; a page asks some ninety of them."""
        template = self.templates.get_template("question.html")
        return {
            (field.id, kind): Markup(template.render(field=field, kind=kind))
            for field in self.book.vocabulary.fields.values()
            for kind in QUESTION_KINDS
        }

    def _others(self) -> dict[tuple[str, str], Markup]:
        """Return the rendered verdicts other than that of the rules, by movement and verdict of the rules."""
        template = self.templates.get_template("pick.html")
        return {
            (about, says): Markup(
                template.render(about=about, verdicts=[other for other in VERDICTS if other != says])
            )
            for about in (f"movement:{id_}" for id_ in self.book.movements)
            for says in VERDICTS
        }

    def page(self, template: str, code: int = 200, /, **values: Any) -> HTMLResponse:
        """Return a page; `form` is a new random id, by which a form sent twice is stored once."""
        template_values = {"form": secrets.token_hex(16), "list_number": self.desk.run, **values}
        return HTMLResponse(self.templates.get_template(template).render(template_values), code)
