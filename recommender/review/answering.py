"""Reads the answers that a patient gave at the desk as an amendment, and says what they change."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from recommender.errors import Problem, ProfileError
from recommender.person.assessment import Assessment
from recommender.review.deciding import Form, new_entry, refused
from recommender.review.desk import Desk, Review, Reviewer
from recommender.review.models import AMENDED, ANSWERS, Decision
from recommender.vocabulary.answers import write_answer
from recommender.vocabulary.profile import read_quantity


class Answered(NamedTuple):
    """Answers that were typed: those that differ, as stored (empty: not known), and the assessment with them.

    `echoes` says how an answer in another form was understood, such as a date.
    """

    changes: Mapping[str, str]
    echoes: Sequence[str]
    assessment: Assessment


def read_answers(desk: Desk, review: Review, form: Form) -> Answered:
    """Read the answers of a form, with dates and units as people have them.

    Raises:
        ProfileError: with every answer that cannot be understood, or with the first contradiction.

    """
    problems: list[Problem] = []
    changes: dict[str, str] = {}
    echoes: list[str] = []
    vocabulary = desk.book.vocabulary
    in_doubt = {doubt.field for doubt in review.doubts}
    for name, field in vocabulary.fields.items():
        typed, known = form.get(name, "").strip(), review.answers.get(name, "")
        if name not in form or typed == known:
            continue
        try:
            value, understood = read_quantity(vocabulary, field, typed, field.label, date.today())
        except ProfileError as error:
            problems.extend(error.problems)
            continue
        answer = "" if value is None else write_answer(field, value)
        if answer != known or name in in_doubt:  # that nobody knows settles a doubt, too
            changes[name] = answer
        if understood:
            echoes.append(f"{field.label}: {understood}")
    if problems:
        raise ProfileError(problems)
    return Answered(changes, echoes, desk.what_if(review.answers, changes))


def amendment(desk: Desk, review: Review, who: Reviewer, form: Form) -> Decision:
    """Read the answers of a form as an amendment.

    Raises:
        ProfileError: where they cannot be understood or contradict others.
        ReviewError: where nothing is answered, or an answer was changed since the page was opened.

    """
    changes = read_answers(desk, review, form).changes
    if not changes:
        raise refused("", "no answer is new.", "Fill in at least one answer.")
    if form.get("answers", "") != review.amended:
        message = "an answer was changed since this page was opened."
        raise refused("", message, "Look at what your answers change now, then keep them.")
    whole = review.lines[""]
    entry = new_entry(desk, review, who, form, whole, AMENDED, whole.rules_say)
    return entry._replace(about=ANSWERS, amends=json.dumps(changes, ensure_ascii=False), said="")
