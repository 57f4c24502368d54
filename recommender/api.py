"""One person from Python: answers in, an answer out that prints as text, JSON or in a notebook."""

from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from recommender.person.assessment import Assessment
from recommender.person.decision import assess as assess_profile
from recommender.person.engines import best_engine
from recommender.person.engines.inference import Engine
from recommender.rulebook import Rulebook, load_rulebook
from recommender.vocabulary.profile import read_profile

WIDTH = 80


class Answer(NamedTuple):
    """The answer to one person; `assessment` holds the values behind every form of it."""

    assessment: Assessment

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data, as `recommender assess --format json` writes it."""
        from recommender.report.json import assessment_as_json

        return assessment_as_json(self.assessment, "person")

    def to_text(self, width: int = WIDTH, full: bool = False) -> str:
        """Return the answer in plain words, `width` columns wide; `full` writes out every exercise."""
        from recommender.report.person import person_report

        return person_report(self.assessment, width, colour=False, full=full)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.to_text())}</pre>"


def assess(
    answers: Mapping[str, Any] | None = None, /, *, rules: str | Path | None = None, **fields: Any
) -> Answer:
    """Say what is safe for one person.

    Answers are given by field (`recommender fields` lists them), as a mapping, as keywords, or both: numbers,
    texts as a person writes them, or booleans. What is missing, `None` or NaN is unknown, never no. `rules`
    is the folder of another rulebook.

    >>> answer = assess(t_score=-3.9, age=54)
    >>> answer.assessment.clearance.value
    'clear'
    >>> answer.to_dict()["classification"]["lowest_t"]
    -3.9

    Raises:
        ProfileError: with every answer that cannot be understood, and answers that contradict each other.
        RulebookError, DocumentError: when the rulebook cannot be used.

    """
    book, engine = _ready(None if rules is None else Path(rules))
    return Answer(
        assess_profile(book, engine, read_profile(book.vocabulary, {**(answers or {}), **fields}, {}))
    )


@cache
def _ready(rules: Path | None) -> tuple[Rulebook, Engine]:
    book = load_rulebook(rules)
    return book, best_engine()(book.strata)
