"""One person from Python: answers in, an answer out that prints as text, JSON or in a notebook."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from html import escape
from importlib.resources import files
from numbers import Number
from pathlib import Path
from typing import Any, NamedTuple

from recommender.errors import Problem, ProfileError
from recommender.person.assessment import Assessment
from recommender.person.decision import assess as assess_profile
from recommender.person.engines import best_engine
from recommender.person.engines.inference import Engine
from recommender.rulebook import Rulebook, load_rulebook
from recommender.vocabulary.profile import Profile, read_profile

WIDTH = 80
_A_DATE = len("2026-05-31")


class Answer(NamedTuple):
    """The answer to one person; `assessment` holds the values behind every form of it."""

    assessment: Assessment

    @property
    def notes(self) -> tuple[str, ...]:
        """How answers were read that are not used as they were given, such as `-2,6` or `-2.4999`."""
        return self.assessment.profile.echoes

    def to_dict(self, schema: str = "v2") -> dict[str, Any]:
        """Return the answer as plain data, as `assess --format json` writes it, in the form v2 or v1."""
        from recommender.report.json import assessment_as_json

        return assessment_as_json(self.assessment, "person", schema)

    def to_text(self, width: int = WIDTH, show: str | None = None, full: bool = False) -> str:
        """Return the first screen in plain words, `width` columns wide, or more of the answer.

        `show` is safety, exercises, daily, why or all; `full` is all, with every exercise written out.
        """
        from recommender.report.parts import Part
        from recommender.report.person import person_report
        from recommender.report.screen.text import first_screen

        if show or full:
            return person_report(self.assessment, width, colour=False, full=full, part=Part(show or Part.ALL))
        return first_screen(self.assessment, width, colour=False)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return "<Answer: print() shows it, to_dict() has it as data>"

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return f"{notes}<pre>{escape(self.to_text())}</pre>"


def assess(
    answers: Mapping[str, Any] | None = None,
    /,
    *,
    rules: str | Path | None = None,
    as_of: date | None = None,
    **fields: Any,
) -> Answer:
    """Say what is safe for one person.

    Answers are given by field (`recommender fields` lists them), as a mapping, as keywords, or both: numbers,
    texts as a person writes them, or booleans. What is missing, `None` or NaN is unknown, never no. `rules`
    is the folder of another rulebook. Dates count up to the day `as_of`, by default today.

    >>> answer = assess(t_score=-3.9, age=54)
    >>> answer.assessment.clearance.value
    'clear'
    >>> answer.to_dict()["classification"]["lowest_t"]
    -3.9
    >>> assess({"t_score": "-2,6 SD", "age": 61}).notes
    ('t_score: `-2,6 SD` is read as -2.6.',)

    Raises:
        ProfileError: with every answer that cannot be understood, and answers that contradict each other.
        RulebookError, DocumentError: when the rulebook cannot be used.

    """
    book, engine = _ready(None if rules is None else Path(rules))
    return Answer(assess_profile(book, engine, _profile(book, answers or {}, fields, as_of)))


def assessment_schema(schema: str = "v2") -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `Answer.to_dict()` and of `recommender assess --format json`.

    `schema` is v2, or v1 for the first form of an answer (`--schema v1`).

    >>> assessment_schema()["properties"]["schema"]
    {'const': 'recommender.assessment.v2'}
    """
    text = files("recommender").joinpath("schemas", f"assessment.{schema}.json").read_text(encoding="utf-8")
    described: dict[str, Any] = json.loads(text)
    return described


@cache
def _ready(rules: Path | None) -> tuple[Rulebook, Engine]:
    book = load_rulebook(rules)
    return book, best_engine()(book.strata)


def _profile(
    book: Rulebook, answers: Mapping[str, Any], fields: Mapping[str, Any], as_of: date | None
) -> Profile:
    if not isinstance(answers, Mapping):
        message = f"{type(answers).__name__} is not a mapping of field to answer."
        raise ProfileError(Problem("answers", message, "Write assess({'t_score': -2.6, 'age': 61})."))
    plain = {str(name): _plain(value) for name, value in {**answers, **fields}.items()}
    try:
        return read_profile(book.vocabulary, plain, {}, as_of or date.today())
    except ProfileError as error:
        raise ProfileError(map(_in_python, error.problems)) from None


def _plain(value: Any) -> Any:
    """Return a number of any library as text, so that its last digits are seen; a missing one as `None`."""
    if isinstance(value, Number) and not isinstance(value, bool):
        return _digits(value) if value == value else None  # noqa: PLR0124  (NaN of any library)
    if isinstance(value, date):
        return value.isoformat()[:_A_DATE]
    kind = type(value).__name__  # numpy and pandas are not imported for this
    if kind == "NAType":
        return None
    return bool(value) if kind in ("bool", "bool_") else value


def _digits(number: Any) -> str:
    try:
        return format(Decimal(number if isinstance(number, int) else str(number)), "f")
    except ArithmeticError:
        return str(number)


def _in_python(problem: Problem) -> Problem:
    """A plus sign is lost where a number is not text."""
    doubt = problem.doubt
    if doubt is None:
        return problem
    negative, positive = f"{doubt.field}={doubt.suggestion}", f'{doubt.field}="{doubt.as_typed}"'
    return problem._replace(hint=f"Write {negative} or, if it really is above zero, {positive}.")
